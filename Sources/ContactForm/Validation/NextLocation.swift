// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import Bytes

/// Decides where a visitor goes after sending, so that nobody can use the form to send visitors elsewhere.
package enum NextLocation {
    /// `wanted` when it is a path on the site or lies on an allowed origin, else `fallback`.
    ///
    /// - Parameter siteURL: The site's own address, when the form is answered from another one (a REST API beside a
    ///   bucket): paths are then put behind it.
    package static func resolve(
        _ wanted: String?,
        fallback: String,
        origins: OriginPolicy,
        host: String?,
        siteURL: String?
    ) -> String {
        let wanted = wanted.map(percentEncoded)
        let next = wanted.flatMap { isSafe($0, origins: origins, host: host) ? $0 : nil } ?? fallback
        guard next.hasPrefix("/"), let siteURL, host == nil || OriginPolicy.authority(of: siteURL) != host else {
            return next
        }
        return siteURL + next
    }

    /// The address with its letters beyond ASCII as browsers send them: pages are written with `/tack-så-mycket.html`.
    package static func percentEncoded(_ location: String) -> String {
        guard !location.utf8.allSatisfy({ $0 < 0x80 }) else { return location }
        return PercentEncoding.encode(location) { $0 < 0x80 }
    }

    private static func isSafe(_ location: String, origins: OriginPolicy, host: String?) -> Bool {
        // Browsers take `\` for `/` and drop control characters before they read an address (WHATWG URL §4.4), so
        // that `/\evil` and `/<tab>/evil` leave the site. Other bytes have no place in a header as they are.
        guard location.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\\") }),
            location.utf8.count <= 2000
        else { return false }
        if location.hasPrefix("/") { return !location.hasPrefix("//") }
        guard let schemeEnd = location.firstIndex(of: ":"), location[schemeEnd...].hasPrefix("://") else {
            return false
        }
        let origin = location.prefix(
            upTo: location[schemeEnd...].dropFirst(3).firstIndex { "/?#".contains($0) }
                ?? location.endIndex
        )
        return origins.allows(String(origin), host: host)
    }
}
