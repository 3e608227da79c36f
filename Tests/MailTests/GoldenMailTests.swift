// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import Mail
import Testing

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Compares with, and on request records, the mails in `Fixtures`.
///
/// To record them after a wanted change, run `scripts/regenerate-golden-mails`, which sets `RECORD_GOLDEN=1` for this
/// suite, then have Python read the result and look at the difference before you commit it.
@Suite("Golden mails")
struct GoldenMailTests {
    private static let fixtures = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures")
    private static let isRecording = ProcessInfo.processInfo.environment["RECORD_GOLDEN"] == "1"

    @Test("a mail is serialised to the octets on file", arguments: try GoldenMail.all())
    func comparing(golden: GoldenMail) throws {
        let mail = Data(golden.message.serialized(utf8Headers: golden.utf8Headers))
        let intent = try json(golden.intent)
        let mailFile = Self.fixtures.appending(path: golden.name + ".eml")
        let intentFile = Self.fixtures.appending(path: golden.name + ".json")
        if Self.isRecording {
            try mail.write(to: mailFile)
            try intent.write(to: intentFile)
        }
        #expect(try Data(contentsOf: mailFile) == mail)
        #expect(try Data(contentsOf: intentFile) == intent)
    }

    @Test("our own reader gets what was meant", arguments: try GoldenMail.all())
    func reading(golden: GoldenMail) {
        let mail = ParsedMail(golden.message.serialized(utf8Headers: golden.utf8Headers))
        #expect(mail.header("subject") ?? "" == golden.intent.subject)
        #expect(mail.text == golden.intent.text)
        #expect(mail.html == golden.intent.html)
        #expect(mail.header("Content-Language") == golden.intent.language)
        #expect((mail.header("Reply-To") == nil) == (golden.intent.replyTo == nil))
    }

    @Test("every file belongs to a mail")
    func noStaleFiles() throws {
        let expected = try GoldenMail.all().flatMap { [$0.name + ".eml", $0.name + ".json"] }
        let found = try FileManager.default.contentsOfDirectory(atPath: Self.fixtures.path)
        if Self.isRecording {
            for name in Set(found).subtracting(expected) {
                try FileManager.default.removeItem(at: Self.fixtures.appending(path: name))
            }
        } else {
            #expect(found.sorted() == expected.sorted())
        }
    }

    private func json(_ intent: GoldenMail.Intent) throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return try encoder.encode(intent) + Data("\n".utf8)
    }
}
