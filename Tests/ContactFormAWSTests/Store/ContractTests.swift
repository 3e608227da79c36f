// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import AWSServices
import ContactForm
import ContactFormTesting
import Testing

@testable import ContactFormAWS

/// On moto, which `scripts/with-moto` starts and which does one thing at a time: so does this suite.
@Suite("The contract of stores, on DynamoDB", .serialized)
struct ContractTests {
    @Test("the DynamoDB store keeps its promise", arguments: SubmissionStoreContract.cases)
    func store(_ promise: ContractCase<any SubmissionArchive>) async throws {
        try await Moto.withStore { store, _, _ in try await promise.check(store) }
    }

    @Test("the DynamoDB store's outbox keeps its promise", arguments: OutboxContract.cases)
    func outbox(_ promise: ContractCase<any SubmissionArchive & Outbox>) async throws {
        try await Moto.withStore { store, _, _ in try await promise.check(store) }
    }

    @Test("the DynamoDB store's books keep their promise", arguments: ReceiptBookContract.cases)
    func books(_ promise: ContractCase<any SubmissionArchive & ReceiptBook>) async throws {
        try await Moto.withStore { store, _, _ in try await promise.check(store) }
    }

    @Test("the DynamoDB store keeps its promise about faults of an erasure", arguments: ErasureFaultContract.cases)
    func erasureFaults(_ promise: ErasureFaultContract.Case) async throws {
        try await Moto.withStore { _, _, table in
            try await FaultyTable.with { faulty, faults in
                let store = Moto.store(faulty, table, shardCount: 8)
                try await promise.check(ErasureFaultContract.Subject(store) { faults.keep($0?.id) })
            }
        }
    }

    @Test("the books say whether all is there: what came in, left, expired by itself and what is missing, by name")
    func statistics() async throws {
        try await Moto.withStore(shardCount: 2) { store, client, table in
            let now = Timestamp.sample.advanced(by: .hours(2))
            let expiring = Submission.sample(8, status: .notified, expiresAt: .sample.advanced(by: .hours(1)))
            let submissions = (1...7).map { Submission.sample($0) } + [expiring]
            for submission in submissions { _ = try await store.insert(submission) }
            func statistics(_ store: DynamoDBSubmissionStore) async throws -> ArchiveStatistics {
                try await store.statistics(from: .sample, until: .sample, at: now)
            }
            var numbers = try await statistics(store)
            #expect(numbers.addsUp == nil)
            #expect(numbers.unbooked == 8)

            try await store.enter(submissions.map(\.receipt))
            numbers = try await statistics(store)
            #expect(numbers.addsUp == true)
            // What has expired counts as gone while it is still there.
            #expect([numbers.accepted, numbers.stored, numbers.expired, numbers.unbooked] == [8, 7, 1, 0])

            #expect(try await store.delete(submissions[0].key, at: now))
            try await store.remove(TableKey(expiring.key, shardCount: 2).item)
            numbers = try await statistics(store)
            #expect(numbers.addsUp == true)
            #expect([numbers.accepted, numbers.stored, numbers.erased, numbers.expired] == [8, 6, 1, 1])
            #expect(numbers.days.map(\.accepted) == [8])

            let lost = submissions[3]
            try await store.remove(TableKey(lost.key, shardCount: 2).item)
            // Found by another number of shards too, and not because one is in no book.
            _ = try await store.insert(.sample(9))
            for shardCount in [2, 5] {
                numbers = try await statistics(Moto.store(client, table, shardCount: shardCount))
                #expect(numbers.addsUp == false)
                #expect(numbers.missing == [lost.receipt])
                #expect([numbers.accepted, numbers.stored, numbers.unbooked] == [9, 6, 1])
                #expect(numbers.days.map(\.accepted) == [9])
            }
        }
    }

    @Test(
        "what has expired is neither shown nor found nor changed, though DynamoDB has not removed it; erasing takes it along"
    )
    func expired() async throws {
        try await Moto.withStore(shardCount: 2) { _, client, table in
            let expiry = Timestamp.sample.advanced(by: .hours(1))
            // The newest and every third: pages must go on behind them.
            let submissions = (1...30).map { number in
                Submission.sample(number, status: .notified, expiresAt: number % 3 == 0 ? expiry : nil)
            }
            let stays = submissions.filter { $0.expiresAt == nil }
            let before = Moto.store(client, table, shardCount: 2, at: expiry.advanced(by: .milliseconds(-1)))
            for submission in submissions { _ = try await before.insert(submission) }
            #expect(try await before.page(SubmissionQuery(limit: 100)).submissions == submissions.reversed())

            let store = Moto.store(client, table, shardCount: 2, at: expiry)
            var query = SubmissionQuery(limit: 4)
            var shown: [Submission] = []
            repeat {
                let page = try await store.page(query)
                shown += page.submissions
                query.cursor = page.next
            } while query.cursor != nil
            #expect(shown == stays.reversed())
            #expect(try await store.page(SubmissionQuery(text: "astrid", limit: 100)).submissions.count == stays.count)
            #expect(try await store.counts(since: .sample) == [.notified: stays.count])
            let gone = submissions[2]
            #expect(try await store.expired(among: [gone.id, stays[0].id, Submission.sample(99).id]) == [gone.key])
            #expect(try await before.expired(among: [gone.id]).isEmpty)
            #expect(try await store.find(gone.key) == nil)
            #expect(try await store.find(id: gone.id) == nil)
            #expect(try await store.apply(.resent, to: gone.key, at: expiry) == nil)
            #expect(try await store.mark(.unread, on: gone.key, at: expiry) == nil)
            #expect(try await store.mark(.read, on: stays[0].key, at: expiry) != nil)
            let numbers = try await store.statistics(from: .sample, until: .sample, at: expiry)
            #expect(
                [numbers.accepted, numbers.stored, numbers.expired] == [
                    30, stays.count, submissions.count - stays.count,
                ]
            )

            #expect(try await store.erase(address: "astrid@example.com", at: expiry).ids.count == submissions.count)
            #expect(try await before.find(gone.key) == nil)
        }
    }

    @Test(
        """
        what has expired is neither held nor given up, though DynamoDB has not removed it, and what is to be mailed waits for that \
        and is late
        """
    )
    func expiredInIndex() async throws {
        try await Moto.withStore(shardCount: 2) { _, client, table in
            let expiry = Timestamp.sample.advanced(by: .hours(1))
            let before = Moto.store(client, table, shardCount: 2, at: expiry.advanced(by: .milliseconds(-1)))
            let after = Moto.store(client, table, shardCount: 2, at: expiry)
            for (offset, status) in [SubmissionStatus.received, .held, .failed].enumerated() {
                // What expires comes first: nothing that stays may be hidden by it.
                for number in 1...9 {
                    let end = number < 7 ? expiry : nil
                    _ = try await before.insert(.sample(10 * offset + number, status: status, expiresAt: end))
                }
            }
            for (store, all) in [(before, 9), (after, 3)] {
                #expect(try await store.waiting(limit: 100).count == 9)
                #expect(try await store.waiting(limit: 2).count == 2)
                #expect(try await store.dueNotifications(at: .sample, limit: 100).submissions.isEmpty)
                let late = try await store.lateCounts(
                    by: LateRule(retry: RetrySchedule()),
                    in: nil,
                    limit: 100,
                    at: expiry
                )
                #expect(late == [.contact: 9])
                #expect(try await store.heldCounts(since: .sample, limit: 100) == [.contact: all])
                #expect(try await store.failedCounts(since: .sample, in: nil, limit: 100) == [.contact: all])
            }
            // At the very moment that it is due.
            let first = Submission.sample(1)
            #expect(try await after.nextNotification() == first.delivery.nextAttempt)
            let due = try await after.dueNotifications(at: first.receivedAt, limit: 9)
            #expect(due.submissions.map(\.id) == [first.id])
            // Given up, it has expired.
            _ = try await after.apply(.failed(reason: "refused"), to: first.key, at: expiry)
            #expect(try await after.find(first.key) == nil)
            #expect(try await after.waiting(limit: 100).count == 8)
            #expect(try await after.failedCounts(since: .sample, in: nil, limit: 100) == [.contact: 3])
        }
    }

    @Test("DynamoDB's TTL leaves what is to be mailed 36 days from each change, and anything else its retention")
    func timeToLive() async throws {
        try await Moto.withStore { _, client, table in
            let expiry = Timestamp.sample.advanced(by: .days(1))
            let store = Moto.store(client, table, shardCount: 8, at: .sample)
            let submission = Submission.sample(1, expiresAt: expiry)
            _ = try await store.insert(submission)
            func end() async throws -> Timestamp {
                let item = try await client.getItem(TableKey(submission.key, shardCount: 8).item, in: table)
                #expect(item?["expiresAtMilliseconds"]?.integer == expiry.milliseconds)
                return Timestamp(milliseconds: try #require(item?["expiresAt"]?.integer) * 1000)
            }
            func moved(_ change: StatusChange, after days: Int64) async throws -> Timestamp {
                let now = Timestamp.sample.advanced(by: .days(days))
                #expect(try await store.apply(change, to: submission.key, at: now) != nil)
                return try await end()
            }
            func day(_ days: Int64) -> Timestamp { .sample.advanced(by: .days(days)) }
            #expect(try await end() == day(36))
            let postponed = StatusChange.postponed(reason: "busy", nextAttempt: day(3))
            #expect(try await moved(postponed, after: 2) == day(38))
            #expect(try await moved(.failed(reason: "refused"), after: 3) == expiry)
            #expect(try await Moto.store(client, table, shardCount: 8, at: expiry).find(submission.key) == nil)
            // By a clock by which it has not expired yet.
            #expect(try await moved(.resent, after: 0) == day(36))
            #expect(try await moved(.markedSpam, after: 0) == expiry)
            #expect(try await moved(.released, after: 0) == day(36))
            #expect(try await moved(.notified(providerMessageID: "1"), after: 9) == expiry)
            let long = Submission.sample(2, expiresAt: day(365))
            _ = try await store.insert(long)
            let item = try await client.getItem(TableKey(long.key, shardCount: 8).item, in: table)
            #expect(item?["expiresAt"]?.integer == day(365).milliseconds / 1000)
        }
    }

    @Test("what came in just now and has no receipt yet is no reason to doubt the books")
    func receiptOnItsWay() async throws {
        try await Moto.withStore { store, _, _ in
            _ = try await store.insert(.sample(1))
            let received = Submission.sample(1).receivedAt
            let soon = try await store.statistics(
                from: received,
                until: received,
                at: received.advanced(by: .minutes(15))
            )
            #expect(soon.addsUp == true)
            let late = try await store.statistics(
                from: received,
                until: received,
                at: received.advanced(by: .minutes(16))
            )
            #expect(late.addsUp == nil)
        }
    }

    @Test("messages of a form that is configured no more are listed, found, swept and erased, once the form was noted")
    func formTakenOut() async throws {
        try await Moto.withStore { store, client, table in
            let gone = try #require(FormName(rawValue: "summer-2024"))
            var submission = Submission.sample(1, form: gone)
            submission.email = "gone@example.com"
            _ = try await store.insert(submission)
            #expect(
                try await Moto.store(client, table, shardCount: store.shardCount).page(SubmissionQuery()).submissions
                    .isEmpty
            )
            try await store.note([])
            try await store.note([gone, .contact])
            try await store.note([.sampleOrder])
            // An instance that was there before may not know it; one that starts does.
            let next = Moto.store(client, table, shardCount: store.shardCount)
            #expect(try await next.page(SubmissionQuery()).submissions == [submission])
            #expect(try await next.find(id: submission.id) == submission)
            #expect(try await next.waiting(limit: 10).map(\.key) == [submission.key])
            #expect(try await next.erase(address: "gone@example.com", at: .sample).ids == [submission.id])
        }
    }

    @Test("the memory of alerts keeps its promise", arguments: AlertMemoryContract.cases)
    func alertMemory(_ promise: ContractCase<any AlertMemory>) async throws {
        try await Moto.withStore { store, _, _ in
            for subject in DynamoDBAlertMemory.Subject.allCases {
                try await promise.check(DynamoDBAlertMemory(store: store, of: subject, region: "eu-north-1"))
            }
        }
    }

    @Test("what the owner was told is remembered for each Region, and is no message")
    func alertMemory() async throws {
        try await Moto.withStore { store, _, _ in
            let memory = DynamoDBAlertMemory(store: store, of: .alerts, region: "eu-north-1")
            var known: String?
            var trouble = MailTrouble()
            trouble.failed = [.sampleOrder: 2]
            var record = AlertRecord()
            for minute in Int64(0)..<2 {
                _ = record.due(for: trouble, id: "msg_1", at: .sample)
                record.failed(at: Timestamp.sample.advanced(by: .minutes(minute)))
                // A call whose answer was lost is made again.
                for _ in 1...2 {
                    let isSaved = try await memory.save(record.text, over: known)
                    #expect(isSaved)
                }
                known = record.text
                #expect(try await memory.load() == known)
            }
            #expect(try await DynamoDBAlertMemory(store: store, of: .alerts, region: "us-east-1").load() == nil)
            #expect(try await DynamoDBAlertMemory(store: store, of: .reminders, region: "eu-north-1").load() == nil)
            #expect(try await store.page(SubmissionQuery()).submissions.isEmpty)
            #expect(try await store.waiting(limit: 10).isEmpty)
        }
    }

    @Test("the contract holds for any number of shards", arguments: [1, 3, 120])
    func shards(count: Int) async throws {
        for promise in SubmissionStoreContract.cases where promise.name.contains("pages follow each other") {
            try await Moto.withStore(shardCount: count) { store, _, _ in try await promise.check(store) }
        }
    }

    @Test("what was stored with fewer shards is found, changed, listed and not stored twice under its own")
    func reshard() async throws {
        try await Moto.withStore(shardCount: 2) { store, client, table in
            let submissions = (1...12).map { Submission.sample($0) }
            for submission in submissions { _ = try await store.insert(submission) }
            let wider = Moto.store(client, table, shardCount: 16)
            for submission in submissions {
                #expect(try await wider.find(submission.key) == submission)
                #expect(try await wider.find(id: submission.id) == submission)
            }
            #expect(try await wider.page(SubmissionQuery()).submissions == submissions.reversed())
            let change = StatusChange.notified(providerMessageID: "1")
            #expect(try await wider.apply(change, to: submissions[0].key, at: .sample)?.status == .notified)
            #expect(try await wider.delete(submissions[1].key, at: .sample))
            #expect(try await store.find(submissions[1].key) == nil)
        }
    }

    @Test(
        "a thousand messages of the same second are a thousand items, and each repeat is none",
        .timeLimit(.minutes(10))
    )
    func thousand() async throws {
        try await Moto.withStore { store, _, _ in
            let moment = Timestamp.sample
            let submissions = (0..<1000).map { number in
                var submission = Submission.sample(number)
                submission.receivedAt = moment.advanced(by: .milliseconds(Int64(number)))
                return submission
            }
            func insertAll() async throws -> [Insertion] {
                try await store.concurrently(submissions) { submission async throws(StoreError) in
                    try await store.insert(submission)
                }
            }
            let first = try await insertAll()
            let second = try await insertAll()
            let counts = try await store.counts(since: moment)
            #expect(first == Array(repeating: .stored, count: 1000))
            #expect(second == Array(repeating: .alreadyStored, count: 1000))
            #expect(counts == [.received: 1000])
        }
    }

    @Test("a submission over DynamoDB's limit is refused before the call, one just below it is kept and can change")
    func tooLarge() async throws {
        let largest = DynamoDBItem.largestSize - DynamoDBSubmissionStore.reserve
        let fits = Self.sample(1, size: largest)
        let larger = Self.sample(2, size: largest + 1)
        try await Moto.withStore { store, client, table in
            let stored = try await store.insert(fits)
            #expect(stored == .stored)
            let reason = String(repeating: "r", count: 1000)
            let changed = try await store.apply(.failed(reason: reason), to: fits.key, at: .sample)
            #expect(changed?.status == .failed)

            let nowhere = Moto.store(client, table + "-that-is-not-there", shardCount: 8)
            let error = await #expect(throws: StoreError.self) { try await nowhere.insert(larger) }
            #expect(error?.code == .tooLarge)
        }
    }

    /// A submission whose item has that many bytes.
    private static func sample(_ number: Int, size: Int) -> Submission {
        func bytes(_ submission: Submission) -> Int {
            SubmissionItem.item(submission, at: TableKey(submission.key, shardCount: 8), now: .sample).size
        }
        var submission = Submission.sample(number)
        submission.fields.append("long", "")
        let missing = size - bytes(submission)
        submission.fields = Submission.sample(number).fields
        submission.fields.append("long", String(repeating: "x", count: missing))
        return submission
    }

    @Test("a table that is not there is said with its name")
    func noTable() async throws {
        try await Moto.withStore { _, client, _ in
            let store = Moto.store(client, "no-such-table", shardCount: 8)
            let error = await #expect(throws: StoreError.self) { try await store.insert(.sample()) }
            #expect(error?.code == .unavailable)
            #expect(error?.reason.contains("\"no-such-table\"") == true)
        }
    }
}
