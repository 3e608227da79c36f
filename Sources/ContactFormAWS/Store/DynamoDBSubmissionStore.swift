// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

package import AWSServices
package import ContactForm
import ContactFormLogging
package import Logging
import OutgoingHTTP

/// Keeps submissions in one DynamoDB table.
///
/// The table has the partition key `pk`, `<form>#<shard>`, the sort key `sk`, the submission's id, and the TTL attribute
/// `expiresAt`, and the index `waiting` of what waits for its mail or for the owner. A write is durable when it is answered: it
/// is in three data centres then.
///
/// The number of shards may be raised: a submission is looked for in its form's other partitions when it is not where the
/// number says. What is sent twice in the minutes around that may be stored twice. Lowering it hides submissions from
/// lists.
///
/// What has expired is there no more for whoever asks, though DynamoDB may take days to remove it
/// (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/howitworks-ttl.html). What is still to be mailed is there for
/// everybody, and its TTL leaves it the time.
package struct DynamoDBSubmissionStore: Sendable {
    let client: DynamoDBClient
    let table: String
    let shardCount: Int
    let forms: [FormName]
    let known = KnownForms()
    let unreadable: UnreadableLog
    let logger: Logger
    /// So many that an audit does not see are looked for once more, by their keys.
    var mostLooks = 500
    /// By which a submission has expired, where the caller does not say when it is.
    let now: @Sendable () -> Timestamp

    /// - Parameter forms: The forms of the site, for calls that ask for all of them; those that were noted (`note`) count too.
    package init(
        client: DynamoDBClient,
        table: String,
        shardCount: Int,
        forms: some Sequence<FormName>,
        logger: Logger,
        now: @escaping @Sendable () -> Timestamp = { Timestamp(milliseconds: WallClock.milliseconds()) }
    ) {
        self.client = client
        self.table = table
        self.shardCount = max(shardCount, 1)
        self.forms = forms.sorted()
        self.logger = logger
        unreadable = UnreadableLog(logger)
        self.now = now
    }

    /// Room that every item keeps for what its delivery record may get.
    static let reserve = 56 * 1024
    /// Rivals for one submission are a handful; each round one of them wins.
    private static let rounds = 100
}

extension DynamoDBSubmissionStore: SubmissionStore {
    package func insert(_ submission: Submission) async throws(StoreError) -> Insertion {
        let key = TableKey(submission.key, shardCount: shardCount)
        let item = SubmissionItem.item(submission, at: key, now: now())
        guard item.size + Self.reserve <= DynamoDBItem.largestSize else {
            throw StoreError(
                .tooLarge,
                "submission \(submission.id) has \(item.size) bytes and DynamoDB holds 400 KB; "
                    + "set a lower limit for the form's fields"
            )
        }
        // A repeat after a lost answer meets the first and is `alreadyStored`: the visitor sees the same success.
        switch try await access({ () async throws(AWSError) in
            try await client.putItem(item, into: table, condition: DynamoDBExpression("attribute_not_exists(pk)"))
        }) {
        case .done: return .stored
        case .conditionFailed: return .alreadyStored
        }
    }

    package func find(_ key: SubmissionKey) async throws(StoreError) -> Submission? {
        guard let item = try await item(key), !SubmissionItem.hasExpired(item, at: now()) else { return nil }
        return try SubmissionItem.submission(item)
    }

    package func apply(
        _ change: StatusChange,
        to key: SubmissionKey,
        at now: Timestamp
    ) async throws(StoreError) -> Submission? {
        let mark = String(UInt64.random(in: .min ... .max), radix: 36)
        var current = try await item(key)
        for _ in 0..<Self.rounds {
            guard let item = current, !SubmissionItem.hasExpired(item, at: now),
                let changed = try SubmissionItem.submission(item).applying(change, at: now)
            else {
                return nil
            }
            let version = try SubmissionItem.version(item)
            let update = Self.update(to: changed, version: version + 1, mark: mark, at: now)
            let write = try await access { () async throws(AWSError) in
                try await client.updateItem(
                    Self.key(of: item),
                    in: table,
                    update: update,
                    condition: DynamoDBExpression(
                        "#version = :version",
                        names: ["#version": "version"],
                        values: [":version": .number(version)]
                    )
                )
            }
            switch write {
            case .done: return changed
            // The answer to the first attempt was lost and the second one met its own doing.
            case .conditionFailed(let found?) where found["change"] == .string(mark): return changed
            case .conditionFailed(let found): current = found
            }
        }
        throw StoreError(.unavailable, "submission \(key.id) is changed by too many at once; try again")
    }

    /// Sets what changed and removes what is there no more.
    private static func update(
        to submission: Submission,
        version: Int64,
        mark: String,
        at now: Timestamp
    ) -> DynamoDBExpression {
        var names = ["#version": "version", "#change": "change"]
        var values: DynamoDBItem = [":next": .number(version), ":change": .string(mark)]
        var sets = ["#version = :next", "#change = :change"]
        var removals: [String] = []
        for (name, value) in SubmissionItem.changing(submission, at: now) {
            names["#\(name)"] = name
            if let value {
                values.append(":\(name)", value)
                sets.append("#\(name) = :\(name)")
            } else {
                removals.append("#\(name)")
            }
        }
        var text = "SET " + sets.joined(separator: ", ")
        if !removals.isEmpty { text += " REMOVE " + removals.joined(separator: ", ") }
        return DynamoDBExpression(text, names: names, values: values)
    }

    static func key(of item: DynamoDBItem) -> DynamoDBItem {
        var key = DynamoDBItem(capacity: 2)
        for name in ["pk", "sk"] {
            if let value = item[name] { key.append(name, value) }
        }
        return key
    }

    /// The item of a submission, wherever the number of shards put it.
    func item(_ key: SubmissionKey) async throws(StoreError) -> DynamoDBItem? {
        let expected = TableKey(key, shardCount: shardCount)
        let item = try await access { () async throws(AWSError) in try await client.getItem(expected.item, in: table) }
        if let item { return item }
        return try await items(Array(places(of: key).dropFirst())).first
    }

    /// Where a submission may be: where it is expected first, then where other numbers of shards would have put it.
    func places(of key: SubmissionKey) -> [TableKey] {
        let expected = TableKey(key, shardCount: shardCount)
        return [expected] + (0..<shardCount).map { TableKey(key, shard: $0) }.filter { $0 != expected }
    }

    /// Those of the items that are there.
    func items(_ keys: [TableKey]) async throws(StoreError) -> [DynamoDBItem] {
        // One by one rather than in a batch: it costs the same, and the functions' roles need no further action.
        try await concurrently(keys) { key async throws(StoreError) in
            try await access { () async throws(AWSError) in try await client.getItem(key.item, in: table) }
        }.compactMap(\.self)
    }

    func access<Value>(_ body: () async throws(AWSError) -> Value) async throws(StoreError) -> Value {
        do throws(AWSError) {
            return try await body()
        } catch {
            throw StoreError(error, table: table)
        }
    }
}
