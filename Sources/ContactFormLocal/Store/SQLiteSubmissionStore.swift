// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

package import ContactForm
import ContactFormLogging
import Dispatch
import GRDB
package import Logging
import Synchronization

/// Keeps submissions in one SQLite file.
///
/// Durable before it answers: the file is in WAL mode with `synchronous=FULL`, so that every commit waits for the disk.
/// Concurrent writes share commits (`GroupCommit`); reads run beside them. No call blocks a thread of the caller's.
/// Several processes may use one file: each waits for the other's lock up to the busy timeout.
package final class SQLiteSubmissionStore: Sendable {
    let pool: DatabasePool
    let writes: GroupCommit
    let logger: Logger
    /// So many octets of texts fill a page, however few messages they are: all of it is in memory, and more than once.
    let pageOctets: Int
    /// Whether something that was deleted may still stand in the log.
    let isLogLeft = Mutex(false)
    let unreadable: UnreadableLog

    /// Opens the database, or makes it, readable by this user alone, when the file is not there.
    ///
    /// Blocks while the file is opened and brought up to date, by this process or before it by another.
    ///
    /// - Parameters:
    ///   - path: The file; its folder must exist.
    ///   - migrates: Whether a file of an earlier release becomes one of today, for which that release has no use any more;
    ///     if not, it is refused and left as it is.
    ///   - busyTimeout: How long a call waits for another process that writes before it fails as unavailable.
    ///   - pageOctets: How much text one page of a list holds at most, but for its last message.
    /// - Throws: `StoreError`, also when the file is not ours or was written by a newer version.
    package init(
        path: String,
        migrates: Bool = true,
        busyTimeout: Interval = .seconds(5),
        pageOctets: Int = 8 << 20,
        logger: Logger = Logger(label: "brevlada.store")
    ) throws(StoreError) {
        self.pageOctets = pageOctets
        do {
            // One process at a time: the pool's turn to WAL mode and its migrations each look first and act then, and
            // SQLite refuses two that want to turn one file at once, whatever the busy timeout says.
            pool = try PrivateFile.lockingFolder(of: path) {
                try Self.checkLogIsNotAlone(path)
                try PrivateFile.createIfMissing(path)
                let pool = try DatabasePool(
                    path: path,
                    configuration: Self.configuration(path: path, migrates: migrates, busyTimeout: busyTimeout)
                )
                try SubmissionSchema.migrator.migrate(pool)
                return pool
            }
            // The pool sets NORMAL on its writer when it opens, and a power cut may then lose commits
            // (https://www.sqlite.org/pragma.html#pragma_synchronous).
            let synchronous = try pool.writeWithoutTransaction { db in
                // What a crash left in the log, and the tables of a new file, which should not stand there alone. Another
                // process that opens or writes the file just then does it, and without room it stays in the log.
                _ = try? db.checkpoint(.passive)
                try db.execute(sql: "PRAGMA synchronous = FULL")
                return try Int.fetchOne(db, sql: "PRAGMA synchronous")
            }
            guard synchronous == 2 else {
                throw StoreError(.unavailable, "SQLite does not accept synchronous=FULL; install another build of it")
            }
        } catch {
            throw StoreError(error, path: path)
        }
        writes = GroupCommit(pool: pool)
        self.logger = logger
        unreadable = UnreadableLog(logger)
    }

    /// SQLite takes the log of a database without a byte for a leftover and deletes it, with the newest messages in it
    /// (https://www.sqlite.org/walformat.html). A file that has become SQLite's has its first page before it has a log.
    private static func checkLogIsNotAlone(_ path: String) throws {
        let log = path + "-wal"
        guard try PrivateFile.size(path) ?? 0 == 0, try PrivateFile.size(log) ?? 0 > 0 else { return }
        throw StoreError(
            .corrupt,
            "the database \"\(path)\" is missing or empty, while its log \"\(log)\" is there with messages; put back the file "
                + "that belongs to the log, or restore a backup and move the log away"
        )
    }

    private static func configuration(path: String, migrates: Bool, busyTimeout: Interval) -> Configuration {
        var configuration = Configuration()
        configuration.label = "brevlada.store"
        configuration.busyMode = .timeout(Double(busyTimeout.milliseconds) / 1000)
        configuration.maximumReaderCount = 3
        configuration.prepareDatabase { db in
            try db.execute(sql: "PRAGMA busy_timeout = \(busyTimeout.milliseconds)")
            guard !db.configuration.readonly else { return }
            try SubmissionSchema.check(db, path: path, migrates: migrates)
            // What is erased is overwritten, not only unlinked. The log of a flood shrinks again afterwards.
            try db.execute(sql: "PRAGMA secure_delete = ON")
            try db.execute(sql: "PRAGMA journal_size_limit = 16777216")
        }
        return configuration
    }

    /// Whether a submission could be stored now, for the health check. Costs one read while submissions are stored.
    ///
    /// When none was for ten minutes, or a write failed since, it tries one: nobody may be posting, and the disk may be full, or
    /// have room again.
    ///
    /// - Parameter room: As many bytes as the largest submission takes: small ones may find room where that one does not.
    package func isWritable(room: Int = IntakeLimits().bodyBytes) async -> Bool {
        guard writes.isFileInPlace else { return false }
        do throws(StoreError) {
            if !writes.isProven { try await writes.prove { db in try Self.storeAndRemove(room, db) } }
            return try await read { db in try Int.fetchOne(db, sql: "SELECT 1") } == 1
        } catch {
            return false
        }
    }

    /// Writes as much as a submission of `count` bytes, which nobody gets to see. What is deleted is overwritten, and so takes
    /// its room in the log as well.
    private static func storeAndRemove(_ count: Int, _ db: Database) throws {
        try db.execute(
            sql: """
                INSERT INTO submission (id, form, received_at, fields, language, status, spam_reasons, attempts)
                VALUES ('', '', 0, ?, '', '', '', 0)
                """,
            arguments: [String(repeating: " ", count: count)]
        )
        try db.execute(sql: "DELETE FROM submission WHERE id = '' AND form = ''")
    }

    /// Finishes what was handed over, moves the log into the database file and closes it.
    ///
    /// Every later call throws. When another process reads the file meanwhile, the log stays beside it; nothing is
    /// lost then.
    package func checkpointAndClose() async {
        _ = try? await writes.write { _, _ in }
        await emptyLog()
        await withCheckedContinuation { continuation in
            // Waits for readers, so not on a thread of the caller's.
            DispatchQueue.global().async { [pool, logger] in
                // The readers first: only a connection that may write removes the log when it is the last to close.
                pool.releaseMemory()
                do {
                    try pool.close()
                } catch {
                    logger.warning("the database could not be closed", metadata: ["error.code": "\(error.code)"])
                }
                continuation.resume()
            }
        }
    }

    /// Moves the log into the database file, so that what was deleted is in neither.
    ///
    /// Waits for nobody: messages that come in would wait as well. When another process reads just then, what is left is
    /// done by the next call, by `emptyWhatIsLeft`, or by the server's next sweep when this is another program.
    func emptyLog() async {
        await withCheckedContinuation { continuation in
            pool.asyncWriteWithoutTransaction { [self] db in
                do {
                    _ = try db.withBusyTimeout(atMost: 0) { try db.checkpoint(.truncate) }
                    isLogLeft.withLock { $0 = false }
                } catch {
                    isLogLeft.withLock { $0 = true }
                    logger.debug("the log could not be emptied", metadata: ["error.code": "\(error.code)"])
                }
                continuation.resume()
            }
        }
    }

    /// Empties the log when that was tried in vain.
    func emptyWhatIsLeft() async {
        if isLogLeft.withLock(\.self) { await emptyLog() }
    }

    /// Runs one statement on a connection of its own, beside the writer.
    func read<Value: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws(StoreError) -> Value {
        let result = await withCheckedContinuation { continuation in
            pool.asyncUnsafeRead { [path = pool.path] db in
                let result = Result { try body(try db.get()) }
                continuation.resume(returning: result.mapError { StoreError($0, path: path) })
            }
        }
        return try result.get()
    }
}

extension SQLiteSubmissionStore {
    /// Runs several statements on one state of the database, beside the writer.
    func snapshot<Value: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws(StoreError) -> Value {
        try await read { db in
            var result: Value?
            try db.inTransaction(.deferred) {
                result = try body(db)
                return .commit
            }
            guard let result else { throw StoreError(.unavailable, "the database gave no answer; try again") }
            return result
        }
    }
}

extension SQLiteSubmissionStore: SubmissionStore {
    package func insert(_ submission: Submission) async throws(StoreError) -> Insertion {
        // Made here, where several do it at once, and not where one transaction waits for the other.
        let arguments = SubmissionRow.insertArguments(submission)
        return try await writes.write { db, tally in
            try db.cachedStatement(sql: SubmissionRow.insert).execute(arguments: arguments)
            guard db.changesCount == 1 else { return .alreadyStored }
            let number = db.lastInsertedRowID
            if submission.status == .received {
                let due = submission.delivery.nextAttempt ?? submission.receivedAt
                try Self.setDue(due, number: number, db)
            }
            if submission.readAt != nil || submission.archivedAt != nil || !submission.history.isEmpty
                || submission.delivery.part != nil
            {
                try db.cachedStatement(sql: SubmissionRow.updateMarks)
                    .execute(arguments: SubmissionRow.markArguments(submission, number: number))
            }
            tally.accept(submission)
            return .stored
        }
    }

    package func find(_ key: SubmissionKey) async throws(StoreError) -> Submission? {
        try await read { db in try Self.row(key, db)?.submission }
    }

    package func find(_ keys: [SubmissionKey]) async throws(StoreError) -> [Submission?] {
        try await read { db in try keys.map { try Self.row($0, db)?.submission } }
    }

    package func apply(
        _ change: StatusChange,
        to key: SubmissionKey,
        at now: Timestamp
    ) async throws(StoreError) -> Submission? {
        try await writes.write { db, tally in try Self.apply(change, to: key, at: now, db, &tally) }
    }

    package func apply(
        _ changes: [(change: StatusChange, key: SubmissionKey)],
        at now: Timestamp
    ) async throws(StoreError) {
        try await writes.write { db, tally in
            for (change, key) in changes { _ = try Self.apply(change, to: key, at: now, db, &tally) }
        }
    }

    private static func apply(
        _ change: StatusChange,
        to key: SubmissionKey,
        at now: Timestamp,
        _ db: Database,
        _ tally: inout Tally
    ) throws -> Submission? {
        guard let (number, submission) = try row(key, db), let changed = submission.applying(change, at: now) else {
            return nil
        }
        try db.cachedStatement(sql: SubmissionRow.update)
            .execute(arguments: SubmissionRow.updateArguments(changed, number: number))
        let due = changed.status == .received ? changed.delivery.nextAttempt : nil
        if due != submission.delivery.nextAttempt { try setDue(due, number: number, db) }
        tally.move(from: submission, to: changed)
        return changed
    }

    static func row(_ key: SubmissionKey, _ db: Database) throws -> (number: Int64, submission: Submission)? {
        try rawRow(key, db).map { (number: $0["number"], submission: try SubmissionRow.submission($0)) }
    }

    static func rawRow(_ key: SubmissionKey, _ db: Database) throws -> Row? {
        let statement = try db.cachedStatement(
            sql: """
                \(SubmissionRow.select), number \(SubmissionRow.from)
                WHERE id = ? AND form = ?
                """
        )
        return try Row.fetchOne(statement, arguments: [key.id.description, key.form.rawValue])
    }

    /// Nil takes the submission out of the outbox.
    private static func setDue(_ due: Timestamp?, number: Int64, _ db: Database) throws {
        guard let due else {
            return try db.cachedStatement(sql: "DELETE FROM outbox WHERE submission = ?").execute(arguments: [number])
        }
        let upsert = """
            INSERT INTO outbox (submission, due_at) VALUES (?, ?)
            ON CONFLICT (submission) DO UPDATE SET due_at = excluded.due_at
            """
        try db.cachedStatement(sql: upsert).execute(arguments: [number, due.milliseconds])
    }
}

extension Error {
    /// A bounded word for the log.
    fileprivate var code: String {
        (self as? DatabaseError).map { "sqlite-\($0.extendedResultCode.rawValue)" } ?? "unknown"
    }
}
