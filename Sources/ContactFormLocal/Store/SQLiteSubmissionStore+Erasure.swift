// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

package import ContactForm
import GRDB

extension SQLiteSubmissionStore {
    package func erase(
        address: String,
        after cursor: SubmissionCursor?,
        at now: Timestamp
    ) async throws(StoreError) -> ErasureReceipt {
        var ids: [SubmissionID] = []
        var unreadable: [SubmissionID] = []
        var query = SubmissionQuery(text: Self.needle(of: address), cursor: cursor, limit: 1_000)
        guard query.text != nil else { return ErasureReceipt(at: now, ids: []) }
        repeat {
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
        } while query.cursor != nil && ids.count < Self.largestErasure
        if !ids.isEmpty { await emptyLog() }
        return ErasureReceipt(at: now, ids: ids, next: query.cursor, unreadable: unreadable)
    }

    /// One call removes about as many at most.
    private static let largestErasure = 10_000

    /// What every spelling of the address has in common: the local part and its "@".
    private static func needle(of address: String) -> String? {
        let address = address.trimmedSpaces
        return address.lastIndex(of: "@").map { String(address[...$0]) } ?? address
    }
}
