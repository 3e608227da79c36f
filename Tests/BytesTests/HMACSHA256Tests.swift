// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import Bytes
import Testing

@Suite("HMAC with SHA-256")
struct HMACSHA256Tests {
    struct Vector: Sendable {
        var key: [UInt8]
        var message: [UInt8]
        var code: String
    }

    /// RFC 4231 §4: a short key, one shorter than the hash, repeated bytes, and keys longer than a block.
    static let vectors = [
        Vector(
            key: [UInt8](repeating: 0x0b, count: 20),
            message: Array("Hi There".utf8),
            code: "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
        ),
        Vector(
            key: Array("Jefe".utf8),
            message: Array("what do ya want for nothing?".utf8),
            code: "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        ),
        Vector(
            key: [UInt8](repeating: 0xaa, count: 20),
            message: [UInt8](repeating: 0xdd, count: 50),
            code: "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"
        ),
        Vector(
            key: [UInt8](repeating: 0xaa, count: 131),
            message: Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8),
            code: "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
        ),
    ]

    @Test("published messages give their published codes, in one piece and in many", arguments: vectors)
    func published(vector: Vector) {
        #expect(hex(HMACSHA256.authenticate(vector.message, key: vector.key)) == vector.code)
        var code = HMACSHA256(key: vector.key)
        for byte in vector.message { code.update(CollectionOfOne(byte)) }
        #expect(hex(code.finish()) == vector.code)
    }

    @Test("a key made ready serves many messages")
    func prepared() {
        let ready = HMACSHA256(key: Self.vectors[1].key)
        for _ in 0..<2 {
            var code = ready
            code.update(Self.vectors[1].message)
            #expect(hex(code.finish()) == Self.vectors[1].code)
        }
    }

    private func hex(_ bytes: [UInt8]) -> String { String(decoding: Hexadecimal.encode(bytes), as: UTF8.self) }
}
