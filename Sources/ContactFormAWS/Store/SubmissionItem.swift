// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import AWSServices
import ContactForm

/// How a submission stands in the table.
enum SubmissionItem {
    /// Raised when items are written in another way; every older way stays readable.
    static let schemaVersion = 1

    /// - Parameter now: When it is written.
    static func item(_ submission: Submission, at key: TableKey, now: Timestamp) -> DynamoDBItem {
        var item = DynamoDBItem(capacity: 24)
        item.append("pk", .string(key.partition))
        item.append("sk", .string(key.sort))
        item.append("kind", .string("submission"))
        item.append("schemaVersion", .number(schemaVersion))
        item.append("version", .number(1))
        item.append("receivedAt", .number(submission.receivedAt.milliseconds))
        item.append("name", ifPresent: submission.name)
        item.append("email", ifPresent: submission.email)
        item.append("replyTo", ifPresent: submission.replyTo)
        item.append("subject", ifPresent: submission.subject)
        // As text: a map would lose the order of the fields.
        item.append("fields", .string(submission.fields.json))
        item.append("page", ifPresent: submission.page)
        item.append("origin", ifPresent: submission.origin)
        item.append("language", .string(submission.language.rawValue))
        if let expiresAt = submission.expiresAt {
            item.append("expiresAtMilliseconds", .number(expiresAt.milliseconds))
        }
        item.append("region", ifPresent: submission.region)
        item.append("readAt", ifPresent: submission.readAt?.milliseconds)
        item.append("archivedAt", ifPresent: submission.archivedAt?.milliseconds)
        for attribute in changing(submission, at: now) {
            if let value = attribute.value { item.append(attribute.name, value) }
        }
        return item
    }

    /// What a status change changes; nil where there is no such attribute.
    static func changing(_ submission: Submission, at now: Timestamp) -> [(name: String, value: AttributeValue?)] {
        let delivery = submission.delivery
        return [
            ("status", .string(submission.status.rawValue)),
            ("waiting", waiting(submission).map { .string($0) }),
            ("expiresAt", end(of: submission, at: now).map { .number($0) }),
            ("attempts", .number(delivery.attempts)),
            ("dueAt", delivery.nextAttempt.map { .number($0.milliseconds) }),
            ("lastError", delivery.lastError.map { .string($0) }),
            ("providerMessageID", delivery.providerMessageID.map { .string($0) }),
            ("notifiedAt", delivery.notifiedAt.map { .number($0.milliseconds) }),
            ("part", delivery.part.map { .string($0.json) }),
            (
                "spamReasons",
                submission.spamReasons.isEmpty ? nil : .list(submission.spamReasons.map { .string($0.rawValue) })
            ),
            ("history", submission.history.isEmpty ? nil : .string(submission.history.json)),
        ]
    }

    /// When DynamoDB's TTL removes an item, in seconds; rounded up, so that nothing goes early.
    ///
    /// What is still to be mailed is there until that must have been given up, whatever its retention says, and has no later end
    /// than it needs: nobody mails what can't be read.
    private static func end(of submission: Submission, at now: Timestamp) -> Int64? {
        submission.expiresAt.map { expiresAt in
            let end =
                submission.status == .received
                ? max(expiresAt, now.advanced(by: Submission.longestDelivery)) : expiresAt
            return (end.milliseconds + 999) / 1000
        }
    }

    /// The sort key of the index of what waits: `received#` and when its mail is due, `held#` and when it came in, or
    /// `failed#` and when it was given up or returned; nil for what waits for nothing, which the index leaves out.
    ///
    /// Behind the latter two `#` and when it expires, if it does: who reads the index sees nothing else of an item, and DynamoDB
    /// takes days to remove what has expired.
    static func waiting(_ submission: Submission) -> String? {
        let place: String? =
            switch submission.status {
            case .received: submission.delivery.nextAttempt.map { waiting(.received, $0) }
            case .held: waiting(.held, submission.receivedAt)
            case .failed, .bounced: submission.givenUpAt.map { waiting(.failed, $0) }
            case .notified: nil
            }
        let end = submission.status == .received ? nil : submission.expiresAt
        return place.map { $0 + (end.map { "#\($0.milliseconds)" } ?? "") }
    }

    /// Sorts as the moments do.
    static func waiting(_ status: SubmissionStatus, _ moment: Timestamp) -> String {
        let digits = String(min(max(moment.milliseconds, 0), 999_999_999_999_999))
        return "\(status.rawValue)#" + String(repeating: "0", count: 15 - digits.count) + digits
    }

    /// Sorts behind all of the moment, whenever they expire.
    static func waiting(_ status: SubmissionStatus, after moment: Timestamp) -> String {
        // The character behind `#`.
        waiting(status, moment) + "$"
    }

    /// Whether it is to be there no more, though DynamoDB has not removed it yet: as `Submission.hasExpired`, but for what nobody
    /// mails, which is there until DynamoDB removes it.
    static func hasExpired(_ item: DynamoDBItem, at now: Timestamp) -> Bool {
        guard item["status"]?.string != SubmissionStatus.received.rawValue else { return false }
        return item["expiresAtMilliseconds"]?.integer.map { $0 <= now.milliseconds } ?? false
    }

    /// The same for DynamoDB. True of an item that has no end, or one that can't be read: a comparison with what is not there,
    /// or of another type, is false.
    static func notExpired(at now: Timestamp) -> DynamoDBExpression {
        DynamoDBExpression(
            "(#status = :received OR NOT expiresAtMilliseconds <= :clock)",
            names: ["#status": "status"],
            values: [
                ":received": .string(SubmissionStatus.received.rawValue), ":clock": .number(now.milliseconds),
            ]
        )
    }

    /// How often its status was changed, and once more: nothing is mailed that could not be marked so.
    ///
    /// - Throws: as `submission`.
    static func version(_ item: DynamoDBItem) throws(StoreError) -> Int64 { try Reader(item).integer("version") }

    /// Reads an item.
    ///
    /// - Throws: `StoreError` with code `corrupt` that names the submission and the attribute at fault.
    static func submission(_ item: DynamoDBItem) throws(StoreError) -> Submission {
        let reader = try Reader(item)
        var submission = try summary(reader)
        _ = try reader.integer("version")
        submission.fields = try reader.text("fields", FieldList.init(json:))
        submission.name = try reader.optionalText("name")
        submission.email = try reader.optionalText("email")
        submission.replyTo = try reader.optionalText("replyTo")
        submission.subject = try reader.optionalText("subject")
        submission.page = try reader.optionalText("page")
        submission.origin = try reader.optionalText("origin")
        submission.language = try reader.text("language", Language.init(rawValue:))
        submission.spamReasons = try reader.texts("spamReasons").map(SpamReason.init(rawValue:))
        submission.delivery.providerMessageID = try reader.optionalText("providerMessageID")
        submission.expiresAt = try reader.optionalMoment("expiresAtMilliseconds")
        submission.region = try reader.optionalText("region")
        if item["history"] != nil { submission.history = try reader.text("history", [HistoryEntry].init(json:)) }
        return submission
    }

    /// The attributes that `summary` reads.
    static let summarized = [
        "pk", "sk", "schemaVersion", "receivedAt", "status", "attempts", "dueAt", "lastError", "notifiedAt", "readAt",
        "archivedAt", "part",
    ]

    /// What is counted of an item: when it came in, its status, delivery and marks.
    ///
    /// - Throws: as `submission`.
    static func summary(_ item: DynamoDBItem) throws(StoreError) -> Submission { try summary(Reader(item)) }

    private static func summary(_ reader: Reader) throws(StoreError) -> Submission {
        var submission = Submission(
            id: try reader.text("sk", SubmissionID.init),
            form: try reader.text("pk", TableKey.form(ofPartition:)),
            receivedAt: try reader.moment("receivedAt"),
            fields: [],
            status: try reader.text("status", SubmissionStatus.init(rawValue:))
        )
        submission.delivery.attempts = try reader.attempts("attempts")
        submission.delivery.nextAttempt = try reader.optionalMoment("dueAt")
        submission.delivery.lastError = try reader.optionalText("lastError")
        submission.delivery.notifiedAt = try reader.optionalMoment("notifiedAt")
        if reader.item["part"] != nil {
            submission.delivery.part = try reader.text("part", PartialDelivery.init(json:))
        }
        submission.readAt = try reader.optionalMoment("readAt")
        submission.archivedAt = try reader.optionalMoment("archivedAt")
        return submission
    }

    /// Takes what is not there for nothing where that is allowed, and never what is of another type.
    private struct Reader {
        let item: DynamoDBItem

        init(_ item: DynamoDBItem) throws(StoreError) {
            self.item = item
            guard try integer("schemaVersion") <= SubmissionItem.schemaVersion else {
                throw StoreError(
                    .corrupt,
                    "submission \(id) was written by a newer version; update this function to the same one"
                )
            }
        }

        var id: String { item["sk"]?.string ?? "without an id" }

        func text<Value>(_ name: String, _ read: (String) -> Value?) throws(StoreError) -> Value {
            guard let text = item[name]?.string, let value = read(text) else { throw unreadable(name) }
            return value
        }

        func integer(_ name: String) throws(StoreError) -> Int64 {
            guard let value = item[name]?.integer else { throw unreadable(name) }
            return value
        }

        func optionalText(_ name: String) throws(StoreError) -> String? {
            item[name] == nil ? nil : try text(name) { $0 }
        }

        func attempts(_ name: String) throws(StoreError) -> Int {
            let attempts = try integer(name)
            guard Delivery.possibleAttempts.contains(attempts) else { throw unreadable(name) }
            return Int(attempts)
        }

        func moment(_ name: String) throws(StoreError) -> Timestamp {
            guard let moment = Timestamp(stored: try integer(name)) else { throw unreadable(name) }
            return moment
        }

        func optionalMoment(_ name: String) throws(StoreError) -> Timestamp? {
            item[name] == nil ? nil : try moment(name)
        }

        func texts(_ name: String) throws(StoreError) -> [String] {
            guard let value = item[name] else { return [] }
            guard let list = value.list else { throw unreadable(name) }
            let texts = list.compactMap(\.string)
            guard texts.count == list.count else { throw unreadable(name) }
            return texts
        }

        private func unreadable(_ name: String) -> StoreError {
            StoreError(
                .corrupt,
                "submission \(id) can't be read: attribute \"\(name)\" is not what was written; restore it from a backup"
            )
        }
    }
}
