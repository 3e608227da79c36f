// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// A server that an address names.
struct WebHost: Sendable, Hashable {
    /// `https` where the address leaves it to the page.
    var scheme: String
    /// In lower case.
    var name: String
    /// Empty for the scheme's own.
    var port: String

    init(scheme: String, authority: Substring) {
        self.scheme = scheme
        let place = authority.split(separator: "@").last?.lowercased() ?? ""
        // An IPv6 address has colons within its brackets.
        let bracketed = place.hasPrefix("[") ? (place.firstIndex(of: "]").map { place[...$0] } ?? "") : ""
        let named = bracketed.isEmpty ? place.prefix { $0 != ":" } : bracketed
        name = String(named)
        let given = place.dropFirst(named.count + 1)
        port = ["80", "443"].contains(given) ? "" : String(given)
    }

    /// As a Content-Security-Policy names it.
    var origin: String { "\(scheme)://\(self)" }

    /// Whether it is the same server, in whatever scheme.
    func isSame(as other: WebHost) -> Bool { name == other.name && port == other.port }
}

extension WebHost: CustomStringConvertible {
    var description: String { port.isEmpty ? name : "\(name):\(port)" }
}
