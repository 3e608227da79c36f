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

    @Test("failed, bounced and mailed messages are sent once more", arguments: SubmissionStatus.allCases)
    func resend(_ status: SubmissionStatus) async throws {
        let submission = Submission.sample(1, status: status)
        let store = InMemorySubmissionStore([submission])
        let changes = StatusChanges(store: store, change: .resent, deed: "resent", condition: "failed")
        let outcome = try await changes.apply(to: [submission], at: Self.now)
        let isPossible = [.failed, .bounced, .notified].contains(status)
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
            try await changes.run(onAll: SubmissionQuery(statuses: [.failed, .held], order: .id, limit: 1)) { line in
                written.append(line)
            }
        }
        #expect(written == failed.reversed().map { "\($0.id) resent" })
        #expect(failure?.status == .problems)
        #expect(
            failure?.description.hasPrefix("\(held.id) is held; only failed messages can be resent\n1 message") == true
        )
        #expect(failure?.description.contains("\(damaged.id)") == true)
    }
}
