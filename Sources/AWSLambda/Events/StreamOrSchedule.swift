// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import JSON

/// What a function that a stream and a schedule share was called with.
package enum StreamOrSchedule: Sendable, Hashable {
    case stream(StreamBatch)
    /// The schedule's own words, which the template sets: `{"source": "brevlada.sweep"}`.
    case schedule(source: String)

    /// - Throws: `Event.Malformed` when the event is neither.
    package init(event: [UInt8]) throws(LambdaFailure) {
        let root = try JSONValue(event: event)
        if let source = root["source"]?.string, root["Records"] == nil {
            self = .schedule(source: source)
        } else {
            self = .stream(try StreamBatch(root))
        }
    }
}
