// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import AWSServices
package import ContactForm
import Synchronization

/// The forms that have messages, whether or not they are still configured.
///
/// A table can't say which partitions it has. A form that is taken out of the configuration would take its messages out of
/// lists, sweeps and erasures with it. So each form is noted in an item of its own kind once the stream tells of a message.
extension DynamoDBSubmissionStore {
    private static let key: DynamoDBItem = ["pk": .string("#forms"), "sk": .string("#forms")]
    private static let prefix = "form#"

    /// What an instance has read. A form is taken out by an update, which makes a new one.
    final class KnownForms: Sendable {
        let forms = Mutex<[FormName]?>(nil)
    }

    /// The configured forms and those that are noted; read once.
    func allForms() async throws(StoreError) -> [FormName] {
        if let known = known.forms.withLock({ $0 }) { return known }
        let item = try await access { () async throws(AWSError) in try await client.getItem(Self.key, in: table) }
        let noted = (item?.attributes ?? []).compactMap { attribute in
            attribute.name.hasPrefix(Self.prefix)
                ? FormName(rawValue: String(attribute.name.dropFirst(Self.prefix.count))) : nil
        }
        let all = Set(forms).union(noted).sorted()
        known.forms.withLock { $0 = all }
        return all
    }

    package func note(_ forms: Set<FormName>) async throws(StoreError) {
        guard !forms.isEmpty else { return }
        let names = forms.sorted().enumerated()
        let update = DynamoDBExpression(
            "SET #kind = :kind, " + names.map { "#form\($0.offset) = :yes" }.joined(separator: ", "),
            names: Dictionary(names.map { ("#form\($0.offset)", Self.prefix + $0.element.rawValue) }) { $1 }
                .merging(["#kind": "kind"]) { $1 },
            values: [":kind": .string("forms"), ":yes": .bool(true)]
        )
        _ = try await access { () async throws(AWSError) in
            try await client.updateItem(Self.key, in: table, update: update)
        }
    }
}
