// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm
import ContactFormTesting
import GRDB
import Synchronization
import Testing

@testable import ContactFormLocal

@Suite("The index of the search")
struct SearchIndexTests {
    let folder: TemporaryFolder
    let store: SQLiteSubmissionStore

    init() throws {
        folder = try TemporaryFolder()
        store = try SQLiteSubmissionStore(path: folder.file("brevlada.sqlite"))
    }

    @Test("while the index can't be written each run waits longer, up to a minute, and then every second again")
    func waits() async throws {
        _ = try await store.insert(.sample())
        try await store.pool.writeWithoutTransaction { db in try db.execute(sql: "PRAGMA query_only = ON") }
        let waits = Mutex<[Duration]>([])
        let clock = SteppedClock { [store] duration in
            let count = waits.withLock { waits in
                waits.append(duration)
                return waits.count
            }
            if count == 7 {
                try store.pool.writeWithoutTransaction { db in try db.execute(sql: "PRAGMA query_only = OFF") }
            }
            if count == 8 { throw CancellationError() }
        }
        await SearchIndexing(store: store).run(every: .seconds(1), purgingEvery: .seconds(3600), clock: clock)
        #expect(waits.withLock { $0 } == [2, 4, 8, 16, 32, 60, 60, 1].map { .seconds($0) })
    }

    private func ids(_ text: String, limit: Int = 1_000) async throws -> [SubmissionID] {
        var query = SubmissionQuery(text: text, limit: limit)
        var ids: [SubmissionID] = []
        repeat {
            let page = try await store.page(query)
            ids += page.submissions.map(\.id)
            query.cursor = page.next
        } while query.cursor != nil
        return ids
    }

    @Test(
        "the store keeps its promise of search with everything in the index",
        arguments: SubmissionStoreContract.cases
    )
    func indexed(_ promise: ContractCase<any SubmissionArchive>) async throws {
        try await promise.check(IndexedAtOnce(store: store))
    }

    @Test("what is in the index and what is not yet are shown as one list, newest first, a page at a time")
    func partly() async throws {
        let submissions = (1...2_400).map { number in
            var submission = Submission.sample(number)
            submission.subject = number % 3 == 0 ? "needle" : "hay"
            return submission
        }
        // Every other one is in the index, in no order of time.
        for number in stride(from: 0, to: 2_400, by: 2) { _ = try await store.insert(submissions[number]) }
        #expect(try await SearchIndexing(store: store).catchUp() == 1_200)
        for number in stride(from: 1, to: 2_400, by: 2) { _ = try await store.insert(submissions[number]) }
        let expected = submissions.reversed().filter { $0.subject == "needle" }.map(\.id)
        for (text, limit) in [("needle", 1_000), ("needle", 7), ("eedl", 50), ("ne", 30)] {
            #expect(try await ids(text, limit: limit) == expected)
        }
    }

    @Test("the places of any moments are reckoned, those that no clock shows included")
    func extremes() {
        let moments = [.min, -1, 0, 1, 1 << 49, 1 << 53, .max].map { Timestamp(milliseconds: $0) }
        for moment in moments {
            let cursor = SubmissionCursor(order: .received, moment: moment, id: .lowest)
            #expect(SearchIndex.places(from: nil, until: nil, cursor: cursor)?.lowerBound == 0)
            for other in moments {
                let places = SearchIndex.places(from: moment, until: other, cursor: cursor)
                #expect(other > moment || places == nil)
            }
        }
        let second = Timestamp(milliseconds: 1_000)
        let cursor = SubmissionCursor(order: .received, moment: second, id: .lowest)
        let places: ClosedRange<Int64> = (1_000 << 14)...((1_001 << 14) - 1)
        #expect(SearchIndex.places(from: second, until: nil, cursor: cursor) == places)
        #expect(SearchIndex.places(from: second, until: second, cursor: nil) == nil)
    }

    @Test("what came in a millisecond that is full stays outside the index, is found, and keeps no other from it")
    func fullMillisecond() async throws {
        let moment = Submission.sample(1).receivedAt
        var submissions = (1...500).map { number in
            var submission = Submission.sample(number)
            submission.subject = number % 5 == 0 ? "needle" : "hay"
            // Two in each of the full millisecond, the one behind it and so on.
            submission.receivedAt = moment.advanced(by: .milliseconds(Int64(number / 2)))
            return submission
        }
        // The last place of the first of them is taken, as though thousands stood before it.
        let last = (moment.milliseconds << 14) + (1 << 14) - 1
        try await store.pool.write { db in
            try db.execute(sql: "INSERT INTO search_place VALUES (?, 1000000)", arguments: [last])
        }
        for index in 0..<4 { submissions[index].receivedAt = moment }
        for outcome in await store.insertAtOnce(submissions) { #expect(outcome == .success(.stored)) }
        #expect(try await SearchIndexing(store: store).catchUp() == 500)
        #expect(try await SearchIndexing(store: store).catchUp() == 0)
        let outside = try await store.pool.read { db in
            try Int.fetchOne(db, sql: "SELECT count(*) FROM search_place WHERE place < 0")
        }
        #expect(outside == 4)
        for (text, subject) in [("needle", "needle"), ("hay", "hay")] {
            let expected = submissions.filter { $0.subject == subject }.sorted { left, right in
                (left.receivedAt, left.id) > (right.receivedAt, right.id)
            }
            for limit in [7, 1_000] { #expect(try await ids(text, limit: limit) == expected.map(\.id)) }
        }
        #expect(try await store.delete(submissions[1].key, at: .sample))
        #expect(try await ids("hay").contains(submissions[1].id) == false)
    }

    @Test("what is deleted leaves the index, and a number that is used again is found by its new text")
    func reuse() async throws {
        var first = Submission.sample(1)
        first.subject = "zebra"
        _ = try await store.insert(first)
        try await SearchIndexing(store: store).catchUp()
        #expect(try await ids("zebra") == [first.id])
        #expect(try await store.delete(first.key, at: .sample))
        var second = Submission.sample(2)
        second.subject = "giraffe"
        _ = try await store.insert(second)
        #expect(try await ids("zebra") == [])
        #expect(try await ids("giraffe") == [second.id])
        try await SearchIndexing(store: store).catchUp()
        #expect(try await ids("giraffe") == [second.id])
    }

    @Test("after a purge no trace of a deleted message is in the file")
    func purge() async throws {
        var secret = Submission.sample(1)
        secret.subject = "xq7xq7"
        _ = try await store.insert(secret)
        for number in 2...300 { _ = try await store.insert(.sample(number)) }
        try await SearchIndexing(store: store).catchUp()
        #expect(try await store.searchWords().contains("xq7"))
        #expect(try await store.delete(secret.key, at: .sample))
        try await SearchIndexing(store: store).purge()
        #expect(try await !store.searchWords().contains("xq7"))
        #expect(try await store.pool.read(SearchIndex.hasResidue) == false)
        #expect(try await ids("question 299").count == 1)
        // The index says of itself that it is sound.
        try await store.pool.write { db in try db.execute(sql: "INSERT INTO search (search) VALUES ('integrity-check')")
        }
    }

    @Test("the index is asked newest first and sorts nothing")
    func plan() async throws {
        let query = SubmissionQuery(form: .contact, statuses: [.notified], text: "needle", archived: false)
        let plan = try await store.pool.read { db in
            try Row.fetchAll(
                db,
                sql: "EXPLAIN QUERY PLAN " + SQLiteSubmissionStore.searchSQL(query),
                arguments: ["\"nee\"", 0, Int64.max]
            ).map { $0["detail"] as String }
        }
        #expect(plan.count == 3)
        #expect(plan[0].hasPrefix("SCAN search VIRTUAL TABLE INDEX"))
        #expect(plan[1] == "SEARCH search_place USING INTEGER PRIMARY KEY (rowid=?)")
        #expect(plan[2] == "SEARCH submission USING INTEGER PRIMARY KEY (rowid=?)")
    }

    @Test("characters that a word of the index can't hold are told apart")
    func words() {
        var submission = Submission.sample()
        submission.fields = [Field("f", "a\"zZ å.")]
        submission.name = nil
        submission.email = nil
        submission.replyTo = nil
        // Folded: a " z z space å . and twice the end.
        let words = SearchGrams.words(of: submission).split(separator: " ").map(String.init)
        #expect(
            words == [
                "az22zz7az", "z22zz7azz7az", "z7azz7azzz", "z7azzzå", "zzåz2ez", "åz2ezz3z", "z2ezz3zz3z",
            ]
        )
    }
}

extension SQLiteSubmissionStore {
    /// Every word in the parts of the index, deleted ones included.
    func searchWords() async throws -> Set<String> {
        try await pool.write { db in
            try db.execute(sql: "CREATE VIRTUAL TABLE IF NOT EXISTS temp.words USING fts5vocab (main, search, row)")
            return try Set(String.fetchAll(db, sql: "SELECT term FROM temp.words"))
        }
    }
}

/// A store whose index is brought up to date before each page.
private struct IndexedAtOnce: SubmissionArchive {
    let store: SQLiteSubmissionStore

    func page(_ query: SubmissionQuery) async throws(StoreError) -> SubmissionPage {
        try await SearchIndexing(store: store).catchUp()
        return try await store.page(query)
    }

    func insert(_ submission: Submission) async throws(StoreError) -> Insertion { try await store.insert(submission) }

    func find(_ key: SubmissionKey) async throws(StoreError) -> Submission? { try await store.find(key) }

    func find(id: SubmissionID) async throws(StoreError) -> Submission? { try await store.find(id: id) }

    func apply(
        _ change: StatusChange,
        to key: SubmissionKey,
        at now: Timestamp
    ) async throws(StoreError) -> Submission? {
        try await store.apply(change, to: key, at: now)
    }

    func mark(
        _ mark: OwnerMark,
        on key: SubmissionKey,
        at now: Timestamp
    ) async throws(StoreError) -> Submission? {
        try await store.mark(mark, on: key, at: now)
    }

    func delete(_ key: SubmissionKey, at now: Timestamp) async throws(StoreError) -> Bool {
        try await store.delete(key, at: now)
    }

    func erase(
        address: String,
        after cursor: SubmissionCursor?,
        at now: Timestamp
    ) async throws(StoreError) -> ErasureReceipt {
        try await SearchIndexing(store: store).catchUp()
        return try await store.erase(address: address, after: cursor, at: now)
    }

    func counts(since moment: Timestamp) async throws(StoreError) -> [SubmissionStatus: Int] {
        try await store.counts(since: moment)
    }

    func statistics(
        from: Timestamp,
        until: Timestamp,
        at now: Timestamp,
        late rule: LateRule
    ) async throws(StoreError) -> ArchiveStatistics {
        try await store.statistics(from: from, until: until, at: now, late: rule)
    }
}
