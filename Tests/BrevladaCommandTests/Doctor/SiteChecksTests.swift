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
        challenge: SiteverifyChallenge.Provider? = nil,
        siteURL: String? = nil
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
            let checks = SiteChecks(siteFolder: folder, forms: named, challenge: challenge, siteURL: siteURL)
            return checks.findings().map { finding in
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
        let found = try findings([file: "<form method=post action=/api/contact>"], [form(next: next)])
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
        let pages = ["thanks.html": "", "index.html": "<form method=post action=/api/contact>\(widget)</form>"]
        let warnings = try findings(pages, challenge: challenge).filter { $0.hasPrefix("!") }
        #expect(warnings.count == (isWarned ? 1 : 0))
        #expect(warnings.allSatisfy { $0.contains("index.html") && $0.contains("challenge") })
    }

    @Test("a page that is not there is a fault", arguments: ["/thanks.html", "/thanks/", "/../index.html", "/%zz"])
    func missingNextPage(_ next: String) throws {
        let found = try findings(["index.html": "<form method=post action='/api/contact'>"], [form(next: next)])
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
            try findings(["index.html": "<form method=post action=/api/contact>"], [closed]) == [
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

    /// A page with one form, and what is said of it, without the remedy unless that is told too.
    struct Page: Sendable, CustomTestStringConvertible {
        var form: String
        var said: [String]

        init(_ form: String, _ said: String...) {
            self.form = form
            self.said = said
        }

        var testDescription: String { form }
    }

    private static let remedy = "; give the form action=\"/api/contact\" and method=\"post\", unless that is meant"

    @Test(
        "a form that can never deliver is warned of, with its page and its address",
        arguments: [
            Page(
                "<form method=post action=/api/contcat>",
                "! sv/a.html posts to \"/api/contcat\", where no form is" + remedy
            ),
            Page(
                "<form method=POST action='/api/f'>",
                "! sv/a.html posts to \"/api/f\", where no form is" + remedy
            ),
            Page("<form method=post action=/f/>", "! sv/a.html posts to \"/f/\", where no form is" + remedy),
            Page("<form data-brevlada action=/send>", "! sv/a.html posts to \"/send\", where no form is" + remedy),
            Page(
                "<form method=post action=api/contact>",
                "! sv/a.html posts to \"api/contact\", where no form is" + remedy
            ),
            Page(
                "<form method=post>",
                "! sv/a.html has a form without an action, which posts to a page that takes no messages" + remedy
            ),
            Page(
                "<form action=https://formspree.io/f/abcd method=post>",
                "! sv/a.html posts to \"https://formspree.io/f/abcd\", so that Formspree gets its messages" + remedy
            ),
            Page(
                "<form action=//getform.io/f/abcd>",
                "! sv/a.html posts to \"//getform.io/f/abcd\", so that Getform gets its messages" + remedy
            ),
            Page(
                "<form action=https://submit-form.com/x>",
                "! sv/a.html posts to \"https://submit-form.com/x\", so that Formspark gets its messages" + remedy
            ),
            Page(
                "<form action=https://API.web3forms.com/submit>",
                "! sv/a.html posts to \"https://API.web3forms.com/submit\", so that Web3Forms gets its messages"
                    + remedy
            ),
            Page(
                "<form name=contact netlify>",
                "! sv/a.html has a form that only Netlify would take (netlify)" + remedy
            ),
            Page(
                "<form method=POST data-netlify=\"true\" action='/success'>",
                "! sv/a.html has a form that only Netlify would take (netlify, action=\"/success\")" + remedy
            ),
            Page(
                "<form action=/api/contact>",
                "! sv/a.html has a form for \"/api/contact\" without method=\"post\", and no message arrives; "
                    + "give the form method=\"post\""
            ),
            Page(
                "<form action=/f/contact method=get>",
                "! sv/a.html has a form for \"/f/contact\" without method=\"post\", and no message arrives; "
                    + "give the form method=\"post\""
            ),
            Page(
                "<form action=/api/contact data-brevlada>",
                "! sv/a.html has a form for \"/api/contact\" without method=\"post\"; "
                    + "where the script can't run, no message arrives; give the form method=\"post\""
            ),
        ]
    )
    func deadForms(_ page: Page) throws {
        let found = try findings(["sv/a.html": page.form], [form(next: "https://example.com/")])
        #expect(found.filter { !$0.contains("no page of the site") } == page.said)
    }

    @Test(
        "a form that delivers, or that is meant for another place, is left in peace",
        arguments: [
            "<form method=post action=/api/contact/>", "<form method=post action=../api/contact>",
            "<form method=post action=https://www.example.com/api/contact>",
            "<form action=/api/contact><button formmethod=post>",
            "<form><button formaction=/f/contact formmethod=post>",
            "<form method=post action=/api/contact data-netlify=true>", "<form action=/f/search>",
            "<form action=/api/x>",
            "<form method=post action=https://shop.example/order>", "<form method=post action=mailto:a@example.com>",
            "<form method=dialog>", "<form netlify=false>",
            "<!-- <form method=post> --><script>'<form method=post action=/x>'</script>",
        ]
    )
    func peace(_ page: String) throws {
        let found = try findings(
            ["sv/a.html": page],
            [form(next: "https://example.com/")],
            siteURL: "https://www.example.com"
        )
        #expect(found.allSatisfy { $0.hasPrefix("✓") || $0.contains("no page of the site") })
    }

    @Test("the address that was probably meant is named")
    func meant() throws {
        let forms = [
            form(next: "https://example.com/"), FormDefinition(name: try #require(FormName(rawValue: "order"))),
        ]
        let found = try findings(["thanks.html": "", "a.html": "<form method=post action=/api/order>"], forms)
        #expect(found.contains { $0.contains("give the form action=\"/api/f/order\"") })
    }

    @Test(
        "a form without a field that is required is warned of, by the names that it sends",
        arguments: [
            ("<input name=email><textarea name=message></textarea>", nil),
            ("<input name=_replyto><input name=msg>", nil),
            ("<select name=email[]></select><my-editor name=message></my-editor>", nil), ("", nil),
            ("<input type=hidden name=_subject><my-fields></my-fields><button>", nil),
            ("<textarea name=message></textarea></form><input form=f name=email>", nil),
            ("<input type=email id=email><textarea name=message>", "the field \"email\", which is"),
            ("<input name=e-mail></form><textarea name=message>", "the fields \"email\", \"message\", which are"),
            ("<input name=email><!-- <input name=message> -->", "the field \"message\", which is"),
        ]
    )
    func requiredFields(_ fields: String, _ missing: String?) throws {
        let page = "<form id=f method=post action=/api/contact>\(fields)"
        let said = try findings(["a.html": page], [form(next: "https://example.com/")])
        let warning = missing.map { missing in
            "! a.html posts to \"/api/contact\" without \(missing) required; name the fields of the page so, "
                + "or say under forms.contact.fields what the page has"
        }
        #expect(said == [warning ?? "✓ 1 page posts to forms that are there"])
    }

    @Test(
        "the page that _next leads to must be there too",
        arguments: [
            ("/tack", nil), ("/tack.html?a", nil), ("https://example.org/x", nil), ("", nil),
            ("https://www.example.com/tack.html", nil),
            (
                "/thanks.html",
                "✗ a.html leads to \"/thanks.html\" after sending (_next), which the site does not have; "
                    + "write that page, or let _next name one that is there"
            ),
            (
                "https://www.example.com/thanks",
                "✗ a.html leads to \"https://www.example.com/thanks\" after sending "
                    + "(_next), which the site does not have; write that page, or let _next name one that is there"
            ),
            (
                "tack.html",
                "! a.html leads to \"tack.html\" after sending (_next), which is no path and is ignored; "
                    + "begin it with a slash: \"/tack.html\""
            ),
        ]
    )
    func hiddenNext(_ next: String, _ said: String?) throws {
        let page = "<form method=post action=/api/contact><input type=hidden name=_next value='\(next)'></form>"
        let found = try findings(
            ["a.html": page, "tack.html": ""],
            [form(next: "https://example.com/")],
            siteURL: "https://www.example.com"
        )
        #expect(found == [said ?? "✓ 1 page posts to forms that are there"])
    }

    @Test(
        "the addresses of forms are read from any spelling",
        arguments: [
            ("<form action=/api/f/a>", ["/api/f/a"]), ("<form action = \" /api/f/a?x \">", ["/api/f/a?x"]),
            ("<FORM\nACTION='/f/a#x' action=/f/b>", ["/f/a#x"]),
            ("<form action=/f/a><form action=/f/b>", ["/f/a", "/f/b"]),
            (
                "<form><button formaction=/f/a><input type=submit formaction=/f/b><input formaction=/f/c></form>",
                ["/f/a", "/f/b"]
            ),
            ("<form action=/f/a><button type=button formaction=/f/b><button formaction=/f/c>", ["/f/a", "/f/c"]),
            ("<form id=x></form><button form=x formaction=/f/a>", ["/f/a"]), ("<form action=\"/f/", ["/f/"]),
            ("<form>", [""]), ("action=", []), ("<button formaction=/f/a>", []), ("", []),
        ]
    )
    func addresses(_ page: String, _ addresses: [String]) {
        #expect(PageForm.all(in: page).flatMap(\.targets).map(\.address) == addresses)
    }

    @Test("the starter site is in order")
    func starterSite() throws {
        let pages = Dictionary(
            uniqueKeysWithValues: StarterSite.files.map { ($0.path, String(decoding: $0.bytes, as: UTF8.self)) }
        )
        #expect(try findings(pages).allSatisfy { $0.hasPrefix("✓") })
    }
}
