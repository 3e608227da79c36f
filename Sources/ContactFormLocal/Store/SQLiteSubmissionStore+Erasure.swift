// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

package import ContactForm
import ContactFormLogging
import GRDB
import Logging

extension SQLiteSubmissionStore {
    package func erase(
        address: String,
        after cursor: SubmissionCursor?,
        at now: Timestamp
    ) async throws(StoreError) -> ErasureReceipt {
        var ids: [SubmissionID] = []
        var unreadable: [SubmissionID] = []
        var query = SubmissionQuery(text: Submission.commonText(from: address), cursor: cursor, limit: 1_000)
        guard !address.trimmedSpaces.isEmpty else { return ErasureReceipt(at: now, ids: []) }
        for _ in 0..<Self.mostPages {
            do throws(StoreError) {
                let page = try await page(query)
                let keys = page.submissions.filter { $0.isFrom(address: address) }.map(\.key)
                ids += try await writes.write { db, tally in
                    try keys.compactMap { key in
                        guard let row = try Self.rawRow(key, db) else { return nil }
                        try Self.remove(row, as: .erased, db, &tally)
                        return key.id
                    }
                }
                unreadable += page.unreadable.map(\.key.id)
                query.cursor = page.next
            } catch {
                // A page goes as a whole or not at all: something went, so that this is not the first.
                guard !ids.isEmpty else { throw error }
                logger.warning("erasure ended half-way", metadata: .of(error))
                break
            }
            guard query.cursor != nil, ids.count < Self.largestErasure else { break }
        }
        if !ids.isEmpty { await emptyLog() }
        return ErasureReceipt(at: now, ids: ids, next: query.cursor, unreadable: unreadable)
    }

    /// One call removes about as many at most.
    private static let largestErasure = 10_000
    /// Pages that one call looks at: a hundred thousand submissions when there is nothing to search for.
    private static let mostPages = 100
}
