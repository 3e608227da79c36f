// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import FormConfiguration

/// Reads the addresses of one page as browsers do, as far as it takes to tell the site's own from others (URL Standard).
struct PageAddresses: Sendable {
    enum Place: Sendable {
        /// On this site.
        case path(String)
        case host(WebHost)
        /// An address that is not of the web, such as one of mail.
        case other
    }

    /// The page's path on the site.
    private let page: String
    /// Where relative addresses begin.
    private var base: Place
    /// The site's own server; nil when nobody knows it.
    private var own: WebHost?

    /// - Parameters:
    ///   - siteURL: Nil when it is not configured: then it is what the page calls itself.
    init(page: String, content: SitePage, siteURL: String?) {
        self.page = "/" + page
        base = .path(self.page)
        if let url = siteURL ?? content.canonical, case .host(let host) = place(of: url) { own = host }
        if let address = content.base { base = place(of: address) }
    }

    func place(of address: String) -> Place {
        let plain = String(address.prefix { $0 != "?" && $0 != "#" })
        // An address of nothing is the page, whatever the base (HTML §4.10.22.3).
        guard !plain.isEmpty else { return .path(page) }
        var rest = plain[...]
        var scheme = plain.prefix { $0 != ":" && $0 != "/" }.lowercased()
        if !scheme.isEmpty, plain.dropFirst(scheme.count).first == ":" {
            guard scheme == "https" || scheme == "http" else { return .other }
            rest = rest.dropFirst(scheme.count + 1)
        } else {
            scheme = "https"
        }
        if rest.hasPrefix("//") {
            let authority = rest.dropFirst(2).prefix { $0 != "/" }
            let host = WebHost(scheme: scheme, authority: authority)
            guard own?.isSame(as: host) ?? false else { return .host(host) }
            let path = rest.dropFirst(2 + authority.count)
            return .path(path.isEmpty ? "/" : Self.withoutDots(String(path)))
        }
        guard case .path(let path) = base else { return base }
        guard !rest.hasPrefix("/") else { return .path(Self.withoutDots(String(rest))) }
        let folder = path.lastIndex(of: "/").map { path[...$0] } ?? "/"
        return .path(Self.withoutDots(String(folder) + rest))
    }

    private static func withoutDots(_ path: String) -> String {
        guard path.contains("/.") else { return path }
        let isFolder = ["/", "/.", "/.."].contains { path.hasSuffix($0) }
        let plain = FilePath.absolute(path, from: "/")
        return isFolder && plain != "/" ? plain + "/" : plain
    }
}
