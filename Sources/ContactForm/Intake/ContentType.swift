// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// A media type with its parameters (RFC 9110 §8.3.1), as far as forms need it.
package struct ContentType: Sendable, Hashable {
    /// Lower case, such as `multipart/form-data`.
    package let mediaType: String
    /// The parameter `boundary`, as given.
    package let boundary: String?

    package init(_ header: String) {
        var rest = header.utf8[...]
        let type = rest.prefix { $0 != UInt8(ascii: ";") }
        mediaType = String(decoding: type, as: UTF8.self).trimmedSpaces.lowercased()
        rest = rest[type.endIndex...]
        var boundary: String?
        while let parameter = Self.nextParameter(&rest) {
            if parameter.name == "boundary" { boundary = boundary ?? parameter.value }
        }
        self.boundary = boundary
    }

    /// Takes `; name=value` or `; name="quoted \" value"` off the front (RFC 9110 §5.6.6).
    package static func nextParameter(_ rest: inout Substring.UTF8View) -> (name: String, value: String)? {
        while let first = rest.first, first == UInt8(ascii: ";") || first == 0x20 || first == 0x09 {
            rest.removeFirst()
        }
        guard !rest.isEmpty else { return nil }
        let name = rest.prefix { $0 != UInt8(ascii: "=") && $0 != UInt8(ascii: ";") }
        rest = rest[name.endIndex...]
        var value: [UInt8] = []
        if rest.first == UInt8(ascii: "=") {
            rest.removeFirst()
            if rest.first == UInt8(ascii: "\"") {
                rest.removeFirst()
                while let byte = rest.popFirst(), byte != UInt8(ascii: "\"") {
                    // Browsers send a quote in a name as %22, but a backslash of a Windows path as itself: only an
                    // escaped quote or backslash is an escape.
                    if byte == UInt8(ascii: "\\"), rest.first == UInt8(ascii: "\"") || rest.first == UInt8(ascii: "\\")
                    {
                        value.append(rest.removeFirst())
                    } else {
                        value.append(byte)
                    }
                }
            } else {
                let token = rest.prefix { $0 != UInt8(ascii: ";") }
                value = Array(token)
                rest = rest[token.endIndex...]
                while value.last == 0x20 || value.last == 0x09 { value.removeLast() }
            }
        }
        let lowered = String(decoding: name, as: UTF8.self).trimmedSpaces.lowercased()
        return (lowered, String(decoding: value, as: UTF8.self))
    }
}
