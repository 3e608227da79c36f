// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import Logging
import Synchronization

/// Keeps what is logged, at every level, as one line each: level, message and sorted metadata.
struct LogRecorder: LogHandler {
    final class Lines: Sendable {
        private let lines = Mutex<[String]>([])

        var all: [String] { lines.withLock { $0 } }

        func append(_ line: String) { lines.withLock { $0.append(line) } }
    }

    let recorded: Lines
    var metadata: Logger.Metadata = [:]
    var logLevel: Logger.Level = .trace

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let pairs = (event.metadata ?? [:]).sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        recorded.append(([event.level.rawValue, event.message.description] + pairs).joined(separator: " "))
    }

    /// A logger and the lines that it will have written.
    static func make() -> (Logger, Lines) {
        let lines = Lines()
        return (Logger(label: "test", factory: { _ in LogRecorder(recorded: lines) }), lines)
    }
}
