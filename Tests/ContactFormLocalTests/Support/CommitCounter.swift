// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import GRDB
import Synchronization

/// Counts the transactions that change the database, and makes them fail when told to.
final class CommitCounter: TransactionObserver, Sendable {
    private struct State {
        var commits = 0
        var fault: DatabaseError?
    }

    private let state = Mutex(State())

    var commits: Int { state.withLock { $0.commits } }

    /// Makes every COMMIT fail with `fault` until it is set to nil.
    func setFault(_ fault: DatabaseError?) {
        state.withLock { $0.fault = fault }
    }

    func observes(eventsOfKind eventKind: DatabaseEventKind) -> Bool { true }

    func databaseDidChange(with event: DatabaseEvent) {}

    func databaseWillCommit() throws {
        if let fault = state.withLock({ $0.fault }) { throw fault }
    }

    func databaseDidCommit(_ db: Database) {
        state.withLock { $0.commits += 1 }
    }

    func databaseDidRollback(_ db: Database) {}
}
