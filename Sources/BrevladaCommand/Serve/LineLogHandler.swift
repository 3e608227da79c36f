// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm
import ContactFormServer
import JSON
import Logging
import Mail

/// Writes each log entry as one line to standard error, as text for people or as JSON for collectors.
///
/// Each line goes out whole, so that lines of several threads don't mix.
struct LineLogHandler: LogHandler {
    var metadata: Logger.Metadata = [:]
    var logLevel: Logger.Level
    private let label: String
    private let format: LogSettings.Format
    private let output: LogOutput

    init(label: String, settings: LogSettings, output: LogOutput = .error) {
        self.label = label
        self.format = settings.format
        self.output = output
        logLevel = settings.level
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        var all = event.metadata ?? [:]
        if !metadata.isEmpty { all.merge(metadata) { own, _ in own } }
        let line = Self.line(
            format,
            level: event.level,
            label: label,
            message: event.message.description,
            metadata: all.map { (key: $0, value: $1.description) }.sorted { $0.key < $1.key },
            at: .now()
        )
        output.write(line)
    }

    static func line(
        _ format: LogSettings.Format,
        level: Logger.Level,
        label: String,
        message: String,
        metadata: [(key: String, value: String)],
        at moment: Timestamp
    ) -> String {
        switch format {
        case .text:
            var line = moment.utc.iso8601
            line.reserveCapacity(256)
            for part in [" ", level.rawValue, " ", message] { line += part }
            for (key, value) in metadata {
                let isPlain = value.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\"") }
                line += " "
                line += key
                line += "="
                line += isPlain && !value.isEmpty ? value : JSONWriter.text { $0.string(value) }
            }
            line += "\n"
            return line
        case .json:
            return JSONWriter.text { writer in
                writer.object { entry in
                    entry.member("timestamp", moment.utc.iso8601)
                    entry.member("level", level.rawValue)
                    entry.member("logger", label)
                    entry.member("message", message)
                    for (key, value) in metadata { entry.member(key, value) }
                }
            } + "\n"
        }
    }
}
