// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

package import ContactForm
import GRDB

/// A copy of a database that may be in use: all that it held at one moment.
package struct DatabaseCopy: Sendable {
    package let messages: Int

    /// Copies the database at `source` to `target`, readable by this user alone, in place of what is there.
    ///
    /// What is there stays until the copy is whole, found sound and on the disk. Whoever writes meanwhile is not held up, and
    /// does not hold this up: a copy by `.backup` of SQLite's own shell begins anew with each message. Blocks.
    ///
    /// - Throws: `StoreError`, also when `target` is `source` itself.
    package init(of source: String, to target: String) throws(StoreError) {
        guard PrivateFile.identity(source) != PrivateFile.identity(target) else {
            throw StoreError(.unavailable, "\"\(target)\" is the database itself; name another file")
        }
        let draft = target + ".new"
        do {
            PrivateFile.remove(draft)
            try PrivateFile.createIfMissing(draft, staysOurs: true)
            messages = try Self.copy(source, to: draft)
            try PrivateFile.move(draft, to: target)
        } catch {
            for end in ["", "-journal", "-wal", "-shm"] { PrivateFile.remove(draft + end) }
            let isFull = (error as? DatabaseError)?.isFull == true
            throw StoreError(error, path: isFull ? target : source)
        }
    }

    private static func copy(_ source: String, to draft: String) throws -> Int {
        var reading = Configuration()
        reading.readonly = true
        reading.busyMode = .timeout(5)
        let from = try DatabaseQueue(path: source, configuration: reading)
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
