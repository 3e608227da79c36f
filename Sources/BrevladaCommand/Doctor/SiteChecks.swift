// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm
import ContactFormChallenge
import FormConfiguration
import Foundation
import SiteDeployment

/// Whether the pages and the forms of the configuration fit together.
struct SiteChecks {
    let siteFolder: String
    let forms: [FormName: FormDefinition]
    /// Who checks visitors; nil when nobody does.
    var challenge: ChallengeProvider?
    /// The site's own address: what begins with it is a path here.
    var siteURL: String?
    /// Where a page may lead to besides the site.
    var origins = OriginPolicy()
    /// What the pages are served under; nil is not judged.
    var policy: ContentSecurityPolicy?
    /// Looking stops after so many pages, which a person would not wait for.
    var mostPages = 5_000
    private static let largestPage = 4 << 20

    init(siteFolder: String, forms: [FormName: FormDefinition]) {
        self.siteFolder = siteFolder
        self.forms = forms
    }

    /// Of all that does not depend on who serves the pages.
    init(_ configuration: Configuration) {
        self.init(siteFolder: configuration.siteFolder, forms: configuration.forms.forms)
        challenge = configuration.challenge?.provider
        siteURL = configuration.siteURL
        origins = configuration.forms.origins
    }

    func findings() -> [DoctorFinding] {
        let (pages, used) = pages()
        return nextPages(used) + pages
    }

    /// The page that each form leads to must be there; one on another site is not looked at. What no page sends to may be a
    /// form of another site.
    private func nextPages(_ used: Set<FormName>) -> [DoctorFinding] {
        forms.values.sorted { $0.name < $1.name }.filter(\.isActive).compactMap { form in
            guard form.next.hasPrefix("/") else { return nil }
            let path = String(form.next.prefix { $0 != "?" && $0 != "#" })
            if isServed(path) { return .passed(.site, "the form \"\(form.name)\" leads to \(form.next)") }
            let text = "the form \"\(form.name)\" leads to \(form.next), which the site does not have"
            let remedy = "write that page, or set forms.\(form.name).next to one that is there"
            return used.contains(form.name)
                ? .failed(.site, text, remedy: remedy) : .warning(.site, text, remedy: remedy)
        }
    }

    /// As the server finds a page: a file, a folder's index.html, or the name with ".html".
    private func isServed(_ path: String) -> Bool {
        guard let decoded = path.removingPercentEncoding, !decoded.split(separator: "/").contains("..") else {
            return false
        }
        let file = FilePath.absolute("." + decoded, from: siteFolder)
        let candidates =
            decoded.hasSuffix("/")
            ? [FilePath.joined(file, "index.html")]
            : [file, file + ".html", FilePath.joined(file, "index.html")]
        return candidates.contains { candidate in
            var isFolder = ObjCBool(false)
            return FileManager.default.fileExists(atPath: candidate, isDirectory: &isFolder) && !isFolder.boolValue
        }
    }

    /// What no server shows is judged by nobody.
    private static func isPage(_ path: String) -> Bool {
        let name = path.lowercased()
        return (name.hasSuffix(".html") || name.hasSuffix(".htm")) && PublishedFile.isPublished(path)
    }

    /// Every form on every page must post to a form that is configured, and hold what that one asks for.
    private func pages() -> (findings: [DoctorFinding], used: Set<FormName>) {
        // Of a link the enumerator shows nothing.
        guard let enumerator = FileManager.default.enumerator(atPath: FilePath.real(siteFolder) ?? siteFolder) else {
            return ([], [])
        }
        let paths = enumerator.compactMap { $0 as? String }.filter(Self.isPage).sorted()
        var findings: [DoctorFinding] = []
        var pages = 0
        var posting = 0
        var areInOrder = true
        var refusals = PolicyRefusals()
        var used: Set<FormName> = []
        for relative in paths {
            pages += 1
            if pages > mostPages {
                findings.append(
                    .warning(
                        .site,
                        "only the first \(mostPages) pages were searched for forms",
                        remedy: "look at the others yourself"
                    )
                )
                break
            }
            guard let page = text(of: FilePath.joined(siteFolder, relative)) else { continue }
            let content = SitePage(page)
            let checks = PageChecks(
                page: relative,
                forms: forms,
                siteURL: siteURL,
                addresses: PageAddresses(page: relative, content: content, siteURL: siteURL),
                origins: origins,
                policy: policy,
                isServed: isServed
            )
            if let form = content.forms.first(where: checks.isOurs) {
                posting += 1
                used.formUnion(content.forms.flatMap(checks.names))
                if let finding = challengeFinding(page, "\(relative):\(form.line)") { findings.append(finding) }
            }
            let faults = checks.findings(about: content)
            if faults.contains(where: { $0.outcome != .note }) { areInOrder = false }
            findings += faults
            if let policy { refusals.add(content, checks, policy) }
        }
        findings += refusals.findings()
        if posting == 0 {
            findings.append(
                .warning(
                    .site,
                    "no page of the site posts to a form here",
                    remedy: "give a form action=\"/api/contact\" and method=\"post\""
                )
            )
        } else if areInOrder {
            let count = posting == 1 ? "1 page posts" : "\(posting) pages post"
            findings.append(.passed(.site, "\(count) to forms that are there"))
        }
        return (findings, used)
    }

    /// A script may put the widget there, so it is no fault for certain.
    private func challengeFinding(_ page: String, _ place: String) -> DoctorFinding? {
        guard let challenge, !page.contains(challenge.widgetClass) else { return nil }
        return .warning(
            .site,
            "\(place) posts to a form and does not show the challenge, without which every message is refused",
            remedy: "put the widget of \(challenge.rawValue) into the form, or take challenge out"
        )
    }

    private func text(of path: String) -> String? {
        guard let data = FileManager.default.contents(atPath: path), data.count <= Self.largestPage else { return nil }
        return String(decoding: data, as: UTF8.self)
    }
}
