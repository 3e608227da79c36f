// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// A small random number generator with a fixed seed, so that a failure found by chance comes back (Steele, Lea and Flood:
/// Fast Splittable Pseudorandom Number Generators, 2014).
package struct SplitMix64: RandomNumberGenerator, Sendable {
    private var state: UInt64

    package init(seed: UInt64) {
        state = seed
    }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    /// `bytes` with a few bytes changed, removed, doubled or inserted.
    package mutating func mutate(_ bytes: [UInt8]) -> [UInt8] {
        var bytes = bytes
        let interesting: [UInt8] = [0x00, 0x0A, 0x0D, 0x22, 0x25, 0x26, 0x2D, 0x3D, 0x5C, 0x7B, 0xC0, 0xD8, 0xED, 0xFF]
        for _ in 0..<Int.random(in: 1...6, using: &self) {
            let position = Int.random(in: 0...bytes.count, using: &self)
            switch Int.random(in: 0..<5, using: &self) {
            case 0 where position < bytes.count: bytes[position] = UInt8.random(in: .min ... .max, using: &self)
            case 1 where position < bytes.count: bytes.remove(at: position)
            case 2: bytes.insert(interesting.randomElement(using: &self) ?? 0, at: position)
            case 3: bytes.removeSubrange(position..<min(position + 8, bytes.count))
            default: bytes.insert(contentsOf: bytes.prefix(position).suffix(16), at: position)
            }
        }
        return bytes
    }
}
