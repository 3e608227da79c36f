// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm
import Foundation
import Logging
import Testing

@testable import BrevladaCommand

@Suite("Lines of the log")
struct LineLogHandlerTests {
    private func line(
        _ format: LogSettings.Format,
        _ message: String,
        _ metadata: [(key: String, value: String)]
    ) -> String {
        LineLogHandler.line(
            format,
            level: .info,
            label: "brevlada",
            message: message,
            metadata: metadata,
            at: Timestamp(milliseconds: 1_795_435_200_123)
        )
    }

    @Test(
        "a text line quotes each value that could be taken for something else",
        arguments: [
            ("contact", "contact"), ("a b", "\"a b\""), ("", "\"\""), ("a\nb", "\"a\\nb\""), ("a\"b", "\"a\\\"b\""),
            ("å", "\"å\""), ("\u{1B}[31m", "\"\\u001b[31m\""),
        ]
    )
    func text(_ value: String, _ expected: String) {
        let line = line(.text, "submission stored", [("submission.form", value)])
        #expect(line == "2026-11-23T12:00:00Z info submission stored submission.form=\(expected)\n")
    }

    @Test("a JSON line is one object whatever the values hold")
    func json() throws {
        let line = line(.json, "mail sent", [("mail.id", "a\n\"b\""), ("attempts", "2")])
        #expect(line.hasSuffix("}\n"))
        #expect(!line.dropLast().contains("\n"))
        let entry = try JSONDecoder().decode([String: String].self, from: Data(line.utf8))
        #expect(
            entry == [
                "timestamp": "2026-11-23T12:00:00Z", "level": "info", "logger": "brevlada", "message": "mail sent",
                "mail.id": "a\n\"b\"", "attempts": "2",
            ]
        )
    }

    @Test("a logger writes what is at its level or above, with its own metadata and the entry's")
    func logger() throws {
        let lines = try withTemporaryFolder { folder in
            let path = folder + "/log"
            try Data().write(to: URL(fileURLWithPath: path))
            let file = try #require(FileHandle(forWritingAtPath: path))
            var settings = LogSettings()
            settings.level = .warning
            var logger = Logger(label: "brevlada") { [settings] label in
                LineLogHandler(label: label, settings: settings, output: Output(descriptor: file.fileDescriptor))
            }
            logger[metadataKey: "request.id"] = "7"
            logger.info("not this one")
            logger.warning("this one", metadata: ["port": "8080", "request.id": "8"])
            logger.error("and this")
            return try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
        }
        #expect(
            lines.map { $0.split(separator: " ").dropFirst().joined(separator: " ") } == [
                "warning this one port=8080 request.id=8", "error and this request.id=7",
            ]
        )
    }
}
