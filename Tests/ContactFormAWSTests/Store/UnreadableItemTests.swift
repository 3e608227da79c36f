// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import AWSServices
package import ContactForm
import ContactFormTesting
import Logging
import TestSupport
import Testing

@testable import ContactFormAWS

/// What somebody's hand, or another version, made of an item.
struct Damage: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let change: DynamoDBExpression

    static let all = [
        Damage("fields that are no JSON", set: "fields", to: .string("{")),
        Damage("fields of another type", set: "fields", to: .number(1)),
        Damage("no fields", remove: "fields"),
        Damage("no version", remove: "version"),
        Damage("an address of another type", set: "email", to: .bool(true)),
        Damage("a newer version's item", set: "schemaVersion", to: .number(99)),
        Damage("an unknown status", set: "status", to: .string("lost")),
        Damage("no moment of receipt", remove: "receivedAt"),
        Damage("fewer attempts than none", set: "attempts", to: .number(-1)),
        Damage("a moment that no clock shows", set: "dueAt", to: .number(Int64.max)),
    ]

    /// What a contract does.
    @TaskLocal static var done = all[0]

    private init(_ description: String, set name: String, to value: AttributeValue) {
        testDescription = description
        change = DynamoDBExpression("SET #damaged = :value", names: ["#damaged": name], values: [":value": value])
    }

    private init(_ description: String, remove name: String) {
        testDescription = description
        change = DynamoDBExpression("REMOVE #damaged", names: ["#damaged": name])
    }
}

extension DynamoDBSubmissionStore: Damageable {
    package func damage(_ key: SubmissionKey) async throws { try await damage([key], Damage.done) }

    func damage(_ keys: [SubmissionKey], _ damage: Damage) async throws {
        for key in keys {
            let place = TableKey(key, shardCount: shardCount)
            _ = try await client.updateItem(place.item, in: table, update: damage.change)
        }
    }
}

/// On moto, which does one thing at a time: so does this suite.
@Suite("An item that can't be read", .serialized)
struct UnreadableItemTests {
    @Test("the DynamoDB store keeps its promise", arguments: UnreadableContract.cases, Damage.all)
    func contract(_ promise: UnreadableContract.Case, _ damage: Damage) async throws {
        try await Moto.withStore(shardCount: 3) { store, _, _ in
            try await Damage.$done.withValue(damage) { try await promise.check(store) }
        }
    }

    @Test("it is logged once, however often it is met, each for itself and without anything of the message")
    func toldOnce() async throws {
        try await Moto.withStore { store, client, table in
            let (logger, log) = LogRecorder.make(level: .error)
            let store = DynamoDBSubmissionStore(
                client: client,
                table: table,
                shardCount: store.shardCount,
                forms: store.forms,
                logger: logger
            )
            let submissions = (1...3).map { Submission.sample($0) }
            for submission in submissions { _ = try await store.insert(submission) }
            try await store.damage(submissions.dropLast().map(\.key), Damage.all[0])
            for _ in 1...5 {
                #expect(try await store.page(SubmissionQuery()).submissions == [submissions[2]])
                #expect(try await store.erase(address: "nobody@example.com", at: .sample).unreadable.count == 2)
            }
            #expect(log.all.count == 2)
            for submission in submissions.dropLast() {
                let lines = log.all.filter { $0.contains(submission.id.description) }
                #expect(lines.count == 1)
                #expect(lines[0].contains("submission can't be read and is not shown"))
                #expect(lines[0].contains("\"fields\""))
                #expect(try [submission.name, submission.email].allSatisfy { !lines[0].contains(try #require($0)) })
            }
            // Another promise that it breaks is news.
            for _ in 1...5 {
                #expect(
                    try await store.dueNotifications(at: .farFuture, limit: 10).submissions.map(\.id) == [
                        submissions[2].id
                    ]
                )
            }
            #expect(log.all.filter { $0.contains("is not mailed") }.count == 2)
            #expect(log.all.count == 4)
        }
    }

    @Test(
        "the numbers name what has no status or time to count, whether the books know it or not",
        arguments: Damage.all[5...],
        [true, false]
    )
    func statistics(_ damage: Damage, isBooked: Bool) async throws {
        try await Moto.withStore { store, _, _ in
            let submissions = (1...3).map { Submission.sample($0, status: .notified) }
            for submission in submissions { _ = try await store.insert(submission) }
            if isBooked { try await store.enter(submissions.map(\.receipt)) }
            try await store.damage([submissions[0].key], damage)
            let now = Timestamp.sample.advanced(by: .hours(2))
            let numbers = try await store.statistics(from: .sample, until: .sample, at: now)
            #expect(numbers.unreadable.map(\.key) == [submissions[0].key])
            #expect(numbers.counts == [.notified: 2])
            #expect([numbers.accepted, numbers.stored, numbers.missing.count] == [3, 3, 0])
            #expect(numbers.addsUp == (isBooked ? true : nil))
            let day = Timestamp.sample.advanced(by: .days(1))
            #expect(try await store.statistics(from: day, until: day, at: now).unreadable == [])
        }
    }

    @Test("one that the owner removes, or that has expired, is not missed", arguments: [Damage.all[0], Damage.all[7]])
    func removed(_ damage: Damage) async throws {
        try await Moto.withStore { store, _, _ in
            let expiry = Timestamp.sample.advanced(by: .hours(1))
            let submissions = [Submission.sample(1), .sample(2, status: .notified, expiresAt: expiry)]
            for submission in submissions {
                _ = try await store.insert(submission)
                try await store.enter([submission.receipt])
                try await store.damage([submission.key], damage)
            }
            #expect(try await store.delete(submissions[0].key, at: .sample))
            let numbers = try await store.statistics(from: .sample, until: .sample, at: expiry)
            #expect([numbers.erased, numbers.expired, numbers.stored, numbers.missing.count] == [1, 1, 0, 0])
            #expect(numbers.addsUp == true)
        }
    }
}
