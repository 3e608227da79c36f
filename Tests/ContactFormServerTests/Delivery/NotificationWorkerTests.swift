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
        forms: [FormName: FormDefinition] = [:],
        now clock: (@Sendable () -> Timestamp)? = nil
    ) throws -> NotificationWorker {
        var settings = NotificationSettings(
            sender: try Mailbox(parsing: "form@example.se"),
            recipients: [try Mailbox(parsing: "owner@example.se")],
            language: .english,
            forms: forms
        )
        settings.digest = digest
        return NotificationWorker(
            outbox: store,
            sender: NotificationSender(settings: settings, store: store, mailer: mailer),
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }),
            now: clock ?? { [now] in now }
        )
    }

    func fill(_ count: Int, status: SubmissionStatus = .received) async throws {
        for number in 1...count { _ = try await store.insert(.sample(number, status: status)) }
    }

    @Test("everything due is mailed once, and then there is nothing to do")
    func delivers() async throws {
        try await fill(3)
        let worker = try worker()
        var history = SendingHistory()
        #expect(await worker.deliverDue(history: &history) == .done)
        #expect(mailer.sent.count == 3)
        #expect(await worker.deliverDue(history: &history) == .done)
        #expect(mailer.sent.count == 3)
    }

    @Test("a mail server that is out of reach is asked once, not once for each mail")
    func serverTrouble() async throws {
        try await fill(10)
        let worker = try worker()
        var history = SendingHistory()
        let down = MailerError(code: "connection-failed", isPermanent: false, reason: "down", affectsAllMail: true)
        mailer.setOutage(down)
        #expect(await worker.deliverDue(history: &history) == .serverTrouble)
        #expect(mailer.attempts == 1)
        #expect(store.submissions.filter { $0.delivery.attempts == 0 }.count == 9)
        mailer.setOutage(nil)
        #expect(await worker.deliverDue(history: &history) == .done)
        #expect(mailer.sent.count == 9)
    }

    @Test("one refused mail does not hold up the others")
    func poison() async throws {
        try await fill(5)
        mailer.failNext(MailerError(code: "refused", isPermanent: true, reason: "no"))
        var history = SendingHistory()
        #expect(try await worker().deliverDue(history: &history) == .done)
        #expect(mailer.sent.count == 4)
        #expect(store.submissions.filter { $0.status == .failed }.count == 1)
    }

    @Test("a flood shares mails, and so does what follows within the hour")
    func digests() async throws {
        var rule = DigestRule()
        rule.batch = 3
        rule.perHour = 4
        let worker = try worker(digest: rule)
        var history = SendingHistory()
        try await fill(3)
        _ = await worker.deliverDue(history: &history)
        #expect(mailer.sent.count == 3)
        for number in 4...5 { _ = try await store.insert(.sample(number)) }
        _ = await worker.deliverDue(history: &history)
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
        var history = SendingHistory()
        var left = 0
        func pass() async {
            switch await worker.deliverDue(history: &history, left: left) {
            case .left(let count, _): left = count
            default: left = 0
            }
        }
        for number in 1...count {
            let submission = Submission.sample(number * secondsApart)
            clock.withLock { $0 = submission.receivedAt }
            _ = try await store.insert(submission)
            await pass()
            // A lone message goes at once.
            if number == 1 { #expect(mailer.sent.count == 1) }
        }
        while left > 0 {
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

    @Test("what waits for its turn keeps nobody else's mail from going")
    func floodBesideOthers() async throws {
        var order = FormDefinition(name: .sampleOrder)
        order.recipients = [try Mailbox(parsing: "orders@example.se")]
        let worker = try worker(forms: [.sampleOrder: order])
        var history = SendingHistory()
        for _ in 0..<60 { history.add(to: [try Mailbox(parsing: "owner@example.se")], at: now) }
        try await fill(99)
        let until = now.advanced(by: .minutes(1))
        #expect(await worker.deliverDue(history: &history) == .left(99, until: until))
        _ = try await store.insert(.sample(200, form: .sampleOrder))
        #expect(await worker.deliverDue(history: &history, left: 99) == .left(99, until: until))
        #expect(mailer.sent.map { $0.to[0].address.description } == ["orders@example.se"])
        _ = try await store.insert(.sample(100))
        #expect(await worker.deliverDue(history: &history, left: 99) == .done)
        #expect(mailer.sent.last?.subject == "100 new messages")
    }

    @Test("the held are counted in the mail and not mailed themselves")
    func held() async throws {
        try await fill(2, status: .held)
        _ = try await store.insert(.sample(9))
        var history = SendingHistory()
        _ = try await worker().deliverDue(history: &history)
        #expect(mailer.sent.count == 1)
        #expect(mailer.sent.first?.text.contains("2 messages were held") == true)
    }

    @Test("an outbox that can't be read is left alone for a while")
    func storeTrouble() async throws {
        store.failNext(StoreError(.unavailable, "locked"))
        var history = SendingHistory()
        #expect(try await worker().deliverDue(history: &history) == .serverTrouble)
    }

    @Test("a stored submission wakes the worker, and shutdown ends it")
    func runs() async throws {
        let worker = try worker()
        let group = ServiceGroup(
            configuration: .init(services: [.init(service: worker)], logger: Logger(label: "test"))
        )
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            _ = try await store.insert(.sample())
            worker.wake()
            while mailer.sent.isEmpty { try await Task.sleep(for: .milliseconds(1)) }
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
        #expect(mailer.sent.count == 1)
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
