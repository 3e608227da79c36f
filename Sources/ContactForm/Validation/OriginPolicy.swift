// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// Which sites may post to the forms, and to which visitors may be sent afterwards.
package struct OriginPolicy: Sendable, Hashable {
    /// Origins from the configuration, as browsers write them: `https://example.se`, no path, lower case.
    package var allowed: Set<String>
    /// True while serving locally: any port of `localhost`, 127.0.0.1 and [::1] may post.
    package var allowsLoopback: Bool

    package init(allowed: Set<String> = [], allowsLoopback: Bool = false) {
        self.allowed = allowed
        self.allowsLoopback = allowsLoopback
    }

    package enum Verdict: Sendable, Hashable {
        /// `Origin` is missing or `null`, as privacy browsers and plain clients have it: a sign, no refusal.
        case absent
        case allowed(String)
        case foreign
    }

    package func verdict(origin: String?, host: String?) -> Verdict {
        guard let origin, !origin.isEmpty, origin != "null" else { return .absent }
        return allows(origin, host: host) ? .allowed(origin) : .foreign
    }

    /// Whether an origin is the site's own, as the `Host` of the request has it, or an allowed one.
    package func allows(_ origin: String, host: String?) -> Bool {
        let origin = origin.lowercased()
        guard let authority = Self.authority(of: origin) else { return false }
        if let host, authority == host.lowercased() { return true }
        if allowed.contains(origin) { return true }
        return allowsLoopback && Self.isLoopback(authority)
    }

    /// Whether a page's address (`Referer`) is of the site itself or of an allowed one.
    func allows(page: String?, host: String?) -> Bool {
        guard let page else { return false }
        let origin = page.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false).prefix(3)
        return allows(origin.joined(separator: "/"), host: host)
    }

    /// `host[:port]` of an http or https origin without path; nil for anything else.
    package static func authority(of origin: String) -> String? {
        guard let scheme = ["https://", "http://"].first(where: { origin.hasPrefix($0) }) else { return nil }
        let authority = origin.dropFirst(scheme.count)
        let isPlain = authority.utf8.allSatisfy { byte in
            byte > 0x20 && byte < 0x7F && !"/\\?#@\"<>".utf8.contains(byte)
        }
        return isPlain && !authority.isEmpty ? String(authority) : nil
    }

    /// An origin as a log may have it: its beginning, in lower case, and nil for what is none, which may hold anything.
    static func named(_ origin: String) -> String? {
        let origin = origin.lowercased()
        return authority(of: origin) == nil ? nil : String(origin.prefix(200))
    }

    /// Whether `host[:port]` names this machine, in any case.
    package static func isLoopback(_ authority: String) -> Bool {
        let authority = authority.lowercased()
        return ["localhost", "127.0.0.1", "[::1]"].contains { host in
            guard authority.hasPrefix(host) else { return false }
            let port = authority.utf8.dropFirst(host.utf8.count)
            let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
            return port.isEmpty || (port.first == UInt8(ascii: ":") && port.dropFirst().allSatisfy(digits.contains))
        }
    }
}
