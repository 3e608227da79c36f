// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import AWSServices
import ContactForm
import ContactFormTesting
import Testing

@testable import ContactFormAWS

@Suite("items of the table")
struct SubmissionItemTests {
    private static func item(_ submission: Submission) -> DynamoDBItem {
        SubmissionItem.item(submission, at: TableKey(submission.key, shardCount: 8), now: .sample)
    }

    @Test("a submission comes back as it was", arguments: Submission.variety)
    func roundTrip(_ submission: Submission) throws {
        #expect(try SubmissionItem.submission(Self.item(submission)) == submission)
    }

    @Test("the stream's filter and DynamoDB's TTL find their attributes")
    func attributes() {
        let expiry = Timestamp(milliseconds: 1_795_435_200_001)
        var submission = Submission.sample(expiresAt: expiry)
        submission.region = "eu-north-1"
        let item = Self.item(submission)
        #expect(item["kind"] == .string("submission"))
        #expect(item["region"] == .string("eu-north-1"))
        #expect(item["status"] == .string("received"))
        #expect(item["schemaVersion"] == .number("1"))
        #expect(item["expiresAtMilliseconds"] == .number("1795435200001"))
        // Seconds, and not before the moment itself; of what is to be mailed not before 36 days have passed.
        #expect(item["expiresAt"] == .number("\(1_795_435_200 + 36 * 24 * 3600)"))
        let mailed = Self.item(.sample(status: .notified, expiresAt: expiry))
        #expect(mailed["expiresAt"] == .number("1795435201"))
        #expect(Self.item(.sample())["expiresAt"] == nil)
        #expect(item["sk"] == .string(submission.id.description))
    }

    @Test("the index has what waits by when it is due, what is held by when it came, what was given up by when it was")
    func waiting() {
        for status in SubmissionStatus.allCases {
            let submission = Submission.sample(7, status: status, nextAttempt: .sample)
            let waiting: AttributeValue? =
                switch status {
                case .received: .string("received#001795435200000")
                case .held: .string("held#001795435207000")
                case .failed, .bounced: .string("failed#001795435207000")
                case .notified: nil
                }
            #expect(Self.item(submission)["waiting"] == waiting)
        }
        #expect(SubmissionItem.waiting(.held, Timestamp(milliseconds: -5)) == "held#000000000000000")
        #expect(SubmissionItem.waiting(.held, Timestamp(milliseconds: .max)) == "held#999999999999999")
    }

    @Test(
        "the index has behind that when what waits for the owner expires, and a bound of a moment is behind all of that"
    )
    func waitingUntilExpiry() {
        for status in SubmissionStatus.allCases where status != .notified {
            let stays = Submission.sample(7, status: status, nextAttempt: .sample)
            var expires = stays
            expires.expiresAt = Timestamp(milliseconds: 1_795_435_300_001)
            let place = SubmissionItem.waiting(stays)
            let end = status == .received ? "" : "#1795435300001"
            #expect(SubmissionItem.waiting(expires) == place.map { $0 + end })
        }
        let bound = SubmissionItem.waiting(.held, after: .sample)
        let next = SubmissionItem.waiting(.held, Timestamp.sample.advanced(by: .milliseconds(1)))
        let last = SubmissionItem.waiting(.held, .sample) + "#999999999999999"
        #expect(Array(last.utf8).lexicographicallyPrecedes(Array(bound.utf8)))
        #expect(Array(bound.utf8).lexicographicallyPrecedes(Array(next.utf8)))
    }

    @Test(
        "an item that is not as written is corrupt, and the sentence names it and the attribute",
        arguments: ["pk", "sk", "receivedAt", "fields", "language", "status", "attempts", "schemaVersion", "version"]
    )
    func corrupt(name: String) {
        let whole = Self.item(.sample())
        var missing = DynamoDBItem()
        var wrong = DynamoDBItem()
        for attribute in whole.attributes {
            if attribute.name != name { missing.append(attribute.name, attribute.value) }
            wrong.append(attribute.name, attribute.name == name ? .bool(true) : attribute.value)
        }
        for item in [missing, wrong] {
            let error = #expect(throws: StoreError.self) { try SubmissionItem.submission(item) }
            #expect(error?.code == .corrupt)
            #expect(error?.reason.contains("\"\(name)\"") == true)
        }
    }

    @Test(
        "what may be left out is corrupt as well when it is of another type",
        arguments: [
            "name", "email", "replyTo", "subject", "page", "origin", "spamReasons", "dueAt", "lastError",
            "providerMessageID", "notifiedAt", "expiresAtMilliseconds", "region", "readAt", "archivedAt", "history",
        ]
    )
    func corruptOption(name: String) throws {
        var item = DynamoDBItem()
        for attribute in Self.item(.sample()).attributes where attribute.name != name {
            item.append(attribute.name, attribute.value)
        }
        _ = try SubmissionItem.submission(item)
        item.append(name, .bool(true))
        let error = #expect(throws: StoreError.self) { try SubmissionItem.submission(item) }
        #expect(error?.code == .corrupt)
        #expect(error?.reason.contains("\"\(name)\"") == true)
    }

    @Test(
        "so is a number that none can be",
        arguments: [
            "receivedAt", "attempts", "dueAt", "notifiedAt", "expiresAtMilliseconds", "readAt", "archivedAt", "history",
        ],
        [Int64.min, .max]
    )
    func corruptNumber(name: String, number: Int64) {
        var item = DynamoDBItem()
        for attribute in Self.item(.sample()).attributes where attribute.name != name {
            item.append(attribute.name, attribute.value)
        }
        item.append(name, name == "history" ? .string(#"[{"at":\#(number),"what":"failed"}]"#) : .number(number))
        let error = #expect(throws: StoreError.self) { try SubmissionItem.submission(item) }
        #expect(error?.code == .corrupt)
        #expect(error?.reason.contains("\"\(name)\"") == true)
        // What it says of when it came in, its id says too.
        #expect(Receipt(unreadable: item)?.receivedAt.startOfDay == Timestamp.sample.startOfDay)
    }

    @Test("what a newer version wrote is not guessed at")
    func newer() {
        var item = DynamoDBItem()
        for attribute in Self.item(.sample()).attributes {
            item.append(attribute.name, attribute.name == "schemaVersion" ? .number(2) : attribute.value)
        }
        let error = #expect(throws: StoreError.self) { try SubmissionItem.submission(item) }
        #expect(error?.reason.contains("newer version") == true)
    }
}
