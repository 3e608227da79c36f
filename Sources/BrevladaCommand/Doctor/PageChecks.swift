// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm
import FormConfiguration

/// Whether what is written into the forms of one page arrives.
struct PageChecks {
    /// The page's path in the site's folder.
    let page: String
    let forms: [FormName: FormDefinition]
    let siteURL: String?
    let addresses: PageAddresses
    let origins: OriginPolicy
    /// What the page is served under; nil is not judged.
    let policy: ContentSecurityPolicy?
    /// Whether the site has a page at a path.
    let isServed: (String) -> Bool

    /// What is wrong, and the line it stands at.
    struct Fault {
        var line: Int
        /// Without the place, which its text is to begin with.
        var finding: DoctorFinding
    }

    /// Of one page nobody reads more.
    private static let mostFindings = 25

    /// In the order of the page. Each is said once, though the page may have the same form twice.
    func findings(about content: SitePage) -> [DoctorFinding] {
        let findings = allFindings(about: content)
        let rest = findings.dropFirst(Self.mostFindings)
        guard !rest.isEmpty else { return findings }
        let text = "\(page) has \(rest.count) more of such faults"
        let remedy = "mend these, and run the doctor again"
        let isFailed = rest.contains { $0.outcome == .failed }
        return findings.prefix(Self.mostFindings) + [
            isFailed ? .failed(.site, text, remedy: remedy) : .warning(.site, text, remedy: remedy)
        ]
    }

    private func allFindings(about content: SitePage) -> [DoctorFinding] {
        var seen: Set<DoctorFinding> = []
        let faults = content.forms.flatMap(faults) + pageFaults(content)
        return faults.sorted { $0.line < $1.line }.filter { seen.insert($0.finding).inserted }.map { fault in
            var finding = fault.finding
            finding.text = "\(page):\(fault.line) \(finding.text)"
            return finding
        }
    }

    private func faults(of form: PageForm) -> [Fault] {
        let targets = form.targets.flatMap { target in
            targetFindings(target, of: form).map { Fault(line: form.line, finding: $0) }
        }
        return targets + nestedFaults(of: form) + fieldFaults(of: form) + contentFaults(of: form) + nextFaults(of: form)
    }

    private func nestedFaults(of form: PageForm) -> [Fault] {
        form.ignored.map { line in
            Fault(
                line: line,
                finding: .warning(
                    .site,
                    "has a form within the one of line \(form.line), which browsers take for a part of that",
                    remedy: "end that one with </form> before it"
                )
            )
        }
    }

    /// Whether it is meant for this server, well addressed or not.
    func isOurs(_ form: PageForm) -> Bool {
        form.targets.contains { target in
            guard let name = name(at: target) else { return false }
            return target.isPost || form.isForScript || isKnown(name)
        }
    }

    /// The forms of the configuration that it sends to.
    func names(of form: PageForm) -> [FormName] {
        form.targets.compactMap { target in
            name(at: target).flatMap { FormName(rawValue: String($0)) }
        }
    }

    private func name(at target: PageForm.Target) -> Substring? {
        guard case .path(let path) = place(of: target.address) else { return nil }
        return FormPath.form(at: path[...], method: "POST")
    }

    private func isKnown(_ name: Substring) -> Bool {
        FormName(rawValue: String(name)).map { forms.keys.contains($0) } ?? false
    }

    // MARK: - Where it goes

    typealias Place = PageAddresses.Place

    func place(of address: String) -> Place { addresses.place(of: address) }

    private func targetFindings(_ target: PageForm.Target, of form: PageForm) -> [DoctorFinding] {
        let sends = target.isPost || form.isForScript
        // Character references are not read here, as templates write "/" as "&#x2F;".
        guard !target.address.contains("&#") else { return [] }
        let place = place(of: target.address)
        switch place {
        case .other:
            guard target.address.lowercased().hasPrefix("mailto:") else { return [] }
            return [warning("has a form for \"\(target.address.cut)\", which no browser sends by itself")]
        case .host(let host):
            if target.address.hasPrefix("//"), host.port.isEmpty, !host.name.contains("."), host.name != "localhost" {
                return [
                    .warning(
                        .site,
                        "has a form for \"\(target.address.cut)\", which begins with two slashes and names a server \"\(host)\"",
                        remedy: "begin it with one slash: \"\(String(target.address.dropFirst()).cut)\""
                    )
                ]
            }
            if let service = Self.service(at: host.name) {
                return [warning("posts to \"\(target.address.cut)\", so that \(service) gets its messages")]
            }
            // Without a site_url the address may be the site's own.
            let mayBeOwn = siteURL == nil && (target.address.contains("/api/") || target.address.contains("/f/"))
            guard !mayBeOwn, policy?.refusesForm(to: place) ?? false else { return [] }
            return [
                .warning(
                    .site,
                    "sends a form to \"\(target.address.cut)\", which the Content-Security-Policy refuses",
                    remedy: "name \(host.origin) under form-action in a content_security_policy of your own"
                )
            ]
        case .path(let path):
            let name = FormPath.form(at: path[...], method: "POST")
            if let name, !name.isEmpty {
                // Below /f/ a site may have pages of its own.
                guard sends || path.hasPrefix("/api/") || isKnown(name) else { return [] }
                if let fault = fault(of: String(name)) { return [fault] }
                return target.isPost ? [] : [getFinding(target, isForScript: form.isForScript)]
            }
            if form.isForNetlify {
                let action = target.address.isEmpty ? "" : ", action=\"\(target.address.cut)\""
                return [warning("has a form that only Netlify would take (netlify\(action))")]
            }
            guard sends else { return target.address.isEmpty && form.asksForMessage ? [goesNowhere] : [] }
            guard !target.address.isEmpty else {
                return [warning("has a form without an action, which posts to a page that takes no messages")]
            }
            return [warning("posts to \"\(target.address.cut)\", where no form is", meant: nearest(to: path))]
        }
    }

    private static func service(at host: String) -> String? {
        services.first { host == $0.host || host.hasSuffix("." + $0.host) }?.name
    }

    /// Of which messages stayed behind when a site moved.
    private static let services = [
        (host: "formspree.io", name: "Formspree"), (host: "getform.io", name: "Getform"),
        (host: "getform.com", name: "Getform"), (host: "forminit.com", name: "Forminit"),
        (host: "submit-form.com", name: "Formspark"), (host: "formspark.io", name: "Formspark"),
        (host: "web3forms.com", name: "Web3Forms"), (host: "usebasin.com", name: "Basin"),
        (host: "formsubmit.co", name: "FormSubmit"), (host: "staticforms.xyz", name: "StaticForms"),
        (host: "formcarry.com", name: "Formcarry"), (host: "un-static.com", name: "Un-static"),
        (host: "herotofu.com", name: "HeroTofu"), (host: "formkeep.com", name: "FormKeep"),
        (host: "formbucket.com", name: "FormBucket"), (host: "kwes.io", name: "Kwes"),
        (host: "netlify.app", name: "Netlify"), (host: "netlify.com", name: "Netlify"),
    ]

    private func warning(_ text: String, meant: String = "/api/contact") -> DoctorFinding {
        .warning(.site, text, remedy: "give the form action=\"\(meant)\" and method=\"post\", unless that is meant")
    }

    private var goesNowhere: DoctorFinding {
        .note(
            .site,
            "has a form without an action and without method=\"post\", which is sent nowhere unless a script does it",
            remedy: "give it action=\"/api/contact\" and method=\"post\", unless that is meant"
        )
    }

    private func getFinding(_ target: PageForm.Target, isForScript: Bool) -> DoctorFinding {
        let whose = isForScript ? "; where the script can't run, no message arrives" : ", and no message arrives"
        return .warning(
            .site,
            "has a form for \"\(target.address.cut)\" without method=\"post\"\(whose)",
            remedy: "give the form method=\"post\""
        )
    }

    private func nearest(to path: String) -> String {
        let routes = forms.keys.map { $0 == .contact ? "/api/contact" : "/api/f/\($0)" }
        return Suggestion.nearest(to: path, among: routes.sorted()) ?? "/api/contact"
    }

    private func fault(of name: String) -> DoctorFinding? {
        let text = "posts to the form \"\(name)\", which "
        guard let form = FormName(rawValue: name).flatMap({ forms[$0] }) else {
            let known = forms.keys.map(\.rawValue).sorted()
            let meant = Suggestion.nearest(to: name, among: known).map { "post to \"\($0)\"" }
            let remedy = (meant ?? "name another") + ", or add \"\(name)\" under forms"
            return .failed(.site, text + "is not configured", remedy: remedy)
        }
        guard !form.isActive else { return nil }
        let remedy = "set forms.\(name).active to true, or take the form off the page"
        return .failed(.site, text + "is closed", remedy: remedy)
    }
}

extension String {
    /// As much of it as a line has room for.
    var cut: String { count > 100 ? prefix(100) + "…" : self }
}
