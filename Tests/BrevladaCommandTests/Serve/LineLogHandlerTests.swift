// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm
import Foundation
import Logging
import Synchronization
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
                LineLogHandler(
                    label: label,
                    settings: settings,
                    output: LogOutput(Output(descriptor: file.fileDescriptor))
                )
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

@Suite("Where the log goes", .timeLimit(.minutes(1)))
struct LogOutputTests {
    /// A pipe, which holds 64 KB (pipe(7)).
    private static func pipe() throws -> (reader: FileHandle, output: Output) {
        let pipe = Pipe()
        let descriptor = dup(pipe.fileHandleForWriting.fileDescriptor)
        try pipe.fileHandleForWriting.close()
        return (pipe.fileHandleForReading, Output(descriptor: descriptor))
    }

    /// What comes out of the pipe, read only from now on, once the log has flushed.
    private static func rest(of log: LogOutput, _ reader: FileHandle, _ output: Output) -> String {
        let read = Mutex(Data())
        let reading = DispatchGroup()
        DispatchQueue.global().async(group: reading) {
            let bytes = (try? reader.readToEnd()) ?? Data()
            read.withLock { $0 = bytes }
        }
        log.flush(atMostMilliseconds: 10_000)
        close(output.descriptor)
        reading.wait()
        return String(decoding: read.withLock(\.self), as: UTF8.self)
    }

    private static func lines(_ count: Int) -> [String] {
        (0..<count).map { "\($0) " + String(repeating: "x", count: 90) + "\n" }
    }

    @Test("nobody waits for a reader that stands still, and it gets every line in order when it goes on")
    func patience() throws {
        let (reader, output) = try Self.pipe()
        let log = LogOutput(output)
        let lines = Self.lines(2_000)
        for line in lines { log.write(line) }
        #expect(Self.rest(of: log, reader, output) == lines.joined())
    }

    @Test("what has no room is left out whole, and how much it was is said")
    func capacity() throws {
        let (reader, output) = try Self.pipe()
        let log = LogOutput(output, capacity: 1_000)
        let lines = Self.lines(2_000)
        for line in lines { log.write(line) }
        let suffix = " lines of the log were left out: nobody read them in time"
        let read = Self.rest(of: log, reader, output).split(separator: "\n")
        let dropped = read.filter { $0.hasSuffix(suffix) }.compactMap { Int($0.dropLast(suffix.count)) }
        let numbers = read.filter { !$0.hasSuffix(suffix) }.map { line in lines.firstIndex(of: line + "\n") ?? -1 }
        #expect(!numbers.contains(-1), "each line is whole")
        #expect(numbers == numbers.sorted())
        #expect(numbers.count + dropped.reduce(0, +) == lines.count)
        #expect(numbers.count < 1_000)
    }

    @Test("a reader that went away is nothing to wait for")
    func closed() throws {
        let (reader, output) = try Self.pipe()
        try reader.close()
        signal(SIGPIPE, SIG_IGN)
        let log = LogOutput(output)
        for line in Self.lines(1_000) { log.write(line) }
        log.flush()
        close(output.descriptor)
    }
}
