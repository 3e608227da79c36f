// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm
import ContactFormTesting
import GRDB
import Logging
import TestSupport
import Testing

@testable import ContactFormLocal

@Suite("A row that can't be read", .timeLimit(.minutes(1)))
struct UnreadableRowTests {
    private let folder: TemporaryFolder
    private let lines: LogRecorder.Lines
    private let store: SQLiteSubmissionStore

    init() throws {
        folder = try TemporaryFolder()
        let (logger, lines) = LogRecorder.make(level: .error)
        self.lines = lines
        store = try SQLiteSubmissionStore(
            path: folder.file("brevlada.sqlite"),
            logger: logger
        )
    }

    private func insert(_ submissions: [Submission]) async throws {
        for outcome in await store.insertAtOnce(submissions) { #expect(outcome == .success(.stored)) }
    }

    private func everyPage(_ query: SubmissionQuery) async throws -> (found: [SubmissionID], unreadable: [SubmissionID])
    {
        var query = query
        var (found, unreadable): ([SubmissionID], [SubmissionID]) = ([], [])
        repeat {
            let page = try await store.page(query)
            found += page.submissions.map(\.id)
            unreadable += page.unreadable.map(\.key.id)
            query.cursor = page.next
        } while query.cursor != nil
        return (found, unreadable)
    }

    private func statistics(at now: Timestamp = .sample) async throws -> ArchiveStatistics {
        try await store.statistics(from: .sample, until: .sample, at: now)
    }

    @Test("it is told of once, however often the outbox and lists are looked at, and each row for itself")
    func toldOnce() async throws {
        let submissions = (1...3).map { Submission.sample($0) }
        try await insert(submissions)
        try await store.damage(submissions.prefix(2).map(\.key), .ofFields)
        for _ in 1...50 {
            #expect(
                try await store.dueNotifications(at: .farFuture, limit: 1).submissions.map(\.id) == [submissions[2].id]
            )
        }
        #expect(lines.all.count == 2)
        for order in [SubmissionQuery.Order.id, .received] {
            for text in [nil, "a"] {
                #expect(try await store.page(SubmissionQuery(text: text, order: order)).unreadable.count == 2)
            }
        }
        #expect(lines.all.count == 4)
    }

    enum Indexing: CaseIterable {
        case beforeDamage, afterDamage, never
    }

    @Test(
        "a search that asks the index tells of what may match, wherever it stands, and an erasure is not complete",
        arguments: Indexing.allCases
    )
    func indexed(_ indexing: Indexing) async throws {
        // More than are looked at one by one.
        let submissions = (1...1_200).map { number in
            var submission = Submission.sample(number, form: number % 2 == 0 ? .contact : .sampleOrder)
            submission.email = number % 100 == 0 ? "needle@example.com" : "hay@example.com"
            submission.replyTo = nil
            return submission
        }
        let theirs = submissions.filter { $0.email == "needle@example.com" }
        let damaged = [theirs[0], theirs[5], theirs[11]]
        try await insert(submissions)
        if indexing == .beforeDamage { try await SearchIndexing(store: store).catchUp() }
        try await store.damage(damaged.map(\.key), .ofFields)
        if indexing == .afterDamage { try await SearchIndexing(store: store).catchUp() }
        let expected = Set(theirs).subtracting(damaged).sorted { $0.receivedAt > $1.receivedAt }.map(\.id)
        for limit in [1, 4, 50] {
            let (found, unreadable) = try await everyPage(SubmissionQuery(text: "needle", limit: limit))
            #expect(found == expected)
            #expect(unreadable == damaged.reversed().map(\.id))
        }
        let held = try await everyPage(SubmissionQuery(statuses: [.held], text: "needle"))
        #expect(held.found.isEmpty && held.unreadable.isEmpty)
        let receipt = try await store.erase(address: "needle@example.com", at: .sample)
        #expect(Set(receipt.ids) == Set(expected))
        #expect(receipt.unreadable == damaged.reversed().map(\.id))
        #expect(receipt.next == nil && !receipt.isComplete)
        // What the index knows to have been of others does not keep an erasure from being complete.
        let other = try await store.erase(address: "nobody@example.com", at: .sample)
        #expect(other.isComplete == (indexing == .beforeDamage))
    }

    @Test("retention and its owner remove it, and the books add up", arguments: Damage.all)
    func removed(_ damage: Damage) async throws {
        let expiry = Timestamp.sample.advanced(by: .days(30))
        let expiring = (1...6).map { number in
            Submission.sample(number, status: number % 2 == 0 ? .held : .notified, expiresAt: expiry)
        }
        let kept = [Submission.sample(7, status: .held), .sample(8)]
        try await insert(expiring + kept)
        try await store.damage([expiring[1].key, expiring[2].key, kept[0].key], damage)
        #expect(try await store.expired(at: expiry, limit: 100).count == 6)
        #expect(try await store.deleteExpired(at: expiry, limit: 4) == 4)
        #expect(try await store.deleteExpired(at: expiry, limit: 4) == 2)
        #expect(try await everyPage(SubmissionQuery()).unreadable == [kept[0].id])
        #expect(try await store.delete(kept[0].key, at: expiry))
        #expect(try await store.delete(kept[0].key, at: expiry) == false)
        let numbers = try await statistics(at: expiry)
        #expect([numbers.accepted, numbers.expired, numbers.erased, numbers.stored] == [8, 6, 1, 1])
        #expect(numbers.counts == [.received: 1])
        #expect(numbers.unreadable == [])
        #expect([numbers.unread, numbers.days.map(\.held).reduce(0, +)] == [1, 0])
        #expect(numbers.delivery == DeliveryTimes())
        #expect(numbers.addsUp == true)
    }

    @Test(
        "retention removes it although its mail waits, behind what else expires, and leaves what can be mailed",
        arguments: Damage.all
    )
    func removedUnmailed(_ damage: Damage) async throws {
        let expiry = Timestamp.sample.advanced(by: .days(30))
        let waiting = (1...6).map { Submission.sample($0, expiresAt: expiry) }
        for submission in waiting + [.sample(7, status: .notified, expiresAt: expiry)] {
            #expect(try await store.insert(submission) == .stored)
        }
        let damaged = [waiting[1], waiting[4]]
        try await store.damage(damaged.map(\.key), damage)
        let before = expiry.advanced(by: .milliseconds(-1))
        #expect(try await store.deleteExpired(at: before, limit: 10) == 0)
        let expected = [Submission.sample(7).id] + damaged.map(\.id)
        for limit in 1...10 {
            #expect(try await store.expired(at: expiry, limit: limit) == Array(expected.prefix(limit)))
        }
        #expect(try await store.deleteExpired(at: expiry, limit: 2) == 2)
        #expect(try await store.deleteExpired(at: expiry, limit: 2) == 1)
        #expect(try await store.deleteExpired(at: expiry, limit: 2) == 0)
        let due = try await store.dueNotifications(at: expiry, limit: 10)
        #expect(due.submissions.map(\.id) == [0, 2, 3, 5].map { waiting[$0].id })
        #expect(try await statistics(at: expiry).addsUp == true)
    }

    @Test("once it is deleted none of its words is in the index, which finds the others again")
    func words() async throws {
        var submissions = (1...500).map { Submission.sample($0) }
        submissions[3].subject = "xq7xq7"
        submissions[4].subject = "needle"
        try await insert(submissions)
        try await SearchIndexing(store: store).catchUp()
        try await store.damage([submissions[3].key], .ofFields)
        #expect(try await everyPage(SubmissionQuery(text: "xq7xq7")).unreadable == [submissions[3].id])
        #expect(try await store.delete(submissions[3].key, at: .sample))
        #expect(try await everyPage(SubmissionQuery(text: "needle")).found == [submissions[4].id])
        #expect(try await SearchIndexing(store: store).catchUp() == 499)
        #expect(try await everyPage(SubmissionQuery(text: "needle")).found == [submissions[4].id])
        #expect(try await store.searchWords().isDisjoint(with: ["xq7", "q7x", "7xq"]))
        // One that was never in it costs no new index.
        try await insert([.sample(501)])
        try await store.damage([Submission.sample(501).key], .ofFields)
        try await SearchIndexing(store: store).catchUp()
        #expect(try await store.delete(Submission.sample(501).key, at: .sample))
        #expect(try await SearchIndexing(store: store).catchUp() == 0)
    }

    @Test("one that is mended is found again")
    func mended() async throws {
        var submissions = (1...500).map { Submission.sample($0) }
        submissions[7].subject = "needle"
        try await insert(submissions)
        try await store.damage([submissions[7].key], .ofFields)
        try await SearchIndexing(store: store).catchUp()
        try await store.damage(
            [submissions[7].key],
            Damage(column: "fields", value: submissions[7].fields.json)
        )
        let (found, unreadable) = try await everyPage(SubmissionQuery(text: "needle"))
        #expect(found == [submissions[7].id])
        #expect(unreadable == [])
    }

    @Test("the numbers name what has no status, of the period, and count the rest by theirs")
    func numbers() async throws {
        let today = (1...4).map { Submission.sample($0, status: $0 == 4 ? .received : .held) }
        var yesterday = Submission.sample(5, status: .failed)
        yesterday.receivedAt = Timestamp.sample.advanced(by: .days(-1))
        try await insert(today + [yesterday])
        try await store.damage([today[0].key], .ofFields)
        try await store.damage([today[1].key, today[2].key, yesterday.key], .ofStatus)
        let numbers = try await statistics()
        #expect(numbers.unreadable == [today[2], today[1]].map(\.receipt))
        #expect(numbers.counts == [.held: 1, .received: 1])
        #expect([numbers.accepted, numbers.stored] == [4, 4])
        #expect(numbers.days.map(\.held) == [1])
        #expect(numbers.addsUp == true)
        #expect(try await store.counts(since: .sample) == [.held: 1, .received: 1])
        #expect(try await store.heldCounts(since: .sample, limit: 100) == [.contact: 1])
        try await store.damage(today.map(\.key), Damage(column: "status", value: "held"))
        #expect(try await statistics().unreadable == [])
    }

    @Test("a status of one that can't be read is found by leaping, in every index")
    func unknownStatus() async throws {
        let submissions = (1...3).map { Submission.sample($0, form: $0 == 1 ? .sampleOrder : .contact) }
        try await insert(submissions)
        _ = try await store.mark(.archived, on: submissions[1].key, at: .sample)
        _ = try await store.mark(.read, on: submissions[2].key, at: .sample)
        try await store.damage(submissions.map(\.key), .ofStatus)
        for (query, expected) in [
            (SubmissionQuery(), [3, 2, 1]), (SubmissionQuery(archived: true), [2]),
            (SubmissionQuery(archived: false), [3, 1]), (SubmissionQuery(unreadOnly: true, archived: false), [1]),
            (SubmissionQuery(form: .contact, statuses: [.bounced]), [3, 2]),
        ] {
            for order in [SubmissionQuery.Order.received, .id] {
                var query = query
                query.order = order
                #expect(try await everyPage(query).unreadable == expected.map { submissions[$0 - 1].id })
            }
        }
    }

    @Test(
        "no number keeps others from anything, wherever it stands",
        arguments: [
            "received_at", "attempts", "notified_at", "expires_at", "read_at", "archived_at", "outbox.due_at",
        ],
        [Int64.min, .max]
    )
    func anyNumber(column: String, value: Int64) async throws {
        let submissions = (1...3).map { Submission.sample($0) }
        try await insert(submissions)
        let damaged = submissions[1]
        if column == "outbox.due_at" {
            try await store.pool.write { db in
                try db.execute(
                    sql: "UPDATE outbox SET due_at = ? WHERE submission = (SELECT number FROM submission WHERE id = ?)",
                    arguments: [value, damaged.id.description]
                )
            }
        } else {
            try await store.damage([damaged.key], Damage(column: column, value: value))
        }
        let others = [submissions[2].id, submissions[0].id]
        for order in [SubmissionQuery.Order.received, .id] {
            let (found, unreadable) = try await everyPage(SubmissionQuery(order: order, limit: 1))
            #expect(found == others)
            #expect(unreadable == [damaged.id])
        }
        try await SearchIndexing(store: store).catchUp()
        #expect(try await everyPage(SubmissionQuery(text: "a")).found == others)
        #expect(try await store.dueNotifications(at: .farFuture, limit: 10).submissions.map(\.id) == others.reversed())
        #expect(try await store.waiting(limit: 10).count == 3)
        _ = try await store.nextNotification()
        let late = try await store.lateCounts(by: LateRule(), in: nil, limit: 10, at: .farFuture)
        #expect((2...3).contains(late[.contact, default: 0]))
        #expect(try await statistics().accepted == 3)
        #expect(try await store.erase(address: "nobody@example.com", at: .sample).unreadable == [damaged.id])
        // What was to expire at a moment that long ago passed does.
        let swept = try await store.deleteExpired(at: .sample, limit: 10)
        #expect(swept == (column == "expires_at" && value < 0 ? 1 : 0))
        #expect(try await store.delete(damaged.key, at: .sample) == (swept == 0))
        #expect(try await everyPage(SubmissionQuery()).found == others)
        #expect(try await statistics().addsUp == true)
    }

    @Test("one without an id of ours keeps no other from lists, and goes when it has expired")
    func nameless() async throws {
        let submissions = (1...3).map { Submission.sample($0, expiresAt: $0 == 3 ? .sample : nil) }
        try await insert(submissions)
        try await store.damage([submissions[2].key], Damage(column: "id", value: "zzz"))
        for limit in [2, 3] {
            for order in [SubmissionQuery.Order.received, .id] {
                let (found, unreadable) = try await everyPage(SubmissionQuery(order: order, limit: limit))
                #expect(found == [submissions[1].id, submissions[0].id])
                #expect(unreadable == [])
            }
        }
        #expect(lines.all.count == 1)
        #expect(try await store.deleteExpired(at: .sample, limit: 10) == 1)
        let numbers = try await statistics()
        #expect([numbers.stored, numbers.expired] == [2, 1])
        #expect(numbers.addsUp == true)
    }
}
