// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import Mail

/// What the product says to the owner in mail, in the owner's language.
struct OwnerSentences: Bilingual {
    let language: Language

    init(_ language: Language) {
        self.language = language
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
            "\(count) messages came close together, so they share this mail. Each is kept whole in your inbox; a reply to this "
                + "mail reaches none of the senders.",
            "\(count) meddelanden kom tätt efter varandra och delar därför det här mejlet. Vart och ett finns i sin helhet i "
                + "din inkorg. Ett svar på det här mejlet når ingen av avsändarna."
        )
    }

    /// - Parameter isAll: False when there are more than so many.
    func held(_ count: Int, isAll: Bool) -> String {
        messages(count, isAll)
            + say(
                " \(count == 1 ? "was" : "were") held as suspected spam in the last 30 days.",
                " har stoppats som misstänkt skräppost de senaste 30 dagarna."
            )
    }

    /// - Parameter isAll: As in `held`.
    func heldSubject(_ count: Int, isAll: Bool) -> String {
        messages(count, isAll)
            + say(
                " held as suspected spam",
                count == 1 ? " stoppat som misstänkt skräppost" : " stoppade som misstänkt skräppost"
            )
    }

    /// - Parameter isAll: As in `held`.
    func heldIntroduction(_ count: Int, isAll: Bool) -> String {
        messages(count, isAll)
            + say(
                count == 1
                    ? " was held as suspected spam, and no mail has told you of it. Should it be no spam, release it: then it is "
                        + "mailed to you."
                    : " were held as suspected spam, and no mail has told you of them. What is no spam is mailed to you once "
                        + "you release it.",
                count == 1
                    ? " stoppades som misstänkt skräppost, och du har inte fått något mejl om det. Om det inte är skräppost, "
                        + "släpp fram det: då mejlas det till dig."
                    : " stoppades som misstänkt skräppost, och du har inte fått något mejl om dem. Det som inte är skräppost "
                        + "mejlas till dig när du släpper fram det."
            )
    }

    /// - Parameter isAll: As in `held`.
    func failedSubject(_ count: Int, isAll: Bool) -> String {
        messages(count, isAll) + say(" could not be mailed to you", " kunde inte mejlas till dig")
    }

    /// - Parameter isAll: As in `held`.
    func failedIntroduction(_ count: Int, isAll: Bool) -> String {
        messages(count, isAll)
            + say(
                count == 1
                    ? " could not be mailed to you, and no mail has told you of it. It is kept, with the reason."
                    : " could not be mailed to you, and no mail has told you of them. They are kept, each with its reason.",
                count == 1
                    ? " kunde inte mejlas till dig, och du har inte fått något mejl om det. Det är sparat, tillsammans med "
                        + "orsaken."
                    : " kunde inte mejlas till dig, och du har inte fått något mejl om dem. De är sparade, och för vart och ett "
                        + "står orsaken."
            )
    }

    /// Of those that were held, and those that could not be mailed.
    ///
    /// - Parameter isAll: As in `held`.
    func unmailedSubject(_ count: Int, isAll: Bool) -> String {
        messages(count, isAll) + say(" that no mail told you of", " som du inte har fått mejl om")
    }

    func reminders(daysApart days: Int64) -> String {
        say(
            "Mails like this one come at least \(days) \(days == 1 ? "day" : "days") apart (mail.reminder_days), and only "
                + "when no other mail has told you.",
            "Sådana här mejl kommer med minst \(days) \(days == 1 ? "dags" : "dagars") mellanrum (mail.reminder_days), och "
                + "bara när inget annat mejl har berättat det."
        )
    }

    /// - Parameter isAll: As in `held`.
    func failed(_ count: Int, isAll: Bool) -> String {
        messages(count, isAll)
            + say(
                " could not be mailed to you in the last 30 days.",
                " har inte kunnat mejlas till dig de senaste 30 dagarna."
            )
    }

    private func messages(_ count: Int, _ isAll: Bool) -> String {
        let start = isAll ? "" : say("At least ", "Minst ")
        return start
            + (count == 1 ? say("1 message", "1 meddelande") : say("\(count) messages", "\(count) meddelanden"))
    }

    /// What leads to the inbox.
    func seeInInbox(_ count: Int) -> String {
        count == 1
            ? say("Read it in your inbox", "Läs det i din inkorg")
            : say("Read them in your inbox", "Läs dem i din inkorg")
    }

    var openInInbox: String { say("Open it in your inbox", "Öppna det i din inkorg") }

    func seeWith(_ count: Int, _ command: String) -> String {
        count == 1
            ? say("See it with: \(command)", "Visa det med kommandot: \(command)")
            : say("See them with: \(command)", "Visa dem med kommandot: \(command)")
    }

    func findWith(_ count: Int, _ command: String) -> String {
        count == 1
            ? say(
                "Read it in your inbox, or find it with: \(command)",
                "Läs det i din inkorg eller leta upp det med kommandot: \(command)"
            )
            : say(
                "Read them in your inbox, or find them with: \(command)",
                "Läs dem i din inkorg eller leta upp dem med kommandot: \(command)"
            )
    }

    var answerByReply: String {
        say("Reply to this mail to answer the sender.", "Svara på det här mejlet för att svara avsändaren.")
    }

    func answerElsewhere(_ address: String) -> String {
        say(
            "A reply to this mail goes to \(address), which the sender gave for answers; it is not the e-mail address above.",
            "Ett svar på det här mejlet går till \(address), som avsändaren har angett för svar; det är inte e-postadressen "
                + "ovan."
        )
    }

    func answerTo(_ address: String) -> String {
        say("Write to \(address) to answer the sender.", "Skriv till \(address) för att svara avsändaren.")
    }

    var noAnswer: String {
        say("There is no address to answer to.", "Det finns ingen adress att svara till.")
    }

    /// "26 November 2026 21:16 (UTC+1)"; "20:16 UTC" where the clock shows that.
    ///
    /// - Parameter offset: How far the owner's clock is ahead of UTC at that moment.
    func moment(_ moment: Timestamp, offset: (Timestamp) -> Interval) -> String {
        let minutes = offset(moment).milliseconds / Interval.minutes(1).milliseconds
        let local = moment.advanced(by: .minutes(minutes)).utc
        func twoDigits(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let (english, swedish) = Self.months[local.month - 1]
        let time = "\(twoDigits(local.hour)):\(twoDigits(local.minute))"
        let text = "\(local.day) \(say(english, swedish)) \(local.year) \(time)"
        guard minutes != 0 else { return text + " UTC" }
        let rest = Int(abs(minutes) % 60)
        return text + " (UTC\(minutes < 0 ? "-" : "+")\(abs(minutes) / 60)\(rest == 0 ? "" : ":" + twoDigits(rest)))"
    }

    private static let months = [
        ("January", "januari"), ("February", "februari"), ("March", "mars"), ("April", "april"), ("May", "maj"),
        ("June", "juni"), ("July", "juli"), ("August", "augusti"), ("September", "september"), ("October", "oktober"),
        ("November", "november"), ("December", "december"),
    ]

    var noSender: String { say("Unnamed", "Utan namn") }
    var form: String { say("Form", "Formulär") }
    var received: String { say("Received", "Mottaget") }
    var page: String { say("Page", "Sida") }
    var number: String { say("Number", "Nummer") }
}
