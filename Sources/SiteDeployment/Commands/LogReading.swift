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

    package init(id: String, at: Timestamp, function: String, message: String) {
        self.id = id
        self.at = at
        self.function = function
        self.message = message
    }

    /// The line for a person: time, function, level, text, then what goes with it. What is no JSON, such as Lambda's own
    /// lines about memory and time, is shown as it came.
    package var text: String {
        let stamp = "\(at.utc.iso8601)  \(function)\(String(repeating: " ", count: max(1, 22 - function.count)))"
        let trimmed = message.trimmed
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

/// Reads the logs of both functions as one, by time.
package struct LogReading: Sendable {
    let aws: AWSSession
    /// The functions and their log groups.
    let groups: [(function: String, group: String)]
    let requestID: String?

    /// - Parameter requestID: Only lines of this request; nil takes all.
    package init(aws: AWSSession, outputs: [String: String], requestID: String?) {
        self.aws = aws
        self.requestID = requestID
        groups = ["AddContactInfo", "SendContactInfoEmail", "ReadContactInfo"].compactMap { name in
            outputs["\(name)LogGroup"].map { (name, $0) }
        }
    }

    package var hasLogs: Bool { !groups.isEmpty }

    /// The lines since a moment, oldest first.
    package func lines(since start: Timestamp) async throws(AWSFailure) -> [LogLine] {
        var lines: [LogLine] = []
        for (function, group) in groups {
            var arguments = [
                "logs", "filter-log-events", "--log-group-name", group, "--start-time", "\(start.milliseconds)",
            ]
            // In quotation marks it is a phrase that may stand anywhere in the line.
            if let requestID { arguments += ["--filter-pattern", "\"\(requestID.filter { $0 != "\"" })\""] }
            let answer = try await aws.find(arguments, absentAs: ["ResourceNotFoundException"])
            for event in answer?.list("events") ?? [] {
                guard let at = event["timestamp"]?.integer, let message = event.text("message") else { continue }
                lines.append(
                    LogLine(
                        id: event.text("eventId") ?? "\(group) \(at) \(message)",
                        at: Timestamp(milliseconds: at),
                        function: function,
                        message: message
                    )
                )
            }
        }
        return lines.sorted { ($0.at, $0.id) < ($1.at, $1.id) }
    }
}

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
