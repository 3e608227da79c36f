// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// One HTTP request to a form, as far as the form cares.
package struct FormRequest: Sendable {
    package enum Body: Sendable {
        case complete([UInt8])
        /// Larger than `IntakeLimits.bodyBytes`; the adapter stopped reading.
        case tooLarge
        /// Nothing was kept of it: the adapter had no room to receive it beside others.
        case noRoom
    }

    package var method: String
    /// The form as the path names it, not checked yet.
    package var form: String
    /// The path, for the form on an error page to post to.
    package var path: String
    package var headers: Headers
    package var body: Body
    /// Who the visitor is as far as it can be trusted, for the rate limits alone; nothing stores it. The 128 bits of an IPv6
    /// address; IPv4 is mapped into it (RFC 4291 §2.5.5.2).
    package var clientAddress: UInt128?
    package var receivedAt: Timestamp
    /// Shown to the visitor when something failed, and logged beside the cause.
    package var reference: String

    package init(
        method: String,
        form: String,
        path: String,
        headers: Headers,
        body: Body,
        clientAddress: UInt128?,
        receivedAt: Timestamp,
        reference: String
    ) {
        self.method = method
        self.form = form
        self.path = path
        self.headers = headers
        self.body = body
        self.clientAddress = clientAddress
        self.receivedAt = receivedAt
        self.reference = reference
    }

    /// The headers that a form reads.
    package struct Headers: Sendable, Hashable {
        package var accept: String?
        package var acceptLanguage: String?
        package var contentType: String?
        package var formspreeSessionData: String?
        package var host: String?
        package var idempotencyKey: String?
        package var origin: String?
        package var referer: String?
        package var requestedWith: String?
        /// What a browser will do with the answer: `document` or `iframe` when it goes there, `empty` when a script gets it
        /// (Fetch Metadata §2.1). Browsers leave it out on plain HTTP, but for loopback.
        package var fetchDestination: String?
        /// `same-origin` from the site's own pages (Fetch Metadata §2.4).
        package var fetchSite: String?

        /// - Parameter header: Looks a header up by its name in lower case.
        package init(_ header: (_ name: String) -> String?) {
            accept = header("accept")
            acceptLanguage = header("accept-language")
            contentType = header("content-type")
            formspreeSessionData = header("formspree-session-data")
            host = header("host")
            idempotencyKey = header("idempotency-key")
            origin = header("origin")
            referer = header("referer")
            requestedWith = header("x-requested-with")
            fetchDestination = header("sec-fetch-dest")
            fetchSite = header("sec-fetch-site")
        }

        /// Whether a script of another origin gets the answer. On the site's own pages it may be a router that takes forms over
        /// and shows the page that it gets, as Astro's does, and says nothing of itself.
        var isFromForeignScript: Bool {
            fetchDestination == "empty" && (fetchSite == "same-site" || fetchSite == "cross-site")
        }
    }
}
