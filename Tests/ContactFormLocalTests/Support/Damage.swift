// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

package import ContactForm
import ContactFormTesting
import GRDB
import Testing

@testable import ContactFormLocal

/// What somebody's hand made of a row.
struct Damage: Sendable, CustomTestStringConvertible {
    let column: String
    let value: any DatabaseValueConvertible & Sendable
    var testDescription: String { "\(column) \(value)" }

    static let all = [
        Damage(column: "fields", value: "{"),
        Damage(column: "language", value: "tlh"),
        Damage(column: "status", value: "lost"),
        Damage(column: "spam_reasons", value: "{}"),
        Damage(column: "history", value: "[1]"),
        Damage(column: "history", value: #"[{"at":9223372036854775807,"what":"failed"}]"#),
        Damage(column: "attempts", value: -1),
    ]

    static let ofFields = all[0]
    static let ofStatus = all[2]

    /// What a contract does.
    @TaskLocal static var done = ofFields
}

extension SQLiteSubmissionStore: Damageable {
    package func damage(_ key: SubmissionKey) async throws { try await damage([key], Damage.done) }

    func damage(_ keys: [SubmissionKey], _ damage: Damage) async throws {
        try await pool.write { db in
            for key in keys {
                try db.execute(
                    sql: "UPDATE submission SET \(damage.column) = ? WHERE id = ?",
                    arguments: [damage.value, key.id.description]
                )
            }
        }
    }
}
