// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

package import JSON

/// A value in a table.
/// See https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_AttributeValue.html
package enum AttributeValue: Sendable, Hashable {
    case string(String)
    /// As written: up to 38 digits.
    case number(String)
    case bool(Bool)
    case null
    case list([AttributeValue])
    /// Of a type that nothing here writes: a map, a set, bytes.
    case other(JSONValue)

    package static func number(_ value: some BinaryInteger) -> AttributeValue { .number(String(value)) }

    package var string: String? {
        if case .string(let text) = self { text } else { nil }
    }

    package var integer: Int64? {
        if case .number(let text) = self { Int64(text) } else { nil }
    }

    package var list: [AttributeValue]? {
        if case .list(let elements) = self { elements } else { nil }
    }

    /// What it counts for towards an item's size, without its name.
    /// See https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
    package var size: Int {
        switch self {
        case .string(let text): text.utf8.count
        // Two digits a byte, and one more, also for the sign.
        case .number(let text): (text.utf8.count + 1) / 2 + 1
        case .bool, .null: 1
        case .list(let elements): 3 + elements.reduce(0) { $0 + 1 + $1.size }
        case .other: 0
        }
    }

    /// Nil when it is no value as DynamoDB writes them.
    package init?(_ json: JSONValue) {
        guard case .object(let members) = json, members.count == 1, let member = members.first else { return nil }
        switch (member.name, member.value) {
        case ("S", .string(let text)): self = .string(text)
        case ("N", .string(let text)): self = .number(text)
        case ("BOOL", .bool(let value)): self = .bool(value)
        case ("NULL", .bool): self = .null
        case ("L", .array(let elements)):
            let values = elements.compactMap(AttributeValue.init)
            guard values.count == elements.count else { return nil }
            self = .list(values)
        default: self = .other(json)
        }
    }

    func write(to writer: inout JSONWriter) {
        writer.object { object in
            switch self {
            case .string(let text): object.member("S", text)
            case .number(let text): object.member("N", text)
            case .bool(let value): object.member("BOOL", value)
            case .null: object.member("NULL", true)
            case .list(let elements):
                object.name("L")
                object.array { array in
                    for element in elements { element.write(to: &array) }
                }
            case .other: assertionFailure("a value of that type is read and never written")
            }
        }
    }
}
