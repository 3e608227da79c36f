// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm
import GRDB

/// The runs of an index that make up a list: one for each form and status, newest first.
///
/// A list over several is merged from them, so that it costs as much as it shows: what is rare among a million is found
/// without looking at the others.
enum SubmissionRuns {
    /// One run.
    struct Run: Sendable, Hashable {
        enum Index: String {
            case inbox = "submission_inbox"
            case archive = "submission_archive"
            case unread = "submission_unread"

            /// A partial index serves a query that repeats its condition (https://www.sqlite.org/partialindex.html §3).
            var condition: String {
                switch self {
                case .inbox: "archived_at IS NULL"
                case .archive: "archived_at IS NOT NULL"
                case .unread: "archived_at IS NULL AND read_at IS NULL"
                }
            }
        }

        var index: Index
        var form: FormName
        var status: SubmissionStatus

        /// By the index, or not at all.
        fileprivate var from: String {
            "FROM submission INDEXED BY \(index.rawValue) WHERE \(index.condition) AND form = ? AND status = ?"
        }

        func count(since moment: Timestamp, _ db: Database) throws -> Int {
            let statement = try db.cachedStatement(sql: "SELECT count(*) \(from) AND received_at >= ?")
            return try Int.fetchOne(
                statement,
                arguments: [form.rawValue, status.rawValue, moment.milliseconds]
            ) ?? 0
        }

        /// As `Submission.givenUpAt`. What came since then was given up since then, which the index alone tells; of what is
        /// older the last entry of the history is read.
        func countOfGivenUp(since moment: Timestamp, in region: String?, limit: Int, _ db: Database) throws -> Int {
            let lastChange = "CASE WHEN json_valid(history) THEN json_extract(history, '$[#-1].at') END"
            var count = 0
            for condition in ["received_at >= ?3", "received_at < ?3 AND \(lastChange) >= ?3"] where count < limit {
                let statement = try db.cachedStatement(
                    sql: """
                        SELECT count(*) FROM (
                            SELECT 1 \(from) AND \(condition) AND (?4 IS NULL OR region IS NULL OR region = ?4) LIMIT ?)
                        """
                )
                count +=
                    try Int.fetchOne(
                        statement,
                        arguments: [form.rawValue, status.rawValue, moment.milliseconds, region, limit - count]
                    ) ?? 0
            }
            return count
        }
    }

    /// A row of a run.
    struct Place: Sendable {
        var number: Int64
        var receivedAt: Int64
        var id: String
    }

    /// The runs that a query has to look at.
    static func runs(of query: SubmissionQuery, _ db: Database) throws -> [Run] {
        let indexes: [Run.Index] =
            switch (query.archived, query.unreadOnly) {
            case (false?, false): [.inbox]
            case (false?, true): [.unread]
            case (true?, _): [.archive]
            case (nil, false): [.inbox, .archive]
            case (nil, true): [.unread, .archive]
            }
        let statuses = SubmissionStatus.allCases.filter { query.statuses.isEmpty || query.statuses.contains($0) }
        return try (query.form.map { [$0] } ?? forms(db)).flatMap { form in
            statuses.flatMap { status in indexes.map { Run(index: $0, form: form, status: status) } }
        }
    }

    static func all(_ db: Database) throws -> [Run] { try runs(of: SubmissionQuery(), db) }

    /// The forms that have submissions, found by leaping from one to the next in the indexes.
    static func forms(_ db: Database) throws -> [FormName] {
        let leaps = [Run.Index.inbox, .archive].map { index in
            let next = "SELECT min(form) FROM submission INDEXED BY \(index.rawValue) WHERE \(index.condition)"
            return """
                SELECT form FROM (
                    WITH RECURSIVE leap (form) AS (
                        \(next) UNION ALL SELECT (\(next) AND submission.form > leap.form) FROM leap
                        WHERE leap.form IS NOT NULL
                    ) SELECT form FROM leap WHERE form IS NOT NULL)
                """
        }
        return try String.fetchAll(db.cachedStatement(sql: leaps.joined(separator: " UNION ")))
            .compactMap(FormName.init(rawValue:))
    }

    /// The statement of one run of a page; another for each combination of filters.
    static func sql(_ query: SubmissionQuery, _ run: Run) -> String {
        var conditions = ""
        // Of the runs of a query for what is unread only that of the archive holds more.
        if query.unreadOnly, run.index == .archive { conditions += " AND read_at IS NULL" }
        if query.from != nil { conditions += " AND received_at >= ?" }
        if query.until != nil { conditions += " AND received_at < ?" }
        if query.ids != nil { conditions += " AND id BETWEEN ? AND ?" }
        if query.cursor != nil { conditions += " AND received_at <= ? AND (received_at < ? OR id < ?)" }
        return "SELECT number, received_at, id \(run.from)\(conditions) ORDER BY received_at DESC, id DESC LIMIT ?"
    }

    static func arguments(_ query: SubmissionQuery, _ run: Run) -> StatementArguments {
        var arguments: StatementArguments = [run.form.rawValue, run.status.rawValue]
        if let from = query.from { arguments += [from.milliseconds] }
        if let until = query.until { arguments += [until.milliseconds] }
        if let ids = query.ids { arguments += [ids.lowerBound.description, ids.upperBound.description] }
        if let cursor = query.cursor {
            let moment = cursor.moment.milliseconds
            arguments += [moment, moment, cursor.id.description]
        }
        return arguments + [query.limit + 1]
    }

    /// Whether a query without its text and its cursor has no more than `limit` rows.
    static func isSmall(_ query: SubmissionQuery, limit: Int, _ db: Database) throws -> Bool {
        var query = query
        query.cursor = nil
        query.limit = limit
        var count = 0
        for run in try runs(of: query, db) {
            let statement = try db.cachedStatement(sql: "SELECT count(*) FROM (\(sql(query, run)))")
            count += try Int.fetchOne(statement, arguments: arguments(query, run)) ?? 0
            if count > limit { return false }
        }
        return true
    }

    /// The first `limit + 1` places of the merged runs.
    static func places(_ query: SubmissionQuery, _ db: Database) throws -> [Place] {
        var places: [Place] = []
        for run in try runs(of: query, db) {
            let statement = try db.cachedStatement(sql: sql(query, run))
            let rows = try Row.fetchCursor(statement, arguments: arguments(query, run))
            while let row = try rows.next() { places.append(Place(number: row[0], receivedAt: row[1], id: row[2])) }
        }
        places.sort { ($0.receivedAt, $0.id) > ($1.receivedAt, $1.id) }
        return Array(places.prefix(query.limit + 1))
    }
}
