// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// What an adapter did that its port's contract does not allow.
package struct ContractViolation: Error, Sendable, CustomStringConvertible {
    package let description: String

    init(_ description: String) {
        self.description = description
    }
}

/// Throws unless `holds`; `promise` says what was expected.
func expect(_ holds: Bool, _ promise: @autoclosure () -> String) throws(ContractViolation) {
    guard holds else { throw ContractViolation("expected that \(promise())") }
}

/// Throws unless both are equal; `what` names the value.
func expect<Value: Equatable>(
    _ what: @autoclosure () -> String,
    _ actual: Value,
    equals expected: Value
) throws(ContractViolation) {
    guard actual == expected else {
        throw ContractViolation("\(what()) is \(actual); expected \(expected)")
    }
}
