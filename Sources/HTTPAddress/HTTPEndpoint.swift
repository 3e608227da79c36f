// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// A server: where to connect, and what to call it.
package struct HTTPEndpoint: Sendable, Hashable, CustomStringConvertible {
    package var isTLS: Bool
    package var host: String
    package var port: Int
    /// What a service's client puts before every path; empty or `/` and some segments, without a slash at its end.
    package var basePath: String

    package init(isTLS: Bool = true, host: String, port: Int? = nil, basePath: String = "") {
        self.isTLS = isTLS
        self.host = host
        self.port = port ?? (isTLS ? 443 : 80)
        self.basePath = basePath
    }

    /// Reads `https://host`, `http://127.0.0.1:5000/path`; nil for anything that is not of that form.
    package init?(url: String) {
        let isTLS: Bool
        let rest: Substring
        if url.hasPrefix("https://") {
            (isTLS, rest) = (true, url.dropFirst(8))
        } else if url.hasPrefix("http://") {
            (isTLS, rest) = (false, url.dropFirst(7))
        } else {
            return nil
        }
        let authority = rest.prefix { $0 != "/" }
        var path = rest.dropFirst(authority.count)
        guard path.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "?") && $0 != UInt8(ascii: "#") })
        else { return nil }
        while path.hasSuffix("/") { path.removeLast() }
        var host = authority
        var port: Int?
        // An IPv6 address stands in brackets and has colons of its own (RFC 3986 §3.2.2).
        let hostEnd = authority.hasPrefix("[") ? authority.firstIndex(of: "]") : authority.startIndex
        guard let hostEnd else { return nil }
        if let colon = authority[hostEnd...].firstIndex(of: ":") {
            let digits = authority[authority.index(after: colon)...]
            guard !digits.hasPrefix("+"), let number = UInt16(digits), number > 0 else { return nil }
            port = Int(number)
            host = authority[..<colon]
        }
        let isLiteral = host.hasPrefix("[") && host.hasSuffix("]")
        let name = isLiteral ? host.dropFirst().dropLast() : host
        guard !name.isEmpty, name.utf8.allSatisfy(isLiteral ? Self.isLiteralByte : Self.isNameByte) else { return nil }
        self.init(isTLS: isTLS, host: String(name), port: port, basePath: String(path))
    }

    /// The header `Host`: the port only when it is not the usual one.
    package var authority: String {
        let name = host.contains(":") ? "[\(host)]" : host
        return port == (isTLS ? 443 : 80) ? name : "\(name):\(port)"
    }

    package var description: String { "\(isTLS ? "https" : "http")://\(authority)\(basePath)" }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"):
            true
        default: false
        }
    }

    private static func isLiteralByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "f"), UInt8(ascii: "A")...UInt8(ascii: "F"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: ":"), UInt8(ascii: "."):
            true
        default: false
        }
    }
}
