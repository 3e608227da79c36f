// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// An address in full: a server, and what to ask it for.
package struct HTTPLocation: Sendable, Hashable {
    package var endpoint: HTTPEndpoint
    /// The path as it stands, at least `/`, with its query and without its fragment (RFC 9112 §3.2.1).
    package var target: String

    package init(endpoint: HTTPEndpoint, target: String) {
        self.endpoint = endpoint
        self.target = target
    }

    /// Over TLS, at its usual port.
    package init(host: String, target: String) {
        endpoint = HTTPEndpoint(host: host)
        self.target = target
    }

    /// Reads `https://host/path?query`; nil for anything that is not of that form.
    package init?(url: String) {
        let address = url.prefix { $0 != "#" }
        // The first two slashes are the scheme's.
        guard let scheme = address.firstIndex(of: ":"), address[scheme...].hasPrefix("://") else { return nil }
        let rest = address[scheme...].dropFirst(3)
        let end = rest.firstIndex { $0 == "/" || $0 == "?" } ?? rest.endIndex
        let path = rest[end...]
        guard path.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }),
            let endpoint = HTTPEndpoint(url: String(address[..<end]))
        else { return nil }
        self.endpoint = endpoint
        target = (path.hasPrefix("/") ? "" : "/") + path
    }
}
