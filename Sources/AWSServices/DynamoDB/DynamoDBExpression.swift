// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import JSON

/// A condition or an update, with the names and values that stand in it.
///
///     DynamoDBExpression("#s = :received", names: ["#s": "status"], values: [":received": .string("received")])
package struct DynamoDBExpression: Sendable, Hashable {
    package var text: String
    /// What stands for names that are reserved words, such as `#status`.
    package var names: [String: String]
    package var values: DynamoDBItem

    package init(_ text: String, names: [String: String] = [:], values: DynamoDBItem = [:]) {
        self.text = text
        self.names = names
        self.values = values
    }

    /// Writes the expressions and, once for all of them, their names and values.
    static func write(_ expressions: [(member: String, expression: DynamoDBExpression?)], to object: inout JSONWriter) {
        var names: [String: String] = [:]
        var values = DynamoDBItem()
        for case (let member, let expression?) in expressions {
            object.member(member, expression.text)
            names.merge(expression.names) { first, _ in first }
            for attribute in expression.values.attributes where values[attribute.name] == nil {
                values.append(attribute.name, attribute.value)
            }
        }
        if !names.isEmpty {
            object.name("ExpressionAttributeNames")
            object.object { object in
                for (name, attribute) in names.sorted(by: { $0.key < $1.key }) { object.member(name, attribute) }
            }
        }
        if !values.attributes.isEmpty {
            object.name("ExpressionAttributeValues")
            values.write(to: &object)
        }
    }
}
