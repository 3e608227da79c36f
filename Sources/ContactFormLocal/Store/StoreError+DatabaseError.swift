// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm
import GRDB

extension StoreError {
    /// What an error of SQLite means to the operator. Tells the file and SQLite's code, never a value.
    init(_ error: any Error, path: String) {
        if let error = error as? StoreError {
            self = error
            return
        }
        if let error = error as? FileError {
            self.init(error.isFull ? .full : .unavailable, error.description)
            return
        }
        guard !(error is RowDecodingError) else {
            self.init(.corrupt, "the database \"\(path)\" is damaged; restore it from a backup")
            return
        }
        guard let error = error as? DatabaseError else {
            self.init(.unavailable, "the database \"\(path)\" failed: \(type(of: error)); see the log")
            return
        }
        let file = "the database \"\(path)\""
        let number = "SQLite code \(error.extendedResultCode.rawValue)"
        switch error.extendedResultCode {
        case .SQLITE_READONLY_DBMOVED:
            self.init(.unavailable, "\(file) was moved or deleted while in use; put it back and restart")
            return
        default: break
        }
        guard !error.isFull else {
            self.init(.full, "\(file) has no room left on its disk; free some space")
            return
        }
        switch error.resultCode {
        case .SQLITE_BUSY, .SQLITE_LOCKED:
            self.init(.unavailable, "\(file) is locked by another program; end that program")
        case .SQLITE_READONLY, .SQLITE_PERM, .SQLITE_AUTH:
            let name = path.split(separator: "/").last ?? ""
            self.init(
                .unavailable,
                "\(file) is read-only; let this user write to the file and its folder, and to \(name)-wal and -shm beside it"
            )
        case .SQLITE_CANTOPEN:
            self.init(.unavailable, "\(file) can't be opened; check its folder and this user's permissions")
        case .SQLITE_IOERR:
            self.init(.unavailable, "\(file) can't be read or written (\(number)); check the disk")
        case .SQLITE_NOMEM:
            self.init(.unavailable, "\(file) ran out of memory; give the process more")
        case .SQLITE_NOTADB:
            self.init(
                .corrupt,
                "\"\(path)\" is not an SQLite database, or no longer one; restore it from a backup, or set another data "
                    + "folder if that file is something else"
            )
        case .SQLITE_CORRUPT:
            self.init(.corrupt, "\(file) is damaged (\(number)); restore it from a backup")
        case .SQLITE_TOOBIG:
            self.init(.tooLarge, "the submission is larger than \(file) can hold; lower the size limit of forms")
        default:
            self.init(.unavailable, "\(file) refused a statement (\(number)); see the log")
        }
    }
}

extension DatabaseError {
    /// Whether the disk has no room, also for the file of the shared memory.
    var isFull: Bool { resultCode == .SQLITE_FULL || extendedResultCode == .SQLITE_IOERR_SHMSIZE }
}

extension Error {
    /// Whether the database is at fault rather than one statement, so that a retry of each write is in vain.
    var concernsEveryWrite: Bool {
        guard let error = self as? DatabaseError else { return false }
        switch error.resultCode {
        case .SQLITE_BUSY, .SQLITE_LOCKED, .SQLITE_FULL, .SQLITE_READONLY, .SQLITE_PERM, .SQLITE_AUTH,
            .SQLITE_CANTOPEN, .SQLITE_IOERR, .SQLITE_NOMEM, .SQLITE_NOTADB, .SQLITE_CORRUPT, .SQLITE_PROTOCOL,
            .SQLITE_INTERRUPT, .SQLITE_MISUSE:
            return true
        default:
            return false
        }
    }
}
