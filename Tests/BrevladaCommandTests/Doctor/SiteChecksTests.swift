// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm
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
        challenge: ChallengeProvider? = nil,
        siteURL: String? = nil,
        origins: Set<String> = []
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
            var checks = SiteChecks(siteFolder: folder, forms: named, challenge: challenge, siteURL: siteURL)
            // As the configuration has them.
            checks.origins = OriginPolicy(allowed: origins.union([siteURL].compactMap(\.self)))
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

    @Test("the pages are found in a folder that is a link, as the server finds them")
    func linkedFolder() throws {
        try withTemporaryFolder { folder in
            let manager = FileManager.default
            try manager.createDirectory(atPath: folder + "/site", withIntermediateDirectories: true)
            try Data("<form method=post action=/api/contact>".utf8).write(
                to: URL(filePath: folder + "/site/index.html")
            )
            try manager.createSymbolicLink(atPath: folder + "/link", withDestinationPath: "site")
            let checks = SiteChecks(siteFolder: folder + "/link", forms: [.contact: form(next: "/")])
            #expect(checks.findings().map(\.outcome) == [.passed, .passed])
        }
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
            (ChallengeProvider.turnstile, "<div class=\"cf-turnstile\" data-sitekey=\"x\">", false),
            (.hcaptcha, "<div class=h-captcha>", false), (.turnstile, "<div class=h-captcha>", true),
            (.hcaptcha, "", true), (nil, "", false),
        ]
    )
    func challenge(_ challenge: ChallengeProvider?, _ widget: String, _ isWarned: Bool) throws {
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
        "another service is known by its host, or one below it, and by no other that ends alike",
        arguments: [
            "formspree.io", "getform.io", "getform.com", "forminit.com", "submit-form.com", "formspark.io",
            "web3forms.com",
            "usebasin.com", "formsubmit.co", "staticforms.xyz", "formcarry.com", "un-static.com", "herotofu.com",
            "formkeep.com", "formbucket.com", "kwes.io",
        ]
    )
    func services(_ host: String) throws {
        func isKnown(_ host: String) throws -> Bool {
            try findings(["a.html": "<form method=post action=https://\(host)/x>"]).contains {
                $0.contains("gets its messages")
            }
        }
        #expect(try isKnown(host))
        #expect(try isKnown("api.\(host)"))
        #expect(try !isKnown("not\(host)"))
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

    private static let ignored =
        "which is no address of the site or of origins and is ignored; let it be a path, such as \"/thanks.html\", "
        + "or add the other site to origins"

    private static let nexts: [(String, String?)] = [
        ("/tack", nil), ("/tack.html?a", nil), ("https://shop.example/x", nil), ("", nil),
        ("https://www.example.com/tack.html", nil),
        (
            "https://example.org/x",
            "! a.html leads to \"https://example.org/x\" after sending (_next), \(ignored)"
        ),
        ("//shop.example/x", "! a.html leads to \"//shop.example/x\" after sending (_next), \(ignored)"),
        ("/tack .html", "! a.html leads to \"/tack .html\" after sending (_next), \(ignored)"),
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

    @Test("the page that _next leads to must be there too", arguments: nexts)
    func hiddenNext(_ next: String, _ said: String?) throws {
        let page = "<form method=post action=/api/contact><input type=hidden name=_next value='\(next)'></form>"
        let found = try findings(
            ["a.html": page, "tack.html": ""],
            [form(next: "https://example.com/")],
            siteURL: "https://www.example.com",
            origins: ["https://shop.example"]
        )
        #expect(found == [said ?? "✓ 1 page posts to forms that are there"])
    }

    @Test("where the site's address is not known, no other than a path is called foreign")
    func nextWithoutAddress() throws {
        func said(_ next: String) throws -> [String] {
            let page = "<form method=post action=/api/contact><input type=hidden name=_next value='\(next)'></form>"
            return try findings(["a.html": page], [form(next: "https://example.com/")]).filter { $0.hasPrefix("!") }
        }
        #expect(try said("https://www.example.com/tack.html").isEmpty)
        #expect(try said("//www.example.com/tack.html").count == 1)
    }

    private static let longestName = String(repeating: "å", count: 100)
    private static func many(_ count: Int, _ tags: String) -> String { String(repeating: tags, count: count) }

    private static let faults: [Page] = [
        Page(
            "<form method=post action=/api/f/own enctype=TEXT/plain>",
            "with enctype=\"text/plain\"; every message is refused; take the enctype out"
        ),
        Page(
            "<form method=post action=/api/f/own data-brevlada><button formenctype=text/plain>",
            "with enctype=\"text/plain\"; where the script can't run, every message is refused; take the enctype out"
        ),
        Page(
            "<meta charset=iso-8859-1><form method=post action=/api/f/own>",
            "in \"iso-8859-1\"; unless its server says UTF-8, every letter beyond ASCII is refused; "
                + "save the page in UTF-8, or give the form accept-charset=\"utf-8\""
        ),
        Page(
            "<meta http-equiv=Content-Type content='text/html; charset=windows-1252'><form method=post action=/f/own>",
            "in \"windows-1252\"; unless its server says UTF-8, every letter beyond ASCII is refused; "
                + "save the page in UTF-8, or give the form accept-charset=\"utf-8\""
        ),
        Page(
            "<form method=post action=/api/f/own><input name=a><input type=file name=cv>",
            "that asks for a file (\"cv\"), and none can be sent; take the field out, or ask for a link"
        ),
        Page(
            "<form method=post action=/api/f/own netlify-honeypot=bot-field><input name=bot-field><input name=a>",
            "with the honeypot \"bot-field\", which is a field as any other here; "
                + "call it \"_gotcha\", or set forms.own.honeypot to \"bot-field\""
        ),
        Page(
            "<form method=post action=/api/f/own><input name='\(longestName)å'>",
            "with a name of more than 100 characters (\"\(longestName.prefix(30))…\"), "
                + "with which messages are refused; give the field a short name, and the question as its label"
        ),
        Page(
            "<form method=post action=/api/f/own>\(many(101, "<input name=a>"))",
            "of 101 fields; with more than 100, every message is refused; ask for less"
        ),
        Page(
            "<form method=post action=/api/f/own><input name=url><input type=radio name=a><button name=b>",
            "in which two visitors may well send the same; within ten minutes that is one message; "
                + "give the form data-brevlada and the page brevlada.js"
        ),
    ]

    @Test("what a form can't send, or sends in vain, is warned of", arguments: faults)
    func content(_ page: Page) throws {
        let found = try findings(["a.html": page.form], [form(next: "https://example.com/"), own()])
        #expect(found == page.said.map { "! a.html has a form " + $0 })
    }

    private static let inOrder: [String] = [
        "enctype=multipart/form-data>", "data-netlify-honeypot=url><input name=url><input name=a>",
        "netlify-honeypot=_gotcha><input name=_gotcha><input name=a>", "netlify-honeypot=gone><input name=a>",
        "><input type=file><input name=a>", "><input name='\(longestName)'>",
        ">\(many(100, "<input name=a>"))",
        "><input name=a>\(many(101, "<input type=radio name=b><button name=c>"))",
        "data-brevlada><input type=radio name=a>", "><input type=radio name=a><input type=hidden name=_id>",
        "><select name=a></select><input type=tel name=b>", "accept-charset=utf-8><meta charset=iso-8859-1>",
        "><meta charset=UTF-8>", "><meta name=description content='; charset=x'>",
    ]

    @Test("a form that can send all it has is left in peace", arguments: inOrder)
    func contentInOrder(_ rest: String) throws {
        let page = "<form method=post action=/api/f/own \(rest)"
        let found = try findings(["a.html": page], [form(next: "https://example.com/"), own()])
        #expect(found == ["✓ 1 page posts to forms that are there"])
    }

    /// A form with rules of its own.
    private func own() -> FormDefinition {
        var own = FormDefinition(name: FormName(rawValue: "own") ?? .contact)
        own.next = "https://example.com/"
        own.fields = []
        own.honeypot = "url"
        return own
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
