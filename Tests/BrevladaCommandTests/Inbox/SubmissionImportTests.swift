// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm
import ContactFormTesting
import FormConfiguration
import Foundation
import JSON
import Testing

@testable import BrevladaCommand

@Suite("Imports")
struct SubmissionImportTests {
    private static func line(_ submission: Submission) -> String {
        TerminalText.escapedJSON(JSONWriter.text(submission.write(to:)))
    }

    /// With marks and a history, which samples have not.
    private static let variety: [Submission] = Submission.variety.map { submission in
        var submission = submission
        if submission.status == .received { submission.delivery.nextAttempt = submission.receivedAt }
        submission.readAt = Timestamp(milliseconds: 1_795_435_200_417)
        submission.archivedAt = .sample
        submission.delivery.part = .sample
        submission.history = [
            HistoryEntry(at: .sample, what: "failed", reason: "550 \"no\"\r\n\u{7F}"),
            HistoryEntry(at: Timestamp(milliseconds: 1_795_435_200_999), what: "resent"),
        ]
        return submission
    }

    @Test("what an export wrote is read back exactly", arguments: variety)
    func roundTrip(_ submission: Submission) throws {
        #expect(try SubmissionReader.submission(line: Self.line(submission).utf8) == submission)
    }

    @Test(
        "what is wrong with a line is said by the member's name",
        arguments: [
            ("\"status\":\"received\"", "\"status\":\"lost\"", "\"status\" is not a status"),
            ("\"form\":", "\"from\":", "\"form\" is missing"),
            ("2026-11-23T12:00:01.000Z", "yesterday", "\"receivedAt\" is not a time"),
            ("\"attempts\":0", "\"attempts\":-1", "\"delivery.attempts\" is no number"),
            ("\"language\":", "\"colour\":\"red\",\"language\":", "\"colour\" is not known"),
            ("\"spamReasons\":[]", "\"spamReasons\":[1]", "\"spamReasons\" is no list of texts"),
            ("\"history\":[]", "\"history\":[{\"what\":\"x\"}]", "\"history.at\" is missing"),
            ("{\"id\"", "[\"id\"", "is not JSON"),
        ]
    )
    func problems(part: String, replacement: String, reason: String) {
        let line = Self.line(.sample())
        #expect(line.contains(part))
        let error = #expect(throws: SubmissionReader.Problem.self) {
            try SubmissionReader.submission(line: line.replacing(part, with: replacement, maxReplacements: 1).utf8)
        }
        #expect(error?.description.hasPrefix(reason) == true)
    }

    private static func withFile<Value>(_ text: String, _ body: (String) async throws -> Value) async throws -> Value {
        try await withTemporaryFolder { folder in
            let path = FilePath.joined(folder, "export.jsonl")
            try Data(text.utf8).write(to: URL(fileURLWithPath: path))
            return try await body(path)
        }
    }

    @Test("an import stores each once, counts those that wait, and a second one stores none")
    func twice() async throws {
        let submissions = (1...150).map { Submission.sample($0, status: $0 % 50 == 0 ? .received : .notified) }
        let store = InMemorySubmissionStore()
        try await Self.withFile(submissions.map { Self.line($0) + "\n" }.joined(separator: "\n")) { path in
            for expected in [
                SubmissionImport.Outcome(stored: 150, known: 0, waiting: 3), .init(stored: 0, known: 150, waiting: 0),
            ] {
                var lines = try LineReader(path: path)
                #expect(try await SubmissionImport(store: store).run(&lines) == expected)
            }
        }
        #expect(store.submissions == submissions)
    }

    @Test("receipts are entered of what is stored and of what is there already, where receipts are kept")
    func receipts() async throws {
        let submissions = (1...3).map { Submission.sample($0, status: .notified, expiresAt: .farFuture) }
        // An import that was broken off after it had stored.
        let store = InMemorySubmissionStore([submissions[0]])
        try await Self.withFile(submissions.map { Self.line($0) }.joined(separator: "\n")) { path in
            var lines = try LineReader(path: path)
            _ = try await SubmissionImport(store: store, books: store).run(&lines)
        }
        #expect(store.receipts == Set(submissions.map(\.receipt)))
    }

    @Test("a line that can't be read is named; what stood before it is stored")
    func brokenLine() async throws {
        let text = [Self.line(.sample(1)), "", "{", Self.line(.sample(2))].joined(separator: "\n")
        let store = InMemorySubmissionStore()
        let failure = try await Self.withFile(text) { path in
            await #expect(throws: SubmissionImport.Failure.self) {
                var lines = try LineReader(path: path)
                _ = try await SubmissionImport(store: store).run(&lines)
            }
        }
        #expect(failure?.line == 3)
        #expect(store.submissions == [.sample(1)])
    }

    @Test("when the store fails, the import stops with the line it came to")
    func outage() async throws {
        let store = InMemorySubmissionStore()
        store.setOutage(StoreError(.full, "no room"))
        let failure = try await Self.withFile(Self.line(.sample(1)) + "\n") { path in
            await #expect(throws: SubmissionImport.Failure.self) {
                var lines = try LineReader(path: path)
                _ = try await SubmissionImport(store: store).run(&lines)
            }
        }
        #expect(failure?.description == "line 1 was not stored: no room")
    }

    @Test("what waits for its mail is taken over by the Region it is moved to; all else keeps its own")
    func region() async throws {
        var waiting = Submission.sample(1)
        waiting.region = "us-east-1"
        var mailed = Submission.sample(2, status: .notified)
        mailed.region = "us-east-1"
        let store = InMemorySubmissionStore()
        try await Self.withFile(Self.line(waiting) + "\n" + Self.line(mailed)) { path in
            var lines = try LineReader(path: path)
            _ = try await SubmissionImport(store: store, region: "eu-north-1").run(&lines)
        }
        #expect(store.submissions.map(\.region) == [nil, "us-east-1"])
    }
}
