// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import Bytes

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
        // Exactly once: an escaped percent sign stays a percent sign.
        guard let decoded = isEncoded ? PercentEncoding.decode(body) : Array(body) else { throw .malformed }
        try Self.check(decoded, slashes: isEncoded ? body.count { $0 == UInt8(ascii: "/") } : nil)
        guard let relative = String(validating: decoded, as: UTF8.self) else { throw .malformed }
        self.init(relative: relative, isFolder: isFolder)
    }

    /// A path that is known to be served, such as that of a page beside one that was asked for.
    init(relative: String, isFolder: Bool) {
        self.relative = relative
        self.isFolder = isFolder
    }

    /// The same for every spelling of the same resource, and another for every other one. ASCII, for Swift takes two texts for
    /// one when they differ in how an accent is composed, and Linux does not.
    var key: String {
        relative.isEmpty ? "/" : isFolder ? encodedAsFolder : "/" + encoded
    }

    /// The path of the folder with this name, percent-encoded for a `Location` field.
    ///
    /// Begins with exactly one slash: "//host" would send the visitor to another site.
    var encodedAsFolder: String {
        "/" + encoded + "/"
    }

    private var encoded: String {
        PercentEncoding.encode(relative) { $0 == UInt8(ascii: "/") || PercentEncoding.isUnreserved($0) }
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
}
