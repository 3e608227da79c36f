// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import Bytes
import Testing

@Suite("Text from UTF-8")
struct StringUTF8Tests {
    /// The ends of every range that RFC 3629 §4 tells apart.
    static let edges: [UInt8] = [
        0x00, 0x41, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC1, 0xC2, 0xDF, 0xE0, 0xE1, 0xEC, 0xED, 0xEE,
        0xEF,
        0xF0, 0xF1, 0xF3, 0xF4, 0xF5, 0xFF,
    ]

    @Test("four bytes of any kind are what the standard library says they are", arguments: edges)
    func fourBytes(first: UInt8) {
        for second in Self.edges {
            for third in Self.edges {
                for fourth in [0x41, 0x7F, 0x80, 0xBF, 0xC0] as [UInt8] {
                    let bytes = [first, second, third, fourth]
                    let expected = String(validating: bytes, as: UTF8.self)
                    guard String(utf8: bytes) != expected else { continue }
                    Issue.record("\(bytes)")
                }
            }
        }
    }

    @Test("an octet that is none is found at any place of a text of any length", arguments: 1...40)
    func anyPlace(length: Int) {
        for place in 0..<length {
            var bytes = [UInt8](repeating: UInt8(ascii: "a"), count: length)
            #expect(String(utf8: bytes) == String(repeating: "a", count: length))
            bytes[place] = 0xFF
            #expect(String(utf8: bytes) == nil)
        }
    }

    @Test("what replaces an error elsewhere is fine as itself, in an array, a slice and a sequence")
    func replacementCharacter() {
        let text = "å\u{FFFD}💌\u{0}"
        #expect(String(utf8: Array(text.utf8)) == text)
        #expect(String(utf8: Array("x\(text)".utf8)[1...]) == text)
        #expect(String(utf8: AnyCollection(Array(text.utf8))) == text)
        #expect(String(utf8: [UInt8]()) == "")
    }
}
