// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm

/// What the pages of captured mail say, in the language of the browser.
struct MailboxWords: Bilingual, Sendable {
    let language: Language

    init(_ language: Language) {
        self.language = language
    }

    var title: String { say("Captured mail", "Uppfångade mejl") }
    var introduction: String {
        say(
            "No mail server is configured, so mail is kept here instead of being sent. Set “mail.smtp” in brevlada.yaml "
                + "to send it.",
            "Ingen e-postserver är inställd, så mejlen sparas här i stället för att skickas. Ange ”mail.smtp” i "
                + "brevlada.yaml för att skicka dem."
        )
    }
    var none: String {
        say(
            "No mail yet. Send the form on your site, then reload this page.",
            "Inga mejl än. Skicka formuläret på din webbplats och ladda om den här sidan."
        )
    }
    var toSite: String { say("Open the site", "Öppna webbplatsen") }
    var noSubject: String { say("(no subject)", "(inget ämne)") }
    var all: String { say("All mail", "Alla mejl") }
    var asHTML: String { say("The mail as HTML", "Mejlet som HTML") }
    var asText: String { say("The mail as text", "Mejlet som text") }
    var allHeaders: String { say("All headers", "Alla rubrikfält") }
    var raw: String { say("The mail as it would have gone out", "Mejlet som det skulle ha skickats") }

    /// The headers that stand at the top of a mail, and what they are called.
    var headers: [(name: String, label: String)] {
        [
            ("From", say("From", "Från")), ("Reply-To", say("Reply-To", "Svar till")), ("To", say("To", "Till")),
            ("Date", say("Date", "Datum")),
        ]
    }

    func to(_ recipients: String?) -> String {
        say("to \(recipients ?? "nobody")", "till \(recipients ?? "ingen")")
    }
}
