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

    /// Looks at up to `limit` of the rows that the filters let pass, one after the other, and at none behind those that fill a
    /// page with their texts.
    ///
    /// - Parameter found: What an earlier look found, which counts among it.
    func look(_ query: SubmissionQuery, limit: Int, onto found: Look? = nil, _ db: Database) throws -> Look {
        var query = query
        query.limit = limit
        let next: () throws -> Row?
        switch query.order {
        case .id:
            // In the order of the ids, for what reads everything: filters cost no index and save no reading.
            let statement = try db.cachedStatement(sql: Self.sqlByID(query))
            let rows = try Row.fetchCursor(statement, arguments: Self.argumentsByID(query))
            next = { try rows.next() }
        case .received:
            var places = try SubmissionRuns.places(query, db)[...]
            next = { try places.popFirst().flatMap { try Self.row(number: $0.number, db) } }
        }
        var look = found ?? Look(mostOctets: pageOctets)
        look.next = nil
        var last: Submission?
        var count = 0
        while let row = try next() {
            guard count < limit, !look.isFull else {
                // Rows that no id is known of are no place to go on from; looked at again they add nothing.
                guard let last else {
                    throw StoreError(
                        .corrupt,
                        "rows without an id stand among the submissions; restore them from a backup"
                    )
                }
                look.next = SubmissionCursor(after: last, order: query.order)
                return look
            }
            last = add(row, to: &look, of: query) ?? last
            count += 1
        }
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
