// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import Bytes
import Testing

@Suite("Base 64")
struct Base64Tests {
    /// RFC 4648 §10.
    static let vectors = [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
        ("foobar", "Zm9vYmFy"),
    ]

    @Test("published texts go both ways", arguments: vectors)
    func published(plain: String, encoded: String) {
        #expect(Base64.text(plain.utf8) == encoded)
        #expect(Base64.decode(encoded.utf8) == Array(plain.utf8))
    }

    @Test("any bytes come back as they were, whole or in slices", arguments: 0..<70)
    func roundTrip(count: Int) {
        let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 89 &+ count) }
        #expect(Base64.decode(Base64.encode(bytes)) == bytes)
        #expect(Base64.encode(bytes.dropFirst()) == Base64.encode(Array(bytes.dropFirst())))
        #expect(Base64.encode(AnyCollection(bytes)) == Base64.encode(bytes))
    }

    @Test(
        "what is not whole groups of the alphabet is refused",
        arguments: [
            "Z", "Zg", "Zg=", "=", "====", "Z===", "Zg==Zg==", "Z=m9", "Zm9-", "Zm9!", "Zm 9", "Zm9v\n", "Zmé=",
        ]
    )
    func refused(text: String) {
        #expect(Base64.decode(text.utf8) == nil)
    }
}
