// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// The two ways in which a body travels here.
enum TransferEncoding: String {
    case sevenBit = "7bit"
    case quotedPrintable = "quoted-printable"

    /// The text in UTF-8 with every line, the last one too, ended by CRLF (RFC 2046 §4.1.1); nothing for no text.
    static func canonicalLines(_ text: String) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(text.utf8.count + text.utf8.count / 16 + 2)
        var previous: UInt8 = 0
        for byte in text.utf8 {
            switch byte {
            case carriageReturn: output += crlf
            case lineFeed: if previous != carriageReturn { output += crlf }
            default: output.append(byte)
            }
            previous = byte
        }
        if let last = output.last, last != lineFeed { output += crlf }
        return output
    }

    /// 7bit for lines that every relay leaves alone, quoted-printable for all others.
    init(for lines: [UInt8]) {
        var isSafe = true
        Self.forEachLine(of: lines) { line in
            isSafe = isSafe && Self.isSafe(line)
        }
        self = isSafe ? .sevenBit : .quotedPrintable
    }

    func encode(_ lines: [UInt8]) -> [UInt8] {
        guard self == .quotedPrintable else { return lines }
        var output: [UInt8] = []
        output.reserveCapacity(lines.count + lines.count / 2)
        Self.forEachLine(of: lines) { line in
            QuotedPrintable.append(line, to: &output)
            output += Self.crlf
        }
        return output
    }

    private static func isSafe(_ line: ArraySlice<UInt8>) -> Bool {
        // RFC 5322 §2.1.1 recommends 78; RFC 2049 §3 lists what gateways change. "--=_" would be a boundary.
        line.count <= 78
            && line.allSatisfy { ($0 >= 0x20 && $0 < 0x7F) || $0 == UInt8(ascii: "\t") }
            && line.last != UInt8(ascii: " ") && line.last != UInt8(ascii: "\t")
            && line.first != UInt8(ascii: ".")
            && !line.starts(with: "From ".utf8) && !line.starts(with: "--=_".utf8)
    }

    private static func forEachLine(of lines: [UInt8], _ body: (ArraySlice<UInt8>) -> Void) {
        var start = lines.startIndex
        while let end = lines[start...].firstIndex(of: carriageReturn) {
            body(lines[start..<end])
            start = end + 2
        }
    }

    private static let carriageReturn = UInt8(ascii: "\r")
    private static let lineFeed = UInt8(ascii: "\n")
    private static let crlf: [UInt8] = [carriageReturn, lineFeed]
}
