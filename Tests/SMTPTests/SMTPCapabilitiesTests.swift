// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import SMTP

@Suite("The capabilities in an EHLO reply")
struct SMTPCapabilitiesTests {
    private func capabilities(_ lines: String...) -> SMTPCapabilities {
        SMTPCapabilities(ehlo: SMTPReply(code: 250, lines: ["mail.test"] + lines))
    }

    @Test("are found in any case")
    func keywords() {
        let found = capabilities("starttls", "8BitMime", "SMTPUTF8", "Size 1000", "AUTH plain LOGIN")
        #expect(found.offersStartTLS && found.offersEightBitMIME && found.offersSMTPUTF8 && found.offersSize)
        #expect(found.offersAuthentication("PLAIN") && found.offersAuthentication("LOGIN"))
        #expect(!found.offersAuthentication("CRAM-MD5"))
        #expect(found.maximumMessageSize == 1_000)
        #expect(found.keywords == ["8BITMIME", "AUTH", "SIZE", "SMTPUTF8", "STARTTLS"])
    }

    @Test("are not read from the greeting line")
    func greetingLine() {
        let found = SMTPCapabilities(ehlo: SMTPReply(code: 250, lines: ["STARTTLS AUTH PLAIN"]))
        #expect(!found.offersStartTLS)
        #expect(found.keywords.isEmpty)
    }

    @Test(
        "have a size limit only when it is a positive number",
        arguments: [
            ("SIZE", nil), ("SIZE 0", nil), ("SIZE x", nil), ("SIZE 10", 10), ("SIZE 99999999999999999999", nil),
        ]
    )
    func size(line: String, limit: Int?) {
        #expect(capabilities(line).maximumMessageSize == limit)
        #expect(capabilities(line).offersSize)
    }

    @Test("understand the old form of AUTH beside the new")
    func oldAuth() {
        let found = capabilities("AUTH=LOGIN PLAIN", "AUTH CRAM-MD5")
        #expect(found.offersAuthentication("LOGIN"))
        #expect(found.offersAuthentication("CRAM-MD5"))
    }

    @Test("may be empty lines and nonsense")
    func nonsense() {
        #expect(capabilities("", "   ", "=", "\t").keywords == ["="])
    }
}
