// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// Punycode (RFC 3492), which writes a label of any script in letters, digits and hyphens.
///
/// Both directions take time quadratic in the length: the caller keeps labels within the 63 octets of the DNS.
enum Punycode {
    /// Never fails for 63 characters; longer ones could overflow in 32 bits but not in 64.
    static func encode(_ scalars: [Unicode.Scalar]) -> String {
        var output = scalars.filter(\.isASCII).map { UInt8($0.value) }
        let basicCount = output.count
        if basicCount > 0 { output.append(UInt8(ascii: "-")) }
        var state = State()
        var handled = basicCount
        // RFC 3492 §6.3: the characters are inserted in the order of their code points.
        while handled < scalars.count {
            var next = UInt32.max
            for scalar in scalars where scalar.value >= state.codePoint { next = min(next, scalar.value) }
            state.delta += Int(next - state.codePoint) * (handled + 1)
            state.codePoint = next
            for scalar in scalars {
                if scalar.value < next { state.delta += 1 }
                guard scalar.value == next else { continue }
                appendVariableLengthInteger(state.delta, bias: state.bias, to: &output)
                state.adaptBias(count: handled + 1, isFirst: handled == basicCount)
                state.delta = 0
                handled += 1
            }
            state.delta += 1
            state.codePoint += 1
        }
        return String(decoding: output, as: UTF8.self)
    }

    /// Nil when the text is not Punycode or stands for something that is not Unicode.
    static func decode(_ encoded: ArraySlice<Unicode.Scalar>) -> [Unicode.Scalar]? {
        guard encoded.allSatisfy(\.isASCII) else { return nil }
        var output: [Unicode.Scalar] = []
        var rest = encoded
        if let delimiter = encoded.lastIndex(of: "-") {
            output = Array(encoded[..<delimiter])
            rest = encoded[(delimiter + 1)...]
        }
        var state = State()
        var isFirst = true
        // RFC 3492 §6.2
        while !rest.isEmpty {
            guard let delta = readVariableLengthInteger(from: &rest, bias: state.bias) else { return nil }
            let count = output.count + 1
            let position = state.position + delta
            state.delta = delta
            state.adaptBias(count: count, isFirst: isFirst)
            isFirst = false
            let codePoint = Int(state.codePoint) + position / count
            guard codePoint <= 0x10FFFF, let scalar = Unicode.Scalar(UInt32(codePoint)) else { return nil }
            state.codePoint = UInt32(codePoint)
            state.position = position % count + 1
            output.insert(scalar, at: position % count)
        }
        return output
    }

    // RFC 3492 §5
    private static let base = 36
    private static let leastThreshold = 1
    private static let greatestThreshold = 26
    private static let skew = 38
    private static let damp = 700

    private struct State {
        var codePoint: UInt32 = 128
        var bias = 72
        var delta = 0
        /// Where the decoder inserts next.
        var position = 0

        /// RFC 3492 §6.1
        mutating func adaptBias(count: Int, isFirst: Bool) {
            var scaled = isFirst ? delta / damp : delta / 2
            scaled += scaled / count
            var divisions = 0
            while scaled > (base - leastThreshold) * greatestThreshold / 2 {
                scaled /= base - leastThreshold
                divisions += base
            }
            bias = divisions + (base - leastThreshold + 1) * scaled / (scaled + skew)
        }
    }

    private static func threshold(_ place: Int, bias: Int) -> Int {
        min(max(place - bias, leastThreshold), greatestThreshold)
    }

    private static func appendVariableLengthInteger(_ value: Int, bias: Int, to output: inout [UInt8]) {
        var rest = value
        var place = base
        while true {
            let threshold = threshold(place, bias: bias)
            guard rest >= threshold else { break }
            output.append(digit(threshold + (rest - threshold) % (base - threshold)))
            rest = (rest - threshold) / (base - threshold)
            place += base
        }
        output.append(digit(rest))
    }

    private static func readVariableLengthInteger(from rest: inout ArraySlice<Unicode.Scalar>, bias: Int) -> Int? {
        var result = 0
        var weight = 1
        var place = base
        while let scalar = rest.popFirst() {
            guard let digit = value(ofDigit: scalar) else { return nil }
            result += digit * weight
            // No label within the DNS's limits needs more, and nothing below this can overflow.
            guard result <= 0x10FFFF * 256 else { return nil }
            let threshold = threshold(place, bias: bias)
            guard digit >= threshold else { return result }
            weight *= base - threshold
            guard weight <= 0x10FFFF * 256 else { return nil }
            place += base
        }
        return nil
    }

    private static func digit(_ value: Int) -> UInt8 {
        value < 26 ? UInt8(ascii: "a") + UInt8(value) : UInt8(ascii: "0") + UInt8(value - 26)
    }

    private static func value(ofDigit scalar: Unicode.Scalar) -> Int? {
        switch scalar {
        case "a"..."z": Int(scalar.value - 0x61)
        case "A"..."Z": Int(scalar.value - 0x41)
        case "0"..."9": Int(scalar.value - 0x30) + 26
        default: nil
        }
    }
}
