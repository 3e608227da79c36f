// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm
import ContactFormTesting
import Mail
import Testing

@Suite("returned mail")
struct ReturnedMailTests {
    let store = InMemorySubmissionStore()
    let mailer = RecordingMailer()
    let now = Timestamp.sample.advanced(by: .minutes(5))

    @Test("every mail names in its header what it is about", arguments: [1, 2, 100])
    func named(count: Int) async throws {
        let keys = try await fill(count)
        let outcome = try await sender().send(about: keys, at: now, jitter: 0)
        guard case .sent = outcome else { return #expect(outcome == .skipped, "mail was not sent") }
        let header = try headerOfLastMail()
        #expect(Set(SubmissionsField(parsing: header).keys) == Set(keys))
        // SES repeats 10 KB of a header, and other fields have to be in it too.
        #expect(header.utf8.count < 3_000)
    }

    @Test(
        "what is no form or id in the header is passed over, whatever the folds",
        arguments: [
            ("", 0), ("contact:", 0), ("contact: x", 0), ("01KB0Z8M4T6Q0V9B3XG5N2R7WD", 0),
            ("contact: 01KB0Z8M4T6Q0V9B3XG5N2R7WD\r\n 01KB0Z8PXK7E1M5S9C4H6T3YQA", 2),
            ("contact: 01KB0Z8M4T6Q0V9B3XG5N2R7WD 01KB0Z8PXK7E1M", 1),
            ("å: 01KB0Z8M4T6Q0V9B3XG5N2R7WD order:\t01KB0Z8M4T6Q0V9B3XG5N2R7WD", 1),
        ]
    )
    func parsing(body: String, count: Int) {
        #expect(SubmissionsField(parsing: body).keys.count == count)
    }

    @Test("what a returned mail was about is bounced with the reason, once")
    func bounced() async throws {
        let keys = try await fill(3)
        let sender = try sender()
        _ = await sender.send(about: Array(keys.prefix(2)), at: now, jitter: 0)
        _ = await sender.send(about: [keys[2]], at: now, jitter: 0)
        let mail = returned("recorded-1", Array(keys.prefix(2)))
        let outcome = try await sender.record(mail, at: now)
        #expect(Set(outcome.bounced) == Set(keys.prefix(2)))
        #expect(try await statuses(keys) == [.bounced, .bounced, .notified])
        #expect(try await store.find(keys[0])?.delivery.lastError == "no such mailbox")
        #expect(try await store.find(keys[0])?.history.last?.what == "bounced")
        #expect(try await sender.record(mail, at: now) == ReturnedMail.Outcome())
        #expect(try await store.find(keys[0])?.history.count == 2)
    }

    @Test("news of an earlier mail changes nothing of what was mailed once more, held or erased")
    func late() async throws {
        let keys = try await fill(3)
        let sender = try sender()
        _ = await sender.send(about: keys, at: now, jitter: 0)
        _ = try await store.apply(.resent, to: keys[0], at: now)
        _ = try await store.apply(.markedSpam, to: keys[1], at: now)
        #expect(try await store.delete(keys[2], at: now))
        #expect(try await sender.record(returned("recorded-1", keys), at: now) == ReturnedMail.Outcome())
        _ = await sender.send(about: [keys[0]], at: now, jitter: 0)
        #expect(try await sender.record(returned("recorded-1", keys), at: now) == ReturnedMail.Outcome())
        #expect(try await statuses(keys) == [.notified, .held, nil])
    }

    @Test("news that comes before the mail is marked as sent is to be given again, for ten minutes")
    func early() async throws {
        let keys = try await fill(1)
        let sender = try sender()
        let mail = returned("recorded-1", keys)
        #expect(try await sender.record(mail, at: now).early == keys)
        #expect(try await sender.record(mail, at: now.advanced(by: .minutes(10))).early.isEmpty)
        _ = await sender.send(about: [keys[0]], at: now, jitter: 0)
        #expect(try await sender.record(mail, at: now).bounced == keys)
    }

    @Test("what can't be read keeps no other from being marked, and a store out of reach is an error")
    func faults() async throws {
        let keys = try await fill(3)
        let sender = try sender()
        _ = await sender.send(about: keys, at: now, jitter: 0)
        store.failNext(StoreError(.corrupt, "no fields"))
        #expect(try await sender.record(returned("recorded-1", keys), at: now).bounced == Array(keys.dropFirst()))
        store.setOutage(StoreError(.unavailable, "throttled"))
        await #expect(throws: StoreError.self) { try await sender.record(returned("recorded-1", keys), at: now) }
        store.setOutage(nil)
        #expect(try await sender.record(returned("recorded-1", keys), at: now).bounced == [keys[0]])
    }

    private func sender() throws -> NotificationSender {
        let settings = NotificationSettings(
            sender: try Mailbox(parsing: "form@example.se"),
            recipients: [try Mailbox(parsing: "owner@example.se")],
            language: .english,
            forms: [:]
        )
        return NotificationSender(settings: settings, store: store, mailer: mailer)
    }

    private func fill(_ count: Int) async throws -> [SubmissionKey] {
        let submissions = (1...count).map { Submission.sample($0, form: $0 % 3 == 0 ? .sampleOrder : .contact) }
        for submission in submissions { _ = try await store.insert(submission) }
        return submissions.map(\.key)
    }

    private func returned(_ id: String, _ keys: [SubmissionKey]) -> ReturnedMail {
        ReturnedMail(providerMessageID: id, sentAt: now, keys: keys, reason: "no such mailbox")
    }

    private func statuses(_ keys: [SubmissionKey]) async throws -> [SubmissionStatus?] {
        try await store.find(keys).map { $0?.status }
    }

    /// The body of the field in the octets of the last mail.
    private func headerOfLastMail() throws -> String {
        let octets = try #require(mailer.sent.last).serialized()
        let text = String(decoding: octets, as: UTF8.self)
        let start = try #require(text.firstRange(of: "\r\n\(SubmissionsField.name):")?.upperBound)
        let end = try #require(text[start...].firstRange(of: "\r\nMIME-Version:")?.lowerBound)
        return String(text[start..<end])
    }
}
