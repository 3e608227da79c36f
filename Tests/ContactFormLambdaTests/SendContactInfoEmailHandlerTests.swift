// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import AWSLambda
import ContactForm
import ContactFormTesting
import JSON
import Mail
import Synchronization
import Testing

@testable import ContactFormLambda

@Suite("SendContactInfoEmail")
struct SendContactInfoEmailHandlerTests {
    let store = InMemorySubmissionStore()
    let books = InMemorySubmissionStore()
    let mailer = RecordingMailer()
    let metrics = MetricsPipe()
    let now = Timestamp.sample.advanced(by: .hours(1))

    @Test("each new submission is mailed once and marked, though the stream tells of it twice")
    func mails() async throws {
        let submissions = try await fill(3)
        let handler = try handler()
        #expect(try await run(handler, batch(submissions)) == [])
        #expect(mailer.sent.count == 3)
        #expect(store.submissions.allSatisfy { $0.status == .notified })
        #expect(try metrics.counts() == ["Notified contact 3"])
        #expect(try await run(handler, batch(submissions)) == [])
        #expect(mailer.sent.count == 3)
    }

    @Test("what is held, notified or erased is not mailed")
    func skipped() async throws {
        let held = try await fill(2, status: .held)
        let notified = try await fill(2, from: 10, status: .notified)
        let erased = Submission.sample(20)
        #expect(try await run(handler(), batch(held + notified + [erased])) == [])
        #expect(mailer.sent.isEmpty)
    }

    @Test(
        "what the owner releases or asks for once more is mailed as the stream tells of it",
        arguments: [SubmissionStatus.held, .failed, .bounced, .notified]
    )
    func released(from before: SubmissionStatus) async throws {
        // Ten days old: no sweep that looks at the last days would see it.
        let submission = Submission.sample(-10 * 24 * 3600, status: before)
        _ = try await store.insert(submission)
        let change = before == .held ? StatusChange.released : .resent
        let moved = try await store.apply(change, to: submission.key, at: now)
        let changed = try #require(moved)
        let event = record(changed, eventName: "MODIFY", before: before)
        #expect(try await run(handler(), "{\"Records\":[\(event)]}") == [])
        #expect(store.submissions.map(\.status) == [.notified])
        #expect(mailer.sent.count == 1)
    }

    @Test("what was released ten days ago and the stream did not tell of is the sweep's")
    func releasedAndSwept() async throws {
        let submission = Submission.sample(-10 * 24 * 3600, status: .held)
        _ = try await store.insert(submission)
        _ = try await store.apply(.released, to: submission.key, at: now.advanced(by: .minutes(-6)))
        _ = try await run(handler(), #"{"source":"brevlada.sweep"}"#)
        #expect(mailer.sent.count == 1)
        #expect(try metrics.counts() == ["Overdue - 0", "Notified contact 1"])
    }

    @Test(
        "a sweep tells what is held, unless a mail of the stream's mentioned it or mail is in trouble or time is short"
    )
    func reminds() async throws {
        let sweep = #"{"source":"brevlada.sweep"}"#
        let later = now.advanced(by: .hours(1))
        _ = try await fill(2, status: .held)
        let informed = try handler(reminds: true) { later }
        #expect(try await run(informed, batch(try await fill(1, from: 5)), at: later) == [])
        #expect(mailer.sent.count == 1 && mailer.sent[0].text.contains("2 messages were held"))
        #expect(try await run(informed, sweep, at: later) == [])
        #expect(try await run(handler(reminds: true) { later }, sweep, secondsLeft: 7, at: later) == [])
        #expect(mailer.sent.count == 1)
        _ = try await fill(1, from: 6)
        mailer.failNext(MailerError(code: "down", isPermanent: false, reason: "down", affectsAllMail: true))
        let handler = try handler(reminds: true) { later }
        #expect(try await run(handler, sweep, at: later) == [])
        #expect(mailer.sent.count == 1)
        _ = try await store.delete(Submission.sample(6).key, at: later)
        for _ in 1...2 { #expect(try await run(handler, sweep, at: later) == []) }
        #expect(mailer.sent.dropFirst().map(\.subject) == ["2 messages held as suspected spam"])
    }

    @Test("only inserts of submissions of the own Region are mailed")
    func filtered() async throws {
        let submission = try await fill(1)[0]
        for change in [
            record(submission, eventName: "MODIFY"), record(submission, eventName: "REMOVE"),
            // A mail that was postponed, and a change of something else.
            record(submission, eventName: "MODIFY", before: .received),
            record(.sample(1, status: .notified), eventName: "MODIFY", before: .received),
            record(submission, region: "us-east-1"), record(submission, kind: "counter"),
        ] {
            #expect(try await run(handler(), "{\"Records\":[\(change)]}") == [])
        }
        #expect(mailer.sent.isEmpty)
        #expect(try await run(handler(), "{\"Records\":[\(record(submission, region: "eu-north-1"))]}") == [])
        #expect(mailer.sent.count == 1)
    }

    @Test("a mail that is not taken for now is given again by its number, and the others go out")
    func transient() async throws {
        let submissions = try await fill(3)
        mailer.failNext(MailerError(code: "throttled", isPermanent: false, reason: "slow down"))
        #expect(try await run(handler(), batch(submissions)) == ["1"])
        #expect(mailer.sent.count == 2)
        #expect(store.submissions.filter { $0.status == .received }.map(\.id) == [submissions[0].id])
    }

    @Test("a mail that is refused for good is marked, counted and not given again")
    func permanent() async throws {
        let submissions = try await fill(3)
        mailer.failNext(MailerError(code: "refused", isPermanent: true, reason: "no"))
        #expect(try await run(handler(), batch(submissions)) == [])
        #expect(mailer.sent.count == 2)
        #expect(store.submissions.filter { $0.status == .failed }.count == 1)
        #expect(try metrics.counts() == ["Notified contact 2", "Failed contact 1"])
    }

    @Test("of a digest, what is given up is counted and what is put off is given again")
    func givenUpInDigest() async throws {
        var submissions = (1...30).map { Submission.sample($0) }
        submissions[0].delivery.attempts = 500
        for submission in submissions { _ = try await store.insert(submission) }
        mailer.failNext(MailerError(code: "throttled", isPermanent: false, reason: "slow down"))
        #expect(try await run(handler(), batch(submissions)) == (2...30).map(String.init))
        #expect(mailer.attempts == 1)
        #expect(store.submissions.map(\.status) == [.failed] + Array(repeating: .received, count: 29))
        #expect(try metrics.counts() == ["Failed contact 1"])
    }

    @Test(
        "records that can't be read keep no other from its mail",
        arguments: [
            "7", "{}", #"{"eventName":"INSERT"}"#, #"{"eventName":"INSERT","dynamodb":{"SequenceNumber":"9"}}"#,
            #"{"eventName":"INSERT","dynamodb":{"SequenceNumber":"9","Keys":{"pk":{"S":"contact"},"sk":{"S":"x"}}}}"#,
            #"{"eventName":"INSERT","dynamodb":{"SequenceNumber":"9","Keys":{"pk":{"S":"a b#1"},"sk":{"S":"0"}}}}"#,
        ]
    )
    func poisonRecord(poison: String) async throws {
        let submissions = try await fill(2)
        let records = [poison] + submissions.enumerated().map { record($1, number: $0 + 1) }
        #expect(try await run(handler(), "{\"Records\":[\(records.joined(separator: ","))]}") == [])
        #expect(mailer.sent.count == 2)
    }

    @Test("an item that can't be read is passed over, and counted for the alarm")
    func corrupt() async throws {
        let submissions = try await fill(3)
        // The first is what the mails mention.
        store.failNext(StoreError(.corrupt, "no fields"), count: 2)
        #expect(try await run(handler(), batch(submissions)) == [])
        #expect(mailer.sent.count == 2)
        #expect(try metrics.counts() == ["Notified contact 2", "Failed contact 1"])
    }

    @Test("a digest with an item that can't be read goes out with the others")
    func corruptInDigest() async throws {
        let submissions = try await fill(40)
        let handler = try handler()
        // What the mails mention is asked for once; then come the digest of all and that of the first half. Its quarters are
        // read, and so is the second half.
        store.failNext(StoreError(.corrupt, "no fields"), count: 3)
        #expect(try await run(handler, batch(submissions)) == [])
        #expect(store.submissions.allSatisfy { $0.status == .notified })
        #expect(mailer.sent.map(\.subject) == ["10 new messages", "10 new messages", "20 new messages"])
    }

    @Test(
        "a digest with a message that is refused goes out with the others, from the stream and from the sweep",
        arguments: [true, false]
    )
    func poisonInDigest(isStream: Bool) async throws {
        var submissions = (1...40).map { Submission.sample($0) }
        submissions[13].fields = [Field("message", "POISON")]
        for submission in submissions { _ = try await store.insert(submission) }
        mailer.refuse("POISON", with: MailerError(code: "ses-refused", isPermanent: true, reason: "no"))
        let event = isStream ? batch(submissions) : #"{"source":"brevlada.sweep"}"#
        #expect(try await run(handler(), event) == [])
        #expect(store.submissions.filter { $0.status == .failed }.map(\.id) == [submissions[13].id])
        #expect(store.submissions.count { $0.status == .notified } == 39)
        #expect(mailer.attempts <= 13, "\(mailer.attempts) mails")
        #expect(try metrics.counts().suffix(2) == ["Notified contact 39", "Failed contact 1"])
    }

    @Test("halves of a refused digest that there is no time for are given again, and only they")
    func poisonAtTheDeadline() async throws {
        var submissions = (1...40).map { Submission.sample($0) }
        submissions[39].fields = [Field("message", "POISON")]
        for submission in submissions { _ = try await store.insert(submission) }
        mailer.refuse("POISON", with: MailerError(code: "ses-refused", isPermanent: true, reason: "no"))
        // Each mail takes ten seconds: the digest, its first half and its second half.
        let (start, mailer) = (now, mailer)
        let handler = try handler { start.advanced(by: .seconds(Int64(mailer.attempts) * 10)) }
        let given = try await run(handler, batch(submissions), secondsLeft: 25)
        #expect(given == (21...40).map(String.init))
        #expect(mailer.sent.map(\.subject) == ["20 new messages"])
        #expect(store.submissions.map(\.status) == submissions.indices.map { $0 < 20 ? .notified : .received })
        #expect(try await run(self.handler(), batch(submissions)) == [])
        #expect(store.submissions.map(\.status) == submissions.indices.map { $0 < 39 ? .notified : .failed })
    }

    @Test("when nothing can be sent the rest is given again without a try, uncharged")
    func outage() async throws {
        let submissions = try await fill(4)
        mailer.setOutage(
            MailerError(code: "connection-failed", isPermanent: false, reason: "down", affectsAllMail: true)
        )
        #expect(try await run(handler(), batch(submissions)) == ["1", "2", "3", "4"])
        #expect(mailer.attempts == 1)
        #expect(store.submissions.filter { $0.delivery.attempts == 0 }.count == 3)
    }

    @Test("when the store is out of reach everything is given again")
    func storeOutage() async throws {
        let submissions = try await fill(3)
        store.setOutage(StoreError(.unavailable, "throttled"))
        #expect(try await run(handler(), batch(submissions)) == ["1", "2", "3"])
        #expect(mailer.sent.isEmpty)
    }

    @Test("no mail is begun that the invocation's end would cut")
    func deadline() async throws {
        let submissions = try await fill(3)
        #expect(try await run(handler(), batch(submissions), secondsLeft: 2) == ["1", "2", "3"])
        #expect(mailer.attempts == 0)
    }

    @Test("a flood shares a mail, and what was held is said in it")
    func digest() async throws {
        let submissions = try await fill(30)
        _ = try await fill(2, from: 50, status: .held)
        #expect(try await run(handler(), batch(submissions)) == [])
        #expect(mailer.sent.count == 1)
        #expect(mailer.sent[0].text.contains("2"))
        #expect(try metrics.counts() == ["Notified contact 30"])
    }

    @Test("the sweep mails what is overdue and leaves alone what is on its way")
    func sweep() async throws {
        let overdue = try await fill(2)
        let young = Submission.sample(Int(Interval.hours(1).milliseconds / 1000) - 60)
        _ = try await store.insert(young)
        _ = try await run(handler(), #"{"source":"brevlada.sweep"}"#)
        #expect(mailer.sent.map(\.subject) == ["2 new messages"])
        #expect(store.submissions.filter { $0.status == .received }.map(\.id) == [young.id])
        #expect(try metrics.counts() == ["Overdue - 2", "Notified contact 2"])
        _ = overdue
    }

    @Test("the sweep mails what its Region took in, however much of another one's waits longer")
    func sweepBesideAnotherRegion() async throws {
        // As many as a sweep looks at.
        for number in 1...15_000 {
            var submission = Submission.sample(-number)
            submission.region = "us-east-1"
            _ = try await store.insert(submission)
        }
        let ours = try await fill(1)
        _ = try await run(handler(), #"{"source":"brevlada.sweep"}"#)
        #expect(store.submissions.filter { $0.status == .notified }.map(\.id) == ours.map(\.id))
        #expect(try metrics.counts() == ["Overdue - 1", "Notified contact 1"])
    }

    @Test("what was refused before goes singly, so that it takes no other with it")
    func sweepOfTheRefused() async throws {
        for number in 1...3 {
            var submission = Submission.sample(number)
            submission.delivery.attempts = 4
            _ = try await store.insert(submission)
        }
        mailer.failNext(MailerError(code: "refused", isPermanent: true, reason: "no"))
        _ = try await run(handler(), #"{"source":"brevlada.sweep"}"#)
        #expect(store.submissions.map(\.status) == [.failed, .notified, .notified])
        #expect(try metrics.counts() == ["Overdue - 3", "Notified contact 2", "Failed contact 1"])
    }

    @Test("single mails and digests say what was held and given up within 30 days, whatever the form")
    func unmailed() async throws {
        let old = now.advanced(by: .days(29))
        for (number, status) in [SubmissionStatus.held, .held, .failed].enumerated() {
            _ = try await store.insert(.sample(7000 + number, form: .sampleOrder, status: status))
        }
        let handler = try handler { old }
        for count in [1, 30] {
            let batch = try await fill(count, from: count * 100)
            #expect(try await run(handler, self.batch(batch), at: old) == [])
            let text = try #require(mailer.sent.last?.text)
            #expect(text.contains("2 messages were held") && text.contains("1 message could not be mailed"))
        }
    }

    @Test("counts that can't be read, or that there is no time for, keep no mail back")
    func countsUnreadable() async throws {
        _ = try await fill(2, from: 5000, status: .held)
        let handler = try handler()
        let batch = try await fill(1)
        #expect(try await run(handler, self.batch(batch), secondsLeft: 7) == [])
        #expect(mailer.sent.last?.text.contains("held") == false)
        let next = try await fill(1, from: 2)
        #expect(try await run(handler, self.batch(next)) == [])
        #expect(mailer.sent.last?.text.contains("2 messages were held") == true)
    }

    @Test("a sweep looks again in an hour at how many were held")
    func heldCounts() async throws {
        _ = try await fill(2, from: 5000, status: .held)
        let clock = Mutex(now)
        let handler = try handler { clock.withLock { $0 } }
        func sweep(_ number: Int) async throws -> String? {
            _ = try await fill(2, from: number)
            _ = try await run(handler, #"{"source":"brevlada.sweep"}"#, at: clock.withLock { $0 })
            return mailer.sent.last?.text.split(separator: "\n").last { $0.contains("held") }.map { String($0) }
        }
        #expect(try await sweep(1)?.contains("2 messages") == true)
        _ = try await fill(3, from: 6000, status: .held)
        #expect(try await sweep(11)?.contains("2 messages") == true)
        clock.withLock { $0 = $0.advanced(by: .hours(1)) }
        #expect(try await sweep(21)?.contains("5 messages") == true)
    }

    @Test(
        "mail that can't be sent for a week is failed by then, shown as overdue meanwhile, and goes out when asked for",
        arguments: [(1, false), (30, true)]
    )
    func week(count: Int, affectsAllMail: Bool) async throws {
        let submissions = try await fill(count)
        let error = MailerError(code: "throttled", isPermanent: false, reason: "slow", affectsAllMail: affectsAllMail)
        mailer.setOutage(error)
        let clock = Mutex(Timestamp.sample)
        let handler = try handler { clock.withLock { $0 } }
        func sweep() async throws -> [String] {
            let now = clock.withLock { $0 }
            _ = try await run(handler, #"{"source":"brevlada.sweep"}"#, at: now)
            return try metrics.counts()
        }
        var failed = 0
        for number in 0..<(7 * 24 * 12) {
            clock.withLock { $0 = Timestamp.sample.advanced(by: .minutes(Int64(number) * 5)) }
            let isWaiting = number > 3 && store.submissions.contains { $0.status == .received }
            let counts = try await sweep()
            // Each sweep tells the alarm, also while all wait for their next attempt.
            if isWaiting { #expect(counts.first != "Overdue - 0") }
            for line in counts where line.hasPrefix("Failed contact ") { failed += Int(line.dropFirst(15)) ?? 0 }
            // Given up when three days of waits are over, and not before.
            if number < 3 * 24 * 12 - 24 { #expect(store.submissions.allSatisfy { $0.status == .received }) }
            if number == 4 * 24 * 12 { #expect(store.submissions.allSatisfy { $0.status == .failed }) }
        }
        #expect(failed == count)
        #expect(store.submissions.allSatisfy { $0.delivery.lastError == "not sent within 3 days: throttled: slow" })
        #expect(try await sweep() == ["Overdue - 0"])
        mailer.setOutage(nil)
        for submission in submissions {
            _ = try await store.apply(.resent, to: submission.key, at: clock.withLock { $0 })
        }
        clock.withLock { $0 = $0.advanced(by: .minutes(10)) }
        _ = try await sweep()
        #expect(store.submissions.allSatisfy { $0.status == .notified })
    }

    @Test("a steady flood is an hour's mails as they come, then digests by the sweep; none is lost, none mailed twice")
    func steadyFlood() async throws {
        let clock = Mutex(Timestamp.sample)
        let handler = try handler { clock.withLock { $0 } }
        var counts: [String] = []
        for second in stride(from: 2, through: 1800, by: 2) {
            let now = Timestamp.sample.advanced(by: .seconds(Int64(second)))
            clock.withLock { $0 = now }
            // The mapping gathers for two seconds.
            let batch = try await fill(2, from: second - 1)
            #expect(try await run(handler, self.batch(batch), at: now) == [])
            if second % 300 == 0 {
                _ = try await run(handler, #"{"source":"brevlada.sweep"}"#, at: now)
                counts += try metrics.counts()
            }
        }
        let end = Timestamp.sample.advanced(by: .seconds(2100))
        clock.withLock { $0 = end }
        _ = try await run(handler, #"{"source":"brevlada.sweep"}"#, at: end)
        #expect(store.submissions.count == 1800)
        #expect(store.submissions.allSatisfy { $0.status == .notified })
        let waits = store.submissions.map { $0.delivery.notifiedAt?.since($0.receivedAt) ?? .days(1) }
        #expect(waits.allSatisfy { $0 <= .minutes(10) })
        // 60 as they come, one a minute from the stream, and three lists each sweep.
        #expect(mailer.sent.count <= 60 + 30 + 6 * 4, "\(mailer.sent.count) mails")
        let listed = mailer.sent.reduce(0) { sum, mail in
            sum + (mail.subject.split(separator: " ").first.flatMap { Int($0) } ?? 1)
        }
        #expect(listed == 1800)
        counts += try metrics.counts()
        // A flood that waits its turn is no trouble.
        #expect(counts.filter { $0.hasPrefix("Overdue") } == Array(repeating: "Overdue - 0", count: 7))
    }

    @Test("a flood of ten thousand is about a hundred mails")
    func largeFlood() async throws {
        let handler = try handler()
        for number in 0..<100 {
            let batch = try await fill(100, from: number * 100)
            #expect(try await run(handler, self.batch(batch)) == [])
        }
        #expect(store.submissions.count == 10_000)
        #expect(store.submissions.allSatisfy { $0.status == .notified })
        #expect(mailer.sent.count == 100)
    }

    @Test("a sweep that finds nothing says so in its metric")
    func emptySweep() async throws {
        _ = try await run(handler(), #"{"source":"brevlada.sweep"}"#)
        #expect(try metrics.counts() == ["Overdue - 0"])
    }

    @Test("what is neither a batch nor the sweep is the function's error")
    func unknownEvents() async throws {
        let handler = try handler()
        for event in ["{}", #"{"source":"aws.events"}"#, "[]"] {
            await #expect(throws: LambdaFailure.self) {
                try await handler.handle(Array(event.utf8), .test(at: now))
            }
        }
        store.setOutage(StoreError(.unavailable, "down"))
        await #expect(throws: LambdaFailure.self) {
            try await handler.handle(Array(#"{"source":"brevlada.sweep"}"#.utf8), .test(at: now))
        }
    }

    // MARK: -

    @Test("the sweep tells what waits too long and what was given up, and afterwards that it is over")
    func alerts() async throws {
        let channel = RecordingAlertChannel()
        let watch = MailWatch(
            outbox: store,
            channel: channel,
            memory: InMemoryAlertMemory(),
            late: LateRule(retry: RetrySchedule()),
            region: "eu-north-1"
        )
        _ = try await fill(2)
        let failed = try await fill(1, from: 10, status: .failed)
        // The mails go out in this sweep; that they waited for an hour is told.
        #expect(try await run(handler(watch: watch), #"{"source":"brevlada.sweep"}"#) == [])
        #expect(channel.sent.map(\.trouble.waitingCount) == [2])
        #expect(channel.sent.map(\.trouble.failedCount) == [1])
        #expect(store.submissions.count { $0.status == .notified } == 2)
        _ = try await store.apply(.resent, to: failed[0].key, at: now)
        _ = try await store.apply(.notified(providerMessageID: "1"), to: failed[0].key, at: now)
        _ = try await run(handler(watch: watch), #"{"source":"brevlada.sweep"}"#)
        #expect(channel.sent.map(\.kind) == [.failing, .recovered])
    }

    @Test("a webhook that is down holds up no mail")
    func alertsDown() async throws {
        let channel = RecordingAlertChannel()
        channel.setDown(true)
        let watch = MailWatch(
            outbox: store,
            channel: channel,
            memory: InMemoryAlertMemory(),
            late: LateRule(retry: RetrySchedule())
        )
        _ = try await fill(2)
        _ = try await run(handler(watch: watch), #"{"source":"brevlada.sweep"}"#)
        #expect(channel.refused.count == 1)
        #expect(store.submissions.count { $0.status == .notified } == 2)
    }

    @Test("what came in gets a receipt, though the stream tells of it twice, and nothing else does")
    func receipts() async throws {
        let submissions = try await fill(2) + fill(1, from: 10, status: .held)
        let expiring = Submission.sample(20, expiresAt: .farFuture)
        let handler = try handler(books: store)
        for _ in 0..<2 { #expect(try await run(handler, batch(submissions + [expiring])) == []) }
        #expect(store.receipts == Set((submissions + [expiring]).map(\.receipt)))
        for other in [
            record(.sample(30), kind: "ledger"), record(.sample(31), eventName: "MODIFY", before: .held),
            record(.sample(32), eventName: "REMOVE"),
        ] {
            _ = try await run(handler, "{\"Records\":[\(other)]}")
        }
        #expect(store.receipts.count == 4)
    }

    @Test("when receipts can't be entered the mails go out, the batch is given again and nobody is mailed twice")
    func receiptsNotEntered() async throws {
        let submissions = try await fill(3)
        books.setOutage(StoreError(.unavailable, "throttled"))
        let handler = try handler()
        #expect(try await run(handler, batch(submissions)) == ["1"])
        #expect(mailer.sent.count == 3)
        books.setOutage(nil)
        #expect(try await run(handler, batch(submissions)) == [])
        #expect(books.receipts.count == 3)
        #expect(mailer.sent.count == 3)
    }

    @Test("what is removed from outside is counted for the alarm; what the owner or retention removes is not")
    func removedFromOutside() async throws {
        var submissions = try await fill(3)
        let expired = Submission.sample(20, expiresAt: now)
        _ = try await store.insert(expired)
        submissions.append(expired)
        let handler = try handler(books: store)
        _ = try await run(handler, batch(submissions))
        _ = try metrics.counts()
        #expect(try await store.delete(submissions[0].key, at: now))
        for submission in [submissions[1], expired] { store.lose(submission.key) }
        let removals = [submissions[0], submissions[1], expired].map { record($0, eventName: "REMOVE") }
        let others = [record(submissions[2], eventName: "REMOVE", kind: "ledger")]
        #expect(try await run(handler, "{\"Records\":[\((removals + others).joined(separator: ","))]}") == [])
        #expect(try metrics.counts() == ["Missing - 1"])
    }

    @Test("what retention removed is not missing, though it is in no book; what it was not to remove yet is")
    func removedByRetention() async throws {
        let submissions = (1...3).map { Submission.sample($0) }
        for submission in submissions { store.lose(submission.key) }
        let ends = [now, now.advanced(by: .seconds(-1)), now.advanced(by: .seconds(1))]
        for (submission, end) in zip(submissions, ends) {
            let removal = record(submission, eventName: "REMOVE", timeToLive: end)
            _ = try await run(handler(books: store), "{\"Records\":[\(removal)]}")
            #expect(try metrics.counts() == (end > now ? ["Missing - 1"] : []))
        }
    }

    @Test("what is missing is looked for a second time, and only what is missing then too is counted")
    func secondLook() async throws {
        let (late, lost) = (Submission.sample(1), Submission.sample(2))
        let books = LateBooks([late.key, lost.key], thenMissing: [lost.key])
        let removals = [late, lost].map { record($0, eventName: "REMOVE") }.joined(separator: ",")
        #expect(try await run(handler(books: books), "{\"Records\":[\(removals)]}") == [])
        #expect(try metrics.counts() == ["Missing - 1"])
        #expect(books.asked.withLock { $0 } == [[late.key, lost.key], [late.key, lost.key]])

        let none = LateBooks([late.key], thenMissing: [])
        _ = try await run(handler(books: none), "{\"Records\":[\(record(late, eventName: "REMOVE"))]}")
        #expect(try metrics.counts() == [])
    }

    @Test(
        "what SES tells to have been returned is bounced and counted; a complaint is counted, and SES's greeting is nothing"
    )
    func returned() async throws {
        let submissions = try await fill(3)
        let handler = try handler()
        _ = try await run(handler, batch(submissions))
        _ = try metrics.counts()
        _ = try await run(handler, topic(event(of: "recorded-1", "Complaint", about: [submissions[0]])))
        _ = try await run(handler, topic(event(of: "recorded-1", about: [])))
        #expect(try metrics.counts() == ["Returned - 1", "Returned - 1"])
        // What SES says to a topic that it is given, and the answer of an absent reader.
        _ = try await run(handler, topic("Successfully validated SNS topic for Amazon SES event publishing."))
        _ = try await run(
            handler,
            topic(#"{"eventType":"Bounce","bounce":{"bounceType":"Transient"},"mail":{"messageId":"1"}}"#)
        )
        #expect(try metrics.counts() == [])
        #expect(store.submissions.allSatisfy { $0.status == .notified })
        _ = try await run(handler, topic(event(of: "recorded-1", about: [submissions[0]])))
        _ = try await run(handler, topic(event(of: "recorded-2", "Reject", about: [submissions[1]])))
        let reasons = try await store.find(submissions.map(\.key)).map { $0?.delivery.lastError }
        #expect(
            reasons == [
                "bounced (Permanent, General); owner@example.se: smtp; 550 5.1.1 user unknown",
                "rejected by SES: Bad content", nil,
            ]
        )
        let statuses = try await store.find(submissions.map(\.key)).map { $0?.status }
        #expect(statuses == [.bounced, .bounced, .notified])
    }

    @Test("news that can't be marked for now is an error, so that Lambda gives it again")
    func returnedTooEarly() async throws {
        let submissions = try await fill(1)
        let handler = try handler()
        let news = topic(event(of: "recorded-1", about: submissions))
        func failure() async -> String? {
            do { _ = try await run(handler, news) } catch { return (error as? LambdaFailure)?.type }
            return nil
        }
        #expect(await failure() == "Mail.NotYetMarked")
        _ = try await run(handler, batch(submissions))
        _ = try metrics.counts()
        store.setOutage(StoreError(.unavailable, "throttled"))
        #expect(await failure() == "Store.Unavailable")
        #expect(try metrics.counts() == ["Returned - 1"], "the alarm rings also for what is never marked")
        store.setOutage(nil)
        #expect(await failure() == nil)
        #expect(store.submissions.map(\.status) == [.bounced])
    }

    private func topic(_ message: String) -> String {
        JSONWriter.text { writer in
            writer.object { root in
                root.name("Records")
                root.array { records in
                    records.object { record in
                        record.member("EventSource", "aws:sns")
                        record.name("Sns")
                        record.object { $0.member("Message", message) }
                    }
                }
            }
        }
    }

    /// As SES publishes it when a mail of that id bounced, or was rejected or complained of.
    private func event(of id: String, _ type: String = "Bounce", about submissions: [Submission]) -> String {
        JSONWriter.text { writer in
            writer.object { root in
                root.member("eventType", type)
                root.name("mail")
                root.object { mail in
                    mail.member("messageId", id)
                    mail.member("timestamp", now.iso8601)
                    mail.name("headers")
                    mail.array { headers in
                        headers.object { header in
                            header.member("name", SubmissionsField.name)
                            header.member(
                                "value",
                                submissions.map { "\($0.form): \($0.id)" }.joined(separator: "\r\n ")
                            )
                        }
                    }
                }
                root.name("reject")
                root.object { $0.member("reason", "Bad content") }
                root.name("bounce")
                root.object { bounce in
                    bounce.member("bounceType", "Permanent")
                    bounce.member("bounceSubType", "General")
                    bounce.name("bouncedRecipients")
                    bounce.array { recipients in
                        recipients.object { recipient in
                            recipient.member("emailAddress", "owner@example.se")
                            recipient.member("diagnosticCode", "smtp; 550 5.1.1 user unknown")
                        }
                    }
                }
            }
        }
    }

    private func handler(
        watch: MailWatch? = nil,
        reminds: Bool = false,
        books: (any ReceiptBook)? = nil,
        _ clock: (@Sendable () -> Timestamp)? = nil
    ) throws -> SendContactInfoEmailHandler {
        let settings = NotificationSettings(
            sender: try Mailbox(parsing: "form@example.se"),
            recipients: [try Mailbox(parsing: "owner@example.se")],
            language: .english,
            forms: [:]
        )
        let sender = NotificationSender(settings: settings, store: store, mailer: mailer)
        let reminder = UnmailedReminder(
            settings: settings,
            outbox: store,
            mailer: mailer,
            memory: InMemoryAlertMemory(),
            region: "eu-north-1",
            interval: .hours(1)
        )
        return SendContactInfoEmailHandler(
            sender: sender,
            outbox: store,
            books: books ?? self.books,
            region: "eu-north-1",
            watch: watch,
            reminder: reminds ? reminder : nil,
            metrics: metrics.writer,
            now: clock ?? { [now] in now },
            secondLook: .zero
        )
    }

    /// - Returns: the numbers of the records that are to be given again.
    private func run(
        _ handler: SendContactInfoEmailHandler,
        _ event: String,
        secondsLeft: Int64 = 60,
        at moment: Timestamp? = nil
    ) async throws -> [String] {
        let answer = try await handler.handle(Array(event.utf8), .test(at: moment ?? now, secondsLeft: secondsLeft))
        let failures = try JSONParser.parse(answer, maximumDepth: 4)["batchItemFailures"]?.array ?? []
        return failures.compactMap { $0["itemIdentifier"]?.string }
    }

    private func fill(
        _ count: Int,
        from first: Int = 1,
        status: SubmissionStatus = .received
    ) async throws -> [Submission] {
        let submissions = (first..<(first + count)).map { Submission.sample($0, status: status) }
        for submission in submissions { _ = try await store.insert(submission) }
        return submissions
    }

    private func batch(_ submissions: [Submission]) -> String {
        "{\"Records\":[\(submissions.enumerated().map { record($1, number: $0 + 1) }.joined(separator: ","))]}"
    }

    private func record(
        _ submission: Submission,
        number: Int = 1,
        eventName: String = "INSERT",
        region: String? = nil,
        kind: String = "submission",
        before: SubmissionStatus? = nil,
        timeToLive: Timestamp? = nil
    ) -> String {
        JSONWriter.text { writer in
            writer.object { record in
                record.member("eventName", eventName)
                record.name("dynamodb")
                record.object { change in
                    change.member("SequenceNumber", "\(number)")
                    change.name("Keys")
                    change.object { keys in
                        keys.name("pk")
                        keys.object { $0.member("S", "\(submission.form)#3") }
                        keys.name("sk")
                        keys.object { $0.member("S", "\(submission.id)") }
                    }
                    if before != nil || eventName == "REMOVE" {
                        change.name("OldImage")
                        change.object { image in
                            image.name("kind")
                            image.object { $0.member("S", kind) }
                            image.name("status")
                            image.object { $0.member("S", (before ?? submission.status).rawValue) }
                            if let timeToLive {
                                image.name("expiresAt")
                                image.object { $0.member("N", "\(timeToLive.milliseconds / 1000)") }
                            }
                        }
                    }
                    guard eventName != "REMOVE" else { return }
                    change.name("NewImage")
                    change.object { image in
                        image.name("kind")
                        image.object { $0.member("S", kind) }
                        image.name("status")
                        image.object { $0.member("S", submission.status.rawValue) }
                        image.name("receivedAt")
                        image.object { $0.member("N", "\(submission.receivedAt.milliseconds)") }
                        if let expiresAt = submission.expiresAt {
                            image.name("expiresAtMilliseconds")
                            image.object { $0.member("N", "\(expiresAt.milliseconds)") }
                        }
                        guard let region else { return }
                        image.name("region")
                        image.object { $0.member("S", region) }
                    }
                }
            }
        }
    }
}

/// Books of another Region, which come late: what they miss at the first look, and what they miss ever after.
private final class LateBooks: ReceiptBook {
    let asked = Mutex<[[SubmissionKey]]>([])
    private let answers: Mutex<[[SubmissionKey]]>

    init(_ missing: [SubmissionKey], thenMissing: [SubmissionKey]) {
        answers = Mutex([missing, thenMissing])
    }

    func enter(_ receipts: [Receipt]) {}

    func missing(among keys: [SubmissionKey], at now: Timestamp) -> [SubmissionKey] {
        asked.withLock { $0.append(keys) }
        return answers.withLock { $0.count > 1 ? $0.removeFirst() : $0[0] }
    }
}
