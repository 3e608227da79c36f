// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import Bytes

/// `multipart/form-data` (RFC 7578) with text parts.
///
/// A file input left empty sends a part with an empty file name and no content: it is passed over. A part with a file
/// is refused, so that nobody believes that it arrived.
package enum MultipartForm {
    /// Adds each part to `fields`, in order.
    ///
    /// - Parameters:
    ///   - boundary: As the `Content-Type` names it, without the hyphens before it.
    ///   - fields: Holds what came before the fault when this throws.
    /// - Throws: `IntakeError`: `malformed` when the boundary is empty or longer than 70 bytes, when a delimiter or a
    ///   part's name is missing, or when a header or a value is not UTF-8; and what `CheckedFields.append` throws.
    package static func decode(
        _ body: [UInt8],
        boundary: String,
        into fields: inout CheckedFields
    ) throws(IntakeError) {
        // RFC 2046 §5.1.1: 1 to 70 characters.
        guard (1...70).contains(boundary.utf8.count) else { throw .malformed }
        let delimiter = Array("--\(boundary)".utf8)
        // Every delimiter but one at the very beginning stands at the start of a line.
        let separator = [0x0D, 0x0A] + delimiter
        var position: Int
        if body.starts(with: delimiter) {
            position = delimiter.count
        } else if let first = body[...].firstRange(of: separator, from: 0) {
            // What comes before it is "to be ignored" (RFC 2046 §5.1.1, preamble).
            position = first + separator.count
        } else {
            throw .malformed
        }
        while true {
            let rest = body[position...]
            if rest.starts(with: "--".utf8) { return }
            guard let lineEnd = Self.endOfDelimiterLine(rest),
                let next = body[lineEnd...].firstRange(of: separator, from: lineEnd)
            else { throw .malformed }
            try decodePart(body[lineEnd..<next], into: &fields)
            position = next + separator.count
        }
    }

    /// Past the line break of a delimiter, spaces before it allowed (RFC 2046 §5.1.1, transport padding).
    private static func endOfDelimiterLine(_ rest: ArraySlice<UInt8>) -> Int? {
        let spaces = rest.prefix { $0 == 0x20 || $0 == 0x09 }
        return rest[spaces.endIndex...].starts(with: [0x0D, 0x0A]) ? spaces.endIndex + 2 : nil
    }

    private static func decodePart(_ part: ArraySlice<UInt8>, into fields: inout CheckedFields) throws(IntakeError) {
        var name: String?
        var filename: String?
        var rest = part
        while !rest.starts(with: [0x0D, 0x0A]) {
            guard let end = rest.firstRange(of: [0x0D, 0x0A], from: rest.startIndex),
                let line = String(utf8: rest[rest.startIndex..<end])
            else { throw .malformed }
            rest = rest[(end + 2)...]
            guard let disposition = Self.disposition(line) else { continue }
            name = disposition.name
            filename = disposition.filename
        }
        guard let name else { throw .malformed }
        let content = rest.dropFirst(2)
        if let filename {
            if !filename.isEmpty || !content.isEmpty { fields.refuseFile(name) }
            return
        }
        guard let text = String(utf8: content) else { throw .malformed }
        try fields.append(name, text)
    }

    /// The parameters of a `Content-Disposition` line; nil for any other header.
    private static func disposition(_ line: String) -> (name: String?, filename: String?)? {
        let header = line.prefix { $0 != ":" }
        guard header.lowercased() == "content-disposition" else { return nil }
        var rest = line[header.endIndex...].utf8.drop { $0 != UInt8(ascii: ";") }
        var name: String?
        var filename: String?
        while let parameter = ContentType.nextParameter(&rest) {
            switch parameter.name {
            // HTML §4.10.21.8: quote, CR and LF in a name travel as %22, %0D, %0A; nothing else is escaped.
            case "name": name = name ?? parameter.value.replacingBrowserEscapes()
            case "filename", "filename*": filename = parameter.value
            default: break
            }
        }
        return (name, filename)
    }
}

extension String {
    fileprivate func replacingBrowserEscapes() -> String {
        guard utf8.contains(UInt8(ascii: "%")) else { return self }
        var bytes: [UInt8] = []
        var rest = Array(utf8)[...]
        while let first = rest.first {
            let isQuote = rest.starts(with: "%22".utf8)
            let isEscape = isQuote || rest.starts(with: "%0D".utf8) || rest.starts(with: "%0A".utf8)
            bytes.append(isQuote ? UInt8(ascii: "\"") : isEscape ? 0x20 : first)
            rest = rest.dropFirst(isEscape ? 3 : 1)
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension ArraySlice<UInt8> {
    /// Where `pattern` first stands at or after `start`. `pattern` begins with CR, which is rare in text.
    fileprivate func firstRange(of pattern: [UInt8], from start: Int) -> Int? {
        var index = start
        while let candidate = self[index...].firstIndex(of: pattern[0]) {
            if self[candidate...].starts(with: pattern) { return candidate }
            index = candidate + 1
        }
        return nil
    }
}
