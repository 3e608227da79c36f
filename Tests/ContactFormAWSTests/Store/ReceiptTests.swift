// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import AWSServices
import ContactForm
import ContactFormTesting
import Testing

@testable import ContactFormAWS

/// On moto, which `scripts/with-moto` starts.
@Suite("Receipts and lost answers, on DynamoDB")
struct ReceiptTests {
    private static func key(_ submission: Submission) -> TableKey { TableKey(submission.key, shardCount: 8) }

    private static func receipt(
        _ submission: Submission,
        _ client: DynamoDBClient,
        _ table: String
    ) async throws -> DynamoDBItem {
        var key = key(submission)
        key.partition = TableKey.receipts(of: key.partition)
        return try #require(try await client.getItem(key.item, in: table))
    }

    private static func seconds(_ moment: Timestamp) -> Int64 {
        moment.advanced(by: .days(400)).milliseconds / 1000
    }

    @Test("a receipt ends 400 days after its submission does, or was removed, and entering it again changes nothing")
    func end() async throws {
        try await Moto.withStore { store, client, table in
            let expiry = Timestamp.sample.advanced(by: .days(30))
            let removal = Timestamp.sample.advanced(by: .hours(1))
            for (number, expiresAt) in [(1, expiry), (2, nil)] {
                let submission = Submission.sample(number, expiresAt: expiresAt)
                _ = try await store.insert(submission)
                try await store.enter([submission.receipt])
                let entered = try await Self.receipt(submission, client, table)
                #expect(entered["expiresAt"]?.integer == expiresAt.map(Self.seconds))
                #expect(entered["submissionExpiresAt"]?.integer == expiresAt?.milliseconds)
                #expect(entered["departure"] == nil)
                try await store.enter([submission.receipt])
                #expect(try await Self.receipt(submission, client, table) == entered)

                #expect(try await store.delete(submission.key, at: removal))
                let left = try await Self.receipt(submission, client, table)
                #expect(left["expiresAt"]?.integer == Self.seconds(removal))
                #expect(left["departure"] == .string("erased"))
                try await store.enter([submission.receipt])
                #expect(try await Self.receipt(submission, client, table) == left)
            }
        }
    }

    @Test("a removal is in the books before it is done: one that fails leaves a submission that nobody misses")
    func order() async throws {
        try await Moto.withStore { store, client, table in
            let submission = Submission.sample()
            _ = try await store.insert(submission)
            try await store.enter([submission.receipt])
            try await FaultyTable.with([("DeleteItem", .refused)]) { faulty, _ in
                let remover = Moto.store(faulty, table, shardCount: 8)
                await #expect(throws: StoreError.self) { try await remover.delete(submission.key, at: .sample) }
                let receipt = try await Self.receipt(submission, client, table)
                #expect(receipt["departure"] == .string("erased"))
                #expect(try await store.find(submission.key) == submission)
                #expect(try await remover.delete(submission.key, at: .sample))
                #expect(try await store.find(submission.key) == nil)
                #expect(try await store.missing(among: [submission.key], at: .sample) == [])
            }
        }
    }

    @Test("a change whose answer was lost is told as done, and is done once")
    func lostAnswer() async throws {
        try await Moto.withStore { store, client, table in
            let submission = Submission.sample()
            _ = try await store.insert(submission)
            let version = try #require(
                try await client.getItem(Self.key(submission).item, in: table)?["version"]?.integer
            )
            try await FaultyTable.with([("UpdateItem", .answerLost)]) { faulty, _ in
                let next = Timestamp.sample.advanced(by: .minutes(1))
                let changed = try await Moto.store(faulty, table, shardCount: 8)
                    .apply(.postponed(reason: "busy", nextAttempt: next), to: submission.key, at: .sample)
                #expect(changed?.delivery.attempts == 1)
                #expect(try await store.find(submission.key) == changed)
                let item = try await client.getItem(Self.key(submission).item, in: table)
                #expect(item?["version"]?.integer == version + 1)
            }
        }
    }

    @Test("a removal whose answer was lost is told as done, of one message and of all from an address")
    func lostRemoval() async throws {
        try await Moto.withStore { store, client, table in
            let submissions = (1...3).map { Submission.sample($0) }
            for submission in submissions { _ = try await store.insert(submission) }
            try await FaultyTable.with([("DeleteItem", .answerLost), ("DeleteItem", .answerLost)]) { faulty, _ in
                let remover = Moto.store(faulty, table, shardCount: 8)
                #expect(try await remover.delete(submissions[0].key, at: .sample))
                #expect(try await remover.delete(submissions[0].key, at: .sample) == false)
                let receipt = try await remover.erase(address: "astrid@example.com", at: .sample)
                #expect(Set(receipt.ids) == Set(submissions.dropFirst().map(\.id)))
            }
            for submission in submissions {
                #expect(try await store.find(submission.key) == nil)
                #expect(try await Self.receipt(submission, client, table)["departure"] == .string("erased"))
            }
        }
    }

    @Test("what is erased between two looks is not missing, in an audit however much it is, and when one is asked for")
    func erasedMeanwhile() async throws {
        try await Moto.withStore(shardCount: 1) { store, _, table in
            let submissions = (1...103).map { Submission.sample($0) }
            for submission in submissions { _ = try await store.insert(submission) }
            try await store.enter(submissions.map(\.receipt))
            try await FaultyTable.with { faulty, faults in
                let auditor = Moto.store(faulty, table, shardCount: 1)
                let last = submissions[102].key
                faults.meet(
                    .init(operation: "GetItem", text: last.id.description) {
                        _ = try await store.delete(last, at: .sample)
                    }
                )
                #expect(try await auditor.missing(among: [last], at: .sample) == [])
                #expect(try await store.find(last) == nil)

                faults.meet(
                    .init(operation: "Query", text: "#receipts#contact#0") {
                        for submission in submissions.dropLast() {
                            _ = try await store.delete(submission.key, at: .sample)
                        }
                    }
                )
                let numbers = try await auditor.statistics(from: .sample, until: .sample, at: .sample)
                #expect(numbers.missing == [])
                #expect(numbers.addsUp == true)
            }
        }
    }

    @Test("what an audit can't look for once more is not called missing, and the audit is not complete")
    func manyUnseen() async throws {
        try await Moto.withStore(shardCount: 2) { store, _, _ in
            let lost = (1...5).map { Submission.sample($0) }
            try await store.enter(lost.map(\.receipt))
            for (most, isComplete) in [(5, true), (3, false)] {
                var auditor = store
                auditor.mostLooks = most
                let numbers = try await auditor.statistics(from: .sample, until: .sample, at: .sample)
                #expect(numbers.missing == lost.suffix(most).reversed().map(\.receipt))
                #expect(numbers.isComplete == isComplete)
                #expect(numbers.addsUp == false)
            }
        }
    }

    @Test("what was stored twice around a change of the number of shards is marked twice, and deleted and erased once")
    func storedTwice() async throws {
        try await Moto.withStore(shardCount: 1) { before, client, table in
            let store = Moto.store(client, table, shardCount: 8)
            let submissions = (1...20).map { Submission.sample($0) }.filter { Self.key($0).partition != "contact#0" }
            for submission in submissions.prefix(3) {
                #expect(try await before.insert(submission) == .stored)
                #expect(try await store.insert(submission) == .stored)
            }
            let (first, rest) = (submissions[0], submissions[1...2])
            #expect(try await store.mark(.archived, on: first.key, at: .sample)?.archivedAt == .sample)
            let shown = try await store.page(SubmissionQuery(archived: false)).submissions
            #expect(Set(shown.map(\.id)) == Set(rest.map(\.id)))
            #expect(try await store.delete(first.key, at: .sample))
            #expect(try await store.find(first.key) == nil)
            let receipt = try await store.erase(address: "astrid@example.com", at: .sample)
            #expect(receipt.ids.sorted() == rest.map(\.id).sorted())
            #expect(try await store.page(SubmissionQuery()).submissions.isEmpty)
        }
    }
}
