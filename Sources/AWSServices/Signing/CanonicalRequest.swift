// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import Bytes
import OutgoingHTTP

/// A request in the one form that client and service both hash.
/// See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
struct CanonicalRequest {
    private(set) var bytes: [UInt8] = []
    /// The names of the headers that are signed, in their order, joined by `;`.
    private(set) var signedHeaders: [UInt8] = []

    /// - Parameters:
    ///   - headers: All that are to be signed.
    ///   - payloadHash: SHA-256 of the body in lower-case hexadecimal.
    init(
        method: String,
        target: String,
        headers: [HTTPHeaderField],
        payloadHash: some Sequence<UInt8>
    ) {
        bytes.reserveCapacity(512 + headers.reduce(0) { $0 + $1.value.utf8.count })
        bytes.append(contentsOf: method.utf8)
        bytes.append(UInt8(ascii: "\n"))
        let query = target.utf8.firstIndex(of: UInt8(ascii: "?"))
        append(path: target.utf8[..<(query ?? target.utf8.endIndex)])
        bytes.append(UInt8(ascii: "\n"))
        if let query { append(query: target.utf8[target.utf8.index(after: query)...]) }
        bytes.append(UInt8(ascii: "\n"))
        append(headers)
        bytes.append(UInt8(ascii: "\n"))
        bytes.append(contentsOf: signedHeaders)
        bytes.append(UInt8(ascii: "\n"))
        bytes.append(contentsOf: payloadHash)
    }

    /// With `.`, `..` and empty segments resolved, as every service but S3 does.
    private mutating func append(path: Substring.UTF8View) {
        guard path.count > 1 else { return bytes.append(UInt8(ascii: "/")) }
        // The path starts with a slash, and before that there is nothing.
        let segments = path.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
            .dropFirst().map { Substring($0) }
        var kept: [Substring] = []
        for segment in segments {
            switch segment {
            case "", ".": break
            case "..": _ = kept.popLast()
            default: kept.append(segment)
            }
        }
        if let last = segments.last, ["", ".", ".."].contains(last), !kept.isEmpty { kept.append("") }
        if kept.isEmpty { bytes.append(UInt8(ascii: "/")) }
        for segment in kept {
            bytes.append(UInt8(ascii: "/"))
            for byte in segment.utf8 { Self.append(encoded: byte, to: &bytes) }
        }
    }

    /// Parameters sorted by name, then value, both as they are written.
    private mutating func append(query: Substring.UTF8View) {
        let parameters = query.split(separator: UInt8(ascii: "&")).map { parameter -> (name: [UInt8], value: [UInt8]) in
            let parts = parameter.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            return (Self.recoded(parts[0]), parts.count > 1 ? Self.recoded(parts[1]) : [])
        }
        let sorted = parameters.sorted { left, right in
            left.name == right.name
                ? left.value.lexicographicallyPrecedes(right.value) : left.name.lexicographicallyPrecedes(right.name)
        }
        for (index, parameter) in sorted.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: "&")) }
            bytes.append(contentsOf: parameter.name)
            bytes.append(UInt8(ascii: "="))
            bytes.append(contentsOf: parameter.value)
        }
    }

    private mutating func append(_ headers: [HTTPHeaderField]) {
        // A repeated name keeps the order of its values.
        let order = headers.indices.sorted { (headers[$0].name, $0) < (headers[$1].name, $1) }
        var previous: String?
        for index in order {
            let header = headers[index]
            if header.name == previous {
                bytes[bytes.endIndex - 1] = UInt8(ascii: ",")
            } else {
                if previous != nil { signedHeaders.append(UInt8(ascii: ";")) }
                signedHeaders.append(contentsOf: header.name.utf8)
                bytes.append(contentsOf: header.name.utf8)
                bytes.append(UInt8(ascii: ":"))
            }
            append(trimmed: header.value)
            bytes.append(UInt8(ascii: "\n"))
            previous = header.name
        }
    }

    /// Without white space around it, and every run of white space inside as one space.
    private mutating func append(trimmed value: String) {
        // Most values have none, and the longest of all, the session's token, never has.
        guard value.utf8.contains(where: { $0 <= 0x20 }) else { return bytes.append(contentsOf: value.utf8) }
        let start = bytes.count
        var pendingSpace = false
        for byte in value.utf8 {
            switch byte {
            case UInt8(ascii: " "), 0x09, 0x0A, 0x0D: pendingSpace = bytes.count > start
            default:
                if pendingSpace { bytes.append(UInt8(ascii: " ")) }
                pendingSpace = false
                bytes.append(byte)
            }
        }
    }

    /// Decodes what is percent-encoded and encodes everything the one way that is canonical.
    private static func recoded(_ text: Substring.UTF8View) -> [UInt8] {
        var result: [UInt8] = []
        var rest = text
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), let high = rest.first?.hexDigit, let low = rest.dropFirst().first?.hexDigit {
                rest = rest.dropFirst(2)
                append(encoded: high << 4 | low, to: &result)
            } else {
                append(encoded: byte, to: &result)
            }
        }
        return result
    }

    private static func append(encoded byte: UInt8, to bytes: inout [UInt8]) {
        if PercentEncoding.isUnreserved(byte) {
            bytes.append(byte)
        } else {
            PercentEncoding.append(byte, to: &bytes)
        }
    }
}
