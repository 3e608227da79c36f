// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm
import Foundation
import Testing

@testable import ContactFormLocal

/// A release whose files are out there, and one of them. How to add the next: `Fixtures/README.md`.
struct Release: Sendable, CustomTestStringConvertible {
    let version: String
    /// What the file holds, newest first. Written out, for it must not change with anything.
    let submissions: [Submission]

    static let all = [Release(version: "0.1.0", submissions: version010)]

    var path: String {
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("Fixtures/brevlada-\(version).sqlite").path
    }

    var testDescription: String { version }
}

extension Release {
    private static let version010: [Submission] = [
        submission(6, .bounced) { submission in
            submission.delivery.attempts = 2
            submission.delivery.providerMessageID = "250 2.0.0 queued as 4bW"
            submission.delivery.notifiedAt = moment(67)
            submission.delivery.lastError = "mailbox full"
            submission.region = "eu-north-1"
        },
        submission(5, .failed) { submission in
            submission.delivery.attempts = 9
            submission.delivery.lastError = "smtp.example answered 550"
            submission.expiresAt = moment(1_000_000)
        },
        submission(4, .held) { submission in
            submission.spamReasons = [.honeypot, .tooFast]
            submission.subject = "\"quoted\" 'text' \\"
        },
        submission(3, .notified) { submission in
            submission.delivery.attempts = 1
            submission.delivery.providerMessageID = "20261123T120000Z-01.eml"
            submission.delivery.notifiedAt = moment(35)
            submission.name = "Åsa Öst"
            submission.email = "åsa@räksmörgås.example"
            submission.language = .swedish
        },
        submission(2, .received) { submission in
            submission.delivery.attempts = 3
            submission.delivery.nextAttempt = moment(3600)
            submission.delivery.lastError = "smtp.example answered 451"
            submission.spamReasons = [.missingOrigin]
        },
        submission(1, .received) { submission in
            submission.delivery.nextAttempt = moment(10)
            submission.name = nil
            submission.email = nil
            submission.page = nil
            submission.origin = nil
            submission.fields = [
                Field(name: "size[]", values: ["S", "XL", ""]), Field("", "\r\n\t\u{1}👩🏽‍🚒 שלום 你好"),
            ]
        },
    ]

    private static func submission(
        _ number: Int64,
        _ status: SubmissionStatus,
        _ change: (inout Submission) -> Void
    ) -> Submission {
        var submission = Submission(
            id: SubmissionID(high: UInt64(bitPattern: moment(number * 10).milliseconds) << 16, low: UInt64(number)),
            form: .contact,
            receivedAt: moment(number * 10),
            name: "Astrid",
            email: "astrid@example.com",
            replyTo: "astrid@example.com",
            fields: [Field("message", "Question \(number)")],
            page: "https://example.com/",
            origin: "https://example.com",
            status: status
        )
        change(&submission)
        return submission
    }

    /// Seconds after 2026-11-23T12:00:00Z.
    private static func moment(_ seconds: Int64) -> Timestamp {
        Timestamp(milliseconds: 1_795_435_200_000 + seconds * 1000)
    }
}

@Suite("Fixtures")
struct FixtureTests {
    private static let version = ProcessInfo.processInfo.environment["BREVLADA_FIXTURE"]

    /// Into a folder that is thrown away; beside the others when BREVLADA_FIXTURE names the release.
    @Test("the file of a new release can be written and holds what it should")
    func write() async throws {
        let release = try #require(Release.all.last { $0.version == Self.version ?? $0.version })
        let folder = try TemporaryFolder()
        let path = Self.version == nil ? folder.file("brevlada.sqlite") : release.path
        let store = try SQLiteSubmissionStore(path: path)
        for submission in release.submissions { #expect(try await store.insert(submission) == .stored) }
        #expect(try await store.page(SubmissionQuery()).submissions == release.submissions)
        await store.checkpointAndClose()
    }
}
