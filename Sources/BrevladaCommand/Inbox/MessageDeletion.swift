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

    /// A type of its own, for Swift 6.3 optimizes a tuple of a number and such a result wrongly: the number is lost.
    private struct Outcome: Sendable {
        var index: Int
        var isDeleted: Result<Bool, StoreError>
    }

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
            let outcomes = await withTaskGroup(of: Outcome.self) { group in
                for (index, key) in batch.enumerated() {
                    group.addTask {
                        do throws(StoreError) {
                            if let query {
                                guard let current = try await store.find(key), query.matches(current) else {
                                    return Outcome(index: index, isDeleted: .success(false))
                                }
                            }
                            return Outcome(index: index, isDeleted: .success(try await store.delete(key, at: now)))
                        } catch {
                            return Outcome(index: index, isDeleted: .failure(error))
                        }
                    }
                }
                return await group.reduce(into: []) { $0.append($1) }.sorted { $0.index < $1.index }
            }
            let deleted = outcomes.filter { (try? $0.isDeleted.get()) == true }.map { batch[$0.index].id }
            await captured?.removeMails(about: deleted)
            for id in deleted { try onDeleted(id) }
            for outcome in outcomes where !(try outcome.isDeleted.get()) { left.append(batch[outcome.index].id) }
        }
        return left
    }
}
