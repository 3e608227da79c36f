// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import Mail
import Testing

@Suite("Message-IDs")
struct MessageIDTests {
    @Test("a Message-ID is written in angle brackets")
    func rendering() throws {
        let id = MessageID(name: "01ARZ3NDEK", sender: try EmailAddress(parsing: "form@räksmörgås.se"))
        #expect(id.description == "<01ARZ3NDEK@xn--rksmrgs-5wao1o.se>")
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
        #expect(id.left == left && id.domain == "xn--rksmrgs-5wao1o.se")
    }
}
