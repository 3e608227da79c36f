// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm
import ContactFormTesting
import GRDB
import Testing

@testable import ContactFormLocal

@Suite("The contract of stores")
struct ContractTests {
    @Test("the SQLite store keeps its promise", arguments: SubmissionStoreContract.cases)
    func sqlite(_ promise: ContractCase<any SubmissionArchive>) async throws {
        try await withStore { try await promise.check($0) }
    }

    @Test("the SQLite store's outbox keeps its promise", arguments: OutboxContract.cases)
    func sqliteOutbox(_ promise: ContractCase<any SubmissionArchive & Outbox>) async throws {
        try await withStore { try await promise.check($0) }
    }

    @Test(
        "the SQLite store keeps its promise about what can't be read",
        arguments: UnreadableContract.cases,
        Damage.all
    )
    func sqliteUnreadable(_ promise: UnreadableContract.Case, _ damage: Damage) async throws {
        try await withStore { store in
            try await Damage.$done.withValue(damage) { try await promise.check(store) }
        }
    }

    @Test("the SQLite store keeps its promise about faults of an erasure", arguments: ErasureFaultContract.cases)
    func sqliteErasureFaults(_ promise: ErasureFaultContract.Case) async throws {
        let folder = try TemporaryFolder()
        // A page of each message: what is on one goes at once.
        let store = try SQLiteSubmissionStore(path: folder.file("brevlada.sqlite"), pageOctets: 1)
        let subject = ErasureFaultContract.Subject(store) { key in
            try await store.pool.write { db in
                try db.execute(sql: "DROP TRIGGER IF EXISTS kept")
                guard let key else { return }
                try db.execute(
                    sql: """
                        CREATE TRIGGER kept BEFORE DELETE ON submission WHEN OLD.id = '\(key.id)'
                        BEGIN SELECT RAISE(ABORT, 'kept'); END
                        """
                )
            }
        }
        try await promise.check(subject)
    }

    @Test("the in-memory twin keeps its promise about faults of an erasure", arguments: ErasureFaultContract.cases)
    func twinErasureFaults(_ promise: ErasureFaultContract.Case) async throws {
        let store = InMemorySubmissionStore()
        try await promise.check(ErasureFaultContract.Subject(store) { store.keep($0) })
    }

    @Test("the SQLite store keeps its promise about what expires", arguments: ExpiringArchiveContract.cases)
    func sqliteExpiring(_ promise: ExpiringArchiveContract.Case) async throws {
        try await withStore { try await promise.check($0) }
    }

    @Test("the in-memory twin keeps its promise about what expires", arguments: ExpiringArchiveContract.cases)
    func twinExpiring(_ promise: ExpiringArchiveContract.Case) async throws {
        try await promise.check(InMemorySubmissionStore())
    }

    @Test("the in-memory twin keeps its promise", arguments: SubmissionStoreContract.cases)
    func twin(_ promise: ContractCase<any SubmissionArchive>) async throws {
        try await promise.check(InMemorySubmissionStore())
    }

    @Test("the in-memory twin's outbox keeps its promise", arguments: OutboxContract.cases)
    func twinOutbox(_ promise: ContractCase<any SubmissionArchive & Outbox>) async throws {
        try await promise.check(InMemorySubmissionStore())
    }

    @Test("the in-memory twin's books keep their promise", arguments: ReceiptBookContract.cases)
    func twinBooks(_ promise: ContractCase<any SubmissionArchive & ReceiptBook>) async throws {
        try await promise.check(InMemorySubmissionStore())
    }

    @Test("the in-memory twin keeps its promise about what can't be read", arguments: UnreadableContract.cases)
    func twinUnreadable(_ promise: UnreadableContract.Case) async throws {
        try await promise.check(InMemorySubmissionStore())
    }

    @Test("a store that breaks its promise is found out", arguments: BrokenStore.Defect.allCases)
    func broken(_ defect: BrokenStore.Defect) async {
        var violations = 0
        for promise in SubmissionStoreContract.cases {
            do { try await promise.check(BrokenStore(defect)) } catch { violations += 1 }
        }
        #expect(violations > 0)
    }

    @Test("what some of its recipients have is not late")
    func lateInPart() async throws {
        try await withStore { store in
            var inPart = Submission.sample(1)
            inPart.delivery.part = .sample
            for submission in [inPart, .sample(2)] { _ = try await store.insert(submission) }
            let now = Timestamp.sample.advanced(by: .hours(1))
            #expect(try await store.lateCounts(by: LateRule(), in: nil, limit: 9, at: now) == [.contact: 1])
        }
    }

    private func withStore(_ body: (SQLiteSubmissionStore) async throws -> Void) async throws {
        let folder = try TemporaryFolder()
        let store = try SQLiteSubmissionStore(path: folder.file("brevlada.sqlite"))
        try await body(store)
        await store.checkpointAndClose()
    }
}

/// A store with one mistake each, such as an adapter may well have.
struct BrokenStore: SubmissionArchive {
    enum Defect: CaseIterable {
        case overwrites, forgetsPage, allowsEveryChange, losesChange, listsOldestFirst, ignoresLimit, ignoresCursor
        case deletesOtherForms, countsEverything, ignoresPeriod, showsArchived, endsEarly, losesMark
        case erasesNearMisses, forgetsErased
    }

    let defect: Defect
    let twin = InMemorySubmissionStore()

    init(_ defect: Defect) {
        self.defect = defect
    }

    func insert(_ submission: Submission) async throws(StoreError) -> Insertion {
        var submission = submission
        if defect == .forgetsPage { submission.page = nil }
        if defect == .overwrites { _ = try await twin.delete(submission.key, at: .sample) }
        return try await twin.insert(submission)
    }

    func find(_ key: SubmissionKey) async throws(StoreError) -> Submission? { try await twin.find(key) }

    func find(id: SubmissionID) async throws(StoreError) -> Submission? { try await twin.find(id: id) }

    func apply(
        _ change: StatusChange,
        to key: SubmissionKey,
        at now: Timestamp
    ) async throws(StoreError) -> Submission? {
        let submission = try await twin.find(key)
        if defect == .losesChange { return submission?.applying(change, at: now) }
        let changed = try await twin.apply(change, to: key, at: now)
        return defect == .allowsEveryChange ? changed ?? submission : changed
    }

    func page(_ query: SubmissionQuery) async throws(StoreError) -> SubmissionPage {
        var query = query
        switch defect {
        case .ignoresLimit: query.limit = 1000
        case .ignoresCursor: query.cursor = nil
        case .ignoresPeriod: (query.from, query.until) = (nil, nil)
        case .showsArchived: query.archived = nil
        default: break
        }
        var page = try await twin.page(query)
        if defect == .listsOldestFirst { page.submissions.reverse() }
        if defect == .endsEarly { page.next = nil }
        return page
    }

    func mark(
        _ mark: OwnerMark,
        on key: SubmissionKey,
        at now: Timestamp
    ) async throws(StoreError) -> Submission? {
        guard defect == .losesMark else { return try await twin.mark(mark, on: key, at: now) }
        return try await twin.find(key)?.applying(mark, at: now)
    }

    func delete(_ key: SubmissionKey, at now: Timestamp) async throws(StoreError) -> Bool {
        guard defect == .deletesOtherForms, let other = try await twin.find(id: key.id) else {
            return try await twin.delete(key, at: now)
        }
        return try await twin.delete(other.key, at: now)
    }

    func erase(
        address: String,
        after cursor: SubmissionCursor?,
        at now: Timestamp
    ) async throws(StoreError) -> ErasureReceipt {
        let address = defect == .erasesNearMisses ? String(address.dropFirst()) : address
        return try await twin.erase(address: address, after: cursor, at: now)
    }

    func statistics(
        from: Timestamp,
        until: Timestamp,
        at now: Timestamp,
        late rule: LateRule
    ) async throws(StoreError) -> ArchiveStatistics {
        var statistics = try await twin.statistics(from: from, until: until, at: now, late: rule)
        if defect == .forgetsErased { statistics.accepted -= statistics.erased }
        return statistics
    }

    func counts(since moment: Timestamp) async throws(StoreError) -> [SubmissionStatus: Int] {
        try await twin.counts(since: defect == .countsEverything ? Timestamp(milliseconds: 0) : moment)
    }
}
