// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm
import ContactFormTesting
import Testing

@testable import BrevladaCommand

@Suite("Releasing and resending")
struct StatusChangesTests {
    private static let now = Timestamp.sample.advanced(by: .days(1))

    @Test("held messages are released and become due at once; others are refused with their status")
    func release() async throws {
        let held = Submission.sample(1, status: .held)
        let notified = Submission.sample(2, status: .notified)
        let gone = Submission.sample(3, status: .held)
        let store = InMemorySubmissionStore([held, notified])
        let changes = StatusChanges(store: store, change: .released, deed: "released", condition: "held")
        let outcome = try await changes.apply(to: [held, notified, gone], at: Self.now)
        #expect(outcome.done == ["\(held.id) released"])
        #expect(
            outcome.refused == [
                "\(notified.id) is notified; only held messages can be released",
                "\(gone.id) is gone; only held messages can be released",
            ]
        )
        let released = try await store.find(held.key)
        #expect(released?.status == .received)
        #expect(released?.delivery.nextAttempt == Self.now)
    }

    @Test(
        "failed, bounced and mailed messages are sent once more, and waiting ones at once",
        arguments: SubmissionStatus.allCases
    )
    func resend(_ status: SubmissionStatus) async throws {
        let submission = Submission.sample(1, status: status)
        let store = InMemorySubmissionStore([submission])
        let changes = StatusChanges(store: store, change: .resent, deed: "resent", condition: "failed")
        let outcome = try await changes.apply(to: [submission], at: Self.now)
        let isPossible = status != .held
        #expect(outcome.done.count == (isPossible ? 1 : 0))
        #expect(outcome.refused.count == (isPossible ? 0 : 1))
    }

    @Test("of all that were found, over several pages, one that is refused or can't be read keeps no other from it")
    func all() async throws {
        let failed = [1, 3, 4].map { Submission.sample($0, status: .failed) }
        let held = Submission.sample(2, status: .held)
        let damaged = Submission.sample(5, status: .failed)
        let store = InMemorySubmissionStore(failed + [held, damaged])
        store.damage(damaged.key)
        let changes = StatusChanges(store: store, change: .resent, deed: "resent", condition: "failed")
        var written: [String] = []
        let failure = await #expect(throws: CommandFailure.self) {
            let query = SubmissionQuery(statuses: [.failed, .held], order: .id, limit: 1)
            _ = try await changes.run(onAll: query, where: { _ in true }) { line in written.append(line) }
        }
        #expect(written == failed.reversed().map { "\($0.id) resent" })
        #expect(failure?.status == .problems)
        #expect(
            failure?.description.hasPrefix("\(held.id) is held; only failed messages can be resent\n1 message") == true
        )
        #expect(failure?.description.contains("\(damaged.id)") == true)
    }

    @Test(
        "what failed is what was given up or returned, and what failed for now; a mail that was not tried goes by itself"
    )
    func failed() async throws {
        var retried = Submission.sample(1, nextAttempt: Self.now.advanced(by: .minutes(50)))
        retried.delivery.attempts = 10
        let others = [SubmissionStatus.received, .held, .failed, .bounced, .notified].enumerated()
            .map { Submission.sample($0 + 2, status: $1) }
        let store = InMemorySubmissionStore(others + [retried])
        let changes = StatusChanges(store: store, change: .resent, deed: "resent", condition: "failed")
        var written: Set<String> = []
        func run() async throws -> Int {
            try await changes.run(onAll: InboxResendCommand.failedQuery, where: InboxResendCommand.hasFailed) { line in
                written.insert(line)
            }
        }
        #expect(try await run() == 3)
        #expect(written == Set([retried, others[2], others[3]].map { "\($0.id) resent" }))
    }

    @Test("each is looked at again just before: what a server mailed meanwhile is not mailed twice")
    func mailedMeanwhile() async throws {
        let failed = [1, 2].map { Submission.sample($0, status: .failed) }
        let store = InMemorySubmissionStore(failed)
        let changes = StatusChanges(store: store, change: .resent, deed: "resent", condition: "failed")
        var looked: Set<SubmissionID> = []
        var written: [String] = []
        let reached = try await changes.run(
            onAll: InboxResendCommand.failedQuery,
            where: { $0.id == failed[0].id || looked.insert($0.id).inserted },
            write: { written.append($0) }
        )
        #expect(reached == 1)
        #expect(written == ["\(failed[0].id) resent"])
        #expect(try await store.find(failed[1].key)?.status == .failed)
    }
}
