// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm
import ContactFormTesting
import GRDB
import Testing

@testable import ContactFormLocal

/// How SQLite goes about a page. What it costs at a million rows is measured by `Benchmarks/InboxStore`.
@Suite("The plans of pages")
struct PagePlanTests {
    let folder: TemporaryFolder
    let store: SQLiteSubmissionStore

    init() throws {
        folder = try TemporaryFolder()
        store = try SQLiteSubmissionStore(path: folder.file("brevlada.sqlite"))
    }

    private func plan(_ sql: String, _ arguments: StatementArguments) async throws -> [String] {
        try await store.pool.read { db in
            try Row.fetchAll(db, sql: "EXPLAIN QUERY PLAN " + sql, arguments: arguments).map { $0["detail"] as String }
        }
    }

    private static let cursor = SubmissionCursor(after: .sample(), order: .received)

    @Test(
        "each run of a list is a search in its index, of the rows that are shown and those of the same moment",
        arguments: [
            SubmissionQuery(), SubmissionQuery(archived: false), SubmissionQuery(archived: true),
            SubmissionQuery(form: .contact, cursor: cursor),
            SubmissionQuery(statuses: [.held, .failed], cursor: cursor),
            SubmissionQuery(from: .sample, until: .farFuture, archived: false), SubmissionQuery(unreadOnly: true),
            SubmissionQuery(unreadOnly: true, archived: false, cursor: cursor),
        ]
    )
    func runs(query: SubmissionQuery) async throws {
        _ = try await store.insert(.sample())
        let runs = try await store.pool.read { db in try SubmissionRuns.runs(of: query, db) }
        #expect(!runs.isEmpty)
        for run in runs {
            let plan = try await plan(SubmissionRuns.sql(query, run), SubmissionRuns.arguments(query, run, limit: 51))
            #expect(plan.count == 2)
            let bounded = query.from != nil || query.until != nil || query.cursor != nil
            let terms = bounded ? "(form=? AND status=? AND received_at" : "(form=? AND status=?)"
            #expect(plan.first?.contains("SEARCH submission USING INDEX \(run.index.rawValue) \(terms)") == true)
            // Sorts by the id within a moment, and nothing else; newer versions of SQLite say "LAST TERM".
            let sorting = try #require(plan.last)
            #expect(["RIGHT PART OF ORDER BY", "LAST TERM OF ORDER BY"].contains { sorting.hasSuffix($0) })
        }
    }

    @Test("a list by id follows the ids")
    func byID() async throws {
        let query = SubmissionQuery(form: .contact, from: .sample, cursor: Self.cursor, order: .id)
        let plan = try await plan(SQLiteSubmissionStore.sqlByID(query), SQLiteSubmissionStore.argumentsByID(query))
        #expect(
            plan.first?.contains("SEARCH submission USING INDEX sqlite_autoindex_submission_1 (id>? AND id<?)") == true
        )
        #expect(!plan.contains { $0.contains("TEMP B-TREE") })
    }

    @Test("the forms are found by leaping, not by reading every row")
    func forms() async throws {
        _ = try await store.insert(.sample(1, form: .sampleOrder))
        let contact = Submission.sample(2)
        _ = try await store.insert(contact)
        _ = try await store.mark(.archived, on: contact.key, at: .sample)
        #expect(try await store.pool.read(SubmissionRuns.forms) == [.contact, .sampleOrder])
    }
}
