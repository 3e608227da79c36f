// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// What a person reads in a mail that ``MailMessage`` made: its headers decoded, its text and its HTML.
///
/// Not a reader of anybody's mail: it knows the structure and the encodings that this module writes. It takes any octets
/// all the same, in time proportional to their number, and reads what it can.
package struct ParsedMail: Sendable, Equatable {
    package struct Header: Sendable, Equatable {
        package let name: String
        /// Unfolded, with encoded-words decoded.
        package let value: String
    }

    /// In the order of the message.
    package let headers: [Header]
    /// With lines ended by LF; nil when the mail has no such part.
    package let text: String?
    /// With lines ended by LF; nil when the mail has no such part.
    package let html: String?

    package init(_ bytes: [UInt8]) {
        let message = Entity(bytes[...])
        headers = message.headers.map { Header(name: $0.name, value: EncodedWord.decode($0.body)) }
        let parts = message.isMultipart ? message.parts() : [message]
        text = parts.first { $0.isOfType("text/plain") }?.text()
        html = parts.first { $0.isOfType("text/html") }?.text()
    }

    /// The value of the first header of this name, in any case; nil when there is none.
    package func header(_ name: String) -> String? {
        let name = name.lowercased()
        return headers.first { $0.name.utf8.equalsIgnoringCase(name) }?.value
    }
}

/// A header and what follows it: the message or one of its parts (RFC 2045 §2.4).
private struct Entity {
    private(set) var headers: [(name: String, body: [UInt8])] = []
    private let body: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) {
        var lines = Lines(bytes)
        while let line = lines.next(), !line.isEmpty {
            if line.first == UInt8(ascii: " ") || line.first == UInt8(ascii: "\t") {
                if !headers.isEmpty { headers[headers.count - 1].body += line }
            } else if let colon = line.firstIndex(of: UInt8(ascii: ":")) {
                let name = String(decoding: line[..<colon], as: UTF8.self)
                headers.append((name, Array(line[(colon + 1)...])))
            }
        }
        body = lines.rest
        for index in headers.indices {
            headers[index].body.removeFirst(headers[index].body.prefix { $0 == UInt8(ascii: " ") }.count)
        }
    }

    var isMultipart: Bool { isOfType("multipart/alternative") }

    func isOfType(_ type: String) -> Bool {
        guard let value = header("content-type") else { return false }
        return value.prefix { $0 != UInt8(ascii: ";") }.equalsIgnoringCase(type)
    }

    /// The text of the body with lines ended by LF.
    func text() -> String {
        let isEncoded = header("content-transfer-encoding")?.equalsIgnoringCase("quoted-printable") == true
        let octets = isEncoded ? QuotedPrintable.decode(body) : Array(body)
        var output: [UInt8] = []
        output.reserveCapacity(octets.count)
        for byte in octets {
            if byte == UInt8(ascii: "\n"), output.last == UInt8(ascii: "\r") { output.removeLast() }
            output.append(byte)
        }
        return String(decoding: output, as: UTF8.self)
    }

    /// The parts between the boundaries, none when there is no boundary.
    func parts() -> [Entity] {
        guard let delimiter = boundary.map({ Array("--".utf8) + $0 }) else { return [] }
        var parts: [Entity] = []
        var start: Int?
        var end = body.startIndex
        var lines = Lines(body)
        while let line = lines.next() {
            guard line.starts(with: delimiter) else {
                end = line.endIndex
                continue
            }
            // RFC 2046 §5.1.1: the line break before a boundary is part of the boundary.
            if let start { parts.append(Entity(body[start..<max(start, end)])) }
            guard !line.dropFirst(delimiter.count).starts(with: "--".utf8) else { return parts }
            start = lines.rest.startIndex
            end = lines.rest.startIndex
        }
        if let start { parts.append(Entity(body[start...])) }
        return parts
    }

    private var boundary: ArraySlice<UInt8>? {
        guard let value = header("content-type"), let quote = value.firstIndex(of: UInt8(ascii: "\"")) else {
            return nil
        }
        let boundary = value[(quote + 1)...].prefix { $0 != UInt8(ascii: "\"") }
        return boundary.isEmpty ? nil : boundary
    }

    private func header(_ name: String) -> [UInt8]? {
        headers.first { $0.name.utf8.equalsIgnoringCase(name) }?.body
    }
}

/// Lines ended by CRLF or LF, without their ends.
private struct Lines {
    private(set) var rest: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) {
        rest = bytes
    }

    mutating func next() -> ArraySlice<UInt8>? {
        guard !rest.isEmpty else { return nil }
        let end = rest.firstIndex(of: UInt8(ascii: "\n"))
        var content = rest[..<(end ?? rest.endIndex)]
        rest = end.map { rest[($0 + 1)...] } ?? rest[rest.endIndex...]
        if content.last == UInt8(ascii: "\r") { content.removeLast() }
        return content
    }
}
