// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm
import GRDB

/// Pages of a search, newest first. The work of each is bounded, whatever is common and whatever is rare: a page may be
/// short, and the next one goes on.
extension SQLiteSubmissionStore {
    /// Rows that a page looks at one by one before it asks the index, or instead.
    private static let walked = 450
    private static let walkedAtOnce = 150
    /// Rows of the index that a page looks at.
    private static let candidates = 5_000
    /// Submissions that a page reads because the index named them.
    private static let readings = 400

    func searchPage(_ query: SubmissionQuery, _ text: SearchText, _ db: Database) throws -> SubmissionPage {
        // What few match is read whole; so is the beginning for a text that nearly everything holds.
        let isSmall = try SubmissionRuns.isSmall(query, limit: Self.walked, db)
        guard isSmall || SearchGrams.isPrefix(text) else { return try indexedPage(query, text, db) }
        let walk = try walk(query, db)
        let page = walk.page(of: query)
        guard !isSmall, !walk.isFull, walk.submissions.count < query.limit, let next = page.next else { return page }
        var rest = query
        rest.cursor = next
        rest.limit = query.limit - page.submissions.count
        let indexed = try indexedPage(rest, text, db)
        return SubmissionPage(
            submissions: page.submissions + indexed.submissions,
            next: indexed.next,
            unreadable: page.unreadable + indexed.unreadable
        )
    }

    /// Looks at the newest rows one by one, and at no more of them than fill the page.
    private func walk(_ query: SubmissionQuery, _ db: Database) throws -> Look {
        var step = query
        var walk = Look(mostOctets: pageOctets)
        for _ in 0..<(Self.walked / Self.walkedAtOnce) {
            walk = try look(step, limit: Self.walkedAtOnce, onto: walk, db)
            guard walk.submissions.count <= query.limit, !walk.isFull, let next = walk.next else { break }
            step.cursor = next
        }
        return walk
    }

    /// Merges what the index finds with what is not in it.
    private func indexedPage(_ query: SubmissionQuery, _ text: SearchText, _ db: Database) throws -> SubmissionPage {
        let looks = [try indexed(query, text, db), try outside(query, db)]
        // No further than both of them looked.
        let end = looks.compactMap(\.next).max { $0.place < $1.place }
        var all = Look(mostOctets: pageOctets)
        for look in looks { all += look.before(end) }
        return all.sorted.page(of: query)
    }

    /// What the index finds, and how far it was asked; to the end when there is no next. May hold more from behind that.
    private func indexed(_ query: SubmissionQuery, _ text: SearchText, _ db: Database) throws -> Look {
        var look = Look(mostOctets: pageOctets)
        guard let places = SearchIndex.places(from: query.from, until: query.until, cursor: query.cursor) else {
            return look
        }
        var (looked, read) = (0, 0)
        var moment: Timestamp?
        let arguments: StatementArguments = [SearchGrams.expression(for: text), places.lowerBound, places.upperBound]
        let rows = try Row.fetchCursor(db.cachedStatement(sql: Self.searchSQL(query)), arguments: arguments)
        while let row = try rows.next() {
            let place: Int64 = row[0]
            let current = SearchIndex.moment(of: place)
            // Never between two of one millisecond, whose order is that of their ids.
            if let last = moment, current != last,
                look.submissions.count > query.limit || look.isFull || looked >= Self.candidates
                    || read >= Self.readings
            {
                look.next = look.next ?? SubmissionCursor(order: .received, moment: last, id: .lowest)
                break
            }
            moment = current
            looked += 1
            guard let number = row[1] as Int64?, row[2] as Bool? == true else { continue }
            read += 1
            if let row = try Self.row(number: number, db) { add(row, to: &look, of: query) }
            look.shorten(to: query.limit + 1)
        }
        return look
    }

    /// Place, number and whether the filters let it pass, newest first.
    static func searchSQL(_ query: SubmissionQuery) -> String {
        var conditions = SubmissionRow.conditions(query)
        if let form = query.form { conditions.append("form = '\(form.rawValue)'") }
        let passes = conditions.isEmpty ? "1" : conditions.joined(separator: " AND ")
        return """
            SELECT search.rowid, number, \(passes) FROM search
            CROSS JOIN search_place ON place = search.rowid CROSS JOIN submission ON number = search_place.submission
            WHERE search MATCH ? AND search.rowid BETWEEN ? AND ? ORDER BY search.rowid DESC
            """
    }

    /// What is not in the index: yet, or because it could not be read. As of `indexed`, there may be more from behind its end.
    private func outside(_ query: SubmissionQuery, _ db: Database) throws -> Look {
        let statement = try db.cachedStatement(
            sql: "\(SubmissionRow.select) \(SubmissionRow.from) WHERE \(SearchIndex.isOutside)"
        )
        var look = Look(mostOctets: pageOctets)
        let rows = try Row.fetchCursor(statement)
        while let row = try rows.next() {
            add(row, to: &look, of: query)
            look.shorten(to: query.limit + 1)
        }
        return look
    }
}
