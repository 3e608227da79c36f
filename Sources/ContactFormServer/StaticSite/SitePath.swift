// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// The path of a request, decoded once and checked so that it can only name something inside the site's folder.
///
/// Segments are never empty, never begin with "." (but for `.well-known`, RFC 8615) and hold no "/", "\" or control
/// character, so joining them to a folder cannot leave that folder. Symbolic links are `SiteFolder`'s business.
struct SitePath: Hashable, Sendable {
    enum Failure: Error, Equatable {
        /// The path is not text: a broken percent escape, invalid UTF-8 or a control character.
        case malformed
        /// The path is text that names nothing which is ever served.
        case notServed
    }

    /// The decoded path below the root, without a leading or trailing slash; empty for the root itself.
    let relative: String
    /// Whether the path ends in a slash, or is the root.
    let isFolder: Bool

    /// Longer paths name nothing: Linux takes 4,096 octets for a path and 255 for one of its names.
    static let maximumLength = 2_048
    static let maximumNameLength = 255
    /// Bounds the folders that are searched for a `404.html`.
    static let maximumDepth = 32

    /// Reads the path part of a request target, percent-encoded as it was sent and without its query.
    init(requestPath: String) throws(Failure) {
        let bytes = requestPath.utf8
        guard bytes.first == UInt8(ascii: "/"), bytes.count <= Self.maximumLength else { throw .notServed }
        let isFolder = bytes.last == UInt8(ascii: "/")
        if bytes.count == 1 {
            self.init(relative: "", isFolder: true)
            return
        }
        let body = bytes.dropFirst().dropLast(isFolder ? 1 : 0)
        let isEncoded = body.contains(UInt8(ascii: "%"))
        let decoded = isEncoded ? try Self.percentDecoded(body) : Array(body)
        try Self.check(decoded, slashes: isEncoded ? body.count { $0 == UInt8(ascii: "/") } : nil)
        guard let relative = String(validating: decoded, as: UTF8.self) else { throw .malformed }
        self.init(relative: relative, isFolder: isFolder)
    }

    /// A path that is known to be served, such as that of a page beside one that was asked for.
    init(relative: String, isFolder: Bool) {
        self.relative = relative
        self.isFolder = isFolder
    }

    /// The path as it would be requested without any escape: the same for every spelling of the same resource.
    var key: String {
        relative.isEmpty ? "/" : isFolder ? "/\(relative)/" : "/\(relative)"
    }

    /// The path of the folder with this name, percent-encoded for a `Location` field.
    ///
    /// Begins with exactly one slash: "//host" would send the visitor to another site.
    var encodedAsFolder: String {
        var encoded = "/"
        for byte in relative.utf8 {
            if byte == UInt8(ascii: "/") || Self.isUnreserved(byte) {
                encoded.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                encoded += byte < 16 ? "%0" : "%"
                encoded += String(byte, radix: 16, uppercase: true)
            }
        }
        return encoded + "/"
    }

    /// Decodes percent escapes (RFC 3986 §2.1) exactly once: an escaped percent sign stays a percent sign.
    private static func percentDecoded(_ bytes: Substring.UTF8View) throws(Failure) -> [UInt8] {
        var decoded: [UInt8] = []
        decoded.reserveCapacity(bytes.count)
        var iterator = bytes.makeIterator()
        while let byte = iterator.next() {
            guard byte == UInt8(ascii: "%") else {
                decoded.append(byte)
                continue
            }
            guard let high = iterator.next().flatMap(hexadecimalValue),
                let low = iterator.next().flatMap(hexadecimalValue)
            else { throw .malformed }
            decoded.append(high << 4 | low)
        }
        return decoded
    }

    /// - Parameter slashes: how many slashes there were before decoding; one more after it hid in an escape.
    private static func check(_ bytes: [UInt8], slashes: Int?) throws(Failure) {
        if bytes.contains(where: { $0 < 0x20 || $0 == 0x7F }) { throw .malformed }
        if bytes.contains(UInt8(ascii: "\\")) { throw .notServed }
        let segments = bytes.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        if let slashes, segments.count != slashes + 1 { throw .notServed }
        guard segments.count <= maximumDepth else { throw .notServed }
        for segment in segments {
            guard let first = segment.first, segment.count <= maximumNameLength else { throw .notServed }
            if first == UInt8(ascii: "."), !segment.elementsEqual(".well-known".utf8) { throw .notServed }
        }
    }

    private static func hexadecimalValue(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }

    /// RFC 3986 §2.3
    private static func isUnreserved(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"),
            UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"):
            true
        default: false
        }
    }
}
