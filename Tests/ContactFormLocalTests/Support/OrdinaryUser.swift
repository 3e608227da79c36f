// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A user whom the permissions of files bind. They don't bind root, as whom pipelines often run.
enum OrdinaryUser {
    struct Unavailable: Error {}

    /// Runs `body`, on one thread, as the owner of `paths` and not as root. Those of root become nobody's for good.
    static func owning<Value>(_ paths: [String], _ body: () throws -> Value) throws -> Value {
        guard geteuid() == 0 else { return try body() }
        #if os(Linux)
            let nobody: uid_t = 65_534
            for path in paths { guard chown(path, nobody, nobody) == 0 else { throw Unavailable() } }
            // Of this thread alone, with the right to pass over permissions; any other call is of the whole process
            // (setfsuid(2), capabilities(7)). Swift's module of the C library does not have it.
            guard let symbol = dlsym(nil, "setfsuid") else { throw Unavailable() }
            let setfsuid = unsafeBitCast(symbol, to: (@convention(c) (uid_t) -> CInt).self)
            _ = setfsuid(nobody)
            defer { _ = setfsuid(0) }
            // Answers with the user before, changed or not.
            guard setfsuid(nobody) == nobody else { throw Unavailable() }
            return try body()
        #else
            throw Unavailable()
        #endif
    }
}
