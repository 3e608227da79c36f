// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

package import JSON

/// An item of a table, or a part of one such as its key, or the values of an expression.
package struct DynamoDBItem: Sendable, Hashable, ExpressibleByDictionaryLiteral {
    package struct Attribute: Sendable, Hashable {
        package var name: String
        package var value: AttributeValue
    }

    package private(set) var attributes: [Attribute] = []

    package init(dictionaryLiteral elements: (String, AttributeValue)...) {
        attributes = elements.map { Attribute(name: $0.0, value: $0.1) }
    }

    package init(capacity: Int = 0) {
        attributes.reserveCapacity(capacity)
    }

    /// Adds an attribute; the name must not be there yet.
    package mutating func append(_ name: String, _ value: AttributeValue) {
        attributes.append(Attribute(name: name, value: value))
    }

    package mutating func append(_ name: String, ifPresent text: String?) {
        if let text { append(name, .string(text)) }
    }

    package mutating func append(_ name: String, ifPresent number: (some BinaryInteger)?) {
        if let number { append(name, .number(number)) }
    }

    // An item has some twenty attributes: looking at them in turn takes less than hashing.
    package subscript(name: String) -> AttributeValue? {
        attributes.first { $0.name == name }?.value
    }

    /// In bytes, as DynamoDB counts it.
    package var size: Int {
        attributes.reduce(0) { $0 + $1.name.utf8.count + $1.value.size }
    }

    /// The most that an item may have: 400 KB, which are 1024 bytes each.
    /// See https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html
    package static let largestSize = 400 * 1024

    package init?(_ json: JSONValue) {
        guard case .object(let members) = json else { return nil }
        attributes.reserveCapacity(members.count)
        for member in members {
            guard let value = AttributeValue(member.value) else { return nil }
            append(member.name, value)
        }
    }

    package func write(to writer: inout JSONWriter) {
        writer.object { object in
            for attribute in attributes {
                object.name(attribute.name)
                attribute.value.write(to: &object)
            }
        }
    }
}
