// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// One answer of the Runtime API, read from HTTP/1.1 without NIO's general codec.
///
/// Only what this one peer sends needs to be understood: a length or chunks (RFC 9112 §6), and the headers named in
/// `RuntimeHeader`. Everything else is passed over.
struct RuntimeResponse: Sendable, Hashable {
    var status: Int
    var requestID: String?
    var deadline: Int64?
    var traceID: String?
    /// The peer closes the connection after this answer.
    var closes = false
    var body: [UInt8] = []

    /// An event is at most 6 MB; the quota of the answer is the same.
    private static let longestBody = 64 << 20
    private static let longestHead = 64 << 10

    /// Reads one answer from the start of `bytes`; nil while it is not complete.
    ///
    /// - Returns: the answer and how many bytes it took.
    static func parse(
        _ bytes: UnsafeRawBufferPointer
    ) throws(RuntimeAPIError) -> (response: RuntimeResponse, length: Int)? {
        guard let end = endOfHead(bytes) else {
            guard bytes.count <= longestHead else { throw .protocolViolation("the head does not end") }
            return nil
        }
        var lines = Lines(UnsafeRawBufferPointer(rebasing: bytes[..<end]))
        guard let first = lines.next(), let status = status(first) else {
            throw .protocolViolation("no status line")
        }
        var response = RuntimeResponse(status: status)
        var body = BodyLength.none
        while let line = lines.next(), !line.isEmpty {
            guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else {
                throw .protocolViolation("a header without colon")
            }
            let name = UnsafeRawBufferPointer(rebasing: line[..<colon])
            let value = UnsafeRawBufferPointer(rebasing: line[(colon + 1)...]).trimmed
            try response.take(name, value, &body)
        }
        // RFC 9112 §6.3: these never have a body.
        if status == 204 || status == 304 { body = .none }
        switch body {
        case .none: return (response, end)
        case .length(let length):
            guard bytes.count - end >= length else { return nil }
            response.body = Array(bytes[end..<(end + length)])
            return (response, end + length)
        case .chunked:
            guard let (data, length) = try chunks(bytes, from: end) else { return nil }
            response.body = data
            return (response, length)
        }
    }

    private enum BodyLength {
        case none
        case length(Int)
        case chunked
    }

    private mutating func take(
        _ name: UnsafeRawBufferPointer,
        _ value: UnsafeRawBufferPointer,
        _ body: inout BodyLength
    ) throws(RuntimeAPIError) {
        // Lengths first: a name is compared only with those it can be.
        switch name.count {
        case 10 where name.isName("connection"): closes = closes || value.isName("close")
        case 14 where name.isName("content-length"):
            guard let length = Int(value.text), (0...Self.longestBody).contains(length) else {
                throw .protocolViolation("a content length that is none")
            }
            if case .none = body { body = .length(length) }
        case 17 where name.isName("transfer-encoding"):
            guard value.isName("chunked") else { throw .protocolViolation("an unknown transfer coding") }
            body = .chunked
        case 23 where name.isName("lambda-runtime-trace-id"): traceID = value.text
        case 26 where name.isName("lambda-runtime-deadline-ms"): deadline = Int64(value.text)
        case 29 where name.isName("lambda-runtime-aws-request-id"): requestID = value.text
        default: break
        }
    }

    private static func status(_ line: UnsafeRawBufferPointer) -> Int? {
        // "HTTP/1.1 200 OK"
        guard line.count >= 12, line[..<7].elementsEqual("HTTP/1.".utf8), line[8] == UInt8(ascii: " ")
        else { return nil }
        let digits = line[9..<12]
        guard digits.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else { return nil }
        return digits.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
    }

    private static func endOfHead(_ bytes: UnsafeRawBufferPointer) -> Int? {
        guard bytes.count >= 4 else { return nil }
        var index = 3
        while index < min(bytes.count, longestHead) {
            if bytes[index] == 0x0A, bytes[index - 1] == 0x0D, bytes[index - 2] == 0x0A, bytes[index - 3] == 0x0D {
                return index + 1
            }
            index += 1
        }
        return nil
    }

    /// RFC 9112 §7.1; extensions and trailers are passed over.
    private static func chunks(
        _ bytes: UnsafeRawBufferPointer,
        from start: Int
    ) throws(RuntimeAPIError) -> (data: [UInt8], end: Int)? {
        // Copied once all are there: until then they are looked through at each read.
        var chunks: [Range<Int>] = []
        var length = 0
        var position = start
        while let lineEnd = endOfLine(bytes, from: position) {
            let digits = bytes[position..<(lineEnd - 2)].prefix { $0 != UInt8(ascii: ";") }
            guard let size = Int(UnsafeRawBufferPointer(rebasing: digits).text, radix: 16),
                (0...longestBody).contains(size), length + size <= longestBody
            else { throw .protocolViolation("a chunk size that is none") }
            position = lineEnd
            if size == 0 {
                while let lineEnd = endOfLine(bytes, from: position) {
                    if lineEnd - position == 2 { return (chunks.flatMap { bytes[$0] }, lineEnd) }
                    position = lineEnd
                }
                return nil
            }
            guard bytes.count - position >= size + 2 else { return nil }
            guard bytes[position + size] == 0x0D, bytes[position + size + 1] == 0x0A else {
                throw .protocolViolation("a chunk that does not end")
            }
            chunks.append(position..<(position + size))
            length += size
            position += size + 2
        }
        guard bytes.count - position <= longestHead else { throw .protocolViolation("a chunk size that does not end") }
        return nil
    }

    /// The index after the next CRLF.
    private static func endOfLine(_ bytes: UnsafeRawBufferPointer, from start: Int) -> Int? {
        var index = start + 1
        while index < bytes.count {
            if bytes[index] == 0x0A, bytes[index - 1] == 0x0D { return index + 1 }
            index += 1
        }
        return nil
    }
}

/// The lines of a head, without their ends.
private struct Lines {
    private let bytes: UnsafeRawBufferPointer
    private var position = 0

    init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    mutating func next() -> UnsafeRawBufferPointer? {
        guard position < bytes.count else { return nil }
        var end = position
        while end + 1 < bytes.count, bytes[end] != 0x0D || bytes[end + 1] != 0x0A { end += 1 }
        defer { position = end + 2 }
        return UnsafeRawBufferPointer(rebasing: bytes[position..<min(end, bytes.count)])
    }
}

extension UnsafeRawBufferPointer {
    /// Whether these bytes are that ASCII text in any case; `text` is in lower case.
    fileprivate func isName(_ text: StaticString) -> Bool {
        guard count == text.utf8CodeUnitCount else { return false }
        return text.withUTF8Buffer { expected in
            (0..<count).allSatisfy { self[$0] | (isLetter($0) ? 0x20 : 0) == expected[$0] }
        }
    }

    private func isLetter(_ index: Int) -> Bool { (0x41...0x5A).contains(self[index]) }

    fileprivate var text: String { String(decoding: self, as: UTF8.self) }

    fileprivate var trimmed: UnsafeRawBufferPointer {
        var (start, end) = (0, count)
        while start < end, self[start] == 0x20 || self[start] == 0x09 { start += 1 }
        while end > start, self[end - 1] == 0x20 || self[end - 1] == 0x09 { end -= 1 }
        return UnsafeRawBufferPointer(rebasing: self[start..<end])
    }
}
