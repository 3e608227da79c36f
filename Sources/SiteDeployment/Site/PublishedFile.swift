// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import Bytes
import SiteFiles

/// A file of the site as it is to lie in the bucket.
package struct PublishedFile: Sendable, Hashable {
    package enum Content: Sendable, Hashable {
        /// The file as it lies on this machine, by its absolute path.
        case file(path: String)
        /// Text that was made or changed on the way.
        case bytes([UInt8])
    }

    /// The path below the site's folder.
    package var key: String
    package var content: Content
    /// SHA-256 in hexadecimal of what is uploaded.
    package var hash: String

    package init(key: String, content: Content, hash: String) {
        self.key = key
        self.content = content
        self.hash = hash
    }

    package init(key: String, bytes: [UInt8]) {
        self.init(key: key, content: .bytes(bytes), hash: SHA256.digest(bytes).hexadecimal)
    }

    private var name: Substring { key.split(separator: "/").last ?? key[...] }

    /// As Brevlåda's own server answers it.
    package var mediaType: String { MediaType(fileName: name).fieldValue }
    package var cacheControl: String { CachePolicy(fileName: name).fieldValue }
    /// Uploaded after all else, since pages name the rest.
    package var isPage: Bool { CachePolicy(fileName: name) == .revalidate }

    /// Whether Brevlåda's own server would serve a file of that path: no part begins with a dot but for `.well-known`
    /// (RFC 8615).
    package static func isPublished(_ path: String) -> Bool {
        path.split(separator: "/").allSatisfy { !$0.hasPrefix(".") || $0 == ".well-known" }
    }
}
