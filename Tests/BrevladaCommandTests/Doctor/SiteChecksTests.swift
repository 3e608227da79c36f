// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm
import ContactFormChallenge
import EmbeddedFiles
import FormConfiguration
import Foundation
import StarterSite
import Testing

@testable import BrevladaCommand

@Suite("The doctor looks at the site")
struct SiteChecksTests {
    private func findings(
        _ pages: [String: String],
        _ forms: [FormDefinition] = [FormDefinition(name: .contact)],
        challenge: SiteverifyChallenge.Provider? = nil
    ) throws -> [String] {
        try withTemporaryFolder { folder in
            for (path, page) in pages {
                let file = FilePath.joined(folder, path)
                try FileManager.default.createDirectory(
                    atPath: FilePath.parent(of: file),
                    withIntermediateDirectories: true
                )
                #expect(FileManager.default.createFile(atPath: file, contents: Data(page.utf8)))
            }
            let named = Dictionary(uniqueKeysWithValues: forms.map { ($0.name, $0) })
            return SiteChecks(siteFolder: folder, forms: named, challenge: challenge).findings().map { finding in
                let mark = ["passed": "✓", "warning": "!", "failed": "✗"][finding.outcome.rawValue] ?? "?"
                return "\(mark) \(finding.text)" + (finding.remedy.map { "; \($0)" } ?? "")
            }
        }
    }

    private func form(next: String) -> FormDefinition {
        var form = FormDefinition(name: .contact)
        form.next = next
        return form
    }

    @Test(
        "the page after sending is found as the server finds it",
        arguments: [
            ("/thanks.html", "thanks.html"), ("/thanks", "thanks.html"), ("/thanks/", "thanks/index.html"),
            ("/thanks", "thanks/index.html"), ("/tack%20s%C3%A5.html?a=/x#y", "tack så.html"), ("/", "index.html"),
        ]
    )
    func nextPages(_ next: String, _ file: String) throws {
        let found = try findings([file: "<form action=/api/contact>"], [form(next: next)])
        #expect(found == ["✓ the form \"contact\" leads to \(next)", "✓ 1 page posts to forms that are there"])
    }

    @Test(
        "a form without the challenge that is configured is warned of",
        arguments: [
            (SiteverifyChallenge.Provider.turnstile, "<div class=\"cf-turnstile\" data-sitekey=\"x\">", false),
            (.hcaptcha, "<div class=h-captcha>", false), (.turnstile, "<div class=h-captcha>", true),
            (.hcaptcha, "", true), (nil, "", false),
        ]
    )
    func challenge(_ challenge: SiteverifyChallenge.Provider?, _ widget: String, _ isWarned: Bool) throws {
        let pages = ["thanks.html": "", "index.html": "<form action=/api/contact>\(widget)</form>"]
        let warnings = try findings(pages, challenge: challenge).filter { $0.hasPrefix("!") }
        #expect(warnings.count == (isWarned ? 1 : 0))
        #expect(warnings.allSatisfy { $0.contains("index.html") && $0.contains("challenge") })
    }

    @Test("a page that is not there is a fault", arguments: ["/thanks.html", "/thanks/", "/../index.html", "/%zz"])
    func missingNextPage(_ next: String) throws {
        let found = try findings(["index.html": "<form action='/api/contact'>"], [form(next: next)])
        #expect(
            found.first == "✗ the form \"contact\" leads to \(next), which the site does not have; "
                + "write that page, or set forms.contact.next to one that is there"
        )
    }

    @Test("a form that is not configured is a fault, with the one that was meant")
    func unknownForms() throws {
        let found = try findings(
            ["a/b.html": "<FORM METHOD=post ACTION = '/api/f/contakt'><button formaction=\"/f/other/x\">"],
            [form(next: "https://example.com/")]
        )
        #expect(
            found == [
                "✗ a/b.html posts to the form \"contakt\", which is not configured; post to \"contact\", "
                    + "or add \"contakt\" under forms",
                "✗ a/b.html posts to the form \"other/x\", which is not configured; name another, "
                    + "or add \"other/x\" under forms",
            ]
        )
    }

    @Test("a closed form on a page is a fault, and its next page does not matter")
    func closedForm() throws {
        var closed = FormDefinition(name: .contact)
        closed.isActive = false
        #expect(
            try findings(["index.html": "<form action=/api/contact>"], [closed]) == [
                "✗ index.html posts to the form \"contact\", which is closed; set forms.contact.active to true, "
                    + "or take the form off the page"
            ]
        )
    }

    @Test("forms that go elsewhere are nobody's business, and none at all brings a warning")
    func otherForms() throws {
        let page =
            "<form action=\"/search\"><form action=\"https://example.org/api/f/x\"><form action=\"//e.org/f/x\"> action"
        #expect(
            try findings(["index.html": page], [form(next: "https://example.com/")]) == [
                "! no page of the site posts to a form here; give a form action=\"/api/contact\" and method=\"post\""
            ]
        )
    }

    @Test(
        "the addresses of forms are read from any spelling",
        arguments: [
            ("<form action=/api/f/a>", ["a"]), ("<form action = \"/api/f/a?x\">", ["a"]),
            ("<form action='/f/a#x'>", ["a"]),
            ("<form action=\"/api/AddContactInfo\">", ["contact"]),
            ("<form action=/f/a><form action=/f/b><form action=/f/a>", ["a", "b"]), ("<form action=\"/f/", [""]),
            ("action=", []),
            ("", []),
        ]
    )
    func postedForms(_ page: String, _ names: [String]) {
        #expect(SiteChecks.postedForms(page) == names)
    }

    @Test("the starter site is in order")
    func starterSite() throws {
        let pages = Dictionary(
            uniqueKeysWithValues: StarterSite.files.map { ($0.path, String(decoding: $0.bytes, as: UTF8.self)) }
        )
        #expect(try findings(pages).allSatisfy { $0.hasPrefix("✓") })
    }
}
