// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

package import ContactForm
import JSON

/// Reads the logs of all functions as one, by time.
package struct LogReading: Sendable {
    let aws: AWSSession
    /// The functions and their log groups.
    let groups: [(function: String, group: String)]
    let requestID: String?

    /// - Parameter requestID: Only lines of this request; nil takes all.
    package init(aws: AWSSession, outputs: [String: String], requestID: String?) {
        self.aws = aws
        self.requestID = requestID
        groups = SiteFunction.allCases.compactMap { function in
            outputs[function.logGroupOutput].map { (function.name, $0) }
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
