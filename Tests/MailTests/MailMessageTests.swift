// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import Mail
import TestSupport
import Testing

@Suite("Mail messages")
struct MailMessageTests {
    @Test("a mail of text alone is one part and ends its last line")
    func textOnly() throws {
        let message = try message(text: "Hello!\nBye")
        let expected = """
            Date: Mon, 23 Nov 2026 23:11:20 +0000
            From: "The site" <form@example.com>
            To: <anna@example.com>
            Reply-To: "Bo" <bo@example.net>
            Subject: A subject
            Message-ID: <01ARZ@example.com>
            Auto-Submitted: auto-generated
            X-Auto-Response-Suppress: OOF, AutoReply
            Content-Language: sv
            MIME-Version: 1.0
            Content-Type: text/plain; charset=utf-8
            Content-Transfer-Encoding: 7bit

            Hello!
            Bye

            """
            .replacing("To: <anna@example.com>", with: "To: anna@example.com")
            .replacing("\n", with: "\r\n")
        #expect(String(decoding: message.serialized(), as: UTF8.self) == expected)
    }

    @Test("what could break a header is left out of a field of one's own, and a field without words is not written")
    func customFields() throws {
        var message = try message()
        let hostile = ["", "a b", "a\r\nBcc: x@example.com", "å", "\u{0}", String(repeating: "a", count: 201)]
        message.customFields = [.init("X-One", words: hostile + ["kept"]), .init("X-None", words: hostile)]
        let mail = ParsedMail(message.serialized())
        #expect(mail.header("X-One") == "kept")
        #expect(mail.header("X-None") == nil)
        #expect(mail.header("Bcc") == nil)
    }

    @Test(
        "an address beyond ASCII decides who can carry the mail",
        arguments: [
            ("form@example.com", "anna@example.com", "bo@example.net", false, false),
            ("form@räksmörgås.se", "anna@räksmörgås.se", "bo@räksmörgås.se", false, false),
            ("formulär@example.com", "anna@example.com", "bo@example.net", true, false),
            ("form@example.com", "åsa@example.com", "bo@example.net", true, false),
            ("form@example.com", "anna@example.com", "jöran@example.net", false, true),
            ("form@example.com", "åsa@example.com", "jöran@example.net", true, false),
        ]
    )
    func smtpUTF8(from: String, to: String, replyTo: String, isRequired: Bool, losesReplyTo: Bool) throws {
        var message = try message()
        message.from = try Mailbox(parsing: from)
        message.to = [try Mailbox(parsing: to)]
        message.replyTo = try Mailbox(parsing: replyTo)
        #expect(message.requiresSMTPUTF8 == isRequired)
        #expect(message.envelopeSender == (try EmailAddress(parsing: from)).transportAddress)
        #expect(message.envelopeRecipients == [try EmailAddress(parsing: to).transportAddress])

        let ascii = message.serialized()
        #expect(ascii.contains { $0 >= 0x80 } == isRequired)
        #expect((ParsedMail(ascii).header("Reply-To") == nil) == losesReplyTo)
        let expected = try EmailAddress(parsing: replyTo).transportAddress
        #expect(ParsedMail(message.serialized(utf8Headers: true)).header("Reply-To") == expected)
    }

    @Test(
        "only a language tag is written as the language",
        arguments: [
            ("sv", true), ("en-GB", true), ("zh-Hans-CN", true), ("", false), ("sv\r\nBcc: x", false), ("sv en", false),
            ("-sv", false), ("sv-", false), ("svenskaspråket", false), ("abcdefghi", false),
        ]
    )
    func language(tag: String, isWritten: Bool) throws {
        var message = try message()
        message.language = tag
        #expect(ParsedMail(message.serialized()).header("Content-Language") == (isWritten ? tag : nil))
    }

    @Test("a mail without recipients has no To")
    func noRecipients() throws {
        var message = try message()
        message.to = []
        #expect(ParsedMail(message.serialized()).header("To") == nil)
        #expect(message.envelopeRecipients.isEmpty)
    }

    @Test("a body that tries to close its part stays in it")
    func boundary() throws {
        let innocent = try message(text: "a", html: "b").serialized()
        let contentType = try #require(ParsedMail(innocent).header("Content-Type"))
        let boundary = try #require(contentType.split(separator: "\"").last)
        #expect(boundary.hasPrefix("=_"))
        let attack = "--\(boundary)\nContent-Type: text/html\n\n<p>evil</p>\n--\(boundary)--\n"
        let mail = ParsedMail(try message(text: attack, html: attack).serialized())
        #expect(mail.header("Content-Type") == contentType)
        #expect(mail.text == attack)
        #expect(mail.html == attack)
    }

    @Test("whatever a visitor types, the structure stands and the text comes back")
    func hostileContent() throws {
        var random = SplitMix64(seed: 10)
        let names = [
            "Date", "From", "To", "Reply-To", "Subject", "Message-ID", "Auto-Submitted", "X-Auto-Response-Suppress",
            "Content-Language",
            "MIME-Version", "Content-Type",
        ]
        for _ in 0..<200 {
            var message = try message(text: random.hostileText(upTo: 60), html: random.hostileText(upTo: 60))
            message.subject = random.hostileText(upTo: 40)
            message.replyTo = Mailbox(
                displayName: random.hostileText(upTo: 20),
                address: try EmailAddress(parsing: "bo@example.net")
            )
            let octets = message.serialized()
            #expect(octets == message.serialized())
            expectSafeLines(octets)

            let mail = ParsedMail(octets)
            let subject = HeaderText(message.subject).text
            #expect(mail.headers.map(\.name) == names.filter { $0 != "Subject" || !subject.isEmpty })
            #expect(mail.header("Subject") ?? "" == subject)
            #expect(mail.text.map(Array.init(utf8:)) == Array(utf8: lines(message.text)))
            #expect(mail.html.map(Array.init(utf8:)) == Array(utf8: lines(message.html ?? "")))
        }
    }

    private func expectSafeLines(_ octets: [UInt8]) {
        #expect(octets.suffix(2) == [13, 10])
        for line in octets.split(separator: 10, omittingEmptySubsequences: false).dropLast() {
            let content = line.dropLast()
            let isSafe =
                line.last == 13 && content.count <= 78 && content.first != UInt8(ascii: ".")
                && content.allSatisfy { $0 == 9 || (0x20...0x7E).contains($0) }
            if !isSafe { Issue.record("\(String(decoding: line, as: UTF8.self)) is not safe") }
        }
    }

    /// The lines of a text, each ended by LF.
    private func lines(_ text: String) -> String {
        guard !text.isEmpty else { return "" }
        // By scalars: CR and LF are one Character, so replacing in a String would miss some.
        var result = String.UnicodeScalarView()
        var previous: Unicode.Scalar?
        for scalar in text.unicodeScalars {
            if scalar != "\n" || previous != "\r" { result.append(scalar == "\r" ? "\n" : scalar) }
            previous = scalar
        }
        if result.last != "\n" { result.append("\n") }
        return String(result)
    }

    private func message(text: String = "Hello!\n", html: String? = nil) throws -> MailMessage {
        MailMessage(
            from: try Mailbox(parsing: "The site <form@example.com>"),
            to: [try Mailbox(parsing: "anna@example.com")],
            replyTo: try Mailbox(parsing: "Bo <bo@example.net>"),
            subject: "A subject",
            date: UTCDateTime(unixSeconds: 1_795_475_480),
            messageID: MessageID(name: "01ARZ", sender: try EmailAddress(parsing: "form@example.com")),
            text: text,
            html: html,
            language: "sv"
        )
    }
}

extension [UInt8] {
    /// Octets, because strings compare by canonical equivalence, which would forgive a change.
    fileprivate init(utf8 text: String) {
        self.init(text.utf8)
    }
}
