// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import Mail
import TestSupport
import Testing

@Suite("Reading captured mail")
struct ParsedMailTests {
    @Test("headers are unfolded and decoded, and found in any case")
    func headers() {
        let mail = ParsedMail(
            octets(
                """
                Subject: =?utf-8?Q?Hej_?=
                 =?utf-8?Q?p=C3=A5_dig?=
                From: "The, site"
                \t<form@example.com>
                nonsense
                Subject: another

                Body
                """
            )
        )
        #expect(mail.headers.map(\.name) == ["Subject", "From", "Subject"])
        #expect(mail.header("sUBJECT") == "Hej på dig")
        #expect(mail.header("from") == "\"The, site\"\t<form@example.com>")
        #expect(mail.header("to") == nil)
    }

    @Test("the parts of an alternative are told apart by their type")
    func alternative() {
        let mail = ParsedMail(
            octets(
                """
                Content-Type: multipart/alternative;
                 boundary="=_x"

                preamble
                --=_x
                Content-Type: text/plain; charset=utf-8
                Content-Transfer-Encoding: quoted-printable

                p=C3=A5 =
                rad

                --=_x
                Content-Type: TEXT/HTML; charset=utf-8
                Content-Transfer-Encoding: 7bit

                <p>=C3</p>
                --=_x--
                epilogue
                """
            )
        )
        #expect(mail.text == "på rad\n")
        #expect(mail.html == "<p>=C3</p>")
    }

    @Test(
        "a mail that is cut short or malformed is read as far as it goes",
        arguments: [
            ("", nil, nil),
            ("\n", nil, nil),
            ("Content-Type: text/plain", "", nil),
            ("Content-Type: text/html\n\na", nil, "a"),
            ("Content-Type: image/png\n\na", nil, nil),
            ("Content-Type: multipart/alternative\n\n--x\nContent-Type: text/plain\n\na", nil, nil),
            ("Content-Type: multipart/alternative; boundary=\"\"\n\n--\nContent-Type: text/plain\n\na", nil, nil),
            ("Content-Type: multipart/alternative; boundary=\"x\"\n\n--x\nContent-Type: text/plain\n\na", "a", nil),
            ("Content-Type: multipart/alternative; boundary=\"x\"\n\n--x\n--x\n--x--\n--x", nil, nil),
            (" folded\nContent-Type: text/plain\n\na", "a", nil),
        ] as [(String, String?, String?)]
    )
    func malformed(source: String, text: String?, html: String?) {
        for mail in [ParsedMail(octets(source)), ParsedMail(Array(source.utf8))] {
            #expect(mail.text == text)
            #expect(mail.html == html)
        }
    }

    @Test("no octets crash the reader or make more of themselves than they are")
    func fuzz() throws {
        var random = SplitMix64(seed: 11)
        let seeds = try GoldenMail.all().map { $0.message.serialized(utf8Headers: $0.utf8Headers) }
            .filter { $0.count < 2_500 }
        #expect(seeds.count > 20)
        for _ in 0..<1_500 {
            var mail = seeds.randomElement(using: &random) ?? []
            for _ in 0..<Int.random(in: 1...8, using: &random) {
                let index = Int.random(in: mail.indices, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0: mail[index] = .random(in: .min ... .max, using: &random)
                case 1: mail.removeSubrange(index..<min(index + 20, mail.count))
                case 2: mail.insert(contentsOf: mail[index..<min(index + 40, mail.count)], at: index)
                default: mail.insert(contentsOf: random.octets(upTo: 5), at: index)
                }
                if mail.isEmpty { mail = [0] }
            }
            expectNoGrowth(mail)
        }
        for _ in 0..<1_000 {
            expectNoGrowth(random.octets(upTo: 400))
        }
    }

    private func expectNoGrowth(_ octets: [UInt8]) {
        let mail = ParsedMail(octets)
        // An octet that is not UTF-8 becomes a replacement character of three.
        #expect((mail.text?.utf8.count ?? 0) + (mail.html?.utf8.count ?? 0) <= 3 * octets.count)
        #expect(mail.headers.reduce(0) { $0 + $1.value.utf8.count } <= 3 * octets.count)
    }

    private func octets(_ lines: String) -> [UInt8] {
        lines.utf8.flatMap { $0 == 10 ? [13, 10] : [$0] }
    }
}
