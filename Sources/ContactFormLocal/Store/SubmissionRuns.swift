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
        /// As it stands in the row: of one that can't be read it may be none of ours.
        var word: String

        var status: SubmissionStatus? { SubmissionStatus(rawValue: word) }

        /// By the index, or not at all.
        fileprivate var from: String {
            "FROM submission INDEXED BY \(index.rawValue) WHERE \(index.condition) AND form = ? AND status = ?"
        }

        func count(
            since moment: Timestamp,
            until end: Timestamp = Timestamp(milliseconds: .max),
            _ db: Database
        ) throws -> Int {
            let statement = try db.cachedStatement(
                sql: "SELECT count(*) \(from) AND received_at >= ? AND received_at < ?"
            )
            return try Int.fetchOne(
                statement,
                arguments: [form.rawValue, word, moment.milliseconds, end.milliseconds]
            ) ?? 0
        }

        /// Without what the owner called spam.
        ///
        /// - Parameter region: Only those that it took in, and those without one; nil counts all.
        func countOfUnseen(in moments: Range<Timestamp>, of region: String?, limit: Int, _ db: Database) throws -> Int {
            let statement = try db.cachedStatement(
                sql: """
                    SELECT count(*) FROM (
                        SELECT 1 \(from) AND received_at >= ?3 AND received_at < ?4
                            AND (?5 IS NULL OR region IS NULL OR region = ?5)
                            AND spam_reasons NOT LIKE '%"owner"%' LIMIT ?)
                    """
            )
            let (first, end) = (moments.lowerBound.milliseconds, moments.upperBound.milliseconds)
            return try Int.fetchOne(statement, arguments: [form.rawValue, word, first, end, region, limit]) ?? 0
        }

        /// As `Submission.givenUpAt`. What came since then was given up since then, which the index alone tells; of what is
        /// older the last entry of the history is read.
        func countOfGivenUp(in moments: Range<Timestamp>, of region: String?, limit: Int, _ db: Database) throws -> Int
        {
            let (first, end) = (moments.lowerBound.milliseconds, moments.upperBound.milliseconds)
            let lastChange = "CASE WHEN json_valid(history) THEN json_extract(history, '$[#-1].at') END"
            var count = 0
            for condition in ["received_at >= ?3", "received_at < ?3 AND \(lastChange) >= ?3"] where count < limit {
                let statement = try db.cachedStatement(
                    sql: """
                        SELECT count(*) FROM (
                            SELECT 1 \(from) AND \(condition) AND (?4 IS NULL OR region IS NULL OR region = ?4)
                                AND (?5 = \(Int64.max) OR coalesce(\(lastChange), received_at) < ?5) LIMIT ?)
                        """
                )
                count +=
                    try Int.fetchOne(
                        statement,
                        arguments: [form.rawValue, word, first, region, end, limit - count]
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

    /// The runs of what a query asks for.
    static func runs(of query: SubmissionQuery, _ db: Database) throws -> [Run] {
        let statuses = SubmissionStatus.allCases.filter { query.statuses.isEmpty || query.statuses.contains($0) }
        return try (query.form.map { [$0] } ?? forms(db)).flatMap { form in
            statuses.flatMap { status in
                indexes(of: query).map { Run(index: $0, form: form, word: status.rawValue) }
            }
        }
    }

    /// The runs of what has no status of ours, so that it may be asked for whatever the statuses are.
    static func unknown(to query: SubmissionQuery, _ db: Database) throws -> [Run] {
        try (query.form.map { [$0] } ?? forms(db)).flatMap { form in
            try indexes(of: query).flatMap { index in
                try unknownWords(form, index, db).map { Run(index: index, form: form, word: $0) }
            }
        }
    }

    private static func indexes(of query: SubmissionQuery) -> [Run.Index] {
        switch (query.archived, query.unreadOnly) {
        case (false?, false): [.inbox]
        case (false?, true): [.unread]
        case (true?, _): [.archive]
        case (nil, false): [.inbox, .archive]
        case (nil, true): [.unread, .archive]
        }
    }

    /// Found by leaping from one status to the next: an index can't be asked for what is none of five.
    private static func unknownWords(_ form: FormName, _ index: Run.Index, _ db: Database) throws -> [String] {
        let rows = "FROM submission INDEXED BY \(index.rawValue) WHERE \(index.condition) AND form = ?1"
        let next = "SELECT min(status) \(rows)"
        let statement = try db.cachedStatement(
            sql: """
                WITH RECURSIVE leap (word) AS (
                    \(next) UNION ALL SELECT (\(next) AND status > leap.word) FROM leap WHERE leap.word IS NOT NULL
                ) SELECT word FROM leap WHERE word IS NOT NULL
                """
        )
        return try String.fetchAll(statement, arguments: [form.rawValue])
            .filter { SubmissionStatus(rawValue: $0) == nil }
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

    /// - Parameter limit: As many rows at most; nil: all.
    static func arguments(_ query: SubmissionQuery, _ run: Run, limit: Int?) -> StatementArguments {
        var arguments: StatementArguments = [run.form.rawValue, run.word]
        if let from = query.from { arguments += [from.milliseconds] }
        if let until = query.until { arguments += [until.milliseconds] }
        if let ids = query.ids { arguments += [ids.lowerBound.description, ids.upperBound.description] }
        if let cursor = query.cursor {
            let moment = cursor.moment.milliseconds
            arguments += [moment, moment, cursor.id.description]
        }
        return arguments + [limit ?? -1]
    }

    /// Whether a query without its text and its cursor has no more than `limit` rows.
    static func isSmall(_ query: SubmissionQuery, limit: Int, _ db: Database) throws -> Bool {
        var query = query
        query.cursor = nil
        var count = 0
        for run in try runs(of: query, db) + unknown(to: query, db) {
            let statement = try db.cachedStatement(sql: "SELECT count(*) FROM (\(sql(query, run)))")
            count += try Int.fetchOne(statement, arguments: arguments(query, run, limit: limit + 1)) ?? 0
            if count > limit { return false }
        }
        return true
    }

    /// The first `limit + 1` places of the merged runs.
    static func places(_ query: SubmissionQuery, _ db: Database) throws -> [Place] {
        var places: [Place] = []
        for run in try runs(of: query, db) + unknown(to: query, db) {
            let statement = try db.cachedStatement(sql: sql(query, run))
            let rows = try Row.fetchCursor(statement, arguments: arguments(query, run, limit: query.limit + 1))
            while let row = try rows.next() { places.append(Place(number: row[0], receivedAt: row[1], id: row[2])) }
        }
        places.sort { ($0.receivedAt, $0.id) > ($1.receivedAt, $1.id) }
        return Array(places.prefix(query.limit + 1))
    }
}
