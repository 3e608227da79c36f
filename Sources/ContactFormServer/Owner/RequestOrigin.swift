// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm
import HTTPTypes
import Hummingbird

/// Where a request comes from: only the site's own pages may make the owner's browser change something.
enum RequestOrigin {
    /// Whether a browser says that a page of this very origin sent it, by `Origin` (RFC 6454 §7) or, where that is
    /// missing, by `Sec-Fetch-Site`. Pages can set neither. A program that is no browser says so too.
    ///
    /// - Parameter siteURL: The public address, when a proxy changes `Host`.
    static func isOwn(_ request: Request, isOverTLS: Bool, siteURL: String?) -> Bool {
        let site = request.headers[.secFetchSite]
        if let site, site != "same-origin" { return false }
        guard let origin = request.headers[.origin] else { return site == "same-origin" }
        guard let authority = OriginPolicy.authority(of: origin.lowercased()) else { return false }
        if let siteURL, origin.lowercased() == siteURL { return true }
        // The same name over plain HTTP is another origin, and whoever sits in between may speak for it.
        guard !isOverTLS || origin.lowercased().hasPrefix("https://") else { return false }
        return authority == request.head.authority?.lowercased()
    }

    /// Whether the request was made to a name of this machine, whose connections nobody listens in on.
    static func isLoopback(_ authority: String?) -> Bool {
        authority.map(OriginPolicy.isLoopback) ?? false
    }

    /// Whether the request was made to a name of this machine and no proxy says that it passed it on.
    ///
    /// The name alone tells nothing: a proxy may hand on whatever `Host` a stranger sends. One that leaves no trace in the
    /// fields can't be told from a program of this machine, so nothing that is to be kept from strangers may rest on this
    /// while the site is known to have a proxy.
    static func isToThisMachine(_ request: Request) -> Bool {
        isLoopback(request.head.authority) && !request.headers.namesProxy
    }
}
