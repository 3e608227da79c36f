// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

package import ContactForm
import GRDB

extension SQLiteSubmissionStore {
    package func page(_ query: SubmissionQuery) async throws(StoreError) -> SubmissionPage {
        try await snapshot { db in
            guard let text = query.text else { return try Self.plainPage(query, db) }
            return switch query.order {
            case .received: try Self.searchPage(query, text, db)
            case .id: try Self.filteredPage(query, text, db)
            }
        }
    }

    static func plainPage(_ query: SubmissionQuery, _ db: Database) throws -> SubmissionPage {
        let submissions =
            switch query.order {
            case .id: try submissionsByID(query, db)
            case .received:
                try SubmissionRuns.places(query, db).compactMap { place in try submission(number: place.number, db) }
            }
        return page(submissions, of: query)
    }

    /// Looks at one after the other for the text, at a thousand for a page: what goes by ids reads everything anyway.
    private static func filteredPage(
        _ query: SubmissionQuery,
        _ text: SearchText,
        _ db: Database
    ) throws -> SubmissionPage {
        var step = query
        step.limit = 1_000
        let all = try plainPage(step, db)
        let found = all.submissions.filter(text.isFound)
        return found.count > query.limit ? page(found, of: query) : SubmissionPage(submissions: found, next: all.next)
    }

    /// A page of what was found, one more than it holds when there is more.
    static func page(_ found: [Submission], of query: SubmissionQuery) -> SubmissionPage {
        let shown = Array(found.prefix(query.limit))
        let last = found.count > query.limit ? shown.last : nil
        return SubmissionPage(
            submissions: shown,
            next: last.map { SubmissionCursor(after: $0, order: query.order) }
        )
    }

    static func submission(number: Int64, _ db: Database) throws -> Submission? {
        let statement = try db.cachedStatement(sql: "\(SubmissionRow.select) \(SubmissionRow.from) WHERE number = ?")
        return try Row.fetchOne(statement, arguments: [number]).map(SubmissionRow.submission)
    }

    /// In the order of the ids, for what reads everything: filters cost no index and save no reading.
    private static func submissionsByID(_ query: SubmissionQuery, _ db: Database) throws -> [Submission] {
        let statement = try db.cachedStatement(sql: sqlByID(query))
        return try Row.fetchAll(statement, arguments: argumentsByID(query)).map(SubmissionRow.submission)
    }

    static func sqlByID(_ query: SubmissionQuery) -> String {
        var conditions: [String] = []
        if query.cursor != nil { conditions.append("id < ?") }
        if query.ids != nil { conditions.append("id BETWEEN ? AND ?") }
        if query.from != nil { conditions.append("id >= ? AND received_at >= ?") }
        if query.until != nil { conditions.append("received_at < ?") }
        if query.form != nil { conditions.append("form = ?") }
        if !query.statuses.isEmpty {
            let words = query.statuses.map { "'\($0.rawValue)'" }.sorted().joined(separator: ", ")
            conditions.append("status IN (\(words))")
        }
        if query.unreadOnly { conditions.append("read_at IS NULL") }
        if let archived = query.archived { conditions.append("archived_at IS \(archived ? "NOT " : "")NULL") }
        let filter = conditions.isEmpty ? "" : "WHERE " + conditions.joined(separator: " AND ")
        return "\(SubmissionRow.select) \(SubmissionRow.from) \(filter) ORDER BY id DESC LIMIT ?"
    }

    static func argumentsByID(_ query: SubmissionQuery) -> StatementArguments {
        var arguments = StatementArguments()
        if let cursor = query.cursor { arguments += [cursor.id.description] }
        if let ids = query.ids { arguments += [ids.lowerBound.description, ids.upperBound.description] }
        if let from = query.from {
            arguments += [SubmissionID(earliestReceivedAt: from).description, from.milliseconds]
        }
        if let until = query.until { arguments += [until.milliseconds] }
        if let form = query.form { arguments += [form.rawValue] }
        return arguments + [query.limit + 1]
    }
}
