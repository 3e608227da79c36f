// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import JSON

/// What a function that a stream, a topic and a schedule share was called with.
package enum FunctionTrigger: Sendable, Hashable {
    case stream(StreamBatch)
    /// What was published to a topic of SNS: one text, and more if AWS ever batches them.
    /// See https://docs.aws.amazon.com/lambda/latest/dg/with-sns.html
    case topic(messages: [String])
    /// The schedule's own words, which the template sets: `{"source": "brevlada.sweep"}`.
    case schedule(source: String)

    /// - Throws: `Event.Malformed` when the event is none of them.
    package init(event: [UInt8]) throws(LambdaFailure) {
        let root = try JSONValue(event: event)
        let records = root["Records"]?.array
        if let source = root["source"]?.string, root["Records"] == nil {
            self = .schedule(source: source)
        } else if let records, records.first?["EventSource"]?.string == "aws:sns" {
            let messages = records.compactMap { $0["Sns"]?["Message"]?.string }
            guard messages.count == records.count else { throw .malformed("a record from a topic has no message") }
            self = .topic(messages: messages)
        } else {
            self = .stream(try StreamBatch(root))
        }
    }
}
