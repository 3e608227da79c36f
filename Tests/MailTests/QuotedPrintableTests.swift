// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@testable import Mail

@Suite("Quoted-printable")
struct QuotedPrintableTests {
    @Test(
        "a line is encoded",
        arguments: [
            ("", ""),
            ("plain", "plain"),
            ("a=b", "a=3Db"),
            ("på", "p=C3=A5"),
            ("end ", "end=20"),
            ("end\t", "end=09"),
            ("a \t b", "a \t b"),
            (" ", "=20"),
            (".", "=2E"),
            ("..", "=2E."),
            ("a.", "a."),
            ("From here", "=46rom here"),
            ("From", "From"),
            (">From here", ">From here"),
            ("a\u{0}\u{7F}b", "a=00=7Fb"),
            ("--=_x", "--=3D_x"),
            (String(repeating: "x", count: 76), String(repeating: "x", count: 76)),
            (String(repeating: "x", count: 77), String(repeating: "x", count: 75) + "=\r\nxx"),
            (String(repeating: "x", count: 75) + "å", String(repeating: "x", count: 75) + "=\r\n=C3=A5"),
            (String(repeating: "x", count: 73) + "=", String(repeating: "x", count: 73) + "=3D"),
            (String(repeating: "x", count: 74) + "=", String(repeating: "x", count: 74) + "=\r\n=3D"),
            (String(repeating: "x", count: 75) + ".y", String(repeating: "x", count: 75) + "=\r\n=2Ey"),
            (String(repeating: "x", count: 75) + "From y", String(repeating: "x", count: 75) + "=\r\n=46rom y"),
            (String(repeating: "x", count: 75) + " ", String(repeating: "x", count: 75) + "=\r\n=20"),
            (String(repeating: "x", count: 74) + "  y", String(repeating: "x", count: 74) + " =\r\n y"),
        ]
    )
    func encoding(line: String, encoded: String) {
        var output: [UInt8] = []
        QuotedPrintable.append(Array(line.utf8)[...], to: &output)
        #expect(String(decoding: output, as: UTF8.self) == encoded)
        #expect(QuotedPrintable.decode(output[...]) == Array(line.utf8))
    }

    @Test(
        "what is no escape stands for itself",
        arguments: [
            ("=", "="), ("a=", "a="), ("=4", "=4"), ("=4G", "=4G"), ("==41", "=A"), ("=c3=a5", "å"), ("a=\nb", "ab"),
            ("a=\r\nb", "ab"), ("=\r", "=\r"),
        ]
    )
    func lenientDecoding(encoded: String, text: String) {
        #expect(QuotedPrintable.decode(Array(encoded.utf8)[...]) == Array(text.utf8))
    }

    @Test("any octets are decoded from lines of at most 76 that end in nothing that could be lost")
    func roundTrip() {
        var random = SplitMix64(seed: 9)
        for _ in 0..<500 {
            let line = random.octets(upTo: 300).map { Bool.random(using: &random) ? $0 : $0 & 0x3F }
                .filter { $0 != UInt8(ascii: "\r") && $0 != UInt8(ascii: "\n") }
            var output: [UInt8] = []
            QuotedPrintable.append(line[...], to: &output)
            #expect(QuotedPrintable.decode(output[...]) == line)
            for encoded in output.split(separator: UInt8(ascii: "\n")) {
                let content = encoded.last == UInt8(ascii: "\r") ? encoded.dropLast() : encoded
                let isSafe =
                    content.count <= 76 && content.first != UInt8(ascii: ".")
                    && content.last != UInt8(ascii: " ") && content.last != UInt8(ascii: "\t")
                    && content.allSatisfy { $0 == 9 || (0x20...0x7E).contains($0) }
                #expect(isSafe, "\(String(decoding: encoded, as: UTF8.self))")
            }
        }
    }

    @Test(
        "line breaks of every kind become CRLF and the last line is ended",
        arguments: [
            ("", ""), ("a", "a\r\n"), ("a\n", "a\r\n"), ("a\r\n", "a\r\n"), ("a\r", "a\r\n"), ("a\rb", "a\r\nb\r\n"),
            ("a\n\rb", "a\r\n\r\nb\r\n"), ("\r\r\n\n", "\r\n\r\n\r\n"), ("\n", "\r\n"),
        ]
    )
    func canonicalLines(text: String, lines: String) {
        #expect(TransferEncoding.canonicalLines(text) == Array(lines.utf8))
    }

    @Test(
        "only lines that every relay leaves alone travel as they are",
        arguments: [
            ("", .sevenBit), ("Hello\nworld\n", .sevenBit), ("a = b\tc\n", .sevenBit), ("a ", .quotedPrintable),
            ("a\t\nb", .quotedPrintable), ("å", .quotedPrintable), ("\u{0}", .quotedPrintable),
            ("a\n.b", .quotedPrintable), ("From me", .quotedPrintable), ("--=_a", .quotedPrintable),
            ("-- =_a", .sevenBit), (String(repeating: "x", count: 78), .sevenBit),
            (String(repeating: "x", count: 79), .quotedPrintable),
        ] as [(String, TransferEncoding)]
    )
    func choice(text: String, encoding: TransferEncoding) {
        #expect(TransferEncoding(for: TransferEncoding.canonicalLines(text)) == encoding)
    }
}
