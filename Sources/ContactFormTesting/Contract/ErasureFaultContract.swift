// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

package import ContactForm

/// What an erasure does when it can't go on: nothing that went is missing from the receipts.
package enum ErasureFaultContract {
    package struct Subject {
        package let store: any SubmissionArchive
        /// Makes every deletion of a submission fail, until it is called with nil.
        package let keep: (SubmissionKey?) async throws -> Void

        package init(_ store: any SubmissionArchive, keep: @escaping (SubmissionKey?) async throws -> Void) {
            self.store = store
            self.keep = keep
        }
    }

    package typealias Case = ContractCase<Subject>

    private static let address = "nils@example.com"

    package static let cases: [Case] = [
        Case("what went before a fault is in the receipt, which leads on to the rest") { subject in
            let store = subject.store
            let submissions = (1...5).map { Submission.from(address, number: $0) }
            try await store.insert(submissions)
            try await subject.keep(submissions[2].key)
            let first = try await store.erase(address: address, at: .sample)
            try expect(!first.ids.isEmpty, "something went")
            try expect("complete", first.isComplete, equals: false)
            let left = submissions.filter { !first.ids.contains($0.id) }
            try expect("left", try await store.everything(), equals: left.reversed())
            try expect(left.contains(submissions[2]), "what could not be deleted is not in the receipt")
            guard let next = first.next else { throw ContractViolation("expected where to go on") }
            try expect("as text", SubmissionCursor(next.description), equals: next)
            try await expectFailure { _ = try await store.erase(address: address, after: next, at: .sample) }

            try await subject.keep(nil)
            let second = try await store.erase(address: address, after: next, at: .sample)
            try expect("left", try await store.everything(), equals: [])
            try expect("both receipts", (first.ids + second.ids).sorted(), equals: submissions.map(\.id))
        },
        Case("a fault before anything went is thrown") { subject in
            let submission = Submission.from(address, number: 1)
            try await subject.store.insert(submission, expecting: .stored)
            try await subject.keep(submission.key)
            try await expectFailure { _ = try await subject.store.erase(address: address, at: .sample) }
            try expect("left", try await subject.store.everything(), equals: [submission])
        },
    ]

    private static func expectFailure(_ body: () async throws -> Void) async throws {
        do { try await body() } catch is StoreError { return }
        try expect(false, "an error is thrown")
    }
}
