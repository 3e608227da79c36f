// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import GRDB
import Hummingbird
import Logging

// What a careful person writes first: one Hummingbird handler that reads a form and does one durable GRDB insert per
// request, and the file middleware for the site. No rules, no mail, no limits.
//
//     BareHummingbird DATABASE SITE

struct Letter: Decodable, Sendable {
    var name: String
    var email: String
    var message: String
}

struct Answer: ResponseEncodable {
    var ok = true
    var id: Int64
}

func openDatabase(at path: String, logger: Logger) throws -> DatabasePool {
    let database = try DatabasePool(path: path)
    try database.writeWithoutTransaction { connection in
        // The pool sets NORMAL when it turns write-ahead logging on, and NORMAL loses the last commits with the power.
        try connection.execute(sql: "PRAGMA synchronous = FULL")
        try connection.execute(
            sql: """
                CREATE TABLE IF NOT EXISTS letter (
                    id INTEGER PRIMARY KEY, receivedAt TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
                    name TEXT NOT NULL, email TEXT NOT NULL, message TEXT NOT NULL
                )
                """
        )
        let journal = try String.fetchOne(connection, sql: "PRAGMA journal_mode") ?? "?"
        let synchronous = try Int.fetchOne(connection, sql: "PRAGMA synchronous") ?? -1
        logger.notice("journal_mode=\(journal) synchronous=\(synchronous)")
    }
    return database
}

let arguments = CommandLine.arguments
guard arguments.count == 3 else { fatalError("usage: BareHummingbird DATABASE SITE") }
let logger = Logger(label: "bare")
let database = try openDatabase(at: arguments[1], logger: logger)

let router = Router()
router.add(middleware: FileMiddleware(arguments[2], searchForIndexHtml: true, logger: logger))
router.post("/api/contact") { request, context in
    let letter = try await URLEncodedFormDecoder().decode(Letter.self, from: request, context: context)
    let id = try await database.write { connection in
        try connection.execute(
            sql: "INSERT INTO letter (name, email, message) VALUES (?, ?, ?)",
            arguments: [letter.name, letter.email, letter.message]
        )
        return connection.lastInsertedRowID
    }
    return Answer(id: id)
}

let application = Application(
    router: router,
    configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: 0)),
    onServerRunning: { channel in logger.notice("http://127.0.0.1:\(channel.localAddress?.port ?? 0)") },
    logger: logger
)
try await application.runService()
