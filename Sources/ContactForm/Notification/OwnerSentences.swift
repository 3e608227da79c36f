// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// What the product says to the owner in mail, in the owner's language.
struct OwnerSentences {
    let language: Language

    init(_ language: Language) {
        self.language = language
    }

    private func say(_ english: String, _ swedish: String) -> String {
        switch language {
        case .english: english
        case .swedish: swedish
        }
    }

    func subject(from name: String?) -> String {
        guard let name else { return say("New message", "Nytt meddelande") }
        return say("New message from \(name)", "Nytt meddelande från \(name)")
    }

    func digestSubject(_ count: Int) -> String {
        say("\(count) new messages", "\(count) nya meddelanden")
    }

    func digestIntroduction(_ count: Int) -> String {
        say(
            "\(count) messages came close together, so they share this mail. Each is kept whole in your inbox.",
            "\(count) meddelanden kom tätt, så de delar det här brevet. Vart och ett finns helt kvar i din inkorg."
        )
    }

    func held(_ count: Int) -> String {
        if count == 1 {
            return say(
                "1 message was held as suspected spam in the last day. See it with: brevlada inbox list --status held",
                "1 meddelande hölls inne som misstänkt skräp det senaste dygnet. Se det med: "
                    + "brevlada inbox list --status held"
            )
        }
        return say(
            "\(count) messages were held as suspected spam in the last day. See them with: "
                + "brevlada inbox list --status held",
            "\(count) meddelanden hölls inne som misstänkt skräp det senaste dygnet. Se dem med: "
                + "brevlada inbox list --status held"
        )
    }

    var answerByReply: String {
        say("Reply to this mail to answer the sender.", "Svara på det här brevet för att svara avsändaren.")
    }

    func answerTo(_ address: String) -> String {
        say("Write to \(address) to answer the sender.", "Skriv till \(address) för att svara avsändaren.")
    }

    var noSender: String { say("Unnamed", "Utan namn") }
    var form: String { say("Form", "Formulär") }
    var received: String { say("Received", "Mottaget") }
    var page: String { say("Page", "Sida") }
    var number: String { say("Number", "Nummer") }
}
