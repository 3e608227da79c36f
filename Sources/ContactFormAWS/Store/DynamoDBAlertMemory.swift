// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import AWSServices
package import ContactForm

/// Remembers in the table of the messages what the owner was told: an item for each Region, whose functions tell of their own.
///
/// Its partition key belongs to no form and it is of another kind than submissions, so that neither lists nor the stream's
/// filter see it.
package struct DynamoDBAlertMemory: AlertMemory {
    /// What is remembered: the kind of its items.
    package enum Subject: String, Sendable, CaseIterable {
        case alerts, reminders
    }

    private let store: DynamoDBSubmissionStore
    private let subject: Subject
    private let key: DynamoDBItem

    package init(store: DynamoDBSubmissionStore, of subject: Subject, region: String) {
        self.store = store
        self.subject = subject
        key = ["pk": .string("#\(subject.rawValue)"), "sk": .string(region)]
    }

    package func load() async throws(StoreError) -> String? {
        let item = try await store.access { () async throws(AWSError) in
            try await store.client.getItem(key, in: store.table)
        }
        return item?["record"]?.string
    }

    package func save(_ text: String, over known: String?) async throws(StoreError) -> Bool {
        let update = DynamoDBExpression(
            "SET #kind = :kind, #record = :record",
            names: ["#kind": "kind", "#record": "record"],
            values: [":kind": .string(subject.rawValue), ":record": .string(text)]
        )
        let condition =
            known.map { DynamoDBExpression("#record = :known", values: [":known": .string($0)]) }
            ?? DynamoDBExpression("attribute_not_exists(#record)")
        let write = try await store.access { () async throws(AWSError) in
            try await store.client.updateItem(key, in: store.table, update: update, condition: condition)
        }
        switch write {
        case .done: return true
        // A call that was made twice finds what the first one wrote.
        case .conditionFailed(let item): return item?["record"]?.string == text
        }
    }
}
