// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// Quoted-printable (RFC 2045 §6.7), which keeps text legible and lets only printable ASCII through.
enum QuotedPrintable {
    /// Appends one line without its line break, in lines of at most 76 octets.
    static func append(_ line: ArraySlice<UInt8>, to output: inout [UInt8]) {
        var column = 0
        for index in line.indices {
            let isLast = index == line.endIndex - 1
            var literal = isLiteral(line[index], isLast: isLast)
            // The last octet may fill the line, all others leave room for the "=" of a soft break.
            if column + (literal ? 1 : 3) > (isLast ? 76 : 75) {
                output += "=\r\n".utf8
                column = 0
            }
            // Also after a soft break: what counts is where the octet will stand.
            if column == 0, isFragileAtStart(line[index...]) { literal = false }
            if literal {
                output.append(line[index])
                column += 1
            } else {
                OctetEscape.append(line[index], to: &output)
                column += 3
            }
        }
    }

    /// Decodes a body. Takes any octets: what is no escape stands for itself.
    static func decode(_ encoded: ArraySlice<UInt8>) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(encoded.count)
        var index = encoded.startIndex
        while index < encoded.endIndex {
            let byte = encoded[index]
            index += 1
            guard byte == UInt8(ascii: "=") else {
                output.append(byte)
                continue
            }
            let next = encoded[index...].prefix(2)
            if next.elementsEqual("\r\n".utf8) {
                index += 2
            } else if next.first == UInt8(ascii: "\n") {
                index += 1
            } else if let high = next.first, next.count == 2, let low = next.last,
                let octet = OctetEscape.octet(high, low)
            {
                output.append(octet)
                index += 2
            } else {
                output.append(byte)
            }
        }
        return output
    }

    private static func isLiteral(_ byte: UInt8, isLast: Bool) -> Bool {
        switch byte {
        case UInt8(ascii: "="): false
        // RFC 2045 §6.7 rule 3: white space at the end of a line would be lost.
        case UInt8(ascii: " "), UInt8(ascii: "\t"): !isLast
        case UInt8(ascii: "!")...UInt8(ascii: "~"): true
        default: false
        }
    }

    /// RFC 2049 §3: some relays change "From " at the start of a line, and some a dot.
    private static func isFragileAtStart(_ rest: ArraySlice<UInt8>) -> Bool {
        rest.first == UInt8(ascii: ".") || rest.starts(with: "From ".utf8)
    }
}
