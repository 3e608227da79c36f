// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactFormTesting
import Mail
import Testing

@testable import ContactForm

@Suite("Reminding of what was not mailed")
struct UnmailedReminderTests {
    private let store = InMemorySubmissionStore()
    private let mailer = RecordingMailer()
    private let memory = InMemoryAlertMemory()
    /// When the sample messages have been held for a little more than an hour.
    private let now = Timestamp.sample.advanced(by: .minutes(70))

    private func settings(_ language: Language = .english, inbox: String? = nil) throws -> NotificationSettings {
        try .sample(language, inbox: inbox)
    }

    private func reminder(_ settings: NotificationSettings? = nil, region: String? = nil) throws -> UnmailedReminder {
        UnmailedReminder(
            settings: try settings ?? self.settings(),
            outbox: store,
            mailer: mailer,
            memory: memory,
            region: region,
            interval: .minutes(1)
        )
    }

    private func hold(_ numbers: ClosedRange<Int>, form: FormName = .contact, region: String? = nil) async throws {
        for number in numbers {
            var submission = Submission.sample(number, form: form, status: .held)
            submission.region = region
            _ = try await store.insert(submission)
        }
    }

    private var subjects: [String] { mailer.sent.map(\.subject) }

    @Test("what is held for an hour is mailed once, also by a process that starts afresh, and what comes later is too")
    func once() async throws {
        try await hold(1...2)
        let reminder = try reminder()
        #expect(await reminder.look(at: .sample.advanced(by: .minutes(59))) == .nothing)
        #expect(await reminder.look(at: now) == .sent(to: try settings().recipients))
        #expect(subjects == ["2 messages held as suspected spam"])
        for hours in Int64(1)..<24 * 8 {
            #expect(await reminder.look(at: now.advanced(by: .hours(hours))) == .nothing)
            #expect(try await self.reminder().look(at: now.advanced(by: .hours(hours))) == .nothing)
        }
        try await hold(100_000...100_000)
        let later = now.advanced(by: .hours(24 * 8))
        #expect(await reminder.look(at: later) == .sent(to: try settings().recipients))
        #expect(subjects.dropFirst() == ["1 message held as suspected spam"])
        #expect(Set(mailer.sent.map(\.messageID)).count == 2)
    }

    @Test("mails come at least as far apart as they are to, however much is held", arguments: [1, 3, 30])
    func spacing(days: Int64) async throws {
        var settings = try settings()
        settings.reminderSpacing = .days(days)
        let reminder = try reminder(settings)
        var moments: [Timestamp] = []
        for hour in Int64(0)..<24 * 70 {
            try await hold(Int(hour) * 3600...Int(hour) * 3600)
            let now = Timestamp.sample.advanced(by: .hours(hour))
            if case .sent = await reminder.look(at: now) { moments.append(now) }
        }
        let gaps = zip(moments.dropFirst(), moments).map { $0.since($1) }
        #expect(moments.count == Int(70 / days) + (70 % days == 0 ? 0 : 1))
        #expect(gaps.allSatisfy { $0 == .days(days) }, "\(gaps)")
    }

    @Test("nobody is reminded where that is turned off, nor where nothing is held")
    func off() async throws {
        #expect(try await reminder().look(at: now) == .nothing)
        try await hold(1...1)
        var settings = try settings()
        settings.reminderSpacing = nil
        #expect(try await reminder(settings).look(at: now) == .nothing)
        #expect(mailer.tried.isEmpty)
    }

    @Test("what the owner has read, archived, released or deleted needs no reminder")
    func seen() async throws {
        try await hold(1...4)
        _ = try await store.mark(.read, on: Submission.sample(1).key, at: now)
        _ = try await store.mark(.archived, on: Submission.sample(2).key, at: now)
        _ = try await store.apply(.released, to: Submission.sample(3).key, at: now)
        _ = try await store.delete(Submission.sample(4).key, at: now)
        #expect(try await reminder().look(at: now) == .nothing)
        _ = try await store.mark(.unread, on: Submission.sample(1).key, at: now)
        #expect(try await reminder().look(at: now) == .sent(to: try settings().recipients))
        #expect(subjects == ["1 message held as suspected spam"])
    }

    @Test("what another mail has mentioned is not told again, and what comes after it not before its time")
    func mentioned() async throws {
        try await hold(1...3)
        let reminder = try reminder()
        let counts = try await store.unmailedCounts(at: .sample.advanced(by: .minutes(5)))
        reminder.wentOut(about: .contact, mentioning: counts)
        #expect(await reminder.look(at: now) == .nothing)
        // Kept over a restart.
        #expect(try await self.reminder().look(at: now.advanced(by: .minutes(2))) == .nothing)
        try await hold(3_600...3_601)
        #expect(await reminder.look(at: .sample.advanced(by: .hours(3 * 24))) == .nothing)
        #expect(
            await reminder.look(at: .sample.advanced(by: .hours(3 * 24 + 2))) == .sent(to: try settings().recipients)
        )
        #expect(subjects == ["2 messages held as suspected spam"])
    }

    @Test("a mail to others, or one that mentions nothing, has told nobody")
    func notMentioned() async throws {
        try await hold(1...1)
        let reminder = try reminder()
        reminder.wentOut(about: .sampleOrder, mentioning: try await store.unmailedCounts(at: now))
        reminder.wentOut(about: .contact, mentioning: UnmailedCounts(at: now))
        #expect(await reminder.look(at: now) == .sent(to: try settings().recipients))
    }

    @Test("forms with the same recipients share a mail, which names them, and others get their own at the next look")
    func groups() async throws {
        let other = try #require(FormName(rawValue: "booking"))
        try await hold(1...2)
        try await hold(3...3, form: other)
        try await hold(4...7, form: .sampleOrder)
        let reminder = try reminder()
        for minute in Int64(0)..<3 { _ = await reminder.look(at: now.advanced(by: .minutes(minute))) }
        #expect(Set(subjects) == ["3 messages held as suspected spam", "4 messages held as suspected spam"])
        #expect(mailer.sent.count == 2)
        for mail in mailer.sent {
            let isOrders = mail.to == (try [Mailbox(parsing: "orders@example.se")])
            #expect(isOrders == mail.subject.hasPrefix("4"))
            for text in [mail.text, try #require(mail.html)] {
                #expect(text.contains("Form booking: 1") == !isOrders)
                #expect(text.contains("Form contact: 2") == !isOrders)
            }
        }
    }

    @Test("what was given up is told an hour later, alone or beside what is held, and once")
    func failed() async throws {
        _ = try await store.insert(.sample(1))
        _ = try await store.apply(
            .failed(reason: "spam"),
            to: Submission.sample(1).key,
            at: .sample.advanced(by: .minutes(20))
        )
        let reminder = try reminder()
        #expect(await reminder.look(at: now) == .nothing)
        let recipients = try settings().recipients
        #expect(await reminder.look(at: .sample.advanced(by: .minutes(81))) == .sent(to: recipients))
        #expect(subjects == ["1 message could not be mailed to you"])
        let first = try #require(mailer.sent.first)
        #expect(
            first.text == """
                1 message could not be mailed to you, and no mail has told you of it. It is kept, with the reason.

                Read it in your inbox, or find it with: brevlada audit

                Mails like this one come at least 3 days apart (mail.reminder_days), and only when no other mail has told you.

                """
        )
        // The same after three days is no news; another is, and what is held beside it.
        let later = Timestamp.sample.advanced(by: .days(4))
        #expect(await reminder.look(at: later) == .nothing)
        _ = try await store.insert(.sample(2))
        _ = try await store.apply(.failed(reason: "spam"), to: Submission.sample(2).key, at: later)
        try await hold(260_000...260_001)
        #expect(await reminder.look(at: later.advanced(by: .hours(2))) == .sent(to: recipients))
        #expect(subjects.dropFirst() == ["3 messages that no mail told you of"])
        let both = mailer.sent[1].text.split(separator: "\n").map { $0.prefix(28) }
        #expect(both[0] == "2 messages were held as susp" && both[2] == "1 message could not be maile")
    }

    @Test("what was sent again is not told of as given up")
    func resent() async throws {
        _ = try await store.insert(.sample(1, status: .failed))
        _ = try await store.apply(.resent, to: Submission.sample(1).key, at: now)
        #expect(try await reminder().look(at: now.advanced(by: .hours(3))) == .nothing)
    }

    @Test("a mail that is not taken is tried again after an hour, with the same Message-ID")
    func refused() async throws {
        try await hold(1...1)
        mailer.failNext(.sampleTransient)
        let reminder = try reminder()
        #expect(await reminder.look(at: now) == .refused(.sampleTransient))
        #expect(await reminder.look(at: now.advanced(by: .minutes(59))) == .nothing)
        #expect(await reminder.look(at: now.advanced(by: .minutes(60))) == .sent(to: try settings().recipients))
        #expect(Set(mailer.tried.map(\.messageID)).count == 1 && mailer.tried.count == 2)
    }

    @Test(
        "recipients that are refused keep no others from their mail, and are asked again when it may help",
        arguments: [(false, 1), (true, 72)]
    )
    func refusedForSome(isPermanent: Bool, hours: Int64) async throws {
        try await hold(1...1)
        try await hold(2...3, form: .sampleOrder)
        mailer.refuse("1 message was held", with: MailerError(code: "no", isPermanent: isPermanent, reason: "no"))
        let reminder = try reminder()
        for minute in Int64(0)..<50 { _ = await reminder.look(at: now.advanced(by: .minutes(minute))) }
        #expect(subjects == ["2 messages held as suspected spam"])
        #expect(mailer.tried.count == 2)
        let again = now.advanced(by: .hours(hours))
        for minute in Int64(-9)..<2 { _ = await reminder.look(at: again.advanced(by: .minutes(minute))) }
        #expect(mailer.tried.count == 3)
    }

    private func settingsForTwo() throws -> NotificationSettings {
        var settings = try settings()
        settings.recipients = try ["a@example.se", "b@example.se"].map { try Mailbox(parsing: $0) }
        return settings
    }

    private static func refused(_ address: String, forGood isPermanent: Bool) -> RefusedRecipient {
        RefusedRecipient(UnreachedRecipient(address: address, reason: "no"), isPermanent: isPermanent)
    }

    @Test("one of the recipients who is refused for now gets the same mail alone, an hour later or when it is taken")
    func leftOut() async throws {
        try await hold(1...2)
        let settings = try settingsForTwo()
        let reminder = try reminder(settings)
        mailer.refuse([Self.refused("b@example.se", forGood: false)])
        #expect(await reminder.look(at: now) == .sent(to: settings.recipients))
        #expect(await reminder.look(at: now.advanced(by: .minutes(59))) == .nothing)
        guard case .refused = await reminder.look(at: now.advanced(by: .minutes(60))) else {
            Issue.record("it was not tried again")
            return
        }
        mailer.refuse([])
        #expect(await reminder.look(at: now.advanced(by: .minutes(119))) == .nothing)
        #expect(await reminder.look(at: now.advanced(by: .minutes(120))) == .sent(to: settings.recipients))
        #expect(mailer.sent.map(\.to) == [settings.recipients, settings.recipients])
        #expect(
            mailer.tried.map(\.envelopeRecipients) == [
                ["a@example.se", "b@example.se"], ["b@example.se"], ["b@example.se"],
            ]
        )
        #expect(Set(mailer.tried.map(\.messageID)).count == 1 && Set(mailer.tried.map(\.text)).count == 1)
        for hours in Int64(3)..<24 * 8 { #expect(await reminder.look(at: now.advanced(by: .hours(hours))) == .nothing) }
    }

    @Test("what is looked at meanwhile is not told to those whom the mail did not reach")
    func leftOutOfLess() async throws {
        try await hold(1...3)
        let settings = try settingsForTwo()
        let reminder = try reminder(settings)
        mailer.refuse([Self.refused("a@example.se", forGood: false)])
        _ = await reminder.look(at: now)
        mailer.refuse([])
        for number in 1...2 { _ = try await store.mark(.read, on: Submission.sample(number).key, at: now) }
        _ = await reminder.look(at: now.advanced(by: .hours(1)))
        #expect(subjects == ["3 messages held as suspected spam", "1 message held as suspected spam"])
    }

    @Test(
        "nobody is asked again who was refused for good, has nothing left to be told or was told in passing",
        arguments: ["for good", "for good at last", "read", "in passing"]
    )
    func leftOutNoMore(why: String) async throws {
        try await hold(1...1)
        let reminder = try reminder(try settingsForTwo())
        mailer.refuse([Self.refused("b@example.se", forGood: why == "for good")])
        _ = await reminder.look(at: now)
        switch why {
        case "for good at last":
            mailer.refuse([Self.refused("b@example.se", forGood: true)])
            _ = await reminder.look(at: now.advanced(by: .hours(1)))
        case "read": _ = try await store.mark(.read, on: Submission.sample(1).key, at: now)
        case "in passing":
            reminder.wentOut(about: .contact, mentioning: UnmailedCounts(held: [.contact: 1], at: now))
        default: break
        }
        mailer.refuse([])
        let count = mailer.tried.count
        for hours in Int64(2)..<24 * 2 { #expect(await reminder.look(at: now.advanced(by: .hours(hours))) == .nothing) }
        #expect(mailer.tried.count == count)
    }

    @Test("a form that names nobody keeps no other from its mail")
    func nobody() async throws {
        try await hold(1...1)
        try await hold(2...3, form: .sampleOrder)
        var settings = try settings()
        settings.recipients = []
        let reminder = try reminder(settings)
        for minute in Int64(0)..<180 { _ = await reminder.look(at: now.advanced(by: .minutes(minute))) }
        #expect(mailer.tried.map(\.subject) == ["2 messages held as suspected spam"])
        #expect(subjects == ["2 messages held as suspected spam"])
    }

    @Test("of very many no wrong number is told, and a flood that goes on keeps none from being told")
    func manyFailed() async throws {
        for number in 1...220 { _ = try await store.insert(.sample(number)) }
        for number in 1...220 {
            let moment = number <= 110 ? Timestamp.sample : Timestamp.sample.advanced(by: .hours(4))
            _ = try await store.apply(.failed(reason: "spam"), to: Submission.sample(number).key, at: moment)
        }
        _ = try await reminder().look(at: .sample.advanced(by: .hours(4)).advanced(by: .minutes(20)))
        #expect(subjects == ["At least 100 messages could not be mailed to you"])
    }

    @Test("what the owner called spam is not held for them to look at")
    func calledSpam() async throws {
        _ = try await store.insert(.sample(1, status: .notified))
        _ = try await store.apply(.markedSpam, to: Submission.sample(1).key, at: now)
        #expect(try await reminder().look(at: now.advanced(by: .hours(3))) == .nothing)
    }

    @Test("what was sent and can't be remembered is not sent again by the same process")
    func forgotten() async throws {
        try await hold(1...1)
        memory.setSavesLeft(0)
        let reminder = try reminder()
        let recipients = try settings().recipients
        #expect(await reminder.look(at: now) == .forgotten(InMemoryAlertMemory.full, to: recipients))
        // What can't be saved is found so at each look, and no mail goes out for it.
        #expect(await reminder.look(at: now.advanced(by: .hours(2))) == .unknown(InMemoryAlertMemory.full))
        memory.setSavesLeft(nil)
        #expect(await reminder.look(at: now.advanced(by: .hours(4))) == .nothing)
        #expect(mailer.sent.count == 1)
        #expect(try await self.reminder().look(at: now.advanced(by: .hours(4))) == .nothing)
    }

    @Test("a store that can't be read is told of, and nothing is sent")
    func unreadable() async throws {
        try await hold(1...1)
        store.setOutage(StoreError(.unavailable, "down on demand"))
        guard case .unknown = try await reminder().look(at: now) else {
            Issue.record("it was not told")
            return
        }
        #expect(mailer.tried.isEmpty)
    }

    @Test("a Region reminds of what it took in")
    func region() async throws {
        try await hold(1...2, region: "eu-north-1")
        try await hold(3...5, region: "us-east-1")
        _ = try await reminder(region: "us-east-1").look(at: now)
        #expect(subjects == ["3 messages held as suspected spam"])
    }

    @Test("a clock that was set back keeps no reminder for longer than the days between two")
    func clock() async throws {
        try await hold(1...1)
        let years = Timestamp.sample.advanced(by: .days(700))
        let reminder = try reminder()
        reminder.wentOut(about: .contact, mentioning: UnmailedCounts(held: [.contact: 1], at: years))
        #expect(await reminder.look(at: years) == .nothing)
        for hours in Int64(0)..<3 * 24 {
            #expect(await reminder.look(at: now.advanced(by: .hours(hours))) == .nothing)
        }
        try await hold(4_300...4_300)
        #expect(await reminder.look(at: now.advanced(by: .hours(3 * 24 + 1))) == .sent(to: try settings().recipients))
    }

    @Test(
        "what is kept and can't be read is as good as nothing",
        arguments: ["", "[]", "{\"contact\":\"x\"}", "{\"contact\":-1}"]
    )
    func unreadableRecord(text: String) async throws {
        try await hold(1...1)
        #expect(try memory.save(text, over: nil))
        #expect(try await reminder().look(at: now) == .sent(to: try settings().recipients))
        #expect(memory.load().flatMap(ReminderRecord.init(text:)) != nil)
    }

    @Test(
        "the mail says how many there are, what becomes of them and how to see them",
        arguments: [
            (
                Language.english, 1, "https://example.se/inbox/",
                """
                1 message was held as suspected spam, and no mail has told you of it. Should it be no spam, release it: then it is \
                mailed to you.

                Read it in your inbox: https://example.se/inbox/#box=held

                Mails like this one come at least 3 days apart (mail.reminder_days), and only when no other mail has told you.

                """
            ),
            (
                .english, 100, nil,
                """
                At least 100 messages were held as suspected spam, and no mail has told you of them. What is no spam is mailed to \
                you once you release it.

                See them with: brevlada inbox list --status held

                Mails like this one come at least 3 days apart (mail.reminder_days), and only when no other mail has told you.

                """
            ),
            (
                .swedish, 1, nil,
                """
                1 meddelande stoppades som misstänkt skräppost, och du har inte fått något mejl om det. Om det inte är skräppost, \
                släpp fram det: då mejlas det till dig.

                Visa det med kommandot: brevlada inbox list --status held

                Sådana här mejl kommer med minst 3 dagars mellanrum (mail.reminder_days), och bara när inget annat mejl har \
                berättat det.

                """
            ),
            (
                .swedish, 2, "https://example.se/inbox/",
                """
                2 meddelanden stoppades som misstänkt skräppost, och du har inte fått något mejl om dem. Det som inte är skräppost \
                mejlas till dig när du släpper fram det.

                Läs dem i din inkorg: https://example.se/inbox/#box=held

                Sådana här mejl kommer med minst 3 dagars mellanrum (mail.reminder_days), och bara när inget annat mejl har \
                berättat det.

                """
            ),
        ] as [(Language, Int, String?, String)]
    )
    func text(language: Language, count: Int, inbox: String?, text: String) async throws {
        try await hold(1...count)
        _ = try await reminder(settings(language, inbox: inbox)).look(at: now)
        let mail = try #require(mailer.sent.first)
        #expect(mail.text == text)
        let html = try #require(mail.html)
        #expect(html.contains(text.split(separator: "\n")[0]))
        if let inbox { #expect(html.contains("<a style=\"color:#1f5b8a\" href=\"\(inbox)#box=held\">")) }
        // Nothing of what was held: its words would be taken for the owner's.
        #expect(!html.contains("Astrid") && !mail.text.contains("astrid"))
        #expect(mail.replyTo == nil && mail.language == language.rawValue)
    }
}
