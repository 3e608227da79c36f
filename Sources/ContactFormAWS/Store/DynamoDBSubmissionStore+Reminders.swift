// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import AWSServices
import ContactForm

/// Reminders of mails that the sweep's window does not reach.
///
/// The sweep looks at ids of the last days. What the owner releases or sends again may be older, and so may what was moved
/// here from another store and waits for its mail: a small item points to each, in one partition that no form has. It is
/// written before what it reminds of, so that no crash loses a mail; it is struck out when the mail is out, and DynamoDB's
/// TTL removes it then.
extension DynamoDBSubmissionStore {
    private static let reminderPartition = "#reminder"
    /// So many submissions are read at a time: hundreds at once would fill every connection.
    private static let readings = 25

    func remind(of key: SubmissionKey, at now: Timestamp) async throws(StoreError) {
        let update = DynamoDBExpression(
            "SET #kind = :kind, #form = :form, requestedAt = :now REMOVE expiresAt",
            names: ["#kind": "kind", "#form": "form"],
            values: [
                ":kind": .string("reminder"), ":form": .string(key.form.rawValue), ":now": .number(now.milliseconds),
            ]
        )
        _ = try await access { () async throws(AWSError) in
            try await client.updateItem(
                ["pk": .string(Self.reminderPartition), "sk": .string(key.id.description)],
                in: table,
                update: update
            )
        }
    }

    /// The items that reminders point to and whose mail is still to be sent.
    func remembered(at now: Timestamp) async throws(StoreError) -> [DynamoDBItem] {
        let reminders = try await reminders()
        var waiting: [DynamoDBItem] = []
        for start in stride(from: 0, to: reminders.count, by: Self.readings) {
            let some = Array(reminders[start..<min(start + Self.readings, reminders.count)])
            let items = try await concurrently(some) { reminder async throws(StoreError) in
                let item = try await item(reminder.key)
                if item?["status"] == .string(SubmissionStatus.received.rawValue) { return item }
                try await strikeOut(reminder, at: now)
                return nil
            }
            waiting += items.compactMap(\.self)
        }
        return waiting
    }

    private struct Reminder: Sendable {
        var key: SubmissionKey
        var requestedAt: AttributeValue
    }

    private func reminders() async throws(StoreError) -> [Reminder] {
        var query = DynamoDBQuery(
            table: table,
            keyCondition: DynamoDBExpression("pk = :pk", values: [":pk": .string(Self.reminderPartition)])
        )
        query.filter = DynamoDBExpression("attribute_not_exists(expiresAt)")
        var reminders: [Reminder] = []
        repeat {
            let request = query
            let page = try await access { () async throws(AWSError) in try await client.query(request) }
            for item in page.items {
                guard let id = item["sk"]?.string.flatMap({ SubmissionID($0) }),
                    let form = item["form"]?.string.flatMap(FormName.init(rawValue:)),
                    let requestedAt = item["requestedAt"]
                else { continue }
                reminders.append(Reminder(key: SubmissionKey(form: form, id: id), requestedAt: requestedAt))
            }
            query.startKey = page.lastKey
        } while query.startKey != nil
        return reminders
    }

    /// Unless it was written anew meanwhile.
    private func strikeOut(_ reminder: Reminder, at now: Timestamp) async throws(StoreError) {
        _ = try await access { () async throws(AWSError) in
            try await client.updateItem(
                ["pk": .string(Self.reminderPartition), "sk": .string(reminder.key.id.description)],
                in: table,
                update: DynamoDBExpression(
                    "SET expiresAt = :now",
                    values: [":now": .number(now.milliseconds / 1000)]
                ),
                condition: DynamoDBExpression("requestedAt = :seen", values: [":seen": reminder.requestedAt])
            )
        }
    }
}
