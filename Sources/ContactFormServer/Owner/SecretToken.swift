// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import Bytes

/// 256 random bits that whoever holds them may do something with: a session, or the first password.
///
/// The server keeps only the digest, so that what it keeps lets nobody in.
package struct SecretToken: Sendable {
    /// 64 hexadecimal digits; fits into a cookie, an address and JSON as it is.
    package let text: String

    /// A new one, from the system's generator for cryptography.
    package init() {
        var generator = SystemRandomNumberGenerator()
        let bytes = (0..<4).flatMap { _ in
            withUnsafeBytes(of: generator.next() as UInt64) { Array($0) }
        }
        text = String(decoding: Hexadecimal.encode(bytes), as: UTF8.self)
    }

    /// One that somebody shows; nil when it can't be one.
    package init?(_ text: some StringProtocol) {
        let isHexadecimal = text.utf8.allSatisfy { byte in
            (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
        }
        guard text.utf8.count == 64, isHexadecimal else { return nil }
        self.text = String(text)
    }

    /// What is kept and compared: looking a digest up tells nothing about the token by the time it takes.
    package var digest: Digest { Digest(bytes: SHA256.digest(text.utf8)) }

    package struct Digest: Sendable, Hashable {
        fileprivate let bytes: [UInt8]
    }
}
