// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// What a function does with one event.
///
/// One event at a time: Lambda gives an instance the next one only when this one is answered.
package protocol LambdaHandler: Sendable {
    /// Answers one event with JSON.
    ///
    /// - Throws: `LambdaFailure`, which is reported to Lambda; then the next event is taken. Whoever called decides what
    ///   comes of it: API Gateway answers 502, and a stream gives the batch again.
    func handle(_ event: [UInt8], _ context: LambdaContext) async throws(LambdaFailure) -> [UInt8]
}

/// Why an event was not answered, or why the function can't start, as Lambda's console and callers show it.
package struct LambdaFailure: Error, Sendable, Hashable, CustomStringConvertible {
    /// A bounded word such as `Event.Malformed`.
    package var type: String
    /// For the operator. Holds no personal data.
    package var message: String

    package init(type: String, message: String) {
        self.type = type
        self.message = message
    }

    package var description: String { "\(type): \(message)" }
}
