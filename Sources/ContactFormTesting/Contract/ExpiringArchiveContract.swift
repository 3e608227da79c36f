// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

package import ContactForm

/// What a store that lets go of what expired when it is told to must do beyond `SubmissionStoreContract`.
package enum ExpiringArchiveContract {
    package typealias Case = ContractCase<any ExpiringArchive & Outbox>

    package static let cases: [Case] = [
        Case("what expired goes, at its moment and not before, and what never expires stays") { store in
            let expiry = Timestamp.sample.advanced(by: .days(30))
            let early = Submission.sample(1, status: .held, expiresAt: expiry.advanced(by: .milliseconds(-1)))
            let exact = Submission.sample(2, status: .notified, expiresAt: expiry)
            let late = Submission.sample(3, status: .failed, expiresAt: expiry.advanced(by: .milliseconds(1)))
            let kept = Submission.sample(4)
            try await store.insert([early, exact, late, kept])
            try expect("deleted", try await store.deleteExpired(at: expiry, limit: 100), equals: 2)
            try expect("list", try await store.everything(), equals: [kept, late])
            try expect("deleted", try await store.deleteExpired(at: expiry, limit: 100), equals: 0)
        },
        Case("one call deletes no more of what expired than its limit") { store in
            let expiry = Timestamp.sample.advanced(by: .days(30))
            try await store.insert((1...10).map { Submission.sample($0, status: .notified, expiresAt: expiry) })
            try await store.insert(.sample(11), expecting: .stored)
            try expect("deleted", try await store.deleteExpired(at: expiry, limit: 4), equals: 4)
            try expect("left", try await store.everything().count, equals: 7)
            try expect("deleted", try await store.deleteExpired(at: expiry, limit: 4), equals: 4)
            try expect("deleted", try await store.deleteExpired(at: expiry, limit: 4), equals: 2)
            try expect("list", try await store.everything(), equals: [.sample(11)])
        },
        Case("what expires stays accounted for on the day it came in") { store in
            let expiry = Timestamp.sample.advanced(by: .days(30))
            let submissions = (1...12).map { number in
                Submission.sample(number, status: .notified, expiresAt: number % 3 == 0 ? expiry : nil)
            }
            try await store.insert(submissions)
            _ = try await store.deleteExpired(at: expiry, limit: 3)
            let statistics = try await store.statistics(from: .sample, until: .sample, at: .sample)
            try expect("from and until", statistics.until, equals: statistics.from.advanced(by: .days(1)))
            try expect("accepted", statistics.accepted, equals: 12)
            try expect("expired", statistics.expired, equals: 3)
            try expect("there", statistics.counts.values.reduce(0, +), equals: 9)
            try expect(statistics.addsUp != false, "the sums don't differ")
        },
        Case("what is still to be mailed stays until its mail was taken or given up, and goes with the next call then")
        {
            store in
            let expiry = Timestamp.sample.advanced(by: .days(1))
            let (taken, givenUp, held) = (
                Submission.sample(1, expiresAt: expiry), Submission.sample(2, expiresAt: expiry),
                Submission.sample(3, status: .held, expiresAt: expiry.advanced(by: .days(1)))
            )
            try await store.insert([taken, givenUp, held])
            // More than the limit of a call wait before what does expire.
            try await store.insert(.sample(4, status: .notified, expiresAt: expiry), expecting: .stored)
            try expect("expired", try await store.expired(at: expiry, limit: 1), equals: [Submission.sample(4).id])
            try expect("deleted", try await store.deleteExpired(at: expiry, limit: 1), equals: 1)
            try expect("deleted", try await store.deleteExpired(at: expiry, limit: 1), equals: 0)
            let later = expiry.advanced(by: .days(2))
            _ = try await store.apply(.released, to: held.key, at: expiry)
            for submission in [taken, givenUp] {
                let change = StatusChange.postponed(reason: "busy", nextAttempt: later)
                _ = try await store.apply(change, to: submission.key, at: expiry)
            }
            try expect("deleted", try await store.deleteExpired(at: later, limit: 10), equals: 0)
            let due = try await store.dueNotifications(at: later, limit: 10)
            try expect("due", Set(due.submissions.map(\.id)), equals: [taken.id, givenUp.id, held.id])
            _ = try await store.apply(.sampleNotified, to: taken.key, at: later)
            _ = try await store.apply(.failed(reason: "refused"), to: givenUp.key, at: later)
            try expect("deleted", try await store.deleteExpired(at: later, limit: 10), equals: 2)
            _ = try await store.apply(.markedSpam, to: held.key, at: later)
            try expect("deleted", try await store.deleteExpired(at: later, limit: 10), equals: 1)
            let statistics = try await store.statistics(from: .sample, until: .sample, at: later)
            try expect("accepted and expired", [statistics.accepted, statistics.expired], equals: [4, 4])
            try expect(statistics.addsUp != false, "the sums don't differ")
        },
        Case("what is mailed by nobody goes once any mail would have been given up") { store in
            let expiry = Timestamp.sample.advanced(by: .days(1))
            try await store.insert(.sample(1, expiresAt: expiry), expecting: .stored)
            let end = expiry.advanced(by: Submission.longestDelivery)
            let before = end.advanced(by: .milliseconds(-1))
            try expect("deleted", try await store.deleteExpired(at: before, limit: 10), equals: 0)
            try expect("deleted", try await store.deleteExpired(at: end, limit: 10), equals: 1)
            try expect("list", try await store.everything(), equals: [])
        },
    ]
}
