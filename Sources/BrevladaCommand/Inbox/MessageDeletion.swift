// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm
import ContactFormLocal
import ContactFormServer

/// Deletes messages for good, and the captured mail about each.
struct MessageDeletion {
    let store: any SubmissionArchive
    /// Where mail is captured; nil where it is not.
    var captured: CapturedMailbox?
    /// So many are deleted at the same time.
    var width = 32

    /// - Parameters:
    ///   - query: Only what still matches it when its turn comes; nil: all.
    ///   - onDeleted: Called with each that went, in the order of the keys.
    /// - Returns: The others: gone already, or changed meanwhile.
    func run(
        _ keys: [SubmissionKey],
        whileMatching query: SubmissionQuery? = nil,
        at now: Timestamp = .now(),
        onDeleted: (SubmissionID) throws -> Void
    ) async throws -> [SubmissionID] {
        var left: [SubmissionID] = []
        for start in stride(from: 0, to: keys.count, by: width) {
            let batch = Array(keys[start..<min(start + width, keys.count)])
            let results = await batch.concurrentResults { key async throws(StoreError) in
                if let query {
                    guard let current = try await store.find(key), query.matches(current) else { return false }
                }
                return try await store.delete(key, at: now)
            }
            let outcomes = zip(batch, results)
            let deleted = outcomes.filter { (try? $1.get()) == true }.map(\.0.id)
            await captured?.removeMails(about: deleted)
            for id in deleted { try onDeleted(id) }
            for (key, result) in outcomes where !(try result.get()) { left.append(key.id) }
        }
        return left
    }
}
