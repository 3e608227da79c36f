// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

package import ContactForm
import GRDB

extension SQLiteSubmissionStore {
    package func page(_ query: SubmissionQuery) async throws(StoreError) -> SubmissionPage {
        try await snapshot { [self] db in
            guard let text = query.text, query.order == .received else {
                // What goes by ids reads everything anyway: for a text it looks at a thousand for a page.
                return try look(query, limit: query.text == nil ? query.limit : 1_000, db).page(of: query)
            }
            return try searchPage(query, text, db)
        }
    }

    /// Looks at up to `limit` of the rows that the filters let pass, one after the other.
    func look(_ query: SubmissionQuery, limit: Int, _ db: Database) throws -> Look {
        var query = query
        query.limit = limit
        let rows: [Row]
        let hasMore: Bool
        switch query.order {
        case .id:
            // In the order of the ids, for what reads everything: filters cost no index and save no reading.
            let statement = try db.cachedStatement(sql: Self.sqlByID(query))
            let all = try Row.fetchAll(statement, arguments: Self.argumentsByID(query))
            (rows, hasMore) = (Array(all.prefix(limit)), all.count > limit)
        case .received:
            let places = try SubmissionRuns.places(query, db)
            rows = try places.prefix(limit).compactMap { place in try Self.row(number: place.number, db) }
            hasMore = places.count > limit
        }
        var look = Look()
        for row in rows { add(row, to: &look, of: query) }
        guard hasMore else { return look }
        // Rows that no id is known of are no place to go on from; looked at again they add nothing.
        guard let last = rows.reversed().lazy.compactMap({ SubmissionRow.remains($0, status: .received) }).first else {
            throw StoreError(.corrupt, "rows without an id stand among the submissions; restore them from a backup")
        }
        look.next = SubmissionCursor(after: last, order: query.order)
        return look
    }

    static func row(number: Int64, _ db: Database) throws -> Row? {
        let statement = try db.cachedStatement(sql: "\(SubmissionRow.select) \(SubmissionRow.from) WHERE number = ?")
        return try Row.fetchOne(statement, arguments: [number])
    }

    static func sqlByID(_ query: SubmissionQuery) -> String {
        var conditions: [String] = []
        if query.cursor != nil { conditions.append("id < ?") }
        if query.ids != nil { conditions.append("id BETWEEN ? AND ?") }
        if query.from != nil { conditions.append("id >= ? AND received_at >= ?") }
        if query.until != nil { conditions.append("received_at < ?") }
        if query.form != nil { conditions.append("form = ?") }
        conditions += SubmissionRow.conditions(query)
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
