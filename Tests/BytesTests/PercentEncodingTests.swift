// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import Bytes
import TestSupport
import Testing

@Suite("Percent escapes")
struct PercentEncodingTests {
    @Test("every byte but the unreserved ones is written as an escape with upper-case digits")
    func everyByte() {
        let unreserved = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"
        for byte in UInt8.min...UInt8.max {
            #expect(PercentEncoding.isUnreserved(byte) == unreserved.utf8.contains(byte))
            var bytes: [UInt8] = []
            PercentEncoding.append(byte, to: &bytes)
            let digits = String(byte, radix: 16, uppercase: true)
            #expect(String(decoding: bytes, as: UTF8.self) == (byte < 16 ? "%0" : "%") + digits)
            #expect(PercentEncoding.decode(bytes) == [byte])
        }
    }

    @Test(
        "a text is encoded byte by byte",
        arguments: [
            ("", ""), ("a-b_c.d~9", "a-b_c.d~9"), ("å b/c", "%C3%A5%20b%2Fc"), ("100 %", "100%20%25"),
            ("\r\n\u{0}", "%0D%0A%00"), ("😀", "%F0%9F%98%80"),
        ]
    )
    func encoding(_ text: String, _ encoded: String) {
        #expect(PercentEncoding.encode(text) == encoded)
        #expect(PercentEncoding.decode(encoded.utf8) == Array(text.utf8))
    }

    @Test("what is to stand for itself does")
    func kept() {
        #expect(PercentEncoding.encode("/å b?", keeping: { $0 < 0x80 }) == "/%C3%A5 b?")
        #expect(PercentEncoding.encode("a/b", keeping: { _ in false }) == "%61%2F%62")
    }

    @Test("an escape is decoded once, in either case of its digits", arguments: [("%c3%A5", "å"), ("%2541", "%41")])
    func decoding(_ text: String, _ decoded: String) {
        #expect(PercentEncoding.decode(text.utf8) == Array(decoded.utf8))
    }

    @Test(
        "a broken escape makes the whole text none",
        arguments: ["%", "a%", "%4", "%4g", "%g4", "%%41", "%-1", "% 1"]
    )
    func broken(_ text: String) {
        #expect(PercentEncoding.decode(text.utf8) == nil)
    }

    @Test("any text is encoded and read back")
    func roundTrip() {
        var random = SplitMix64(seed: 3)
        for _ in 0..<500 {
            let bytes = (0..<Int.random(in: 0...40, using: &random)).map { _ in
                UInt8.random(in: 0...0x7F, using: &random)
            }
            let text = String(decoding: bytes, as: UTF8.self)
            #expect(PercentEncoding.decode(PercentEncoding.encode(text).utf8) == bytes)
        }
    }
}

@Suite("Hexadecimal digits")
struct HexadecimalTests {
    @Test("only 0 to 9, a to f and A to F are digits")
    func digits() {
        for byte in UInt8.min...UInt8.max {
            let scalar = Unicode.Scalar(byte)
            let value = scalar.isASCII ? Character(scalar).hexDigitValue : nil
            #expect(byte.hexDigit == value.map { UInt8($0) })
        }
    }

    @Test("bytes are written with two digits each in lower case")
    func bytes() {
        #expect(String(decoding: Hexadecimal.encode([0, 0x1F, 0xAB, 0xFF]), as: UTF8.self) == "001fabff")
        #expect(Hexadecimal.encode([]).isEmpty)
    }
}
