// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

package import ContactForm
import ContactFormLogging
import Logging

extension DynamoDBSubmissionStore {
    /// Pages that one call looks at, each of 500 submissions that have the text: two thousand where all have it, and some
    /// ten thousand where few do. There is no index of addresses, so that each call reads on from where the one before ended.
    private static let erasurePages = 4

    package func erase(
        address: String,
        after cursor: SubmissionCursor?,
        at now: Timestamp
    ) async throws(StoreError) -> ErasureReceipt {
        guard !address.trimmedSpaces.isEmpty else { return ErasureReceipt(at: now, ids: []) }
        let text = Submission.commonText(from: address)
        var query = SubmissionQuery(text: text, cursor: cursor, order: .id, limit: 500)
        var ids: [SubmissionID] = []
        var unreadable: [SubmissionID] = []
        for _ in 0..<Self.erasurePages {
            do throws(StoreError) {
                // What has expired and is there goes too.
                let page = try await page(query, at: nil)
                let wanted = page.submissions.filter { $0.isFrom(address: address) }.map(\.key)
                var keys: Set<SubmissionKey> = []
                // What is stored twice is shown twice, unless the page ends between. To look at all places of every message
                // would take the time of several pages.
                let several = Set(wanted.filter { !keys.insert($0).inserted } + wanted.suffix(1))
                let results = await keys.concurrentResults { key async throws(StoreError) in
                    let isGone =
                        several.contains(key)
                        ? try await delete(key, at: now) : try await delete(item(key).map { [$0] } ?? [], at: now)
                    return isGone ? key.id : nil
                }
                for case .success(let id?) in results { ids.append(id) }
                for result in results { _ = try result.get() }
                unreadable += page.unreadable.map(\.key.id)
                query.cursor = page.next
            } catch {
                guard !ids.isEmpty else { throw error }
                logger.warning("erasure ended half-way", metadata: .of(error))
                query.cursor = query.cursor ?? .beginning(of: query.order)
                break
            }
            guard query.cursor != nil else { break }
        }
        return ErasureReceipt(at: now, ids: ids, next: query.cursor, unreadable: unreadable)
    }
}
