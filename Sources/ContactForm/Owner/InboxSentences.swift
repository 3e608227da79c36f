// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// What the inbox's API says to the owner when something can't be done. Every sentence says what to do.
package struct InboxSentences: Bilingual, Sendable {
    package let language: Language

    package init(_ language: Language) {
        self.language = language
    }

    func unknownParameter(_ name: String, known: [String]) -> String {
        let list = known.joined(separator: ", ")
        return say(
            "There is no parameter \"\(name)\". Use \(list).",
            "Det finns ingen parameter ”\(name)”. Använd \(list)."
        )
    }

    func repeatedParameter(_ name: String) -> String {
        say(
            "The parameter \"\(name)\" was sent twice. Send it once.",
            "Parametern ”\(name)” kom två gånger. Skicka den en gång."
        )
    }

    /// - Parameter wanted: What it must be, in words that both languages share or in values.
    func wrongParameter(_ name: String, _ wanted: Wanted) -> String {
        switch wanted {
        case .oneOf(let values):
            let list = values.joined(separator: ", ")
            return say("\"\(name)\" must be one of \(list).", "”\(name)” måste vara något av \(list).")
        case .number(let range):
            return say(
                "\"\(name)\" must be a number from \(range.lowerBound) to \(range.upperBound).",
                "”\(name)” måste vara ett tal från \(range.lowerBound) till \(range.upperBound)."
            )
        case .moment:
            return say(
                "\"\(name)\" must be a day or a moment such as 2026-11-25 or 2026-11-25T18:00:00.000Z.",
                "”\(name)” måste vara en dag eller tidpunkt som 2026-11-25 eller 2026-11-25T18:00:00.000Z."
            )
        case .form:
            return say(
                "\"\(name)\" must be the name of a form: up to 64 letters, digits, - and _.",
                "”\(name)” måste vara ett formulärs namn: högst 64 bokstäver, siffror, - och _."
            )
        case .shorter(let characters):
            return say(
                "\"\(name)\" may have at most \(self.characters(characters)).",
                "”\(name)” får ha högst \(self.characters(characters))."
            )
        case .cursor:
            return say(
                "\"\(name)\" is no place in this list. Begin again without it.",
                "”\(name)” är ingen plats i den här listan. Börja om utan den."
            )
        case .orderedMoments:
            return say("\"until\" must be after \"from\".", "”until” måste vara efter ”from”.")
        case .address:
            return say(
                "\"\(name)\" must be the e-mail address whose messages are to be erased.",
                "”\(name)” måste vara e-postadressen vars meddelanden ska raderas."
            )
        case .flag:
            return say("\"\(name)\" must be true or false.", "”\(name)” måste vara true eller false.")
        }
    }

    enum Wanted {
        case oneOf([String])
        case number(ClosedRange<Int>)
        case moment
        case form
        case shorter(Int)
        case cursor
        case orderedMoments
        case address
        case flag
    }

    package var brokenQuery: String {
        say(
            "The address has a broken escape. Check what follows the question mark.",
            "Adressen har en trasig kodning. Se över det som står efter frågetecknet."
        )
    }

    var notJSON: String {
        say("Send a JSON object.", "Skicka ett JSON-objekt.")
    }

    package var wantsJSONType: String {
        say("Send JSON, with Content-Type application/json.", "Skicka JSON, med Content-Type application/json.")
    }

    var whatToChange: String {
        say(
            "Say what is to change: \"read\", \"archived\", or \"action\" by itself.",
            "Säg vad som ska ändras: ”read”, ”archived” eller ”action” för sig."
        )
    }

    func unknownMember(_ name: String) -> String {
        say("\"\(name)\" can't be changed. Leave it out.", "”\(name)” går inte att ändra. Utelämna det.")
    }

    var noSubmission: String {
        say(
            "There is no such message. It may have been erased.",
            "Det finns inget sådant meddelande. Det kan ha raderats."
        )
    }

    var noRoute: String {
        say("There is nothing at this address.", "Det finns ingenting på den här adressen.")
    }

    func wrongMethod(_ allowed: [String]) -> String {
        let list = allowed.joined(separator: ", ")
        return say("Use \(list) here.", "Använd \(list) här.")
    }

    func notNow(_ status: SubmissionStatus) -> String {
        say(
            "The message is \(status.rawValue), which does not allow this. Load it again to see what can be done.",
            "Meddelandet har statusen ”\(status.rawValue)”, och då går det inte. Läs in det igen för att se vad som kan göras."
        )
    }

    func unavailable(reference: String) -> String {
        say(
            "The messages can't be reached just now. Try again in a moment. (\(reference))",
            "Meddelandena går inte att nå just nu. Försök igen om en stund. (\(reference))"
        )
    }

    func unreadable(reference: String) -> String {
        say(
            "What is stored can't be read. The log says which message it is; restore it from a backup. (\(reference))",
            "Det som är sparat går inte att läsa. I loggen står vilket meddelande det är; återställ det från en "
                + "säkerhetskopia. (\(reference))"
        )
    }

    // Signing in.

    package var notSignedIn: String {
        say("Sign in first.", "Logga in först.")
    }

    package var wrongPassword: String {
        say("That password is not right. Try again.", "Lösenordet stämmer inte. Försök igen.")
    }

    package func needsText(_ name: String) -> String {
        say("Send \"\(name)\" as a text.", "Skicka ”\(name)” som text.")
    }

    package var badFirstLink: String {
        say(
            "This link has been used or is too old. Restart the server for a new one, or set the password with: brevlada passwd",
            "Länken är redan använd eller för gammal. Starta om servern för att få en ny, eller välj ett lösenord "
                + "med: brevlada passwd"
        )
    }

    package func shortPassword(_ characters: ClosedRange<Int>) -> String {
        say(
            "Choose a password of \(characters.lowerBound) to \(characters.upperBound) characters.",
            "Välj ett lösenord med \(characters.lowerBound) till \(characters.upperBound) tecken."
        )
    }

    package func tooManyTries(seconds: Int) -> String {
        say(
            "There were too many tries in a short time. Wait \(self.seconds(seconds)) and try again.",
            "Det blev för många försök på kort tid. Vänta \(self.seconds(seconds)) och försök igen."
        )
    }

    package var foreignOrigin: String {
        say("Do this from the inbox itself.", "Gör det här från själva inkorgen.")
    }

    package var needsTLS: String {
        say(
            "Signing in needs https, or a browser on the server's own machine. Open the site by its https address.",
            "Inloggning kräver https, eller en webbläsare på serverns egen dator. Öppna sidan med dess https-adress."
        )
    }

    package var signInUnavailable: String {
        say(
            "Signing in does not work just now. See the server's log.",
            "Inloggningen fungerar inte just nu. Se serverns logg."
        )
    }

    package var tooLarge: String {
        say("That was too much at once. Send less.", "Det blev för mycket på en gång. Skicka mindre.")
    }
}
