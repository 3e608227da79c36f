// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm
import ContactFormTesting
import Mail
import Testing

@Suite("NotificationSender")
struct NotificationSenderTests {
    let store = InMemorySubmissionStore()
    let mailer = RecordingMailer()
    let now = Timestamp.sample.advanced(by: .minutes(5))

    func sender(_ language: Language = .swedish) throws -> NotificationSender {
        let settings = NotificationSettings(
            sender: try Mailbox(parsing: "Verkstan <form@example.se>"),
            recipients: [try Mailbox(parsing: "agare@example.se")],
            language: language,
            forms: [:]
        )
        return NotificationSender(settings: settings, store: store, mailer: mailer)
    }

    @Test("a received submission is mailed once, with the visitor in Reply-To, and marked")
    func sent() async throws {
        let submission = Submission.sample()
        _ = try await store.insert(submission)
        let sender = try sender()
        let outcome = await sender.send(about: [submission.key], at: now, jitter: 0.5)
        let mail = try #require(mailer.sent.first)
        guard case .sent = outcome else { return #expect(outcome == .skipped, "mail was not sent") }
        #expect(mail.from.address.description == "form@example.se")
        #expect(mail.replyTo?.address.description == submission.replyTo)
        #expect(mail.subject == "Nytt meddelande från Astrid Öberg")
        #expect(mail.messageID.description == "<\(submission.id)@example.se>")
        #expect(mail.text.contains("Is the workshop open on Sunday?"))
        #expect(mail.html?.contains("Is the workshop open on Sunday?") == true)
        #expect(store.submissions.first?.status == .notified)
        #expect(await sender.send(about: [submission.key], at: now, jitter: 0) == .skipped)
        #expect(mailer.sent.count == 1)
    }

    @Test(
        "what is held, mailed, given up or gone is passed over",
        arguments: [.held, .notified, .failed, .bounced, nil] as [SubmissionStatus?]
    )
    func skipped(status: SubmissionStatus?) async throws {
        let submission = Submission.sample(status: status ?? .received)
        if status != nil { _ = try await store.insert(submission) }
        #expect(try await sender().send(about: [submission.key], at: now, jitter: 0) == .skipped)
        #expect(mailer.attempts == 0)
    }

    @Test("a transient failure is tried again within seconds with the same Message-ID")
    func postponed() async throws {
        let submission = Submission.sample()
        _ = try await store.insert(submission)
        let error = MailerError(code: "timed-out", isPermanent: false, reason: "no answer")
        mailer.failNext(error)
        #expect(try await sender().send(about: [submission.key], at: now, jitter: 0.5) == .postponed(error))
        let waiting = try #require(store.submissions.first)
        #expect(waiting.status == .received && waiting.delivery.attempts == 1)
        #expect(waiting.delivery.nextAttempt == now.advanced(by: .seconds(5)))
        #expect(waiting.delivery.lastError == "timed-out: no answer")
        _ = try await sender().send(about: [submission.key], at: now, jitter: 0.5)
        #expect(mailer.sent.map(\.messageID.description) == ["<\(submission.id)@example.se>"])
        #expect(store.submissions.first?.delivery.lastError == nil)
    }

    @Test("mail of a form that names nobody waits until somebody is named, as long as any mail does")
    func nobody() async throws {
        let submission = Submission.sample()
        _ = try await store.insert(submission)
        var sender = try sender()
        let recipients = sender.settings.recipients
        sender.settings.recipients = []
        #expect(
            await sender.send(about: [submission.key], at: now, jitter: 0.5) == .postponed(.noRecipients)
        )
        #expect(store.submissions.map(\.status) == [.received])
        sender.settings.recipients = recipients
        _ = await sender.send(about: [submission.key], at: now, jitter: 0.5)
        #expect(store.submissions.map(\.status) == [.notified] && mailer.sent.count == 1)
    }

    private func senderToThree() throws -> NotificationSender {
        var sender = try sender()
        sender.settings.recipients = try ["a@example.se", "b@example.se", "c@example.se"].map {
            try Mailbox(parsing: $0)
        }
        return sender
    }

    private static func refused(_ address: String, _ reason: String, forGood isPermanent: Bool) -> RefusedRecipient {
        RefusedRecipient(UnreachedRecipient(address: address, reason: reason), isPermanent: isPermanent)
    }

    private static let full = refused("b@example.se", "452 full", forGood: false)
    private static let gone = refused("c@example.se", "550 unknown", forGood: true)

    @Test("whom a mail does not reach for now gets it later, alone, and whoever has it gets it once")
    func inPart() async throws {
        let submission = Submission.sample()
        _ = try await store.insert(submission)
        mailer.refuse([Self.full, Self.gone])
        let sender = try senderToThree()
        _ = await sender.send(about: [submission.key], at: now, jitter: 0.5)
        let waiting = try #require(store.submissions.first)
        #expect(waiting.status == .received && waiting.delivery.attempts == 1)
        #expect(waiting.delivery.part == PartialDelivery(reached: ["a@example.se"], refused: [Self.gone.recipient]))
        #expect(waiting.delivery.nextAttempt == now.advanced(by: .seconds(5)))
        #expect(waiting.delivery.lastError == "2 of 3 recipients did not get the mail: 550 unknown")
        #expect(waiting.history.map(\.what) == ["partial"])

        let later = now.advanced(by: .days(1))
        let outcome = await sender.send(about: [submission.key], at: later, jitter: 0.5)
        guard case .postponed = outcome else {
            Issue.record("\(outcome)")
            return
        }
        // Others have it, whatever the next attempt met.
        #expect(store.submissions.first?.delivery.part == waiting.delivery.part)
        #expect(
            store.submissions.first?.delivery.lastError
                == "2 of 3 recipients did not get the mail: 550 unknown"
        )

        mailer.refuse([])
        _ = await sender.send(about: [submission.key], at: later, jitter: 0.5)
        #expect(
            mailer.sent.map(\.envelopeRecipients) == [
                ["a@example.se", "b@example.se", "c@example.se"], ["b@example.se"],
            ]
        )
        #expect(Set(mailer.sent.map(\.messageID)).count == 1)
        #expect(Set(mailer.sent.map { $0.to.count }) == [3])
        let sent = try #require(store.submissions.first)
        #expect(sent.status == .notified && sent.delivery.part == nil && sent.delivery.attempts == 3)
        // Mail was out when the first of them had it. What was refused for good is told of, however late the rest goes out.
        #expect(sent.delivery.notifiedAt == now)
        #expect(sent.delivery.lastError == "1 of 3 recipients did not get the mail: 550 unknown")
    }

    @Test(
        "whom a mail does not reach within the schedule, or is refused for good, is left out, and it counts as sent",
        arguments: [
            (refused("b@example.se", "452 full", forGood: false), 500),
            (refused("b@example.se", "550 moved", forGood: true), 1),
        ]
    )
    func endOfPart(refusal: RefusedRecipient, attempts: Int) async throws {
        var submission = Submission.sample()
        submission.delivery.attempts = attempts
        submission.delivery.providerMessageID = "first"
        submission.delivery.part = PartialDelivery(reached: ["a@example.se", "c@example.se"])
        _ = try await store.insert(submission)
        mailer.refuse([refusal])
        let outcome = try await senderToThree().send(about: [submission.key], at: now, jitter: 0)
        guard case .leftOut = outcome else {
            Issue.record("\(outcome)")
            return
        }
        let ended = try #require(store.submissions.first)
        #expect(ended.status == .notified && ended.delivery.part == nil && ended.delivery.nextAttempt == nil)
        #expect(ended.delivery.providerMessageID == "first")
        let reason = refusal.recipient.reason
        #expect(ended.delivery.lastError == "1 of 3 recipients did not get the mail: refused: \(reason)")
        #expect(mailer.sent.isEmpty)
    }

    @Test("who is a recipient today gets what waits: a mended address, and nobody who was taken out")
    func changedRecipients() async throws {
        let mistyped = UnreachedRecipient(address: "mistyped@example.se", reason: "550 unknown")
        for (number, reached) in [["a@example.se", "c@example.se"], ["a@example.se", "b@example.se", "c@example.se"]]
            .enumerated()
        {
            var submission = Submission.sample(number + 1)
            submission.delivery.part = PartialDelivery(reached: reached + ["former@example.se"], refused: [mistyped])
            _ = try await store.insert(submission)
            _ = try await senderToThree().send(about: [submission.key], at: now, jitter: 0)
            let ended = try #require(try await store.find(submission.key))
            #expect(ended.status == .notified && ended.delivery.lastError == nil)
        }
        #expect(mailer.sent.map(\.envelopeRecipients) == [["b@example.se"]])
    }

    @Test("a list goes to whoever misses one of it, and what comes of that is each one's own")
    func digestInPart() async throws {
        let submissions = [["a@example.se", "c@example.se"], ["a@example.se", "b@example.se"]].enumerated().map {
            number,
            reached in
            var submission = Submission.sample(number + 1)
            submission.delivery.part = PartialDelivery(reached: reached)
            return submission
        }
        for submission in submissions { _ = try await store.insert(submission) }
        mailer.refuse([Self.full])
        _ = try await senderToThree().send(about: submissions.map(\.key), at: now, jitter: 0)
        #expect(mailer.sent.map(\.envelopeRecipients) == [["b@example.se", "c@example.se"]])
        let (first, second) = (try await store.find(submissions[0].key), try await store.find(submissions[1].key))
        #expect(first?.delivery.part == PartialDelivery(reached: ["a@example.se", "c@example.se"]))
        #expect(second?.status == .notified && second?.delivery.lastError == nil)
    }

    @Test("a permanent failure, and the end of the schedule, are marked with the reason", arguments: [true, false])
    func failed(isPermanent: Bool) async throws {
        var submission = Submission.sample()
        if !isPermanent { submission.delivery.attempts = 500 }
        _ = try await store.insert(submission)
        let error = MailerError(code: "refused", isPermanent: isPermanent, reason: "no such box")
        mailer.failNext(error)
        let outcome = try await sender().send(about: [submission.key], at: now, jitter: 0)
        #expect(outcome == .failed(error, givenUp: [submission.key]))
        #expect(store.submissions.first?.status == .failed)
        let reason = isPermanent ? "refused: no such box" : "not sent within 3 days: refused: no such box"
        #expect(store.submissions.first?.delivery.lastError == reason)
    }

    @Test("an attempt can be charged without a try, each to its own schedule, and the last one is told of")
    func charged() async throws {
        var last = Submission.sample(1)
        last.delivery.attempts = 500
        let (waiting, notified) = (Submission.sample(2), Submission.sample(3, status: .notified))
        for submission in [last, waiting, notified] { _ = try await store.insert(submission) }
        let error = MailerError(code: "throttled", isPermanent: false, reason: "slow down")
        let keys = [last, waiting, notified].map(\.key)
        let givenUp = try await sender().postpone(keys, because: error, at: now, jitter: 0.5)
        #expect(givenUp == [.contact: 1])
        #expect(mailer.attempts == 0)
        #expect(store.submissions.map(\.status) == [.failed, .received, .notified])
        #expect(store.submissions[1].delivery.attempts == 1)
        #expect(store.submissions[1].delivery.nextAttempt == now.advanced(by: .seconds(5)))
    }

    @Test("of a digest that is not taken for now, only those at the end of their schedule are told as given up")
    func givenUpInDigest() async throws {
        var last = Submission.sample(1)
        last.delivery.attempts = 500
        let submissions = [last, .sample(2), .sample(3)]
        for submission in submissions { _ = try await store.insert(submission) }
        let error = MailerError(code: "throttled", isPermanent: false, reason: "slow down")
        mailer.failNext(error)
        let outcome = try await sender().send(about: submissions.map(\.key), at: now, jitter: 0)
        #expect(outcome == .failed(error, givenUp: [last.key]))
        #expect(store.submissions.map(\.status) == [.failed, .received, .received])
    }

    @Test("a store that can't be read sends nothing")
    func unreadable() async throws {
        let submission = Submission.sample()
        _ = try await store.insert(submission)
        store.failNext(StoreError(.unavailable, "locked"))
        let outcome = try await sender().send(about: [submission.key], at: now, jitter: 0)
        #expect(outcome == .unreadable(StoreError(.unavailable, "locked")))
        #expect(mailer.attempts == 0)
    }

    @Test("what came of a mail is told when it can't be written, and can be written later")
    func unrecorded() async throws {
        let submissions = [Submission.sample(1), .sample(2)]
        for submission in submissions { _ = try await store.insert(submission) }
        mailer.failNext(.sampleTransient)
        let writes = FailingWrites(store)
        writes.setFault(StoreError(.full, "no room"))
        let sender = NotificationSender(settings: try sender().settings, store: writes, mailer: mailer)
        let keys = submissions.map(\.key)
        let outcome = await sender.send(about: keys, at: now, jitter: 0.5)
        guard case .unrecorded(StoreError(.full, "no room"), let unrecorded) = outcome else {
            return #expect(outcome == .skipped, "not told")
        }
        #expect(Set(unrecorded.changes.keys) == Set(keys))
        #expect(store.submissions == submissions)
        try await self.sender().record(unrecorded)
        #expect(
            store.submissions.map(\.delivery.nextAttempt) == [
                now.advanced(by: .seconds(5)), now.advanced(by: .seconds(5)),
            ]
        )
    }

    @Test(
        "a digest that is refused for what it holds fails nobody, one that is refused for the sender or recipients all",
        arguments: [
            (true, false, false, true), (true, false, true, false), (true, true, false, false),
            (false, false, false, false),
        ]
    )
    func refusedDigest(
        isPermanent: Bool,
        affectsAllMail: Bool,
        isForRecipients: Bool,
        isDivisible: Bool
    ) async throws {
        let submissions = [Submission.sample(1), .sample(2)]
        for submission in submissions { _ = try await store.insert(submission) }
        let error = MailerError(
            code: "refused",
            isPermanent: isPermanent,
            reason: "no",
            affectsAllMail: affectsAllMail,
            isForRecipients: isForRecipients
        )
        mailer.failNext(error)
        let outcome = try await sender().send(about: submissions.map(\.key), at: now, jitter: 0)
        let all = Set(submissions.map(\.key))
        #expect(
            outcome
                == (isDivisible
                    ? .refusedTogether(error) : isPermanent ? .failed(error, givenUp: all) : .postponed(error))
        )
        if isDivisible { #expect(store.submissions == submissions) }
    }

    @Test("a digest lists each submission once, counts the held, and marks all")
    func digest() async throws {
        let submissions = (1...30).map { Submission.sample($0) }
        for submission in submissions { _ = try await store.insert(submission) }
        let outcome = try await sender(.english)
            .send(
                about: submissions.map(\.key),
                unmailed: UnmailedCounts(held: [.contact: 2]),
                at: now,
                jitter: 0
            )
        guard case .sent = outcome else { return #expect(outcome == .skipped, "digest was not sent") }
        let mail = try #require(mailer.sent.first)
        #expect(mailer.sent.count == 1 && mail.subject == "30 new messages" && mail.replyTo == nil)
        for submission in submissions {
            #expect(mail.text.contains(submission.id.description))
            #expect(mail.html?.contains(submission.id.description) == true)
        }
        #expect(mail.text.contains("2 messages were held"))
        #expect(store.submissions.allSatisfy { $0.status == .notified })
    }

    @Test("the mails of a digest that may have arrived are due together again")
    func digestMayHaveArrived() async throws {
        var submissions = (1...3).map { Submission.sample($0) }
        submissions[1].delivery.attempts = 4
        for submission in submissions { _ = try await store.insert(submission) }
        mailer.failNext(MailerError(code: "lost", isPermanent: false, reason: "no reply", mayHaveArrived: true))
        _ = try await sender().send(about: submissions.map(\.key), at: now, jitter: 0.5)
        #expect(Set(store.submissions.map(\.delivery.nextAttempt)) == [now.advanced(by: .seconds(5))])
        #expect(store.submissions.map(\.delivery.attempts).sorted() == [1, 1, 5])
    }

    @Test(
        "a visitor's name can't be taken for another's entry in a digest",
        arguments: [
            (
                "Eve\n2026-01-01T00:00:00Z  contact  01AAAA\n\nBank\n-- \n",
                "Eve 2026-01-01T00:00:00Z  contact  01AAAA  Bank --"
            ),
            ("Eve \u{202E}(es.knab@bank)", "Eve (es.knab@bank)"),
            (String(repeating: "å", count: 101), String(repeating: "å", count: 100)),
            ("\u{202E}", nil),
        ]
    )
    func hostileNames(name: String, shown: String?) async throws {
        var submissions = [Submission.sample(1), Submission.sample(2)]
        submissions[0].name = name
        submissions[0].email = "eve@example.se"
        for submission in submissions { _ = try await store.insert(submission) }
        _ = try await sender().send(about: submissions.map(\.key), at: now, jitter: 0)
        let mail = try #require(mailer.sent.first)
        let lines = mail.text.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.contains { $0 == (shown.map { "\($0) (eve@example.se)" } ?? "eve@example.se") })
        #expect(!lines.contains("-- "))
    }

    @Test(
        "a header stays short, and a subject is never empty",
        arguments: [
            ("a" + String(repeating: "\u{301}", count: 19_000), "a" + String(repeating: "\u{301}", count: 199)),
            ("\u{202E}", "New message from Åsa"), ("Hello", "Hello"),
            ("\u{200B}\u{3164} \u{FE0F}", "New message from Åsa"),
        ]
    )
    func subjects(subject: String, shown: String) async throws {
        var submission = Submission.sample()
        submission.subject = subject
        submission.name = "Åsa" + String(repeating: " ", count: 20_000)
        _ = try await store.insert(submission)
        _ = try await sender(.english).send(about: [submission.key], at: now, jitter: 0)
        let mail = try #require(mailer.sent.first)
        #expect(mail.subject.unicodeScalars.elementsEqual(shown.unicodeScalars))
        for (number, hasName) in [(2, true), (3, false)] {
            submission = .sample(number)
            submission.name = hasName ? String(repeating: "å", count: 20_000) : nil
            submission.email = String(repeating: "å", count: 20_000)
            _ = try await store.insert(submission)
            _ = try await sender(.english).send(about: [submission.key], at: now, jitter: 0)
            let long = try #require(mailer.sent.last)
            let header = String(decoding: long.serialized(), as: UTF8.self).split(separator: "\r\n\r\n")[0]
            #expect(header.utf8.count < 4_000)
        }
    }

    @Test("a digest of one is an ordinary mail, and of none is no mail")
    func smallDigests() async throws {
        let submission = Submission.sample()
        _ = try await store.insert(submission)
        _ = try await sender().send(about: [submission.key], at: now, jitter: 0)
        #expect(mailer.sent.first?.replyTo != nil)
        #expect(try await sender().send(about: [submission.key], at: now, jitter: 0) == .skipped)
    }

    @Test(
        "a digest shows the start of a message on one line",
        arguments: [
            ("  Hello\r\n\t there,\u{2028}you  ", "Hello there, you"),
            (String(repeating: "a", count: 280), String(repeating: "a", count: 280)),
            (String(repeating: "a", count: 280) + " \n", String(repeating: "a", count: 280)),
            (String(repeating: "å", count: 281), String(repeating: "å", count: 279) + "…"),
            (String(repeating: "a", count: 280) + " b", String(repeating: "a", count: 279) + "…"),
            (String(repeating: "a", count: 278) + " b", String(repeating: "a", count: 278) + " b"),
            (String(repeating: "a", count: 279) + " b", String(repeating: "a", count: 279) + "…"),
        ]
    )
    func excerpt(message: String, shown: String) async throws {
        var submissions = [Submission.sample(1), Submission.sample(2)]
        submissions[0].fields = [Field("message", message)]
        for submission in submissions { _ = try await store.insert(submission) }
        _ = try await sender().send(about: submissions.map(\.key), at: now, jitter: 0)
        let mail = try #require(mailer.sent.first)
        #expect(mail.text.split(separator: "\n", omittingEmptySubsequences: false).contains { $0 == shown })
        #expect(mail.html?.contains(">\(shown)<") == true)
    }

    @Test("a digest shows of a form without a message what its other fields say, and not who sent it once more")
    func excerptOfFields() async throws {
        var form = FormDefinition(name: .contact)
        form.fields = [FieldRule(name: "length", label: "Längd (m)", type: .number)]
        var sender = try sender()
        sender.settings.forms = [.contact: form]
        var submissions = [Submission.sample(1), Submission.sample(2)]
        submissions[0].fields = [
            Field("name", "Astrid Öberg"), Field("mejl", "astrid@example.com"), Field("boat", "Cruiser\n-- \nBank"),
            Field("length", "7"), Field("colour", " "), Field(name: "wishes", values: ["oak", "", "sails"]),
        ]
        for submission in submissions { _ = try await store.insert(submission) }
        _ = await sender.send(about: submissions.map(\.key), at: now, jitter: 0)
        let mail = try #require(mailer.sent.first)
        let excerpt = "boat: Cruiser -- Bank · Längd (m): 7 · wishes: oak, sails"
        #expect(mail.text.split(separator: "\n").contains { $0 == excerpt })
        #expect(mail.html?.contains(">\(excerpt)<") == true)
    }

    @Test("a digest of characters with thousands of marks stays short")
    func excerptOfMarks() async throws {
        let letter = "a" + String(repeating: "\u{1E8D0}", count: 70)
        var submissions = (1...100).map { Submission.sample($0) }
        for index in submissions.indices {
            submissions[index].fields = [
                Field(index.isMultiple(of: 2) ? "message" : "wish", String(repeating: letter, count: 280))
            ]
            _ = try await store.insert(submissions[index])
        }
        _ = try await sender().send(about: submissions.map(\.key), at: now, jitter: 0)
        let mail = try #require(mailer.sent.first)
        // Four scalars of four octets for each of 280 characters, three octets for one in quoted-printable, twice.
        let most = 100 * (280 * 4 * 4 * 3 + 1_000) * 2
        #expect(mail.serialized().count < most)
        #expect(mail.text.contains("…"))
    }

    @Test(
        "line breaks and spaces of what was typed are markup, for readers without style sheets",
        arguments: [
            ("one\ntwo", "one<br>\ntwo"), ("one\r\ntwo", "one\r<br>\ntwo"), ("a\n\nb", "a<br>\n<br>\nb"),
            ("a  b", "a \u{A0}b"), ("\n  a", "<br>\n\u{A0}\u{A0}a"), ("a\tb", "a\u{A0}\u{A0}\u{A0} b"),
            ("<b>\n&", "&lt;b&gt;<br>\n&amp;"), ("a b", "a b"), ("é\n\u{301}", "é<br>\n\u{301}"),
        ]
    )
    func typed(message: String, html: String) async throws {
        var submission = Submission.sample()
        submission.fields = [Field("message", message)]
        _ = try await store.insert(submission)
        _ = try await sender().send(about: [submission.key], at: now, jitter: 0)
        #expect(try #require(mailer.sent.first?.html).contains(">\(html)</p>"))
    }

    @Test(
        "a name that looks like an address doesn't stand beside the address that an answer goes to",
        arguments: [
            ("Åsa Öberg", "Åsa Öberg"), ("owner@example.com", nil), ("owner＠example.com", nil), ("\u{200B}", nil),
        ]
    )
    func nameOfReplyTo(name: String, shown: String?) async throws {
        var submission = Submission.sample()
        submission.name = name
        _ = try await store.insert(submission)
        _ = try await sender().send(about: [submission.key], at: now, jitter: 0)
        let mail = try #require(mailer.sent.first)
        #expect(mail.replyTo != nil && mail.replyTo?.displayName == shown)
    }

    @Test("what a visitor types can neither be markup nor leave its field")
    func hostile() async throws {
        var submission = Submission.sample()
        submission.fields = [
            Field("name", "<img src=x onerror=alert(1)>"), Field("message", "</p><script>x</script>\"'&"),
        ]
        submission.name = "Eve\r\nBcc: victim@example.com"
        submission.subject = "Hi\r\nBcc: victim@example.com"
        submission.page = "https://example.se/\"><script>"
        _ = try await store.insert(submission)
        _ = try await sender().send(about: [submission.key], at: now, jitter: 0)
        let mail = try #require(mailer.sent.first)
        let html = try #require(mail.html)
        #expect(!html.contains("<img") && !html.contains("<script"))
        let header = String(decoding: mail.serialized(), as: UTF8.self).split(separator: "\r\n\r\n")[0]
        #expect(!header.contains("\nBcc:"))
    }
}
