// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm
import Dispatch
import GRDB

@testable import ContactFormLocal

/// Holds a store's writer until it is opened, so that a test decides what makes up a batch.
final class WriterGate: Sendable {
    private let store: SQLiteSubmissionStore
    private let semaphore = DispatchSemaphore(value: 0)

    /// Returns when the writer is held.
    init(holding store: SQLiteSubmissionStore) async {
        self.store = store
        await withCheckedContinuation { continuation in
            store.pool.asyncWriteWithoutTransaction { [semaphore] _ in
                continuation.resume()
                semaphore.wait()
            }
        }
    }

    deinit { semaphore.signal() }

    func open() { semaphore.signal() }

    /// Returns when so many writes wait at the gate.
    func waitForPending(_ count: Int) async {
        await until { store.writes.pendingCount >= count }
    }
}

/// Returns when what only looking can tell has come about. Rests between two looks: the threads are for those who do it.
func until(_ condition: () -> Bool) async {
    while !condition() { try? await Task.sleep(for: .milliseconds(1)) }
}

/// No tuple: a group of those loses values with optimization (Swift 6.3).
private struct Inserted {
    let index: Int
    let result: Result<Insertion, StoreError>
}

extension SubmissionStore {
    /// Inserts all at the same time; the outcome of each, errors included, in the order of `submissions`.
    func insertAtOnce(_ submissions: [Submission]) async -> [Result<Insertion, StoreError>] {
        await withTaskGroup(of: Inserted.self) { group in
            for (index, submission) in submissions.enumerated() {
                group.addTask {
                    do throws(StoreError) {
                        return Inserted(index: index, result: .success(try await self.insert(submission)))
                    } catch {
                        return Inserted(index: index, result: .failure(error))
                    }
                }
            }
            return await group.reduce(into: []) { $0.append($1) }.sorted { $0.index < $1.index }.map(\.result)
        }
    }
}
