// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm

extension SubmissionStoreContract {
    static let insertion: [Case] = [
        Case("a submission is found as it was stored, by key and by id") { store in
            for submission in Submission.variety {
                try expect("insert", try await store.insert(submission), equals: .stored)
            }
            for submission in Submission.variety {
                try expect("find by key", try await store.find(submission.key), equals: submission)
                try expect("find by id", try await store.find(id: submission.id), equals: submission)
            }
        },
        Case("what was never stored is not found") { store in
            try await store.insert(.sample(1), expecting: .stored)
            try expect("find by key", try await store.find(Submission.sample(2).key), equals: nil)
            try expect("find by id", try await store.find(id: Submission.sample(2).id), equals: nil)
        },
        Case("a submission is not found under the key of another form") { store in
            let submission = Submission.sample()
            try await store.insert(submission, expecting: .stored)
            let key = SubmissionKey(form: .sampleOrder, id: submission.id)
            try expect("find", try await store.find(key), equals: nil)
            try expect("apply", try await store.apply(.sampleNotified, to: key, at: .sample), equals: nil)
            try expect("delete", try await store.delete(key, at: .sample), equals: false)
            try expect("find", try await store.find(submission.key), equals: submission)
        },
        Case("the second submission under a key is reported as already stored and changes nothing") { store in
            let first = Submission.sample()
            try await store.insert(first, expecting: .stored)
            try await store.insert(first, expecting: .alreadyStored)
            var other = first
            other.subject = "Another subject"
            other.fields = [Field("message", "Another message")]
            other.status = .held
            other.delivery = Delivery()
            try await store.insert(other, expecting: .alreadyStored)
            try expect("find", try await store.find(first.key), equals: first)
            try expect("list", try await store.everything(), equals: [first])
        },
        Case("a repeat after the mail went out is already stored and stays notified") { store in
            let submission = Submission.sample()
            try await store.insert(submission, expecting: .stored)
            let notified = try await store.apply(.sampleNotified, to: submission.key, at: .sample)
            try await store.insert(submission, expecting: .alreadyStored)
            try expect("find", try await store.find(submission.key), equals: notified)
        },
        Case("of 50 concurrent inserts of one submission exactly one is stored") { store in
            let submission = Submission.sample()
            let outcomes = try await concurrently(50) { _ in try await store.insert(submission) }
            try expect("stored", outcomes.count { $0 == .stored }, equals: 1)
            try expect("already stored", outcomes.count { $0 == .alreadyStored }, equals: 49)
            try expect("list", try await store.everything(), equals: [submission])
        },
        Case("100 concurrent inserts of different submissions are all stored, each as it is") { store in
            let submissions = (1...100).map { Submission.sample($0) }
            let outcomes = try await concurrently(100) { index in try await store.insert(submissions[index]) }
            try expect("outcomes", Set(outcomes), equals: [.stored])
            for submission in submissions {
                try expect("find", try await store.find(submission.key), equals: submission)
            }
        },
    ]
}

extension SubmissionStore {
    func insert(_ submission: Submission, expecting expected: Insertion) async throws {
        try expect("insert", try await insert(submission), equals: expected)
    }

    func insert(_ submissions: [Submission]) async throws {
        for submission in submissions { try await insert(submission, expecting: .stored) }
    }
}

/// Runs `body` with 0 up to `count` at the same time; the results are in no order.
func concurrently<Result: Sendable>(
    _ count: Int,
    _ body: @escaping @Sendable (Int) async throws -> Result
) async throws -> [Result] {
    try await withThrowingTaskGroup(of: Result.self) { group in
        for index in 0..<count {
            group.addTask { try await body(index) }
        }
        return try await group.reduce(into: []) { $0.append($1) }
    }
}
