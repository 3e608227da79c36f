// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm
import ContactFormTesting
import Logging
import Mail
import ServiceLifecycle
import Synchronization
import Testing

@testable import ContactFormServer

@Suite("NotificationWorker")
struct NotificationWorkerTests {
    let store = InMemorySubmissionStore()
    let mailer = RecordingMailer()
    let now = Timestamp.sample.advanced(by: .hours(1))

    func worker(
        digest: DigestRule = DigestRule(),
        store: (any SubmissionStore)? = nil,
        outbox: (any Outbox)? = nil,
        forms: [FormName: FormDefinition] = [:],
        recipients: [String] = ["owner@example.se"],
        leastOperatorPause: Interval = .seconds(30),
        reminds: Bool = false,
        now clock: (@Sendable () -> Timestamp)? = nil
    ) throws -> NotificationWorker {
        var settings = NotificationSettings(
            sender: try Mailbox(parsing: "form@example.se"),
            recipients: try recipients.map { try Mailbox(parsing: $0) },
            language: .english,
            forms: forms
        )
        settings.digest = digest
        let reminder = UnmailedReminder(
            settings: settings,
            outbox: self.store,
            mailer: mailer,
            memory: InMemoryAlertMemory(),
            interval: .seconds(0)
        )
        return NotificationWorker(
            outbox: outbox ?? self.store,
            sender: NotificationSender(settings: settings, store: store ?? self.store, mailer: mailer),
            reminder: reminds ? reminder : nil,
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }),
            now: clock ?? { [now] in now },
            leastOperatorPause: leastOperatorPause
        )
    }

    func fill(_ count: Int, status: SubmissionStatus = .received) async throws {
        for number in 1...count { _ = try await store.insert(.sample(number, status: status)) }
    }

    @Test("everything due is mailed once, and then there is nothing to do")
    func delivers() async throws {
        try await fill(3)
        let worker = try worker()
        var memory = DeliveryMemory()
        #expect(await worker.deliverDue(&memory) == .done)
        #expect(mailer.sent.count == 3)
        #expect(await worker.deliverDue(&memory) == .done)
        #expect(mailer.sent.count == 3)
    }

    @Test("what is held is told after the mails, and not at all when one of them has mentioned it")
    func reminds() async throws {
        try await fill(2, status: .held)
        let worker = try worker(reminds: true, now: { [now] in now.advanced(by: .hours(1)) })
        var memory = DeliveryMemory()
        _ = try await store.insert(.sample(3))
        #expect(await worker.deliverDue(&memory) == .done)
        #expect(mailer.sent.map(\.subject) == ["New message from Astrid Öberg"])
        let other = try self.worker(reminds: true, now: { [now] in now.advanced(by: .hours(1)) })
        memory = DeliveryMemory()
        for _ in 1...2 { #expect(await other.deliverDue(&memory) == .done) }
        #expect(mailer.sent.map(\.subject).dropFirst() == ["2 messages held as suspected spam"])
        #expect(memory.history.sent(to: mailer.sent[1].to, at: now.advanced(by: .hours(1))).count == 1)
    }

    @Test("a mail server that takes no reminder either is left alone as for any mail")
    func reminderRefused() async throws {
        try await fill(1, status: .held)
        for (needsOperator, pass) in [(false, NotificationWorker.Pass.serverTrouble), (true, .operatorNeeded)] {
            mailer.setOutage(
                MailerError(
                    code: "down",
                    isPermanent: false,
                    reason: "down",
                    affectsAllMail: true,
                    needsOperator: needsOperator
                )
            )
            var memory = DeliveryMemory()
            let worker = try worker(reminds: true, now: { [now] in now.advanced(by: .hours(1)) })
            #expect(await worker.deliverDue(&memory) == pass)
            #expect(memory.refusals == (needsOperator ? 1 : 0))
            #expect(await worker.deliverDue(&memory) == .done)
        }
        #expect(mailer.attempts == 2)
    }

    @Test("a mail server that is out of reach is asked once, not once for each mail")
    func serverTrouble() async throws {
        try await fill(10)
        let worker = try worker()
        var memory = DeliveryMemory()
        let down = MailerError(code: "connection-failed", isPermanent: false, reason: "down", affectsAllMail: true)
        mailer.setOutage(down)
        #expect(await worker.deliverDue(&memory) == .serverTrouble)
        #expect(mailer.attempts == 1)
        #expect(store.submissions.filter { $0.delivery.attempts == 0 }.count == 9)
        mailer.setOutage(nil)
        #expect(await worker.deliverDue(&memory) == .done)
        #expect(mailer.sent.count == 9)
    }

    @Test(
        "a mail server in trouble is left alone for up to a minute, and for up to half an hour when a person must act",
        arguments: [
            (false, [2, 4, 8, 16, 32, 60, 60, 60, 60, 60]), (true, [2, 4, 8, 16, 32, 60, 300, 900, 1_800, 1_800]),
        ]
    )
    func pauses(needsOperator: Bool, seconds: [Int64]) {
        let pauses = (1...10).map { NotificationWorker.pause(afterFailures: $0, needsOperator: needsOperator) }
        #expect(pauses == seconds.map(Interval.seconds))
    }

    @Test("that a person must act is remembered until a mail goes out, also while nothing is due or the server is away")
    func operatorNeeded() async throws {
        try await fill(4)
        let worker = try worker()
        var memory = DeliveryMemory()
        func fail(needsOperator: Bool) {
            mailer.failNext(
                MailerError(
                    code: "no",
                    isPermanent: false,
                    reason: "no",
                    affectsAllMail: true,
                    needsOperator: needsOperator
                )
            )
        }
        for count in 1...2 {
            fail(needsOperator: true)
            #expect(await worker.deliverDue(&memory) == .operatorNeeded)
            #expect(mailer.attempts == count)
            #expect(memory.refusals == count)
        }
        fail(needsOperator: false)
        #expect(await worker.deliverDue(&memory) == .serverTrouble)
        #expect(memory.refusals == 2)
        #expect(await worker.deliverDue(&memory) == .done)
        #expect(mailer.sent.count == 1)
        #expect(memory.refusals == 0)
    }

    @Test("one refused mail does not hold up the others")
    func poison() async throws {
        try await fill(5)
        mailer.failNext(MailerError(code: "refused", isPermanent: true, reason: "no"))
        var memory = DeliveryMemory()
        #expect(try await worker().deliverDue(&memory) == .done)
        #expect(mailer.sent.count == 4)
        #expect(store.submissions.filter { $0.status == .failed }.count == 1)
    }

    @Test("a flood shares mails, and so does what follows within the hour")
    func digests() async throws {
        var rule = DigestRule()
        rule.batch = 3
        rule.perHour = 4
        let worker = try worker(digest: rule)
        var memory = DeliveryMemory()
        try await fill(3)
        _ = await worker.deliverDue(&memory)
        #expect(mailer.sent.count == 3)
        for number in 4...5 { _ = try await store.insert(.sample(number)) }
        _ = await worker.deliverDue(&memory)
        #expect(mailer.sent.count == 4 && mailer.sent.last?.subject == "2 new messages")
        #expect(store.submissions.allSatisfy { $0.status == .notified })
    }

    @Test(
        "a steady flood is at most an hour's mails as they come and as many digests, each submission in exactly one",
        arguments: [(1, 400, 66), (2, 150, 63), (1, 45, 45)]
    )
    func steadyFlood(secondsApart: Int, count: Int, mails: Int) async throws {
        let clock = Mutex(Timestamp.sample)
        let worker = try worker { clock.withLock { $0 } }
        var memory = DeliveryMemory()
        func pass() async { _ = await worker.deliverDue(&memory) }
        for number in 1...count {
            let submission = Submission.sample(number * secondsApart)
            clock.withLock { $0 = submission.receivedAt }
            _ = try await store.insert(submission)
            await pass()
            // A lone message goes at once.
            if number == 1 { #expect(mailer.sent.count == 1) }
        }
        while memory.left > 0 {
            clock.withLock { $0 = $0.advanced(by: .seconds(1)) }
            await pass()
        }
        #expect(store.submissions.allSatisfy { $0.status == .notified })
        #expect(mailer.sent.count <= mails, "\(mailer.sent.count) mails")
        let waits = store.submissions.map { $0.delivery.notifiedAt?.since($0.receivedAt) ?? .days(1) }
        #expect(waits.allSatisfy { $0 <= .minutes(1) })
        let listed = mailer.sent.reduce(0) { sum, mail in
            sum + (mail.subject.split(separator: " ").first.flatMap { Int($0) } ?? 1)
        }
        #expect(listed == count)
    }

    @Test("what some of the recipients have shares a mail with its like alone")
    func inPart() async throws {
        let recipients = ["a@example.se", "b@example.se"]
        let worker = try worker(recipients: recipients)
        var memory = DeliveryMemory()
        for number in 1...50 {
            var submission = Submission.sample(number)
            if number > 25 { submission.delivery.part = PartialDelivery(reached: [recipients[0]]) }
            _ = try await store.insert(submission)
        }
        #expect(await worker.deliverDue(&memory) == .done)
        #expect(mailer.sent.map(\.envelopeRecipients) == [recipients, [recipients[1]]])
        #expect(mailer.sent.map { $0.to.map(\.address.description) } == [recipients, recipients])
        #expect(mailer.sent.map(\.subject) == ["25 new messages", "25 new messages"])
    }

    @Test(
        "a mail for the rest of the recipients tells the others nothing of what was not mailed",
        arguments: [true, false]
    )
    func toldInPart(isInPart: Bool) async throws {
        let recipients = ["a@example.se", "b@example.se"]
        let later = now.advanced(by: .hours(3))
        let worker = try worker(recipients: recipients, reminds: true) { later }
        var memory = DeliveryMemory()
        try await fill(1, status: .held)
        var submission = Submission.sample(2)
        if isInPart { submission.delivery.part = PartialDelivery(reached: [recipients[0]]) }
        _ = try await store.insert(submission)
        #expect(await worker.deliverDue(&memory) == .done)
        #expect(mailer.sent.map(\.envelopeRecipients) == (isInPart ? [[recipients[1]], recipients] : [recipients]))
    }

    @Test("what waits for its turn keeps nobody else's mail from going")
    func floodBesideOthers() async throws {
        var order = FormDefinition(name: .sampleOrder)
        order.recipients = [try Mailbox(parsing: "orders@example.se")]
        let worker = try worker(forms: [.sampleOrder: order])
        var memory = DeliveryMemory()
        for _ in 0..<60 { memory.history.add(to: [try Mailbox(parsing: "owner@example.se")], at: now) }
        try await fill(99)
        let until = now.advanced(by: .minutes(1))
        #expect(await worker.deliverDue(&memory) == .left(until: until))
        #expect(memory.left == 99)
        _ = try await store.insert(.sample(200, form: .sampleOrder))
        #expect(await worker.deliverDue(&memory) == .left(until: until))
        #expect(memory.left == 99)
        #expect(mailer.sent.map { $0.to[0].address.description } == ["orders@example.se"])
        _ = try await store.insert(.sample(100))
        #expect(await worker.deliverDue(&memory) == .done)
        #expect(mailer.sent.last?.subject == "100 new messages")
    }

    @Test(
        "what was held and given up within 30 days is counted in each mail, over the forms with the same recipients",
        arguments: [1, 2]
    )
    func unmailed(count: Int) async throws {
        let clock = Mutex(now)
        var digest = DigestRule()
        digest.batch = 1
        let other = try #require(FormName(rawValue: "other"))
        var order = FormDefinition(name: .sampleOrder)
        order.recipients = [try Mailbox(parsing: "orders@example.se")]
        let worker = try worker(digest: digest, forms: [.sampleOrder: order]) { clock.withLock { $0 } }
        var memory = DeliveryMemory()
        try await fill(2, status: .held)
        for (number, status) in [SubmissionStatus.held, .failed, .bounced].enumerated() {
            _ = try await store.insert(.sample(20 + number, form: other, status: status))
            _ = try await store.insert(.sample(30 + number, form: .sampleOrder, status: status))
        }
        func mail(_ number: Int) async throws -> String {
            for number in number..<(number + count) {
                _ = try await store.insert(.sample(number, nextAttempt: clock.withLock { $0 }))
            }
            #expect(await worker.deliverDue(&memory) == .done)
            return try #require(mailer.sent.last?.text)
        }
        let first = try await mail(100)
        #expect(mailer.sent.count == 1)
        #expect(first.contains("3 messages were held") && first.contains("2 messages could not be mailed"))
        clock.withLock { $0 = now.advanced(by: .days(29)) }
        _ = try await store.insert(.sample(40, status: .held))
        #expect(try await mail(200).contains("4 messages were held"))
        clock.withLock { $0 = now.advanced(by: .days(31)) }
        let last = try await mail(300)
        #expect(!last.contains("held") && !last.contains("could not be mailed"))
    }

    @Test("in a flood the counts are asked for every few seconds, and a mail goes without them when they can't be read")
    func countsLast() async throws {
        let clock = Mutex(now)
        let outbox = CountingOutbox(store)
        let worker = try worker(outbox: outbox) { clock.withLock { $0 } }
        var memory = DeliveryMemory()
        outbox.setFault(StoreError(.unavailable, "locked"))
        for second in 0..<25 {
            if second == 2 { outbox.setFault(nil) }
            clock.withLock { $0 = now.advanced(by: .seconds(Int64(second))) }
            _ = try await store.insert(.sample(second))
            #expect(await worker.deliverDue(&memory) == .done)
        }
        #expect(mailer.sent.count == 25)
        #expect(outbox.count == 2 + 3)
        // Set back, the clock does not keep them for as long as it was ahead.
        clock.withLock { $0 = now.advanced(by: .hours(-1)) }
        _ = try await store.insert(.sample(90, nextAttempt: .sample))
        _ = await worker.deliverDue(&memory)
        #expect(outbox.count == 2 + 3 + 1)
    }

    @Test("an outbox that can't be read is left alone for a while")
    func storeTrouble() async throws {
        store.failNext(StoreError(.unavailable, "locked"))
        var memory = DeliveryMemory()
        #expect(try await worker().deliverDue(&memory) == .serverTrouble)
    }

    @Test(
        "of a digest that is refused only what is refused alone is given up, with a handful of mails",
        arguments: [(31, [31]), (100, [1]), (100, [37]), (100, [50, 51]), (40, [1, 14, 40])]
    )
    func poisonInDigest(count: Int, poison: [Int]) async throws {
        for number in 1...count {
            var submission = Submission.sample(number)
            if poison.contains(number) { submission.fields = [Field("message", "POISON")] }
            _ = try await store.insert(submission)
        }
        let refusal = MailerError(code: "messageRefused", isPermanent: true, reason: "spam")
        mailer.refuse("POISON", with: refusal)
        var memory = DeliveryMemory()
        #expect(try await worker().deliverDue(&memory) == .done)
        let failed = store.submissions.filter { $0.status == .failed }
        #expect(failed.map(\.id) == poison.map { Submission.sample($0).id })
        #expect(failed.allSatisfy { $0.delivery.lastError == refusal.description && $0.delivery.attempts == 1 })
        #expect(store.submissions.count { $0.status == .notified } == count - poison.count)
        // Seven levels for a hundred, two mails each.
        #expect(mailer.attempts <= 1 + 14 * poison.count, "\(mailer.attempts) mails")
        #expect(Set(mailer.sent.map(\.messageID)).count == mailer.sent.count)
        let history = memory.history.sent(to: [try Mailbox(parsing: "owner@example.se")], at: now)
        #expect(history.count == mailer.sent.count)
    }

    @Test("what can't be recorded is not mailed again: only the recording is tried, until the store takes it")
    func unrecorded() async throws {
        try await fill(3)
        let faults = FailingWrites(store)
        let worker = try worker(store: faults)
        var memory = DeliveryMemory()
        faults.setFault(StoreError(.full, "no room"))
        for _ in 1...5 { #expect(await worker.deliverDue(&memory) == .serverTrouble) }
        #expect(mailer.attempts == 1)
        #expect(store.submissions.allSatisfy { $0.status == .received })
        faults.setFault(nil)
        #expect(await worker.deliverDue(&memory) == .done)
        #expect(mailer.attempts == 3)
        #expect(store.submissions.allSatisfy { $0.status == .notified && $0.delivery.attempts == 1 })
    }

    @Test("a refusal that can't be recorded is charged once", arguments: [true, false])
    func unrecordedRefusal(isPermanent: Bool) async throws {
        try await fill(1)
        let faults = FailingWrites(store)
        let worker = try worker(store: faults)
        var memory = DeliveryMemory()
        faults.setFault(StoreError(.unavailable, "locked"))
        mailer.failNext(MailerError(code: "greylisted", isPermanent: isPermanent, reason: "no"))
        for _ in 1...3 { #expect(await worker.deliverDue(&memory) == .serverTrouble) }
        faults.setFault(nil)
        #expect(await worker.deliverDue(&memory) == .done)
        #expect(mailer.attempts == 1)
        #expect(store.submissions.map(\.delivery.attempts) == [1])
        #expect(store.submissions.map(\.status) == [isPermanent ? .failed : .received])
    }

    @Test("an outcome that can never be written holds up no other, and its mail is not sent again")
    func unwritable() async throws {
        try await fill(30)
        let faults = FailingWrites(store)
        let worker = try worker(store: faults)
        var memory = DeliveryMemory()
        let bad = Submission.sample(7).key
        faults.setFault(StoreError(.corrupt, "no status"), of: bad)
        #expect(await worker.deliverDue(&memory) == .serverTrouble)
        _ = try await store.insert(.sample(40))
        for _ in 1...3 { #expect(await worker.deliverDue(&memory) == .done) }
        #expect(mailer.sent.map(\.subject).filter { $0 == "30 new messages" }.count == 1)
        #expect(mailer.attempts == 2)
        #expect(store.submissions.filter { $0.status == .received }.map(\.key) == [bad])
        #expect(store.submissions.allSatisfy { $0.delivery.attempts == ($0.key == bad ? 0 : 1) })
    }

    @Test(
        "a mail that may have arrived goes again as it was, whatever came meanwhile, so that it has the same Message-ID",
        arguments: [1, 3],
        [true, false]
    )
    func mayHaveArrived(count: Int, isWritten: Bool) async throws {
        let clock = Mutex(now)
        var digest = DigestRule()
        digest.batch = 2
        let faults = FailingWrites(store)
        let worker = try worker(digest: digest, store: faults) { clock.withLock { $0 } }
        var memory = DeliveryMemory()
        try await fill(count)
        if !isWritten { faults.setFault(StoreError(.full, "no room")) }
        let lost = MailerError(code: "lost", isPermanent: false, reason: "after the dot", mayHaveArrived: true)
        mailer.failNext(lost)
        #expect(await worker.deliverDue(&memory) == (isWritten ? .done : .serverTrouble))
        faults.setFault(nil)
        for number in 11...15 { _ = try await store.insert(.sample(number)) }
        clock.withLock { $0 = $0.advanced(by: .minutes(1)) }
        #expect(await worker.deliverDue(&memory) == .done)
        #expect(store.submissions.allSatisfy { $0.status == .notified })
        // What is new goes first: each that may have arrived can take minutes.
        #expect(mailer.sent.map(\.subject).first == "5 new messages")
        #expect(mailer.tried.map(\.messageID).first == mailer.tried.map(\.messageID).last)
        #expect(mailer.tried.count == 3)
        #expect(memory.unconfirmed.isEmpty)
    }

    @Test("what waits longer than any mail does is seen a part at a time, and the pass says that there is more")
    func manyMisdated() async throws {
        let worker = try worker()
        for number in 1...700 {
            _ = try await store.insert(.sample(number, nextAttempt: now.advanced(by: .hours(2))))
        }
        var memory = DeliveryMemory()
        #expect(await worker.deliverDue(&memory) == .more)
        #expect(memory.left == 0)
        #expect(store.submissions.count { $0.status == .notified } == 500)
        #expect(await worker.deliverDue(&memory) == .done)
        #expect(store.submissions.count { $0.status == .notified } == 700)
    }

    @Test("a pass of exactly as much as is looked at is the last", arguments: [(500, true), (501, false)])
    func fullPass(count: Int, isDone: Bool) async throws {
        try await fill(count)
        var memory = DeliveryMemory()
        #expect(try await worker().deliverDue(&memory) == (isDone ? .done : .more))
        #expect(memory.left == 0)
        #expect(store.submissions.count { $0.status == .notified } == 500)
    }

    @Test("a mail that may have arrived goes again without what needs none any more")
    func mayHaveArrivedInPart() async throws {
        let clock = Mutex(now)
        var digest = DigestRule()
        digest.batch = 2
        let worker = try worker(digest: digest) { clock.withLock { $0 } }
        var memory = DeliveryMemory()
        try await fill(3)
        mailer.failNext(MailerError(code: "lost", isPermanent: false, reason: "after the dot", mayHaveArrived: true))
        #expect(await worker.deliverDue(&memory) == .done)
        _ = try await store.delete(store.submissions[1].key, at: now)
        clock.withLock { $0 = $0.advanced(by: .minutes(1)) }
        #expect(await worker.deliverDue(&memory) == .done)
        #expect(mailer.sent.map(\.subject) == ["2 new messages"])
        #expect(memory.unconfirmed.isEmpty)
    }

    @Test("a clock that is set back holds up neither what waits nor a digest", arguments: [1, 3_600, 30 * 24 * 3_600])
    func clockSetBack(seconds: Int64) async throws {
        let clock = Mutex(now)
        let worker = try worker { clock.withLock { $0 } }
        var memory = DeliveryMemory()
        for _ in 0..<60 { memory.history.add(to: [try Mailbox(parsing: "owner@example.se")], at: now) }
        try await fill(1)
        mailer.failNext(.sampleTransient)
        clock.withLock { $0 = now.advanced(by: .minutes(1)) }
        #expect(await worker.deliverDue(&memory) == .done)
        // Came in, and put off, before the clock is set back; looked at thereafter.
        let later = Int(now.since(.sample).milliseconds / 1000) + 60
        _ = try await store.insert(.sample(later))
        clock.withLock { $0 = $0.advanced(by: .seconds(-seconds)) }
        for _ in 1...70 {
            _ = await worker.deliverDue(&memory)
            clock.withLock { $0 = $0.advanced(by: .seconds(1)) }
        }
        #expect(store.submissions.map(\.status) == [.notified, .notified])
        // The retry went early, once.
        #expect(mailer.attempts <= 3)
    }

    @Test("a clock that was set back while nothing ran is seen at the start, and a retry keeps its time")
    func clockSetBackBetweenRuns() async throws {
        let untried = Submission.sample(1, nextAttempt: now.advanced(by: .hours(1)))
        var soon = Submission.sample(2, nextAttempt: now.advanced(by: .seconds(4)))
        soon.delivery.attempts = 1
        var far = Submission.sample(3, nextAttempt: now.advanced(by: .hours(2)))
        far.delivery.attempts = 9
        for submission in [untried, soon, far] { _ = try await store.insert(submission) }
        var memory = DeliveryMemory()
        #expect(try await worker().deliverDue(&memory) == .done)
        #expect(store.submissions.map(\.status) == [.notified, .received, .notified])
    }

    @Test("what is overdue and can't be read spins nobody, and the next look is when something is due")
    func unreadable() async throws {
        let outbox = UnreadableFirst(store, due: .sample)
        let worker = try worker(outbox: outbox)
        var memory = DeliveryMemory()
        #expect(await worker.deliverDue(&memory) == .done)
        #expect(await worker.nextWake(memory) == .seconds(2))
        try await fill(1)
        #expect(await worker.deliverDue(&memory) == .done)
        #expect(mailer.sent.count == 1)
        outbox.setDue(now.advanced(by: .milliseconds(300)))
        #expect(await worker.nextWake(memory) == .milliseconds(300))
        outbox.setDue(nil)
        #expect(await worker.nextWake(memory) == .seconds(2))
    }

    @Test("a pause ends in its time although the clock is set back", .timeLimit(.minutes(1)))
    func pause() async throws {
        try await fill(1)
        let down = MailerError(code: "connection-failed", isPermanent: false, reason: "down", affectsAllMail: true)
        mailer.failNext(down)
        let worker = try worker { [now, mailer] in
            mailer.attempts == 0 ? now : now.advanced(by: .hours(-1))
        }
        try await run(worker) {
            while mailer.sent.isEmpty { try await Task.sleep(for: .milliseconds(10)) }
        }
        #expect(mailer.attempts == 2)
    }

    @Test("the owner need not wait until the mail server is asked again", .timeLimit(.minutes(1)))
    func hurried() async throws {
        try await fill(1)
        // Nine failures are pauses of fifty minutes in all.
        let refusal = MailerError(
            code: "no",
            isPermanent: false,
            reason: "no",
            affectsAllMail: true,
            needsOperator: true
        )
        for _ in 1...9 { mailer.failNext(refusal) }
        let clock = Mutex(now)
        let worker = try worker(leastOperatorPause: .milliseconds(1)) { clock.withLock(\.self) }
        try await run(worker) {
            for tried in 1...9 {
                while mailer.attempts < tried { try await Task.sleep(for: .milliseconds(1)) }
                // By then the mail is due again; the pause knows nothing of this clock.
                clock.withLock { $0 = $0.advanced(by: .days(1)) }
                worker.hurry()
            }
            while mailer.sent.isEmpty { try await Task.sleep(for: .milliseconds(1)) }
        }
        #expect(mailer.attempts == 10 && mailer.sent.count == 1)
    }

    @Test("a stored submission wakes the worker, and shutdown ends it")
    func runs() async throws {
        let worker = try worker()
        try await run(worker) {
            _ = try await store.insert(.sample())
            worker.wake()
            while mailer.sent.isEmpty { try await Task.sleep(for: .milliseconds(1)) }
        }
        #expect(mailer.sent.count == 1)
    }

    /// Runs a worker until `body` has ended.
    private func run(_ worker: NotificationWorker, _ body: () async throws -> Void) async throws {
        let group = ServiceGroup(
            configuration: .init(services: [.init(service: worker)], logger: Logger(label: "test"))
        )
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            try await body()
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
    }
}

/// An outbox that stands before another.
private protocol OutboxDecorator: Outbox {
    var store: InMemorySubmissionStore { get }
}

extension OutboxDecorator {
    func dueNotifications(at now: Timestamp, limit: Int) async throws(StoreError) -> DueNotifications {
        try await store.dueNotifications(at: now, limit: limit)
    }

    func nextNotification() async throws(StoreError) -> Timestamp? { try await store.nextNotification() }

    func heldCounts(since moment: Timestamp, limit: Int) async throws(StoreError) -> [FormName: Int] {
        try await store.heldCounts(since: moment, limit: limit)
    }

    func unseenHeldCounts(
        receivedIn moments: Range<Timestamp>,
        in region: String?,
        limit: Int
    ) async throws(StoreError) -> [FormName: Int] {
        try await store.unseenHeldCounts(receivedIn: moments, in: region, limit: limit)
    }

    func failedCounts(
        givenUpIn moments: Range<Timestamp>,
        in region: String?,
        limit: Int
    ) async throws(StoreError) -> [FormName: Int] {
        try await store.failedCounts(givenUpIn: moments, in: region, limit: limit)
    }
}

/// An outbox whose first entry can't be read: it is never among what is due, and always the next.
private final class UnreadableFirst: OutboxDecorator {
    let store: InMemorySubmissionStore
    private let due: Mutex<Timestamp?>

    init(_ store: InMemorySubmissionStore, due: Timestamp?) {
        self.store = store
        self.due = Mutex(due)
    }

    func setDue(_ moment: Timestamp?) { due.withLock { $0 = moment } }

    func nextNotification() async throws(StoreError) -> Timestamp? { due.withLock { $0 } }
}

/// Counts how often it is asked for counts.
private final class CountingOutbox: OutboxDecorator {
    let store: InMemorySubmissionStore
    private let state = Mutex<(count: Int, fault: StoreError?)>((0, nil))

    init(_ store: InMemorySubmissionStore) { self.store = store }

    var count: Int { state.withLock { $0.count } }

    func setFault(_ fault: StoreError?) { state.withLock { $0.fault = fault } }

    func heldCounts(since moment: Timestamp, limit: Int) async throws(StoreError) -> [FormName: Int] {
        let fault = state.withLock { state in
            state.count += 1
            return state.fault
        }
        if let fault { throw fault }
        return try await store.heldCounts(since: moment, limit: limit)
    }
}

@Suite("WakeSignal")
struct WakeSignalTests {
    @Test("a wake that comes first is kept, and several are one")
    func kept() async {
        let signal = WakeSignal()
        signal.wake()
        signal.wake()
        #expect(signal.isKept)
        await signal.wait()
        #expect(!signal.isKept)
    }

    @Test("a wake that is kept can be forgotten, and the next one is kept again")
    func forgotten() {
        let signal = WakeSignal()
        signal.wake()
        signal.forget()
        #expect(!signal.isKept)
        signal.forget()
        signal.wake()
        #expect(signal.isKept)
    }

    @Test("cancellation ends a wait whenever it comes", arguments: 0..<50)
    func cancelled(round: Int) async {
        let signal = WakeSignal()
        let task = Task { await signal.wait() }
        for _ in 0..<(round % 5) { await Task.yield() }
        task.cancel()
        await task.value
        #expect(!signal.isKept)
    }
}
