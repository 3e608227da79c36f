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

    static func searchPage(_ query: SubmissionQuery, _ text: SearchText, _ db: Database) throws -> SubmissionPage {
        // What few match is read whole; so is the beginning for a text that nearly everything holds.
        let isSmall = try SubmissionRuns.isSmall(query, limit: walked, db)
        if isSmall || SearchGrams.isPrefix(text) {
            let (page, isFull) = try walk(query, text, db)
            if isSmall || isFull { return page }
            guard let next = page.next else { return page }
            var rest = query
            rest.cursor = next
            rest.limit = query.limit - page.submissions.count
            let indexed = try indexedPage(rest, text, db)
            return SubmissionPage(submissions: page.submissions + indexed.submissions, next: indexed.next)
        }
        return try indexedPage(query, text, db)
    }

    /// Looks at the newest rows one by one, and at no more of them than fill the page.
    private static func walk(
        _ query: SubmissionQuery,
        _ text: SearchText,
        _ db: Database
    ) throws -> (page: SubmissionPage, isFull: Bool) {
        var step = query
        step.limit = walkedAtOnce
        var found: [Submission] = []
        for _ in 0..<(walked / walkedAtOnce) {
            let all = try plainPage(step, db)
            found += all.submissions.filter(text.isFound)
            if found.count > query.limit { return (page(found, of: query), true) }
            step.cursor = all.next
            if all.next == nil { break }
        }
        return (SubmissionPage(submissions: found, next: step.cursor), found.count == query.limit)
    }

    /// Merges what the index finds with what is not in it yet.
    private static func indexedPage(_ query: SubmissionQuery, _ text: SearchText, _ db: Database) throws
        -> SubmissionPage
    {
        let found = try indexed(query, text, db)
        let frontier = found.frontier
        let waiting = try waiting(query, db).filter { submission in
            frontier.map { SubmissionCursor(after: submission, order: .received).place > $0.place } ?? true
        }
        let all = (found.submissions + waiting).sorted {
            ($0.receivedAt, $0.id) > ($1.receivedAt, $1.id)
        }
        let shown = page(all, of: query)
        return shown.next == nil ? SubmissionPage(submissions: shown.submissions, next: frontier) : shown
    }

    /// What the index finds, and how far it was asked; nil when to the end.
    private static func indexed(
        _ query: SubmissionQuery,
        _ text: SearchText,
        _ db: Database
    ) throws -> (submissions: [Submission], frontier: SubmissionCursor?) {
        guard let places = SearchIndex.places(from: query.from, until: query.until, cursor: query.cursor) else {
            return ([], nil)
        }
        var found: [Submission] = []
        var (looked, read) = (0, 0)
        var moment: Timestamp?
        let arguments: StatementArguments = [SearchGrams.expression(for: text), places.lowerBound, places.upperBound]
        let rows = try Row.fetchCursor(db.cachedStatement(sql: searchSQL(query)), arguments: arguments)
        while let row = try rows.next() {
            let place: Int64 = row[0]
            let current = SearchIndex.moment(of: place)
            // Never between two of one millisecond, whose order is that of their ids.
            if let last = moment, current != last,
                found.count > query.limit || looked >= candidates || read >= readings
            {
                return (found, SubmissionCursor(order: .received, moment: last, id: .lowest))
            }
            moment = current
            looked += 1
            guard let number = row[1] as Int64?, row[2] as Bool? == true else { continue }
            read += 1
            guard let submission = try submission(number: number, db), query.matches(submission),
                query.cursor?.precedes(submission) ?? true
            else { continue }
            found.append(submission)
        }
        return (found, nil)
    }

    /// Place, number and whether the filters let it pass, newest first.
    static func searchSQL(_ query: SubmissionQuery) -> String {
        var conditions: [String] = []
        if let form = query.form { conditions.append("form = '\(form.rawValue)'") }
        if !query.statuses.isEmpty {
            let words = query.statuses.map { "'\($0.rawValue)'" }.sorted().joined(separator: ", ")
            conditions.append("status IN (\(words))")
        }
        if query.unreadOnly { conditions.append("read_at IS NULL") }
        if let archived = query.archived { conditions.append("archived_at IS \(archived ? "NOT " : "")NULL") }
        let passes = conditions.isEmpty ? "1" : conditions.joined(separator: " AND ")
        return """
            SELECT search.rowid, number, \(passes) FROM search
            CROSS JOIN search_place ON place = search.rowid CROSS JOIN submission ON number = search_place.submission
            WHERE search MATCH ? AND search.rowid BETWEEN ? AND ? ORDER BY search.rowid DESC
            """
    }

    /// What matches of those that are not in the index yet.
    private static func waiting(_ query: SubmissionQuery, _ db: Database) throws -> [Submission] {
        let statement = try db.cachedStatement(
            sql: """
                \(SubmissionRow.select) \(SubmissionRow.from)
                WHERE number > (SELECT indexed FROM search_progress)
                """
        )
        var found: [Submission] = []
        let rows = try Row.fetchCursor(statement)
        while let row = try rows.next() {
            let submission = try SubmissionRow.submission(row)
            if query.matches(submission), query.cursor?.precedes(submission) ?? true { found.append(submission) }
        }
        return found
    }
}
