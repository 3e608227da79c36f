// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import JSON
package import Logging

/// Writes each log entry as one line of JSON to standard error, with the field names of Lambda's own JSON logs.
/// See https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-logformat.html
package struct LambdaLogHandler: LogHandler {
    package var metadata: Logger.Metadata = [:]
    package var logLevel: Logger.Level
    private let label: String
    private let scope: InvocationScope
    private let output: StandardStream

    package init(label: String, level: Logger.Level, scope: InvocationScope, output: StandardStream = .error) {
        self.label = label
        self.scope = scope
        self.output = output
        logLevel = level
    }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    package func log(event: LogEvent) {
        let all = event.metadata.map { metadata.merging($0) { $1 } } ?? metadata
        output.write(
            Self.line(
                level: event.level,
                label: label,
                message: event.message.description,
                metadata: all,
                identity: scope.current,
                at: WallClock.milliseconds
            )
        )
    }

    static func line(
        level: Logger.Level,
        label: String,
        message: String,
        metadata: Logger.Metadata,
        identity: InvocationScope.Identity?,
        at milliseconds: Int64
    ) -> [UInt8] {
        var writer = JSONWriter()
        writer.object { entry in
            entry.member("timestamp", WallClock.iso8601(milliseconds))
            entry.member("level", level.lambdaName)
            entry.member("message", message)
            entry.member("requestId", ifPresent: identity?.requestID)
            entry.member("traceId", ifPresent: identity?.traceID)
            entry.member("logger", label)
            for (key, value) in metadata.sorted(by: { $0.key < $1.key }) {
                entry.name(key)
                value.write(to: &entry)
            }
        }
        return writer.bytes + [UInt8(ascii: "\n")]
    }
}

extension Logger.MetadataValue {
    fileprivate func write(to writer: inout JSONWriter) {
        switch self {
        case .string(let text): writer.string(text)
        case .stringConvertible(let value): writer.string(value.description)
        case .array(let values):
            writer.array { array in
                for value in values { value.write(to: &array) }
            }
        case .dictionary(let members):
            writer.object { object in
                for (key, value) in members.sorted(by: { $0.key < $1.key }) {
                    object.name(key)
                    value.write(to: &object)
                }
            }
        }
    }
}
