// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// One field of a form as the visitor sent it; a name sent more than once has several values.
package struct Field: Sendable, Hashable {
    package var name: String
    package var values: [String]

    package init(name: String, values: [String]) {
        self.name = name
        self.values = values
    }

    package init(_ name: String, _ value: String) {
        self.init(name: name, values: [value])
    }

    /// Whether every value is empty or white space.
    package var isBlank: Bool { values.allSatisfy { $0.isBlank } }
}

/// The fields of a form in the order they were first sent.
package struct FieldList: Sendable, Hashable, ExpressibleByArrayLiteral {
    package private(set) var fields: [Field]

    package init(_ fields: [Field] = []) {
        self.fields = fields
    }

    package init(arrayLiteral elements: Field...) {
        self.init(elements)
    }

    package var isEmpty: Bool { fields.isEmpty }

    /// The values sent under `name`, nil when there were none.
    package func values(of name: String) -> [String]? {
        fields.first { $0.name == name }?.values
    }

    /// The first value sent under `name`.
    package subscript(name: String) -> String? { values(of: name)?.first }

    /// Adds a value; a name that is already there becomes an array at its first place.
    package mutating func append(_ name: String, _ value: String) {
        if let index = fields.firstIndex(where: { $0.name == name }) {
            fields[index].values.append(value)
        } else {
            fields.append(Field(name, value))
        }
    }

    /// Takes the field out and returns its values.
    package mutating func remove(_ name: String) -> [String]? {
        guard let index = fields.firstIndex(where: { $0.name == name }) else { return nil }
        return fields.remove(at: index).values
    }
}
