// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm
import GRDB
import Synchronization

/// Commits what many callers write in one transaction, since the disk's confirmation costs more than many rows.
///
///     callers ─► pending ─► BEGIN, each write in its order, COMMIT (fsync) ─► each caller gets its own result
///                  ▲               │
///                  └── next batch ─┘ gathered while the disk works
///
/// There is no timer: a lone write is committed at once, and a batch is as large as what came in during the commit
/// before it. A caller is resumed only after its commit is durable. Cancelling a caller changes nothing: what was
/// handed over is committed and its result delivered.
final class GroupCommit: Sendable {
    /// Bounds how long the first of a batch waits for the last.
    static let largestBatch = 512

    private struct Write: Sendable {
        /// Whether it stores and removes a message, as `prove` does, which tells as much as storing one.
        var isTrial = false
        /// Writes, and returns what tells the caller once that is durable. Runs again when a neighbour failed.
        let attempt: @Sendable (Database, inout Tally) throws -> @Sendable () -> Void
        let fail: @Sendable (StoreError) -> Void
    }

    private struct State {
        var pending: [Write] = []
        /// Whether a run on the writer's queue is due that will look at `pending`.
        var isScheduled = false
        /// When a message, or a trial of one, could last be written; nil since a write failed, whatever small ones did not.
        var provenAt: ContinuousClock.Instant?
        /// Who waits for the trial under way.
        var provers: [CheckedContinuation<Result<Void, StoreError>, Never>] = []
    }

    private let pool: DatabasePool
    private let identity: [FileIdentity?]
    private let state = Mutex(State())

    init(pool: DatabasePool) {
        self.pool = pool
        identity = Self.identity(of: pool)
    }

    /// Whether a message, or a trial of one, was written within the last ten minutes, and no write failed since. A trial writes
    /// as much as the largest message: too much for a card to be worn by it all day.
    var isProven: Bool { state.withLock { $0.provenAt.map { .now - $0 < .seconds(600) } ?? false } }

    /// Whether the paths still lead to the files that were opened: the database, and its log, which holds what was written
    /// last (https://www.sqlite.org/wal.html §4).
    var isFileInPlace: Bool { Self.identity(of: pool) == identity }

    private static func identity(of pool: DatabasePool) -> [FileIdentity?] {
        [try? PrivateFile.identity(pool.path), try? PrivateFile.identity(pool.path + "-wal")]
    }

    /// How many writes wait for the next transaction.
    var pendingCount: Int { state.withLock { $0.pending.count } }

    /// Runs `body` in the next transaction, after all that was handed over before.
    ///
    /// `body` may run twice, the first run rolled back; it must do nothing but write to the database, and to the tally what
    /// that changes in the books.
    func write<Value: Sendable>(
        _ body: @escaping @Sendable (Database, inout Tally) throws -> Value
    ) async throws(StoreError) -> Value {
        let result = await withCheckedContinuation { continuation in
            enqueue(
                Write(
                    attempt: { db, tally in
                        let value = try body(db, &tally)
                        return { continuation.resume(returning: Result<Value, StoreError>.success(value)) }
                    },
                    fail: { continuation.resume(returning: .failure($0)) }
                )
            )
        }
        return try result.get()
    }

    /// Runs the trial of a message in a transaction of its own, which waits a second at most for another process.
    ///
    /// Callers at the same time share one: many may ask, and none of them should keep messages waiting longer.
    func prove(_ body: @escaping @Sendable (Database) throws -> Void) async throws(StoreError) {
        let result = await withCheckedContinuation { continuation in
            let isFirst = state.withLock { state in
                state.provers.append(continuation)
                return state.provers.count == 1
            }
            if isFirst { scheduleTrial(body) }
        }
        try result.get()
    }

    private func scheduleTrial(_ body: @escaping @Sendable (Database) throws -> Void) {
        let trial = Write(
            isTrial: true,
            attempt: { [self] db, _ in
                try body(db)
                return { self.endTrial(.success(())) }
            },
            fail: { [self] in endTrial(.failure($0)) }
        )
        pool.asyncWriteWithoutTransaction { [self] db in
            db.withBusyTimeout(atMost: 1000) { commit([trial], db) }
        }
    }

    private func endTrial(_ result: Result<Void, StoreError>) {
        let provers = state.withLock { state in
            defer { state.provers = [] }
            return state.provers
        }
        for prover in provers { prover.resume(returning: result) }
    }

    private func enqueue(_ write: Write) {
        let isFirst = state.withLock { state in
            state.pending.append(write)
            defer { state.isScheduled = true }
            return !state.isScheduled
        }
        if isFirst { schedule() }
    }

    /// Never blocks: the writer's own queue runs the batch.
    private func schedule() {
        pool.asyncWriteWithoutTransaction { [self] db in
            commit(takeBatch(), db)
            let hasMore = state.withLock { state in
                state.isScheduled = !state.pending.isEmpty
                return state.isScheduled
            }
            // Queued anew rather than looped, so that other work on the writer gets its turn.
            if hasMore { schedule() }
        }
    }

    private func takeBatch() -> [Write] {
        state.withLock { state in
            guard state.pending.count > Self.largestBatch else {
                defer { state.pending = [] }
                return state.pending
            }
            defer { state.pending.removeFirst(Self.largestBatch) }
            return Array(state.pending.prefix(Self.largestBatch))
        }
    }

    private func commit(_ batch: [Write], _ db: Database) {
        var results: [@Sendable () -> Void] = []
        results.reserveCapacity(batch.count)
        // SQLite goes on writing to a file that was moved or deleted, where nobody will find it.
        guard isFileInPlace else {
            let fault = StoreError(
                .unavailable,
                "the database \"\(pool.path)\" or its log beside it was moved or replaced; start anew"
            )
            state.withLock { $0.provenAt = nil }
            for write in batch { write.fail(fault) }
            return
        }
        var isProof = batch.contains(where: \.isTrial)
        do {
            try db.inTransaction(.immediate) {
                var tally = Tally()
                for write in batch { results.append(try write.attempt(db, &tally)) }
                try tally.post(db)
                isProof = isProof || tally.hasAccepted
                return .commit
            }
        } catch {
            guard batch.count == 1 || error.concernsEveryWrite else {
                // One of them is at fault and took its neighbours along; alone each gets what it deserves.
                for write in batch { commit([write], db) }
                return
            }
            let fault = StoreError(error, path: pool.path)
            if error.concernsEveryWrite { state.withLock { $0.provenAt = nil } }
            for write in batch { write.fail(fault) }
            return
        }
        if isProof { state.withLock { $0.provenAt = .now } }
        for result in results { result() }
    }
}

extension Database {
    /// Does something that waits for another process no longer than so many milliseconds.
    func withBusyTimeout<Value>(atMost milliseconds: Int, _ body: () throws -> Value) rethrows -> Value {
        // Asking and setting fail on a closed connection, as what is done then does.
        let patience = ((try? Int.fetchOne(self, sql: "PRAGMA busy_timeout")) ?? nil) ?? 0
        try? execute(sql: "PRAGMA busy_timeout = \(min(patience, milliseconds))")
        defer { try? execute(sql: "PRAGMA busy_timeout = \(patience)") }
        return try body()
    }
}
