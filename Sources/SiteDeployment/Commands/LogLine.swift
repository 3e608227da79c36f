// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

package import ContactForm
import JSON
import Mail

/// A line of a function's log.
package struct LogLine: Sendable, Hashable {
    package var id: String
    package var at: Timestamp
    /// Such as `AddContactInfo`.
    package var function: String
    package var message: String

    /// The line for a person: time, function, level, text, then what goes with it. What is no JSON, such as Lambda's own
    /// lines about memory and time, is shown as it came.
    package var text: String {
        let stamp = "\(at.utc.iso8601)  \(function)\(String(repeating: " ", count: max(1, 22 - function.count)))"
        let trimmed = message.trimmedSpaces
        guard let json = try? JSONParser.parse(Array(trimmed.utf8), maximumDepth: 16), case .object(let members) = json,
            let words = json.text("message")
        else { return stamp + trimmed }
        let level = (json.text("level") ?? "info").lowercased()
        let rest = members.filter { !["timestamp", "level", "message"].contains($0.name) }
            .map { "\($0.name)=\(Self.written($0.value))" }
        return ([stamp + level, words] + rest).joined(separator: "  ")
    }

    private static func written(_ value: JSONValue) -> String {
        switch value {
        case .null: "null"
        case .bool(let flag): "\(flag)"
        case .number(let text), .string(let text): text
        case .array(let elements): "[" + elements.map(written).joined(separator: ", ") + "]"
        case .object(let members):
            "{" + members.map { "\($0.name): \(written($0.value))" }.joined(separator: ", ") + "}"
        }
    }
}
