// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

package import ContactForm

/// What a store that keeps receipts must do beyond `SubmissionStoreContract`.
package enum ReceiptBookContract {
    package typealias Case = ContractCase<any SubmissionArchive & ReceiptBook>

    package static let cases: [Case] = [
        Case("what is there is not missing, with a receipt or without one") { store in
            let submissions = (1...3).map { Submission.sample($0) }
            try await store.insert(submissions)
            try await store.enter([submissions[0].receipt])
            try expect("missing", try await store.missing(among: submissions.map(\.key), at: .farFuture), equals: [])
        },
        Case("what came in and is gone is missing, and what nobody knows is too") { store in
            let (gone, unknown) = (Submission.sample(1), Submission.sample(2))
            try await store.enter([gone.receipt])
            let missing = try await store.missing(among: [gone.key, unknown.key], at: .sample)
            try expect("missing", missing, equals: [gone.key, unknown.key])
        },
        Case("what the owner removed is not missing, though its receipt is entered late, or twice") {
            store in
            let deleted = Submission.sample(1)
            let erased = Submission.from("nils@example.com", number: 2)
            let all = [deleted, erased]
            try await store.enter(all.map(\.receipt))
            try await store.insert(all)
            try expect("deleted", try await store.delete(deleted.key, at: .sample), equals: true)
            try expect("erased", try await store.erase(address: "nils@example.com", at: .sample).erased, equals: 1)
            try await store.enter(all.map(\.receipt))
            try expect("missing", try await store.missing(among: all.map(\.key), at: .sample), equals: [])
        },
        Case("what expired need not be there, and until then it must") { store in
            let expiry = Timestamp.sample.advanced(by: .days(30))
            let submission = Submission.sample(expiresAt: expiry)
            try await store.enter([submission.receipt])
            let before = expiry.advanced(by: .milliseconds(-1))
            try expect("before", try await store.missing(among: [submission.key], at: before), equals: [submission.key])
            try expect("then", try await store.missing(among: [submission.key], at: expiry), equals: [])
        },
        Case("receipts are in no list, no number by status and not due") { store in
            try await store.enter((1...3).map { Submission.sample($0).receipt })
            try expect("page", try await store.page(SubmissionQuery()).submissions, equals: [])
            try expect("counts", try await store.counts(since: Timestamp(milliseconds: 0)), equals: [:])
        },
    ]
}
