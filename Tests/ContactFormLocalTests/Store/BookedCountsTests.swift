// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm
import ContactFormTesting
import GRDB
import JSON
import Testing

@testable import ContactFormLocal

@Suite("Books that were damaged")
struct BookedCountsTests {
    private static let columns = [
        "tally.accepted", "tally.present", "tally.erased", "tally.expired", "tally.unread", "delivery_time.mails",
        "delivery_time.bucket",
    ]

    private let folder: TemporaryFolder
    private let store: SQLiteSubmissionStore

    init() throws {
        folder = try TemporaryFolder()
        store = try SQLiteSubmissionStore(path: folder.file("brevlada.sqlite"))
    }

    private func damage(_ column: String, _ value: Int64) async throws {
        let names = column.split(separator: ".")
        let line = names[0] == "tally" ? "WHERE status = 'notified'" : ""
        try await store.pool.write { db in
            try db.execute(sql: "UPDATE \(names[0]) SET \(names[1]) = ? \(line)", arguments: [value])
        }
    }

    private func statistics() async throws -> ArchiveStatistics {
        try await store.statistics(from: .sample, until: .sample, at: .sample)
    }

    @Test(
        "a number that none can be is told as books that don't add up, in the numbers and in the owner's audit",
        arguments: columns,
        [Int64.min, -1, 1 << 54, .max]
    )
    func told(column: String, value: Int64) async throws {
        for number in 1...3 { _ = try await store.insert(.sample(number, status: .notified)) }
        #expect(try await statistics().addsUp == true)
        try await damage(column, value)
        let numbers = try await statistics()
        #expect(numbers.addsUp == false)
        let counts = [numbers.accepted, numbers.stored, numbers.erased, numbers.expired, numbers.unread]
        #expect(counts.allSatisfy { (0...DeliveryTimes.mostCounted).contains($0) })
        let handler = OwnerHandler(archive: store, exports: .streamed)
        let request = OwnerRequest(
            method: "GET",
            path: "/audit",
            parameters: [.init("from", "2026-11-23"), .init("until", "2026-11-24")],
            receivedAt: .sample,
            reference: "1"
        )
        let answer = await handler.handle(request)
        #expect(answer.status == 200)
        guard case .complete(let body) = answer.body else {
            Issue.record("the answer is whole")
            return
        }
        let json = try JSONParser.parse(body, maximumDepth: 8)
        #expect(json["addsUp"] == .bool(false))
        #expect(json["clean"] == .bool(false))
    }

    @Test("sums of many such numbers end where counts do", arguments: [Int64.min, 1 << 53, .max])
    func sums(value: Int64) async throws {
        for (number, status) in SubmissionStatus.allCases.enumerated() {
            _ = try await store.insert(.sample(number, status: status))
        }
        try await store.pool.write { db in
            try db.execute(
                sql: """
                    UPDATE tally SET accepted = ?1, present = ?1, unread = ?1, erased = ?1, expired = ?1;
                    """,
                arguments: [value]
            )
            for bucket in DeliveryTimes.buckets {
                try db.execute(
                    sql: "INSERT OR REPLACE INTO delivery_time VALUES (?, ?, ?)",
                    arguments: [Timestamp.sample.startOfDay.milliseconds, bucket, value]
                )
            }
        }
        let numbers = try await statistics()
        #expect(numbers.addsUp == false)
        #expect(numbers.days.count == 1)
        #expect((numbers.delivery.longest?.milliseconds == .max) == (value > 0))
    }

    @Test("a message is stored, moved on and removed all the same, and the damage stays", arguments: columns.dropLast())
    func goesOn(column: String) async throws {
        _ = try await store.insert(.sample(1, status: .notified))
        for value in [Int64.min, .max] {
            try await damage(column, value)
            let second = Submission.sample(2, status: .notified)
            #expect(try await store.insert(second) == .stored)
            #expect(try await store.apply(.resent, to: second.key, at: .sample) != nil)
            #expect(try await store.apply(.notified(providerMessageID: "1"), to: second.key, at: .sample) != nil)
            #expect(try await store.delete(second.key, at: .sample))
            #expect(try await statistics().addsUp == false)
        }
    }

    @Test("one that can't be read is removed all the same")
    func unreadable() async throws {
        let submissions = (1...2).map { Submission.sample($0, status: .notified) }
        for submission in submissions { _ = try await store.insert(submission) }
        try await damage("tally.present", .max)
        try await store.damage(submissions.map(\.key), .ofStatus)
        for submission in submissions { #expect(try await store.delete(submission.key, at: .sample)) }
        #expect(try await statistics().addsUp == false)
    }
}
