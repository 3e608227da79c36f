// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm
import ContactFormTesting
import JSON
import Testing

@testable import BrevladaCommand

@Suite("Audits")
struct AuditTests {
    private static let now = Timestamp.sample.advanced(by: .hours(2))
    private static let start = Timestamp.sample.advanced(by: .days(-30))

    private static func report(_ submissions: [Submission], since: Timestamp = start) async throws -> AuditReport {
        try await Audit(store: InMemorySubmissionStore(submissions)).report(since: since, at: now)
    }

    private static func waiting(_ number: Int, due: Timestamp?, attempts: Int = 0, error: String? = nil) -> Submission {
        var submission = Submission.sample(number)
        submission.delivery.nextAttempt = due
        submission.delivery.attempts = attempts
        submission.delivery.lastError = error
        return submission
    }

    @Test("the sums are those of the store, and nothing is wrong when all is mailed or held")
    func clean() async throws {
        let submissions = (1...700).map { Submission.sample($0, status: $0 % 7 == 0 ? .held : .notified) }
        let report = try await Self.report(submissions)
        #expect(report.accepted == 700)
        #expect(report.counts == [.held: 100, .notified: 600])
        #expect(report.addsUp == true)
        #expect(report.findings.isEmpty)
        #expect(report.isClean)
    }

    @Test("an audit of nothing is clean")
    func nothing() async throws {
        let report = try await Self.report([])
        #expect(report.accepted == 0)
        #expect(report.isClean)
    }

    @Test(
        "a mail due for more than 15 minutes is overdue, one due since then or later is not",
        arguments: [
            (Int64(-901), true), (-900, false), (0, false), (60, false),
        ]
    )
    func overdue(_ seconds: Int64, _ isOverdue: Bool) async throws {
        let due = Self.now.advanced(by: .seconds(seconds))
        let report = try await Self.report([Self.waiting(1, due: due)])
        #expect(report.findingCounts[.overdue] == (isOverdue ? 1 : nil))
        #expect(report.isClean == !isOverdue)
    }

    @Test(
        "a mail that waits for its digest is overdue so long after that was to go",
        arguments: [(1, 75), (4, 30), (60, 16)]
    )
    func digestsTurn(_ perHour: Int, _ minutes: Int64) async throws {
        var rule = DigestRule()
        rule.perHour = perHour
        let due = Self.now.advanced(by: -.minutes(minutes))
        let audit = Audit(
            store: InMemorySubmissionStore([Self.waiting(1, due: due)]),
            late: LateRule(turn: rule.spacing)
        )
        #expect(try await audit.report(since: Self.start, at: Self.now).isClean)
        let late = try await audit.report(since: Self.start, at: Self.now.advanced(by: .milliseconds(1)))
        #expect(late.findings.map(\.kind) == [.overdue])
        #expect(late.books?.overdue == 1)
    }

    @Test("a mail that failed for now is told of and no fault")
    func retrying() async throws {
        let due = Self.now.advanced(by: .minutes(2))
        let report = try await Self.report([Self.waiting(1, due: due, attempts: 3, error: "timedOut: silence")])
        #expect(report.findings.map(\.kind) == [.retrying])
        #expect(report.findings.first?.delivery.lastError == "timedOut: silence")
        #expect(report.isClean)
    }

    @Test(
        "a sign-in that is refused is a fault at the first attempt, and overdue later as any mail",
        arguments: [
            ("authenticationFailed: 535", 1, AuditFinding.Kind.signInRefused), ("tlsNotOffered: no", 3, .signInRefused),
            ("ses-credentials: expired", 1, .signInRefused), ("authenticationFailed: 535", 8, .overdue),
            ("serviceUnavailable: 421 authenticationFailed: no", 1, .retrying),
            // Sent again: not tried yet since.
            ("authenticationFailed: 535", 0, nil),
        ]
    )
    func signIn(_ error: String, _ attempts: Int, _ kind: AuditFinding.Kind?) async throws {
        let due = Self.now.advanced(by: .minutes(attempts == 0 ? 0 : 2))
        let report = try await Self.report([Self.waiting(1, due: due, attempts: attempts, error: error)])
        #expect(report.findings.map(\.kind) == [kind].compactMap(\.self))
        #expect(report.isClean == (kind?.isFault != true))
    }

    @Test("a mail that is tried in vain for over a quarter of an hour is overdue, though its next attempt is to come")
    func triedInVain() async throws {
        let due = Self.now.advanced(by: .minutes(50))
        let report = try await Self.report([Self.waiting(1, due: due, attempts: 8, error: "connectionFailed: refused")])
        #expect(report.findings.map(\.kind) == [.overdue])
        #expect(report.books?.overdue == 1)
        #expect(!report.isClean)
        let text = report.text(style: .plain)
        #expect(text.contains("  due 2026-11-23 14:50  8 attempts  connectionFailed: refused\n"))
    }

    @Test("what came while the clock was ahead is in all the numbers")
    func ahead() async throws {
        let submissions = [0, 400, 800].map { Submission.sample($0 * 86_400, status: .notified) }
        let report = try await Self.report(submissions)
        #expect([report.accepted, report.stored, report.storeCounts[.notified]] == [3, 3, 3])
        #expect(report.addsUp == true)
    }

    @Test("what was given up, returned, never due or mailed without proof is a fault")
    func faults() async throws {
        var unproven = Submission.sample(4, status: .notified)
        unproven.delivery.notifiedAt = nil
        var partial = Submission.sample(5, status: .notified)
        partial.delivery.lastError = "1 of 2 recipients did not get the mail"
        let submissions = [
            Submission.sample(1, status: .failed), .sample(2, status: .bounced), Self.waiting(3, due: nil), unproven,
            partial,
        ]
        for (submission, kind) in zip(
            submissions,
            [AuditFinding.Kind.failed, .bounced, .neverDue, .unproven, .partial]
        ) {
            let report = try await Self.report([submission])
            #expect(report.findings.map(\.kind) == [kind])
            #expect(!report.isClean)
        }
    }

    @Test("what can't be read is a fault of its own, is among what is stored and differs no sum")
    func unreadable() async throws {
        let submissions = (1...3).map { Submission.sample($0, status: .notified) }
        let store = InMemorySubmissionStore(submissions)
        store.damage(submissions[0].key)
        let report = try await Audit(store: store).report(since: Self.start, at: Self.now)
        #expect([report.accepted, report.stored, report.counts[.notified]] == [3, 3, 2])
        #expect(report.findings == [AuditFinding(.unreadable, submissions[0].receipt)])
        #expect(report.countsAgree == true)
        #expect(report.addsUp == true)
        #expect(!report.isClean)
        #expect(report.text(style: .plain).contains("1 that can't be read: "))
    }

    @Test(
        "a store that counts the status of what can't be read, or does not, agrees; one that counts more or less does not",
        arguments: [(0, true), (1, true), (2, false), (-1, false)]
    )
    func countsWithUnreadable(_ more: Int, _ agrees: Bool) {
        var report = AuditReport(since: Self.start, at: Self.now)
        report.counts = [.notified: 2]
        report.findingCounts = [.unreadable: 1]
        report.storeCounts = [.notified: 2 + more]
        #expect(report.countsAgree == agrees)
    }

    @Test("only what came within the period counts, by when it came in and not by its id")
    func period() async throws {
        let start = Timestamp.sample.startOfDay
        var old = Submission.sample(1)
        old.receivedAt = start.advanced(by: .milliseconds(-1))
        // Its client made the token 23 hours before it came in, so its id is older than the period.
        var late = Submission.sample(2, status: .notified)
        late.receivedAt = start
        late.id = SubmissionID(milliseconds: start.advanced(by: .hours(-23)).milliseconds, entropy: [1])
        // Whole days: the books are kept by the day.
        let report = try await Self.report([old, late], since: .sample)
        #expect(report.since == start)
        #expect(report.counts == [.notified: 1])
        #expect(report.addsUp == true)
    }

    @Test("all are counted, the newest are listed")
    func listed() async throws {
        let submissions = (1...250).map { Submission.sample($0, status: .failed) }
        let report = try await Self.report(submissions)
        #expect(report.findingCounts == [.failed: 250])
        #expect(report.findings.map(\.receipt.key.id) == submissions.suffix(100).reversed().map(\.id))
        #expect(report.text(style: .plain).contains("and 150 older"))
    }

    @Test("sums that differ are a fault")
    func sums() async throws {
        let store = MiscountingStore([.sample(1, status: .notified), .sample(2, status: .held)], skews: [1, 1])
        let report = try await Audit(store: store).report(since: Self.start, at: Self.now)
        #expect(report.addsUp == false)
        #expect(!report.isClean)
        #expect(report.text(style: .plain).contains("The sums differ. The database counts 3: received 0, notified 2, "))
    }

    @Test("what was erased and what expired is told, and books that don't add up are a fault")
    func books() async throws {
        let store = InMemorySubmissionStore([
            .sample(1, status: .notified), .sample(2, status: .notified, expiresAt: .sample),
        ])
        _ = try await store.delete(Submission.sample(1, status: .notified).key, at: Self.now)
        _ = try await store.deleteExpired(at: Self.now, limit: 10)
        var report = try await Audit(store: store).report(since: Self.start, at: Self.now)
        #expect([report.accepted, report.stored] == [2, 0])
        #expect(
            report.text(style: .plain).contains("By the books, what was accepted is stored, erased or expired.")
        )
        #expect(report.text(style: .plain).hasSuffix("Every message is accounted for.\n"))
        #expect(report.isClean)
        report.books?.addsUp = nil
        for (unbooked, sentence) in [
            (0, "choose a shorter period"), (1, "1 message is stored and not in the books"),
            (2, "2 messages are stored and"),
        ] {
            report.books?.unbooked = unbooked
            #expect(report.isClean)
            #expect(report.addsUp == nil)
            #expect(report.text(style: .plain).contains(sentence))
            #expect(report.text(style: .plain).hasSuffix("Whether all is there was not proven.\n"))
        }
        report.books?.addsUp = false
        #expect(!report.isClean)
        #expect(
            report.text(style: .plain)
                .contains("The books don't add up. They say 2 accepted, 0 stored, 1 erased, 1 expired.")
        )
    }

    @Test("what is missing is named, with when it came in")
    func missing() async throws {
        let store = InMemorySubmissionStore([.sample(1, status: .notified), .sample(2)])
        try await store.enter([Submission.sample(1).receipt, Submission.sample(2).receipt])
        store.lose(Submission.sample(2).key)
        let report = try await Audit(store: store).report(since: Self.start, at: Self.now)
        #expect(report.findings.map(\.kind) == [.missing])
        #expect(report.addsUp == false)
        #expect(!report.isClean)
        let text = report.text(style: .plain)
        #expect(text.contains("1 missing: neither you nor retention removed it;"))
        #expect(text.contains("  \(Submission.sample(2).id)  2026-11-23 12:00  contact\n"))
        let value = try JSONParser.parse(Array(report.json.utf8), maximumDepth: 5)
        #expect(value["missing"]?["count"]?.integer == 1)
        #expect(value["missing"]?["newest"]?.array?.first?["id"]?.string == Submission.sample(2).id.description)
    }

    @Test("when messages move while they are counted, it counts again")
    func countsAgain() async throws {
        let store = MiscountingStore([.sample(1, status: .notified)], skews: [3, 0, 0, 0])
        let report = try await Audit(store: store).report(since: Self.start, at: Self.now)
        #expect(report.addsUp == true)
        #expect(store.countsMade == 4)
    }

    @Test("when they never stand still, it says so and blames nobody")
    func neverSettles() async throws {
        let store = MiscountingStore([.sample(1, status: .notified)], skews: Array(1...10))
        let report = try await Audit(store: store).report(since: Self.start, at: Self.now)
        #expect(report.addsUp == nil)
        #expect(report.isClean)
        #expect(report.text(style: .plain).contains("kept moving"))
        #expect(report.text(style: .plain).hasSuffix("Whether all is there was not proven.\n"))
    }

    @Test("an outage is no audit")
    func outage() async {
        let store = InMemorySubmissionStore()
        store.setOutage(StoreError(.unavailable, "locked"))
        await #expect(throws: StoreError.self) { try await Audit(store: store).report(since: Self.start, at: Self.now) }
    }

    @Test("the text says what is wrong, why and what to do")
    func text() async throws {
        let overdue = Self.waiting(1, due: .sample, attempts: 2, error: "connectionFailed: no connection\u{1B}[2J")
        let failed = Submission.sample(2, status: .failed)
        let report = try await Self.report([overdue, failed, .sample(3, status: .notified)])
        #expect(
            report.text(style: .plain) == """
                Messages received from 2026-10-24T00:00:00Z on, as of 2026-11-23T14:00:00Z

                  accepted        3
                  erased          0
                  expired         0
                  stored          3
                    received      1
                    notified      1
                    held          0
                    failed        1
                    bounced       0
                  overdue         1

                The database's own count of what is stored is the same.
                By the books, what was accepted is stored, erased or expired.

                1 overdue: check that "brevlada serve" runs, and "brevlada doctor" for what keeps it; once mail goes out again, "brevlada inbox resend --failed" hurries it
                  \(overdue.id)  2026-11-23 12:00  contact  due 2026-11-23 12:00  2 attempts  connectionFailed: no connection\\x1b[2J

                1 given up: mend the cause, then "brevlada inbox resend ID", or "inbox delete ID"
                  \(failed.id)  2026-11-23 12:00  contact  9 attempts  smtp.example answered 550 to RCPT

                Something is wrong.

                """
        )
    }

    @Test("JSON has the same")
    func json() async throws {
        let report = try await Self.report([.sample(1, status: .failed), .sample(2, status: .notified)])
        let value = try JSONParser.parse(Array(report.json.utf8), maximumDepth: 5)
        #expect(value["accepted"]?.integer == 2)
        #expect(value["counts"]?["failed"]?.integer == 1)
        #expect(value["addsUp"] == .bool(true))
        #expect(value["clean"] == .bool(false))
        #expect(value["failed"]?["count"]?.integer == 1)
        #expect(value["failed"]?["newest"]?.array?.first?["lastError"]?.string == "smtp.example answered 550 to RCPT")
        #expect(value["overdue"]?["count"]?.integer == 0)
        #expect(["stored", "erased", "expired"].map { value[$0]?.integer } == [2, 0, 0])
    }
}
