// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import Bytes
import Testing

@Suite("SHA-256")
struct SHA256Tests {
    // NIST, Secure Hashing examples and SHAVS short messages.
    static let vectors: [(message: String, digest: String)] = [
        ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        ),
        (
            "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu",
            "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"
        ),
        (String(repeating: "a", count: 1_000_000), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"),
    ]

    @Test("published messages give their published digests", arguments: vectors)
    func publishedDigest(message: String, digest: String) {
        #expect(Self.hex(SHA256.digest(message.utf8)) == digest)
    }

    @Test("the digest does not depend on the pieces the message comes in", arguments: [1, 3, 55, 56, 63, 64, 65, 128])
    func pieces(size: Int) {
        let message = (0..<1000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        var hash = SHA256()
        for start in stride(from: 0, to: message.count, by: size) {
            hash.update(message[start..<min(start + size, message.count)])
        }
        #expect(hash.finish() == SHA256.digest(message))
    }

    private static func hex(_ bytes: [UInt8]) -> String {
        String(decoding: Hexadecimal.encode(bytes), as: UTF8.self)
    }
}
