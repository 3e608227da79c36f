// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

package import ContactForm
import GRDB

/// A copy of a database that may be in use: all that it held at one moment.
package struct DatabaseCopy: Sendable {
    package let messages: Int

    /// Copies the database at `source` to `target`, readable by this user alone, in place of the file that is there or that a
    /// link there leads to.
    ///
    /// What is there stays until the copy is whole, found sound and on the disk. Whoever writes meanwhile is not held up, and
    /// does not hold this up: a copy by `.backup` of SQLite's own shell begins anew with each message. Blocks, also while
    /// another copy is made in the same folder.
    ///
    /// - Throws: `StoreError`, also when `target` is `source` itself.
    package init(of source: String, to target: String) throws(StoreError) {
        var reading = Configuration()
        reading.readonly = true
        reading.busyMode = .timeout(5)
        let database: DatabaseQueue
        do {
            guard try PrivateFile.identity(source) != PrivateFile.identity(target) else {
                throw StoreError(.unavailable, "\"\(target)\" is the database itself; name another file")
            }
            database = try DatabaseQueue(path: source, configuration: reading)
            // What is no database of ours is found out before anything is made.
            _ = try database.read { db in try Int.fetchOne(db, sql: "SELECT 1 FROM submission LIMIT 1") }
        } catch {
            throw StoreError(error, path: source)
        }
        do {
            let target = try PrivateFile.place(target)
            messages = try PrivateFile.lockingFolder(of: target) {
                let draft = target + ".new"
                defer { for end in ["", "-journal", "-wal", "-shm"] { PrivateFile.remove(draft + end) } }
                PrivateFile.remove(draft)
                try PrivateFile.createIfMissing(draft, staysOurs: true)
                let count = try Self.copy(database, source, to: draft)
                try PrivateFile.move(draft, to: target)
                return count
            }
        } catch {
            throw StoreError(error, path: target)
        }
    }

    /// The number of messages in it.
    private static func copy(_ from: DatabaseQueue, _ source: String, to draft: String) throws -> Int {
        let to = try DatabaseQueue(path: draft)
        // In one step, and so of one moment.
        try from.backup(to: to, pagesPerStep: -1)
        let (found, messages) = try to.read { db in
            (
                try String.fetchAll(db, sql: "PRAGMA quick_check(1)"),
                try Int.fetchOne(db, sql: "SELECT count(*) FROM submission") ?? 0
            )
        }
        guard found == ["ok"] else {
            throw StoreError(.corrupt, "the database \"\(source)\" is damaged; restore it from an earlier backup")
        }
        try to.close()
        try from.close()
        return messages
    }
}
