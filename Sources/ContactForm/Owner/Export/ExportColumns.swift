// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import JSON
import Mail

/// The columns of an export: some that every message has, then one for each field that any message has.
///
/// Visitors choose the names of fields, and whoever sends a thousand names must not make a thousand columns: what comes
/// after the first `mostFields`, or does not fit into `mostBytes`, shares a last column.
package struct ExportColumns: Sendable, Hashable {
    package static let fixed = [
        "id", "form", "received", "status", "language", "page", "spam reasons", "attempts", "mailed", "last error",
    ]
    package static let mostFields = 100
    /// Of all names together, as JSON: they travel in the address of an export's next part.
    package static let mostBytes = 3_000

    /// In the order they were first met.
    package private(set) var fields: [String] = []
    /// Whether there are fields that share the last column.
    package private(set) var hasOthers = false

    private var known: Set<String> = []
    private var bytes = 0

    package init() {}

    /// Those of an earlier part; nil when they are more than there can be.
    package init?(fields: [String], hasOthers: Bool) {
        for field in fields { add(field) }
        guard !self.hasOthers, self.fields == fields else { return nil }
        self.hasOthers = hasOthers
    }

    package mutating func add(fieldsOf submission: Submission) {
        for field in submission.fields.fields { add(field.name) }
    }

    private mutating func add(_ name: String) {
        guard !known.contains(name) else { return }
        let size = JSONWriter.text { $0.string(name) }.utf8.count + 1
        guard fields.count < Self.mostFields, bytes + size <= Self.mostBytes else {
            hasOthers = true
            return
        }
        known.insert(name)
        fields.append(name)
        bytes += size
    }

    package var titles: [String] {
        Self.fixed + fields.map(Self.title) + (hasOthers ? [Self.others] : [])
    }

    /// A cell for each title. The several values of a field are joined with "; ".
    package func cells(of submission: Submission) -> [String] {
        var values: [String: String] = [:]
        var others: [String] = []
        for field in submission.fields.fields {
            let value = field.values.joined(separator: "; ")
            if known.contains(field.name) {
                if values[field.name] == nil { values[field.name] = value }
            } else {
                others.append("\(field.name): \(value)")
            }
        }
        return Self.fixedCells(submission) + fields.map { values[$0] ?? "" }
            + (hasOthers ? [others.joined(separator: "\n")] : [])
    }

    private static let others = "other fields"

    /// A field that is named as one of our own columns is told apart.
    private static func title(of field: String) -> String {
        let name = field.lowercased()
        return fixed.contains(name) || name == others ? "\(field) (field)" : field
    }

    private static func fixedCells(_ submission: Submission) -> [String] {
        [
            submission.id.description,
            submission.form.rawValue,
            submission.receivedAt.utc.iso8601,
            submission.status.rawValue,
            submission.language.rawValue,
            submission.page ?? "",
            submission.spamReasons.map(\.rawValue).joined(separator: "; "),
            String(submission.delivery.attempts),
            submission.delivery.notifiedAt?.utc.iso8601 ?? "",
            submission.delivery.lastError ?? "",
        ]
    }
}
