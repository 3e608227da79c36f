// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm

extension SubmissionStoreContract {
    static let erasure: [Case] = [
        Case("a deleted submission is gone from every view") { store in
            let (first, second) = (Submission.sample(1), Submission.sample(2))
            try await store.insert([first, second])
            try expect("delete", try await store.delete(first.key), equals: true)
            try expect("find by key", try await store.find(first.key), equals: nil)
            try expect("find by id", try await store.find(id: first.id), equals: nil)
            try expect("list", try await store.list(SubmissionQuery()), equals: [second])
            try expect("apply", try await store.apply(.sampleNotified, to: first.key, at: .sample), equals: nil)
        },
        Case("deleting what is not there says so") { store in
            let submission = Submission.sample()
            try expect("delete", try await store.delete(submission.key), equals: false)
            try await store.insert(submission, expecting: .stored)
            try expect("delete", try await store.delete(submission.key), equals: true)
            try expect("delete", try await store.delete(submission.key), equals: false)
        },
        Case("a deleted submission can be stored anew") { store in
            let submission = Submission.sample()
            try await store.insert(submission, expecting: .stored)
            try expect("delete", try await store.delete(submission.key), equals: true)
            try await store.insert(submission, expecting: .stored)
            try expect("find", try await store.find(submission.key), equals: submission)
        },
        Case("what expired goes, at its moment and not before, and what never expires stays") { store in
            let expiry = Timestamp.sample.advanced(by: .days(30))
            let early = Submission.sample(1, expiresAt: expiry.advanced(by: .milliseconds(-1)))
            let exact = Submission.sample(2, status: .notified, expiresAt: expiry)
            let late = Submission.sample(3, expiresAt: expiry.advanced(by: .milliseconds(1)))
            let kept = Submission.sample(4)
            try await store.insert([early, exact, late, kept])
            try expect("deleted", try await store.deleteExpired(at: expiry, limit: 100), equals: 2)
            try expect("list", try await store.list(SubmissionQuery()), equals: [kept, late])
            try expect("deleted", try await store.deleteExpired(at: expiry, limit: 100), equals: 0)
        },
        Case("one call deletes no more of what expired than its limit") { store in
            let expiry = Timestamp.sample.advanced(by: .days(30))
            try await store.insert((1...10).map { Submission.sample($0, expiresAt: expiry) })
            try await store.insert(.sample(11), expecting: .stored)
            try expect("deleted", try await store.deleteExpired(at: expiry, limit: 4), equals: 4)
            try expect("left", try await store.list(SubmissionQuery()).count, equals: 7)
            try expect("deleted", try await store.deleteExpired(at: expiry, limit: 4), equals: 4)
            try expect("deleted", try await store.deleteExpired(at: expiry, limit: 4), equals: 2)
            try expect("list", try await store.list(SubmissionQuery()), equals: [.sample(11)])
        },
    ]

    static let counts: [Case] = [
        Case("an empty store counts nothing") { store in
            let counts = try await store.counts(since: .sample)
            try expect("counts", counts.values.reduce(0, +), equals: 0)
        },
        Case("submissions are counted by status, from a moment on and at it") { store in
            let submissions = (1...20).map { number in
                Submission.sample(number, status: SubmissionStatus.allCases[number % 5])
            }
            try await store.insert(submissions)
            for moment in [submissions[0].receivedAt, submissions[7].receivedAt] {
                let counts = try await store.counts(since: moment)
                for status in SubmissionStatus.allCases {
                    let expected = submissions.count { $0.status == status && $0.receivedAt >= moment }
                    try expect("count of \(status)", counts[status, default: 0], equals: expected)
                }
            }
        },
        Case("a count follows a status change") { store in
            let submission = Submission.sample()
            try await store.insert(submission, expecting: .stored)
            _ = try await store.apply(.sampleNotified, to: submission.key, at: .sample)
            let counts = try await store.counts(since: .sample)
            try expect("received", counts[.received, default: 0], equals: 0)
            try expect("notified", counts[.notified, default: 0], equals: 1)
        },
    ]
}
