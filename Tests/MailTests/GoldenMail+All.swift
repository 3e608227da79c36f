// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import Mail

extension GoldenMail {
    static func all() throws -> [GoldenMail] {
        try plain() + international() + hostile() + bodies()
    }

    private static func plain() throws -> [GoldenMail] {
        [
            try GoldenMail("plain-ascii"),
            try GoldenMail("plain-ascii-text-only", html: nil),
            try GoldenMail("no-reply-to", replyTo: .some(nil), language: nil),
            try GoldenMail(
                "several-recipients",
                to: (1...9).map { try mailbox("Recipient number \($0)", "recipient.\($0)@example.com") }
            ),
            try GoldenMail(
                "addresses-without-names",
                from: mailbox(nil, "form@example.com"),
                to: [mailbox(nil, "a@example.com"), mailbox(nil, "b@example.com")],
                replyTo: mailbox(nil, "c@example.com")
            ),
            try GoldenMail(
                "longest-addresses",
                from: mailbox(nil, longestAddress("f")),
                to: [mailbox("Anna", longestAddress("t"))],
                replyTo: mailbox("Bo", longestAddress("r"))
            ),
            try GoldenMail("begins-a-conversation", thread: "thread-01KAS3NDEKTSV4RRFFQ69G5FAV"),
            try GoldenMail("no-subject", subject: ""),
            try GoldenMail("long-subject", subject: words(1_400)),
            try GoldenMail("long-unbroken-subject", subject: String(repeating: "abcdefghij", count: 130)),
            try GoldenMail("subject-with-runs-of-spaces", subject: "One  two   three"),
        ]
    }

    private static func international() throws -> [GoldenMail] {
        [
            try GoldenMail(
                "swedish",
                from: mailbox("Föreningen Räksmörgås", "form@example.com"),
                replyTo: mailbox("Åsa Öberg", "asa@example.net"),
                subject: "Nytt meddelande från Åsa Öberg",
                text: "Hej på er!\n\nJag vill gärna bli medlem.\n\nHälsningar\nÅsa\n",
                html: "<p>Hej på er!</p>\n<p>Jag vill gärna bli medlem.</p>\n",
                language: "sv"
            ),
            try GoldenMail(
                "swedish-text-only",
                subject: "Frågor",
                text: "Vad kostar det i år?\n",
                html: nil,
                language: "sv"
            ),
            try GoldenMail(
                "emoji",
                replyTo: mailbox("Bo 🎈", "bo@example.net"),
                subject: "👋 Hello 👩‍👩‍👧 from 🇸🇪",
                text: "👍🏽 " + String(repeating: "🎉", count: 60) + "\n"
            ),
            try GoldenMail(
                "long-emoji-subject",
                subject: String(repeating: "👩‍👩‍👧‍👦", count: 60)
            ),
            try GoldenMail("long-swedish-subject", subject: String(repeating: "räksmörgås och ål ", count: 90) + "!"),
            try GoldenMail(
                "idn-domain",
                from: mailbox("Form", "form@räksmörgås.example"),
                to: [mailbox(nil, "anna@例え。テスト")],
                replyTo: mailbox("Bo", "bo@BÜCHER.example"),
                readerGets: { intent in
                    intent.from.address = "form@xn--rksmrgs-5wao1o.example"
                    intent.to[0].address = "anna@xn--r8jz45g.xn--zckzah"
                    intent.replyTo?.address = "bo@xn--bcher-kva.example"
                }
            ),
            try GoldenMail(
                "utf8-reply-to-without-smtputf8",
                replyTo: mailbox("Jöran", "jöran@example.net"),
                readerGets: { $0.replyTo = nil }
            ),
            try GoldenMail(
                "utf8-reply-to-with-smtputf8",
                replyTo: mailbox("Jöran", "jöran@räksmörgås.example"),
                utf8Headers: true,
                readerGets: { $0.replyTo?.address = "jöran@xn--rksmrgs-5wao1o.example" }
            ),
            try GoldenMail(
                "utf8-sender-and-recipient",
                from: mailbox("Formulär", "formulär@example.com"),
                to: [mailbox("Åsa", "åsa@example.com")],
                readerGets: { $0.utf8Headers = true }
            ),
            try GoldenMail(
                "right-to-left",
                replyTo: mailbox("דוד לוי", "david@example.net"),
                subject: "הודעה חדשה מאת דוד",
                text: "שלום!\nمرحبا بالعالم\n",
                html: "<p dir=\"rtl\">שלום!</p>\n",
                language: "he"
            ),
            try GoldenMail(
                "combining-characters",
                replyTo: mailbox("A\u{30A}sa", "asa@example.net"),
                subject: "Cafe\u{301} Z\u{351}\u{36B}\u{343}a\u{300}lgo "
                    + String(repeating: "e\u{301}\u{323}", count: 90),
                text: "Cafe\u{301} " + String(repeating: "o\u{308}\u{323}", count: 200) + "\n"
            ),
        ]
    }

    private static func hostile() throws -> [GoldenMail] {
        let injection = "Bo\r\nBcc: victim@example.org\r\n\r\nBody"
        return [
            try GoldenMail(
                "header-injection",
                from: mailbox(injection, "form@example.com"),
                to: [mailbox(injection, "anna@example.com")],
                replyTo: mailbox(injection, "bo@example.net"),
                subject: injection,
                text: injection + "\n",
                html: injection + "\n",
                language: "en\r\nBcc: victim@example.org",
                readerGets: { intent in
                    let harmless = "Bo  Bcc: victim@example.org    Body"
                    intent.from.name = harmless
                    intent.to[0].name = harmless
                    intent.replyTo?.name = harmless
                    intent.subject = harmless
                    intent.text = "Bo\nBcc: victim@example.org\n\nBody\n"
                    intent.html = "Bo\nBcc: victim@example.org\n\nBody\n"
                    intent.language = nil
                }
            ),
            try GoldenMail(
                "header-injection-by-lone-characters",
                replyTo: mailbox("Bo\rBcc: a@example.org\nBcc: b@example.org\u{0}", "bo@example.net"),
                subject: "\nA\rB\u{0}C\u{B}D\u{85}E\u{2028}F\n",
                readerGets: { intent in
                    intent.replyTo?.name = "Bo Bcc: a@example.org Bcc: b@example.org"
                    intent.subject = "A B C D E F"
                }
            ),
            try GoldenMail(
                "display-names-with-specials",
                from: mailbox("Brev, \"låda\" \\ <x@example.org>", "form@example.com"),
                to: [
                    mailbox("Owner, Anna \"Ann\" \\ (boss)", "anna@example.com"), mailbox("a@b; c:", "b@example.com"),
                ],
                replyTo: mailbox("Visitor, \"Bo\" <evil@example.org>", "bo@example.net")
            ),
            try GoldenMail(
                "quoted-local-part",
                replyTo: mailbox("Bo", "\"bo <x>, \\\"y\\\"\"@example.net")
            ),
            try GoldenMail(
                "encoded-word-lookalikes",
                replyTo: mailbox("=?utf-8?Q?Bo=0D=0ABcc:_x?=", "bo@example.net"),
                subject: "=?utf-8?Q?=0D=0ABcc:_x?= =?",
                text: "=?utf-8?Q?x?=\n"
            ),
            try GoldenMail(
                "boundary-in-body",
                text: "--=_1\n--=_1--\nContent-Type: text/html\n\n<p>\n",
                html: "--=_1--\n"
            ),
            try GoldenMail(
                "control-characters-in-body",
                text: "NUL \u{0} BEL \u{7} ESC \u{1B} DEL \u{7F} VT \u{B} NEL \u{85} LS \u{2028} BOM \u{FEFF}\n"
            ),
        ]
    }

    private static func bodies() throws -> [GoldenMail] {
        [
            try GoldenMail("long-unbroken-line", text: String(repeating: "x", count: 5_000) + "\n"),
            try GoldenMail("long-unbroken-swedish-line", text: String(repeating: "å", count: 2_000) + "\n"),
            try GoldenMail("leading-dots", text: ".\n..\n.a\n \n.\n", html: ".\n"),
            try GoldenMail("leading-dots-text-only", text: ".\n.\n", html: nil),
            try GoldenMail("trailing-spaces", text: "one \ntwo\t\nthree  \t \n \n\t\nsix", html: "<p> \n") {
                $0.text += "\n"
            },
            try GoldenMail("from-lines", text: "From me\n>From you\nFrom: her\n\nFrom the start\n", html: "From \n"),
            try GoldenMail("line-breaks-of-every-kind", text: "lf\ncrlf\r\ncr\rcrcr\r\rlfcr\n\rend\r") {
                $0.text = "lf\ncrlf\ncr\ncrcr\n\nlfcr\n\nend\n"
            },
            try GoldenMail("empty-text", text: "", html: nil),
            try GoldenMail("empty-text-and-html", text: "", html: ""),
            try GoldenMail("blank-lines", text: "\n\n\n", html: "\n"),
            try GoldenMail(
                "equals-signs",
                text: "a=b\n=\n==\n=3D\n=C3=A5\na=\n" + String(repeating: "=", count: 200) + "\n"
            ),
            try GoldenMail("equals-signs-with-swedish", text: "å=b\n=\n==\n=3D\n=C3=A5\na=\n"),
            try GoldenMail("no-final-newline", text: "No newline", html: "<p>Här</p>") {
                $0.text += "\n"
                $0.html = "<p>Här</p>\n"
            },
            try GoldenMail("no-final-newline-text-only", text: "No newline", html: nil) { $0.text += "\n" },
            try GoldenMail(
                "custom-fields",
                customFields: [
                    .init("X-Example-Numbers", words: ["order:"] + (1...40).map { "number-\($0)" }),
                    .init("X-Example-Long", words: ["a", String(repeating: "b", count: 200), "c"]),
                ]
            ),
        ]
    }

    /// Words whose length in all is near `length`.
    private static func words(_ length: Int) -> String {
        (1...(length / 10)).map { "subject\(100 + $0)" }.joined(separator: " ")
    }

    /// An address of 254 octets.
    private static func longestAddress(_ letter: String) -> String {
        let label = String(repeating: letter, count: 61)
        return "\(label)\(letter)\(letter)\(letter)@\(label).\(label).\(label).ab"
    }
}
