// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

package import ContactForm

/// Tells new lines from those that were shown: events come late and out of order, so that each look goes back some time.
package struct LogCursor: Sendable {
    private var shown: [String: Timestamp] = [:]
    package private(set) var start: Timestamp

    /// CloudWatch may take so long to show what was logged.
    private static let overlap = Interval.seconds(60)

    package init(start: Timestamp) {
        self.start = start
    }

    package mutating func new(_ lines: [LogLine]) -> [LogLine] {
        let new = lines.filter { shown[$0.id] == nil }
        for line in new { shown[line.id] = line.at }
        if let last = lines.map(\.at).max() {
            start = max(start, last.advanced(by: -Self.overlap))
            // What is older is not asked for again.
            shown = shown.filter { $0.value >= start }
        }
        return new
    }
}
