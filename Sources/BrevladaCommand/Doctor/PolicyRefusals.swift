// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm

/// What the Content-Security-Policy refuses in the pages of a site. What all pages have, such as a style sheet, is said once.
struct PolicyRefusals {
    private struct Thing: Hashable {
        var kind: SitePage.Content.Kind
        /// Where it would be loaded from; nil for the page or the site itself.
        var host: WebHost?
    }

    /// In the order in which they were found.
    private var things: [Thing] = []
    private var places: [Thing: [String]] = [:]

    mutating func add(_ page: SitePage, _ checks: PageChecks, _ policy: ContentSecurityPolicy) {
        // Of reCAPTCHA beside a form of ours more is said than that its script is refused.
        let hasOurForm = page.forms.contains(where: checks.isOurs)
        for content in page.contents where !(content.isCaptcha && hasOurForm) {
            let place = content.address.map(checks.place) ?? .other
            guard policy.refuses(content, from: place) else { continue }
            var thing = Thing(kind: content.kind)
            if case .host(let host) = place { thing.host = host }
            if places[thing] == nil { things.append(thing) }
            let line = "\(checks.page):\(content.line)"
            if places[thing]?.last != line { places[thing, default: []].append(line) }
        }
    }

    func findings() -> [DoctorFinding] {
        things.map { thing in
            let from = thing.host.map { " from \($0)" } ?? ""
            let naming =
                thing.host.map {
                    ", or name \($0.origin) under \(thing.kind.directive) in a content_security_policy of your own"
                } ?? ""
            return .warning(
                .site,
                "\(PageChecks.list(places[thing] ?? [])): the Content-Security-Policy refuses \(thing.kind.phrase)\(from)",
                remedy: thing.kind.remedy + naming
            )
        }
    }
}
