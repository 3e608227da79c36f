// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

package import Logging
import Synchronization

/// Keeps what is logged, as one line each: level, message and sorted metadata.
package struct LogRecorder: LogHandler {
    package final class Lines: Sendable {
        private let lines = Mutex<[String]>([])

        package var all: [String] { lines.withLock { $0 } }

        fileprivate func append(_ line: String) { lines.withLock { $0.append(line) } }
    }

    private let recorded = Lines()
    package var metadata: Logger.Metadata = [:]
    package var logLevel: Logger.Level

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    package func log(event: LogEvent) {
        let pairs = (event.metadata ?? [:]).sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        recorded.append(([event.level.rawValue, event.message.description] + pairs).joined(separator: " "))
    }

    /// A logger and the lines that it will have written, of that level and above.
    package static func make(level: Logger.Level = .trace) -> (Logger, Lines) {
        let recorder = LogRecorder(logLevel: level)
        return (Logger(label: "test") { _ in recorder }, recorder.recorded)
    }
}
