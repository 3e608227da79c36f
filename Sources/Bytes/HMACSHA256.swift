// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// HMAC with SHA-256 (RFC 2104), fed piece by piece.
///
/// A copy that has seen no message yet is a key made ready: what HMAC does with the key alone is done in it.
package struct HMACSHA256: Sendable {
    private var inner = SHA256()
    private var outer = SHA256()

    /// - Parameter key: Of any length; over 64 bytes its digest takes its place, as RFC 2104 §2 has it.
    package init(key: some Collection<UInt8>) {
        var block = key.count > 64 ? SHA256.digest(key) : Array(key)
        block.append(contentsOf: repeatElement(0, count: 64 - block.count))
        inner.update(block.map { $0 ^ 0x36 })
        outer.update(block.map { $0 ^ 0x5c })
    }

    package static func authenticate(_ message: some Sequence<UInt8>, key: some Collection<UInt8>) -> [UInt8] {
        var code = HMACSHA256(key: key)
        code.update(message)
        return code.finish()
    }

    package mutating func update(_ bytes: some Sequence<UInt8>) { inner.update(bytes) }

    /// The 32 bytes of the code. It is used up.
    package consuming func finish() -> [UInt8] {
        outer.update(inner.finish())
        return outer.finish()
    }
}
