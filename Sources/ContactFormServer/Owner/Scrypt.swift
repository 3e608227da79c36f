// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import Bytes

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// scrypt (RFC 7914): a key from a password, at a price in time and memory.
///
/// Own code of a hundred lines, in the place of a library for one call (docs/decisions/0003-dependencies.md).
/// Checked against the vectors of RFC 7914 and against OpenSSL. What memory it looks at depends on the password, as with any
/// scrypt.
enum Scrypt {
    /// - Parameter cost: Its memory is asked for at once, and freed before this returns.
    /// - Returns: A key of `size` bytes; nil when the memory can't be had.
    static func key(of password: [UInt8], salt: [UInt8], cost: PasswordHash.Cost, size: Int) -> [UInt8]? {
        let count = 1 << cost.logRounds
        // In words of 32 bits, as everything below.
        let words = 32 * cost.blockSize
        guard let memory = malloc((count + 2) * words * 4) else { return nil }
        defer { free(memory) }
        let table = memory.bindMemory(to: UInt32.self, capacity: (count + 2) * words)
        let mixer = Mixer(words: words, count: count, table: table)
        let hmac = HMACSHA256(key: password)
        var blocks = derive(hmac, salt: salt, size: cost.parallelism * words * 4)
        blocks.withUnsafeMutableBytes { bytes in
            for offset in stride(from: 0, to: bytes.count, by: words * 4) {
                mixer.mix(UnsafeMutableRawBufferPointer(rebasing: bytes[offset..<(offset + words * 4)]))
            }
        }
        return derive(hmac, salt: blocks, size: size)
    }

    /// PBKDF2 with HMAC-SHA-256 and one iteration, which is all that scrypt asks of it (RFC 8018 §5.2).
    private static func derive(_ hmac: HMACSHA256, salt: [UInt8], size: Int) -> [UInt8] {
        var key: [UInt8] = []
        var number: UInt32 = 1
        while key.count < size {
            var code = hmac
            code.update(salt)
            code.update(withUnsafeBytes(of: number.bigEndian) { Array($0) })
            key += code.finish()
            number += 1
        }
        return Array(key.prefix(size))
    }
}

/// scryptROMix (RFC 7914 §5).
private struct Mixer {
    /// Of a block; twice as many blocks of Salsa as the block size.
    let words: Int
    /// How many blocks the table has, a power of two; two more stand behind it, to work in.
    let count: Int
    let table: UnsafeMutablePointer<UInt32>

    func mix(_ block: UnsafeMutableRawBufferPointer) {
        var (x, y) = (table + count * words, table + (count + 1) * words)
        for word in 0..<words {
            x[word] = UInt32(littleEndian: block.loadUnaligned(fromByteOffset: 4 * word, as: UInt32.self))
        }
        for index in 0..<count {
            (table + index * words).update(from: x, count: words)
            mixBlock(x, into: y)
            swap(&x, &y)
        }
        for _ in 0..<count {
            // The low word of the last block of Salsa: the table has no more than 2³² blocks.
            let chosen = table + Int(x[words - 16]) % count * words
            for word in 0..<words { x[word] ^= chosen[word] }
            mixBlock(x, into: y)
            swap(&x, &y)
        }
        for word in 0..<words { block.storeBytes(of: x[word].littleEndian, toByteOffset: 4 * word, as: UInt32.self) }
    }

    /// scryptBlockMix (RFC 7914 §4): the even blocks of Salsa come first, then the odd ones.
    private func mixBlock(_ input: UnsafePointer<UInt32>, into output: UnsafeMutablePointer<UInt32>) {
        var last = input + (words - 16)
        for offset in stride(from: 0, to: words, by: 32) {
            let (even, odd) = (output + offset / 2, output + (words + offset) / 2)
            Self.salsa(last, input + offset, into: even)
            Self.salsa(even, input + (offset + 16), into: odd)
            last = UnsafePointer(odd)
        }
    }

    /// Salsa20/8 (RFC 7914 §3) of the exclusive or of two blocks of sixteen words.
    private static func salsa(
        _ a: UnsafePointer<UInt32>,
        _ b: UnsafePointer<UInt32>,
        into output: UnsafeMutablePointer<UInt32>
    ) {
        var (x0, x1, x2, x3) = (a[0] ^ b[0], a[1] ^ b[1], a[2] ^ b[2], a[3] ^ b[3])
        var (x4, x5, x6, x7) = (a[4] ^ b[4], a[5] ^ b[5], a[6] ^ b[6], a[7] ^ b[7])
        var (x8, x9, x10, x11) = (a[8] ^ b[8], a[9] ^ b[9], a[10] ^ b[10], a[11] ^ b[11])
        var (x12, x13, x14, x15) = (a[12] ^ b[12], a[13] ^ b[13], a[14] ^ b[14], a[15] ^ b[15])
        for word in 0..<16 { output[word] = a[word] ^ b[word] }
        for _ in 0..<4 {
            // The columns, then the rows.
            quarterRound(&x0, &x4, &x8, &x12)
            quarterRound(&x5, &x9, &x13, &x1)
            quarterRound(&x10, &x14, &x2, &x6)
            quarterRound(&x15, &x3, &x7, &x11)
            quarterRound(&x0, &x1, &x2, &x3)
            quarterRound(&x5, &x6, &x7, &x4)
            quarterRound(&x10, &x11, &x8, &x9)
            quarterRound(&x15, &x12, &x13, &x14)
        }
        output[0] &+= x0
        output[1] &+= x1
        output[2] &+= x2
        output[3] &+= x3
        output[4] &+= x4
        output[5] &+= x5
        output[6] &+= x6
        output[7] &+= x7
        output[8] &+= x8
        output[9] &+= x9
        output[10] &+= x10
        output[11] &+= x11
        output[12] &+= x12
        output[13] &+= x13
        output[14] &+= x14
        output[15] &+= x15
    }

    @inline(__always)
    private static func quarterRound(_ a: inout UInt32, _ b: inout UInt32, _ c: inout UInt32, _ d: inout UInt32) {
        b ^= rotated(a &+ d, 7)
        c ^= rotated(b &+ a, 9)
        d ^= rotated(c &+ b, 13)
        a ^= rotated(d &+ c, 18)
    }

    @inline(__always)
    private static func rotated(_ word: UInt32, _ count: UInt32) -> UInt32 { word &<< count | word &>> (32 &- count) }
}
