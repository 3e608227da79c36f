// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// What the product says to visitors, in their language. Every sentence says what to do.
package struct Sentences: Bilingual, Sendable {
    package let language: Language

    package init(_ language: Language) {
        self.language = language
    }

    /// What is wrong with one field.
    package func error(_ code: ErrorCode, for rule: FieldRule) -> String {
        switch code {
        case .requiredFieldMissing, .requiredFieldEmpty: required(rule)
        case .typeEmail:
            say(
                "Enter the whole e-mail address, such as name@example.com.",
                "Skriv hela e-postadressen, till exempel namn@example.se."
            )
        case .typeNumeric: say("Enter a number in digits, such as 12.", "Skriv ett tal med siffror, till exempel 12.")
        case .tooShort:
            say(
                "Write at least \(characters(rule.minLength ?? 1)).",
                "Skriv minst \(characters(rule.minLength ?? 1))."
            )
        case .tooLong: tooLong(rule.maxLength ?? 0)
        case .notAnOption: choice(rule)
        default: type(rule)
        }
    }

    private func required(_ rule: FieldRule) -> String {
        switch (rule.name, rule.type) {
        case ("message", _): say("Write a message.", "Skriv ett meddelande.")
        case (_, .email): say("Enter your e-mail address.", "Skriv din e-postadress.")
        case ("name", _): say("Enter your name.", "Skriv ditt namn.")
        case (_, .checkbox), (_, .select): choice(rule)
        default: say("Fill in this field.", "Fyll i det här fältet.")
        }
    }

    private func choice(_ rule: FieldRule) -> String {
        switch (rule.type, rule.options.count) {
        case (.checkbox, ...1): say("Tick the box to go on.", "Kryssa i rutan för att gå vidare.")
        case (.checkbox, _): say("Choose at least one of the options.", "Välj minst ett av alternativen.")
        default: say("Choose one of the options.", "Välj ett av alternativen.")
        }
    }

    private func type(_ rule: FieldRule) -> String {
        switch rule.type {
        case .tel: say("Enter a telephone number.", "Skriv ett telefonnummer.")
        case .url:
            say(
                "Enter the whole web address, such as https://example.com.",
                "Skriv hela webbadressen, till exempel https://example.se."
            )
        case .date: say("Enter the date like this: 2026-11-23.", "Skriv datumet så här: 2026-11-23.")
        default: say("Enter only one answer here.", "Skriv bara ett svar här.")
        }
    }

    package func tooLong(_ limit: Int) -> String {
        say("Write at most \(characters(limit)).", "Skriv högst \(characters(limit)).")
    }

    package var thanks: String {
        say("Thank you! Your message has been sent.", "Tack! Ditt meddelande är skickat.")
    }

    package var checkFields: String {
        say("Check the fields marked below.", "Se över de markerade fälten.")
    }

    package var empty: String {
        say("The form was empty. Fill it in and send again.", "Formuläret var tomt. Fyll i det och skicka igen.")
    }

    package var tooLarge: String {
        say(
            "The message is too long. Shorten it and send again.",
            "Meddelandet är för långt. Korta ner det och skicka igen."
        )
    }

    /// For a form that may have brought a file.
    package var tooLargeMultipart: String {
        say(
            "What you sent is too large. Files can’t be sent with the form: remove them, or shorten the message, and send "
                + "again.",
            "Det du skickade är för stort. Filer kan inte skickas med formuläret: ta bort dem, eller korta ner meddelandet, "
                + "och skicka igen."
        )
    }

    package var malformed: String {
        say(
            "The form could not be read. Copy your text, reload the page with the form and send again.",
            "Formuläret gick inte att läsa. Kopiera din text, ladda om sidan med formuläret och skicka igen."
        )
    }

    package var tooManyFields: String {
        say(
            "Something is wrong with the form: it has too many fields, or field names that are too long. Contact the site’s "
                + "owner in another way.",
            "Det är något fel på formuläret: det har för många fält eller för långa fältnamn. Kontakta webbplatsens ägare på "
                + "annat sätt."
        )
    }

    package var fileNotAccepted: String {
        say(
            "Files can’t be sent with this form. Remove the file and send again.",
            "Filer kan inte skickas med det här formuläret. Ta bort filen och skicka igen."
        )
    }

    package var unsupportedType: String {
        say(
            "Something is wrong with the form: it is sent in a format that is not accepted (a web form or JSON is needed). "
                + "Contact the site’s owner in another way.",
            "Det är något fel på formuläret: det skickas i ett format som inte tas emot (webbformulär eller JSON krävs). "
                + "Kontakta webbplatsens ägare på annat sätt."
        )
    }

    package var methodNotAllowed: String {
        say(
            "This address only receives forms. Send with POST.",
            "Den här adressen tar bara emot formulär. Skicka med POST."
        )
    }

    package var formNotFound: String {
        say(
            "The form was sent to a web address that does not exist. Contact the site’s owner in another way.",
            "Formuläret skickades till en webbadress som inte finns. Kontakta webbplatsens ägare på annat sätt."
        )
    }

    package var inactive: String {
        say(
            "This form is closed. Contact the site’s owner in another way.",
            "Formuläret är stängt. Kontakta webbplatsens ägare på annat sätt."
        )
    }

    package var foreignOrigin: String {
        say(
            "This form can’t be sent from the page you are on. Send it from the site it belongs to.",
            "Formuläret kan inte skickas från sidan du är på. Skicka det från webbplatsen det hör till."
        )
    }

    package func tooManyRequests(seconds: Int) -> String {
        let wait = seconds <= 90 ? self.seconds(seconds) : minutes((seconds + 59) / 60)
        return say(
            "Too many messages were sent in a short time. Wait \(wait) and send again; your text is still here.",
            "För många meddelanden skickades på kort tid. Vänta \(wait) och skicka igen; din text finns kvar."
        )
    }

    package var noRoom: String {
        say(
            "Too many messages are coming in just now. Yours is not sent yet; send again in a moment.",
            "Just nu kommer det in för många meddelanden på en gång. Ditt är inte skickat än; skicka igen om en stund."
        )
    }

    package func unavailable(reference: String) -> String {
        say(
            "Your message could not be saved just now. Send again in a moment; your text is still here. (Error code: "
                + "\(reference))",
            "Ditt meddelande kunde inte sparas just nu. Skicka igen om en stund; din text finns kvar. (Felkod: \(reference))"
        )
    }

    package var challengeMissing: String {
        say(
            "Confirm that you are a person and send again.",
            "Bekräfta att du är en människa och skicka igen."
        )
    }

    package var challengeFailed: String {
        say(
            "The check that you are a person failed. Do it again and send.",
            "Kontrollen att du är en människa misslyckades. Gör om den och skicka."
        )
    }

    package var challengeExpired: String {
        say(
            "The check that you are a person has expired. Do it again and send.",
            "Kontrollen att du är en människa har gått ut. Gör om den och skicka."
        )
    }

    // The error page.
    package var notSentTitle: String { say("Not sent yet", "Inte skickat än") }
    package var sendButton: String { say("Send again", "Skicka igen") }
    package var goBack: String { say("Back to the site", "Tillbaka till webbplatsen") }

    /// The label of a field that `brevlada.yaml` gives none.
    package func label(of name: String) -> String {
        switch name {
        case "name": say("Name", "Namn")
        case "email", "_replyto": say("E-mail", "E-post")
        case "message", "msg": say("Message", "Meddelande")
        case "phone", "tel": say("Telephone", "Telefon")
        default: name
        }
    }
}
