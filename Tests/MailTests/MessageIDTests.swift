// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import Mail
import Testing

@Suite("Message-IDs")
struct MessageIDTests {
    @Test("a Message-ID is written in angle brackets")
    func rendering() throws {
        let id = try MessageID(left: "01ARZ3NDEKTSV4RRFFQ69G5FAV.contact", domain: "xn--rksmrgs-5wao1o.se")
        #expect(id.description == "<01ARZ3NDEKTSV4RRFFQ69G5FAV.contact@xn--rksmrgs-5wao1o.se>")
    }

    @Test(
        "a left side that is not dot-atom text is refused",
        arguments: [
            "", ".", "a.", ".a", "a..b", "a b", "a@b", "<a>", "a\r\nBcc: b", "a\u{0}", "å", "\"a\"", "a(b)",
            String(repeating: "a", count: 129),
        ]
    )
    func left(left: String) {
        #expect(throws: MessageIDError.invalidLeft) { try MessageID(left: left, domain: "example.com") }
    }

    @Test(
        "a domain that is not dot-atom text is refused",
        arguments: [
            "", "example..com", "räksmörgås.se", "a b", "a\r\n", "[192.0.2.1]", String(repeating: "a", count: 256),
        ]
    )
    func domain(domain: String) {
        #expect(throws: MessageIDError.invalidDomain) { try MessageID(left: "a", domain: domain) }
    }

    @Test(
        "any name makes a Message-ID of its sender's",
        arguments: [
            ("01ARZ3NDEK", "01ARZ3NDEK"), ("digest-2026-11", "digest-2026-11"), ("a b\r\n<c>@d.ö٣", "abcd"),
            ("", "message"),
            ("å", "message"), (String(repeating: "a", count: 300), String(repeating: "a", count: 128)),
        ]
    )
    func sender(name: String, left: String) throws {
        let id = MessageID(name: name, sender: try EmailAddress(parsing: "form@räksmörgås.se"))
        #expect(try id == MessageID(left: left, domain: "xn--rksmrgs-5wao1o.se"))
    }
}
