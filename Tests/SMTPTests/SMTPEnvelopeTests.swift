// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import SMTP

@Suite("An envelope")
struct SMTPEnvelopeTests {
    @Test(
        "takes what can stand between angle brackets",
        arguments: [
            "a@b", "anna.öberg@exämple.se", "o'brien+tag@example.com", "\"quoted\"@example.com", "a@[192.0.2.1]",
            #""a b"@example.com"#, #""<a>\" b"@example.com"#,
        ]
    )
    func usable(address: String) throws {
        let envelope = try SMTPEnvelope(sender: address, recipients: [address])
        #expect(envelope.sender == address)
        #expect(envelope.recipients == [address])
    }

    @Test(
        "refuses what could end or break a command",
        arguments: [
            "a@b\r\nRCPT TO:<c@d>", "a@b\n", "a\r@b", "a\0@b", "a\u{7F}@b", "a\u{85}@b", "a\u{2028}@b", "a b@c",
            "\ta@b",
            "<a@b>", "a@b> SIZE=1", "\"a\rb\"@c", "\"a\"@b c", "\"@b c", "\"a b@c", "a", "@b", "a@", "", "\u{A0}a@b",
            String(repeating: "a", count: 250) + "@b.se",
        ]
    )
    func refused(address: String) {
        #expect(throws: SMTPEnvelopeError.recipient) { try SMTPEnvelope(sender: "a@b", recipients: ["a@b", address]) }
        if !address.isEmpty {
            #expect(throws: SMTPEnvelopeError.sender) { try SMTPEnvelope(sender: address, recipients: ["a@b"]) }
        }
    }

    @Test("may have no sender and must have a recipient")
    func empty() throws {
        #expect(try SMTPEnvelope(sender: "", recipients: ["a@b"]).sender == "")
        #expect(throws: SMTPEnvelopeError.noRecipients) { try SMTPEnvelope(sender: "a@b", recipients: []) }
    }

    @Test("does not show the address in its errors")
    func errorDescription() {
        for error in [SMTPEnvelopeError.sender, .recipient, .noRecipients] {
            #expect(error.description.contains("; "))
            #expect(!error.description.contains("a@b"))
        }
    }

    @Test("needs SMTPUTF8 for any address outside ASCII")
    func smtputf8() throws {
        #expect(try !SMTPEnvelope(sender: "a@b", recipients: ["c@d"]).needsSMTPUTF8)
        #expect(try SMTPEnvelope(sender: "å@b", recipients: ["c@d"]).needsSMTPUTF8)
        #expect(try SMTPEnvelope(sender: "a@b", recipients: ["c@d", "ö@d"]).needsSMTPUTF8)
    }
}
