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
        origins: Set<String> = [],
        policy: String? = nil
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
            var checks = SiteChecks(siteFolder: folder, forms: named)
            checks.challenge = challenge
            checks.siteURL = siteURL
            checks.policy = policy.map(ContentSecurityPolicy.init)
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
                "✗ a/b.html:1 posts to the form \"contakt\", which is not configured; post to \"contact\", "
                    + "or add \"contakt\" under forms",
                "✗ a/b.html:1 posts to the form \"other/x\", which is not configured; name another, "
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
                "✗ index.html:1 posts to the form \"contact\", which is closed; set forms.contact.active to true, "
                    + "or take the form off the page"
            ]
        )
    }

    @Test("forms that go elsewhere are nobody's business, and none at all brings a warning")
    func otherForms() throws {
        let page =
            "<form action=/search></form><form action=https://example.org/api/f/x></form><form action=//e.org/f/x> action"
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
            self.init(form, said)
        }

        init(_ form: String, _ said: [String]) {
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
                "! sv/a.html:1 posts to \"/api/contcat\", where no form is" + remedy
            ),
            Page(
                "<form method=POST action='/api/f'>",
                "! sv/a.html:1 posts to \"/api/f\", where no form is" + remedy
            ),
            Page("<form method=post action=/f/>", "! sv/a.html:1 posts to \"/f/\", where no form is" + remedy),
            Page("<form data-brevlada action=/send>", "! sv/a.html:1 posts to \"/send\", where no form is" + remedy),
            Page(
                "<form method=post action=api/contact>",
                "! sv/a.html:1 posts to \"api/contact\", where no form is" + remedy
            ),
            Page(
                "<form method=post>",
                "! sv/a.html:1 has a form without an action, which posts to a page that takes no messages" + remedy
            ),
            Page(
                "<form method=post action=//api/contact>",
                "! sv/a.html:1 has a form for \"//api/contact\", which begins with two slashes and names a server \"api\"; "
                    + "begin it with one slash: \"/api/contact\""
            ),
            Page(
                "<form><textarea></textarea>",
                "? sv/a.html:1 has a form without an action and without method=\"post\", which is sent nowhere unless a script "
                    + "does it; give it action=\"/api/contact\" and method=\"post\", unless that is meant"
            ),
            Page(
                "<form action=https://formspree.io/f/abcd method=post>",
                "! sv/a.html:1 posts to \"https://formspree.io/f/abcd\", so that Formspree gets its messages" + remedy
            ),
            Page(
                "<form action=//getform.io/f/abcd>",
                "! sv/a.html:1 posts to \"//getform.io/f/abcd\", so that Getform gets its messages" + remedy
            ),
            Page(
                "<form action=https://submit-form.com/x>",
                "! sv/a.html:1 posts to \"https://submit-form.com/x\", so that Formspark gets its messages" + remedy
            ),
            Page(
                "<form action=https://API.web3forms.com/submit>",
                "! sv/a.html:1 posts to \"https://API.web3forms.com/submit\", so that Web3Forms gets its messages"
                    + remedy
            ),
            Page(
                "<form method=post action=https://old.netlify.app/>",
                "! sv/a.html:1 posts to \"https://old.netlify.app/\", so that Netlify gets its messages" + remedy
            ),
            Page(
                "<form method=post action=mailto:a@example.com enctype=text/plain>",
                "! sv/a.html:1 has a form for \"mailto:a@example.com\", which no browser sends by itself" + remedy
            ),
            Page(
                "<form name=contact netlify>",
                "! sv/a.html:1 has a form that only Netlify would take (netlify)" + remedy
            ),
            Page(
                "<form method=POST data-netlify=\"true\" action='/success'>",
                "! sv/a.html:1 has a form that only Netlify would take (netlify, action=\"/success\")" + remedy
            ),
            Page(
                "<form action=/api/contact>",
                "! sv/a.html:1 has a form for \"/api/contact\" without method=\"post\", and no message arrives; "
                    + "give the form method=\"post\""
            ),
            Page(
                "<form action=/f/contact method=get>",
                "! sv/a.html:1 has a form for \"/f/contact\" without method=\"post\", and no message arrives; "
                    + "give the form method=\"post\""
            ),
            Page(
                "<form action=/api/contact data-brevlada><script src=https://cdn.example/brevlada.js>",
                "! sv/a.html:1 has a form for \"/api/contact\" without method=\"post\"; "
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
            "formkeep.com", "formbucket.com", "kwes.io", "netlify.app", "netlify.com",
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
            "<form method=post action=//WWW.Example.com/api/contact>",
            "<form method=post action=http://www.example.com:443/sv/../api/contact?a>",
            "<base href=/api/><form method=post action=contact>", "<form method=post action=/sv/../api/contact>",
            "<base href=https://www.example.com/f/x><form method=post action=./contact>",
            "<base href=https://other.example><form method=post action=/send>",
            "<form method=post action=//localhost/x>", "<form method=dialog><textarea></textarea>",
            "<form><input type=search>",
            "<form action=/api/contact><button formmethod=post>",
            "<form><button formaction=/f/contact formmethod=post>",
            "<form method=post action=/api/contact data-netlify=true>", "<form action=/f/search>",
            "<form action=/api/x>",
            "<form method=post action=https://shop.example/order>",
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

    @Test(
        "where the site's address is not known, it is what the page calls itself",
        arguments: [
            "<link rel=canonical href=https://www.example.com/a>", "<meta property=og:url content=//WWW.example.com/a>",
        ]
    )
    func canonical(_ tag: String) throws {
        func found(_ head: String, _ folder: String = "") throws -> [String] {
            let page = head + "<form method=post action=https://www.example.com/api/contact>"
            return try findings([folder + "a.html": page], [form(next: "https://example.com/")], policy: Self.strict)
        }
        #expect(try found(tag) == ["✓ 1 page posts to forms that are there"])
        #expect(try found("") != found(tag))
    }

    @Test(
        "pages that no server shows are not judged, and names in capital letters are",
        arguments: [
            (".drafts/a.html", false), ("a/.b.html", false), (".well-known/a.html", true), ("INDEX.HTM", true),
        ]
    )
    func shownPages(_ path: String, _ isJudged: Bool) throws {
        let found = try findings([path: "<form method=post action=/send>"], [form(next: "https://example.com/")])
        #expect(found.contains { $0.hasPrefix("! \(path):1") } == isJudged)
    }

    @Test("a form that no page sends to is none of the site's, and its next page that is not there no fault")
    func unusedForm() throws {
        let other = FormName(rawValue: "order").map { FormDefinition(name: $0) }
        var order = try #require(other)
        order.next = "/gone"
        let found = try findings(
            ["a.html": "<form method=post action=/api/contact>"],
            [form(next: "https://example.com/"), order]
        )
        #expect(
            found.first == "! the form \"order\" leads to /gone, which the site does not have; "
                + "write that page, or set forms.order.next to one that is there"
        )
    }

    @Test(
        "of long addresses the beginning is said, and of many faults of a page the first, with how many more there are"
    )
    func manyFaults() throws {
        let long = String(repeating: "x", count: 1_000)
        let forms = (1...30).map { "<form method=post action=/\($0)\(long)></form>" }.joined(separator: "\n")
        func found(_ last: String) throws -> [String] {
            try findings(["a.html": forms + last], [form(next: "https://example.com/")]).filter {
                $0.contains(" a.html")
            }
        }
        let warned = try found("")
        #expect(warned.count == 26 && warned[0].contains("posts to \"/1\(long.prefix(98))…\""))
        #expect(warned[25] == "! a.html has 5 more of such faults; mend these, and run the doctor again")
        #expect(try found("\n<form method=post action=/api/f/x>")[25].hasPrefix("✗ a.html has 6 more"))
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
            ("<button name=email></button><textarea name=message>", nil),
            ("<input name=a><my-fields></my-fields>", nil), ("<input name=a><input :name=field>", nil),
            ("<input x-bind:name=a><input v-bind:name=b>", nil),
            ("<input name=email><textarea name=message></textarea><button type=primary>", nil),
            ("<input name=a><my-mail name=email></my-mail>", "the field \"message\", which is"),
            ("<input type=submit id=email><textarea name=message>", "the field \"email\", which is"),
            ("<input name=e-mail></form><textarea name=message>", "the fields \"email\", \"message\", which are"),
            ("<input name=email><!-- <input name=message> -->", "the field \"message\", which is"),
        ]
    )
    func requiredFields(_ fields: String, _ missing: String?) throws {
        let page = "<form id=f method=post action=/api/contact>\(fields)"
        let said = try findings(["a.html": page], [form(next: "https://example.com/")])
        let warning = missing.map { missing in
            "! a.html:1 posts to \"/api/contact\" without \(missing) required; name the fields of the page so, "
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
            "! a.html:1 leads to \"https://example.org/x\" after sending (_next), \(ignored)"
        ),
        ("//shop.example/x", "! a.html:1 leads to \"//shop.example/x\" after sending (_next), \(ignored)"),
        ("/tack .html", "! a.html:1 leads to \"/tack .html\" after sending (_next), \(ignored)"),
        (
            "/thanks.html",
            "✗ a.html:1 leads to \"/thanks.html\" after sending (_next), which the site does not have; "
                + "write that page, or let _next name one that is there"
        ),
        (
            "https://www.example.com/thanks",
            "✗ a.html:1 leads to \"https://www.example.com/thanks\" after sending "
                + "(_next), which the site does not have; write that page, or let _next name one that is there"
        ),
        (
            "tack.html",
            "! a.html:1 leads to \"tack.html\" after sending (_next), which is no path and is ignored; "
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
            "<form method=post action=/api/f/own data-brevlada><button formenctype=text/plain><script src=https://cdn.example/brevlada.js>",
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
        #expect(found == page.said.map { "! a.html:1 has a form " + $0 })
    }

    private static let inOrder: [String] = [
        "enctype=multipart/form-data>", "data-netlify-honeypot=url><input name=url><input name=a>",
        "netlify-honeypot=_gotcha><input name=_gotcha><input name=a>", "netlify-honeypot=gone><input name=a>",
        "><input name='\(longestName)'>",
        ">\(many(100, "<input name=a>"))",
        "><input name=a>\(many(101, "<input type=radio name=b><button name=c>"))",
        "data-brevlada><input type=radio name=a><script src=https://cdn.example/brevlada.js>",
        "><input type=radio name=a><input type=hidden name=_id>",
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

    @Test("a finding names the line at which the form, or the field of it, begins")
    func lines() throws {
        let page = """
            <!doctype html>
            <!-- a comment
            --><script>
            "<form>"
            </script>
            <form method=post
              action=/api/contact>
            <input name=email><textarea name=msg>

            </textarea>
            <input type=file name=cv>
            </form>
            <form method=post action=/api/contcat>
            """
        let found = try findings(["a.html": page], [form(next: "https://example.com/")]).map { $0.prefix(11) }
        #expect(found == ["! a.html:11", "! a.html:13"])
    }

    // MARK: - Fields without a name

    private static let nameless: [Page] = [
        Page("<input name=a><input id=b><button></button>", "2 has a field without a name, which is never sent"),
        Page(
            "<input name=a><input id=b>\n<select name=''></select><textarea></textarea><input type=file><input type=radio>",
            "2 has fields without a name, which are never sent (lines 2, 3, 3 and 2 more)"
        ),
        Page(
            "<input id=b><textarea></textarea><input type=hidden name=_next><button name=send>",
            "1 has a form whose fields have no name; nothing of it is sent, and every message is refused"
        ),
        Page("<input type=submit><input type=hidden><input disabled><button></button><my-field></my-field>"),
    ]

    @Test("a field without a name is warned of, and a form of nothing else once", arguments: nameless)
    func namelessFields(_ page: Page) throws {
        var standard = form(next: "https://example.com/")
        standard.fields = []
        let found = try findings(["a.html": "<form method=post action=/api/contact>\n\(page.form)"], [standard])
        let remedy = "; give each a name, such as name=\"email\": an id or a label is not sent"
        #expect(found.filter { $0.hasPrefix("!") } == page.said.map { "! a.html:\($0)\(remedy)" })
    }

    // MARK: - Left by other services

    private static let leftBehind: [Page] = [
        Page(
            "<input name=bot-field>",
            "has a form with the honeypot \"bot-field\", which is a field as any other here; "
                + "call it \"_gotcha\", or set forms.own.honeypot to \"bot-field\""
        ),
        Page(
            "<input type=checkbox name=botcheck>",
            "has a form with the honeypot \"botcheck\", which is a field as any other here; "
                + "call it \"_gotcha\", or set forms.own.honeypot to \"botcheck\""
        ),
        Page(
            "<input type=hidden name=_cc value=a@example.se>",
            "has a form with \"_cc\", which steers nothing here and is shown in mail as any field; "
                + "take it out, and list everybody under forms.own.to"
        ),
        Page(
            "<input type=hidden name=_redirect value=/tack.html>",
            "has a form with \"_redirect\", which steers nothing here and is shown in mail as any field; "
                + "call it \"_next\", or take it out"
        ),
        Page(
            "<input type=hidden name=_autoresponse>",
            "has a form with \"_autoresponse\", which steers nothing here and is shown in mail as any field; "
                + "take it out, and say it on the page after sending: visitors get no mail"
        ),
        Page(
            "<input type=hidden name=form-name value=contact><input type=hidden name=subject>",
            "has a form with \"form-name\", which steers nothing here and is shown in mail as any field; "
                + "take it out, or name it under forms.own.fields when the mail is to show it",
            "has a form with \"subject\", which steers nothing here and is shown in mail as any field; "
                + "call it \"_subject\", or take it out"
        ),
        Page(
            "<div class='wide g-recaptcha'></div><script src=https://www.google.com/recaptcha/api.js></script>",
            "shows reCAPTCHA, whose answer nobody looks at here; "
                + "take the widget and its script out; for another of the kind set challenge"
        ),
        Page(
            "<script>fetch( '/' , {method: 'POST', body})</script>",
            "has a script that posts to \"/\", where no form is: visitors are thanked for messages that nobody gets; "
                + "give the form data-brevlada and the page brevlada.js, or let the script post to \"/api/contact\""
        ),
        Page(
            "<input name=subject><input name=redirect><input type=hidden name=source><input name=url><input name=_known>"
                + "<input name=_next><input name=_subject><input name=_replyto><input name=_language><input name=_gotcha>"
                + "<input name=_id><input name=_started>"
        ),
        Page("<script>fetch('/').then(post)</script><script>fetch('/api/x', {method: 'POST'})</script>"),
        Page("<script type=application/json>{\"a\": \"fetch('/', {method: 'POST'})\"}</script>"),
    ]

    @Test(
        "what another service took for its own is warned of, and what is a field like others is not",
        arguments: leftBehind
    )
    func leftovers(_ page: Page) throws {
        var own = own()
        own.fields = [FieldRule(name: "_known")]
        let found = try findings(
            ["a.html": "<form method=post action=/api/f/own><input name=text>\(page.form)"],
            [form(next: "https://example.com/"), own]
        )
        #expect(found.filter { $0.hasPrefix("!") } == page.said.map { "! a.html:1 " + $0 })
    }

    @Test(
        "data-brevlada without the script, or with one that is not there, is warned of",
        arguments: [
            ("<script src=/brevlada.js defer></script>", nil), ("<script src='js/brevlada.min.js?v=2'></script>", nil),
            ("<script src=https://cdn.example/brevlada.js></script>", nil),
            (
                "<script src=/menu.js></script>",
                "has a form with data-brevlada, and the page no brevlada.js: the form is sent as without the attribute; "
                    + "add <script src=\"/brevlada.js\" defer></script>, unless another script holds it"
            ),
            (
                "<script src=/js/brevlada.js></script>",
                "has the script \"/js/brevlada.js\", which the site does not have: forms are sent as without "
                    + "data-brevlada; copy brevlada.js from a site that \"brevlada init\" wrote, or name the file that is there"
            ),
        ]
    )
    func scripts(_ script: String, _ said: String?) throws {
        let page = "\(script)<form method=post action=/api/contact data-brevlada>"
        let found = try findings(
            ["a.html": page, "brevlada.js": "", "js/brevlada.min.js": ""],
            [form(next: "https://example.com/")]
        )
        #expect(found == [said.map { "! a.html:1 " + $0 } ?? "✓ 1 page posts to forms that are there"])
    }

    @Test("the script beside a form of ours that does not ask for it is noted, and on other pages is nobody's business")
    func unusedScript() throws {
        let script = "<script src=/brevlada.js></script>"
        let pages = [
            "a.html": "<form method=post action=/api/contact>\n\(script)", "b.html": script, "brevlada.js": "",
        ]
        let said =
            "? a.html:2 has brevlada.js, and no form with data-brevlada that it could send; give the form data-brevlada, "
            + "so that it is sent without leaving the page, or take the script out"
        #expect(
            try findings(pages, [form(next: "https://example.com/")]) == [
                said, "✓ 1 page posts to forms that are there",
            ]
        )
    }

    // MARK: - Rules

    private static let ruled: [Page] = [
        Page(
            "<select name=boat><option value=''>Which?</option><option>\t Open  boat </option><option value=Eka>Snipa</select>",
            "lets visitors choose \"Eka\" in \"boat\", which forms.own.fields.boat refuses; let the page's value be one of the "
                + "rule's options, letter by letter, or add it to forms.own.fields.boat.options"
        ),
        Page(
            "<input type=radio name=boat value=snipa><input type=radio name=boat><input type=checkbox name=boat[] value=b>"
                + "<input type=radio name=boat value=c>",
            "lets visitors choose \"snipa\", \"on\", \"b\" and 1 more in \"boat\", which forms.own.fields.boat refuses; let the "
                + "page's value be one of the rule's options, letter by letter, or add it to forms.own.fields.boat.options"
        ),
        Page(
            "<input type=checkbox name=agree value=0>",
            "lets visitors choose \"0\" in \"agree\", which forms.own.fields.agree refuses; give it a value that the rule takes, "
                + "or change the rule"
        ),
        Page(
            "<select name=length><option>5<option>long</select>",
            "lets visitors choose \"long\" in \"length\", which forms.own.fields.length refuses; give it a value that the rule "
                + "takes, or change the rule"
        ),
        Page(
            "<textarea name=wishes maxlength=2001></textarea>",
            "lets 2001 characters be written into \"wishes\", and 2000 are taken; set maxlength=\"2000\", or raise "
                + "forms.own.fields.wishes.max_length"
        ),
        Page(
            "<input name=other maxlength=50000>",
            "lets 50000 characters be written into \"other\", and 20000 are taken; set maxlength=\"20000\""
        ),
        Page(
            "<select name=boat><option>Snipa<option value=Snipa>S<option disabled>Choose<option>a &lt; b<option>a < b</select>"
                + "<input type=checkbox name=agree><textarea name=wishes maxlength=2000></textarea><input name=boat value=x>"
                + "<select name=other><option>Anything</select>"
        ),
    ]

    private static let several = [
        "may send several values of \"wishes\", and forms.own.fields.wishes takes one: such messages are refused; set "
            + "forms.own.fields.wishes.type to select where several may be chosen, or give each control a name of its own"
    ]
    private static let choicesOfSeveral: [(String, [String])] = [
        ("<input name=wishes><input name=wishes>", several), ("<select name=wishes multiple></select>", several),
        ("<input type=checkbox name=wishes[] value=a><input type=checkbox name=wishes[] value=b>", several),
        ("<input type=radio name=wishes value=a><input type=radio name=wishes value=b><input name=wishes>", several),
        ("<input type=radio name=wishes value=a><input type=radio name=wishes value=b>", []),
        ("<input name=wishes><input name=wishes disabled><button name=wishes>", []),
        ("<template><input name=wishes></template><input name=wishes><input name=wishes v-else>", []),
        (
            "<select name=boat multiple></select><input type=checkbox name=agree value=1><input type=hidden name=agree value=0>",
            []
        ),
        (
            "<input type=hidden name=length value=long>",
            [
                "sends \"long\" in \"length\", which forms.own.fields.length refuses; give it a value that the rule takes, "
                    + "or change the rule"
            ]
        ),
        ("<input type=hidden name=length value='{{ length }}'><input type=hidden name=boat>", []),
        (
            "<select name=boat><option selected>Choose…<option>Snipa</select>",
            [
                "lets visitors choose \"Choose…\" in \"boat\", which forms.own.fields.boat refuses; give the option that is no "
                    + "answer value=\"\""
            ]
        ),
        (
            "<select name=boat><optgroup disabled><option>a</optgroup><option hidden>b<option>Snipa</select>", []
        ),
        (
            "<select name=boat><option selected>Open\u{A0}boat</select>",
            [
                "lets visitors choose \"Open\u{A0}boat\" in \"boat\", which forms.own.fields.boat refuses; let the page's value be "
                    + "one of the rule's options, letter by letter, or add it to forms.own.fields.boat.options"
            ]
        ),
        (
            "<fieldset disabled><legend><input name=wishes></legend><input type=checkbox name=agree></fieldset>",
            [
                "has the required field \"agree\" disabled, which no browser sends; take disabled out of it, or of the fieldset "
                    + "around it, unless a script does"
            ]
        ),
        ("<fieldset disabled><input name=wishes></fieldset><input type=checkbox name=agree>", []),
        (
            "<input name=_honeypot>",
            [
                "has a form with the honeypot \"_honeypot\", which is a field as any other here; call it \"_gotcha\", or set "
                    + "forms.own.honeypot to \"_honeypot\""
            ]
        ),
        ("<input type=hidden name=_next value='&#x2F;gone'>", []),
        ("<input type=hidden name=_next value='{{ next }}'>", []),
    ]

    @Test("what comes several times, unseen or not at all is compared with the rules too", arguments: choicesOfSeveral)
    func rulesOfSeveral(_ fields: String, _ said: [String]) throws {
        try rules(Page(fields, said))
    }

    @Test("what a page offers is compared with the rules of its form", arguments: ruled)
    func rules(_ page: Page) throws {
        var own = own()
        own.fields = [
            FieldRule(name: "boat", type: .select, options: ["Snipa", "Open boat", "a < b"]),
            FieldRule(name: "agree", type: .checkbox, isRequired: page.form.contains("agree")),
            FieldRule(name: "length", type: .number), FieldRule(name: "wishes", type: .textarea, maxLength: 2_000),
        ]
        let found = try findings(
            ["a.html": "<form method=post action=/api/f/own><input name=text>\(page.form)"],
            [form(next: "https://example.com/"), own]
        )
        #expect(found.filter { $0.hasPrefix("!") } == page.said.map { "! a.html:1 " + $0 })
    }

    // MARK: - The policy

    private static let strict =
        "default-src 'none'; style-src 'self'; script-src 'self' https://challenges.cloudflare.com; "
        + "img-src 'self' data:; form-action 'self' https://shop.example"

    private static let policies: [(page: String, policy: String, refused: [String])] = [
        ("<script>go()</script>", strict, ["a script that stands in the page"]),
        ("<script>go()</script>", "default-src 'self'; script-src 'unsafe-inline'", []),
        ("<script>go()</script>", "default-src 'self'; script-src 'sha256-abc'", []),
        ("<script type=application/ld+json>{}</script><script src=/a.js></script><script> </script>", strict, []),
        ("<script type=module>go()</script>", "default-src https:", ["a script that stands in the page"]),
        ("<body onload='go()'><b one=1 on-x=2>", strict, ["an attribute with a script (on…)"]),
        ("<body onload='go()'>", "default-src 'self'; script-src 'self'; script-src-attr 'unsafe-inline'", []),
        (
            "<style>b{}</style><i style='x:y'>", strict,
            [
                "a style sheet that stands in the page (<style>)", "a style attribute",
            ]
        ),
        ("<style>b{}</style><i style='x:y'>", "default-src 'self'; style-src 'self' 'unsafe-inline'", []),
        ("<noscript><img src=https://a.example/x style='display:none'></noscript>", strict, []),
        ("<script src=https://challenges.cloudflare.com/turnstile/v0/api.js></script>", strict, []),
        ("<script src=//cdn.example/x.js></script>", strict, ["a script from cdn.example"]),
        ("<script src=//cdn.example/x.js></script>", "default-src *.example", []),
        ("<script src=//example/x.js></script>", "default-src *.example", ["a script from example"]),
        (
            "<link rel=stylesheet href=https://fonts.googleapis.com/css2>", strict,
            ["a style sheet from fonts.googleapis.com"]
        ),
        (
            "<link rel=stylesheet href=https://fonts.googleapis.com/css2>",
            "default-src HTTPS://Fonts.googleapis.com:443/css2", []
        ),
        ("<link rel=stylesheet href=/a.css><link rel=icon href=https://b.example/x>", strict, []),
        ("<link rel='preload' as=font href=https://b.example/x>", strict, ["a font from b.example"]),
        ("<img src=data:image/gif;base64,x><img src=a.png><img src=https://www.example.com/b.png>", strict, []),
        ("<img src=https://b.example/x.png>", strict, ["a picture from b.example"]),
        ("<img src=//www.example.com/a.png><img src=http://WWW.example.com:80/b.png>", strict, []),
        ("<img src=http://b.example:8080/x.png>", "img-src http://b.example:8080", []),
        ("<img src=https://b.example:8080/x.png>", "img-src b.example", ["a picture from b.example:8080"]),
        ("<img src=https://b.example:8080/x.png>", "img-src b.example:*", []),
        ("<img src=http://b.example/x.png>", "img-src https:", ["a picture from b.example"]),
        ("<iframe src=https://maps.example/x></iframe>", strict, ["a frame from maps.example"]),
        ("<iframe src=https://maps.example/x></iframe>", "default-src 'none'; child-src https:", []),
        ("<script src=/own.js></script>", "default-src 'none'", ["a script"]),
        ("<script nomodule>go()</script><style type=text/less>a{}</style><b onboarding=1 only=2>", strict, []),
        (
            "<video src=https://b.example/x.mp4 poster=https://c.example/x.png>", strict,
            ["a film or a sound from b.example", "a picture from c.example"]
        ),
        ("<audio><source src=https://b.example/x.mp3></audio>", "default-src 'none'; media-src b.example", []),
        (
            "<img srcset='a.png 1x, https://b.example/x.png 2x,https://b.example/y.png'>", strict,
            ["a picture from b.example"]
        ),
        ("<picture><source srcset=https://b.example/x.avif></picture>", strict, ["a picture from b.example"]),
        ("<input type=image src=https://b.example/x.png>", strict, ["a picture from b.example"]),
        ("<object data=/a.pdf></object><embed src=/b.pdf>", strict, ["an <object> or <embed>"]),
        ("<object data=/a.pdf></object>", "default-src 'self'", []),
        ("<base href=/sv/>", strict + "; base-uri 'none'", ["a <base>, and relative addresses begin at the page then"]),
        ("<base href=/sv/>", strict, []),
        ("<script src=https://a.example/recaptcha/api.js></script>", strict, ["a script from a.example"]),
        ("<script src=//a.example/recaptcha/api.js></script><form method=post action=/api/contact>", strict, []),
    ]

    @Test("what the policy in force refuses in a page is said", arguments: policies)
    func refusals(_ page: String, _ policy: String, _ refused: [String]) throws {
        let found = try findings(
            ["a.html": page],
            [form(next: "https://example.com/")],
            siteURL: "https://www.example.com",
            policy: policy
        )
        #expect(
            found.compactMap { $0.split(separator: ";").first }.filter { $0.contains("refuses") }
                == refused.map { "! a.html:1: the Content-Security-Policy refuses \($0)" }
        )
    }

    @Test("a form within another is said to be none, and its fields are of the other")
    func nestedForms() throws {
        let pages = [
            "a.html":
                "<form action=/search><input name=q>\n<form method=post action=/api/contact><input name=email><textarea name=message></textarea>"
        ]
        let found = try findings(pages, [form(next: "https://example.com/")])
        #expect(
            found.contains {
                $0.hasPrefix(
                    "! a.html:2 has a form within the one of line 1, which browsers take for a part of that; end that one"
                )
            }
        )
        #expect(found.contains { $0.contains("no page of the site posts to a form here") })
        let template = ["a.html": "<form action=/search><template><form></form></template></form>"]
        #expect(
            try !findings(template, [form(next: "https://example.com/")]).contains { $0.contains("within the one") }
        )
    }

    @Test("a comment ends as in browsers", arguments: ["<!-->", "<!--->", "<!-- a --!>", "<!-- a -->", "<!---->"])
    func comments(_ comment: String) throws {
        let found = try findings(
            ["a.html": "\(comment)<form method=post action=/api/nowhere><input name=a></form><!-- -->"],
            [form(next: "https://example.com/")]
        )
        #expect(found.contains { $0.hasPrefix("! a.html:1 posts to \"/api/nowhere\"") })
    }

    @Test("what many pages have is said once, with the first places of it and a way out")
    func refusedEverywhere() throws {
        let pages = Dictionary(
            uniqueKeysWithValues: (1...4).map { ("\($0).html", "\n<script src=https://cdn.example/x></script>") }
        )
        let found = try findings(pages, [form(next: "https://example.com/")], policy: Self.strict)
        let said = try #require(found.first)
        #expect(said.hasPrefix("! 1.html:2, 2.html:2, 3.html:2 and 1 more: the Content-Security-Policy refuses"))
        #expect(
            said.hasSuffix(
                "; put the file into the site's folder, or name https://cdn.example under script-src in a "
                    + "content_security_policy of your own"
            )
        )
        #expect(found.count == 2)
    }

    @Test(
        "a form that may not be sent where it is meant for is warned of",
        arguments: [
            ("https://list.example/join", strict, true), ("https://shop.example/order", strict, false),
            ("https://list.example/join", "default-src 'self'", false), ("/search", strict, false),
            ("https://www.example.com/api/contact", strict, false), ("", strict, false),
        ]
    )
    func refusedForms(_ action: String, _ policy: String, _ isRefused: Bool) throws {
        let found = try findings(
            ["a.html": "<form action='\(action)'>"],
            [form(next: "https://example.com/")],
            policy: policy
        )
        let said =
            "! a.html:1 sends a form to \"\(action)\", which the Content-Security-Policy refuses; name https://list.example "
            + "under form-action in a content_security_policy of your own"
        #expect(found.contains(said) == isRefused && found.count == (isRefused ? 2 : 1))
    }

    @Test(
        "a honeypot that only a refused style hides is seen by people",
        arguments: [
            ("<input name=_gotcha style='display: none'>", strict, true),
            ("<p style='position:absolute; left:-99rem'><label><input name=url></label></p>", strict, true),
            ("<p style='display:none'></p><input name=_gotcha>", strict, false),
            ("<p style='display:none'><input name=email></p>", strict, false),
            ("<p style='margin:0'><input name=_gotcha></p>", strict, false),
            ("<p style='Text-Indent : -99rem'><input name=_gotcha></p>", strict, true),
            ("<p style='color:red;opacity:0 !important'><input name=_gotcha></p>", strict, true),
            ("<p style='display:none'><b></b><input name=_gotcha>", strict, true),
            ("<p style='display:none'><div><input name=_gotcha></div>", strict, false),
            ("<div><p style='display:none'></div><input name=_gotcha>", strict, false),
            ("<input type=hidden name=_gotcha style='display:none'>", strict, false),
            ("<input hidden name=_gotcha style='display:none'>", strict, false),
            ("<div hidden style='display:none'><input name=_gotcha></div>", strict, false),
            ("<div hidden><p style='display:none'><input name=_gotcha></div>", strict, false),
            (
                "<p style='margin-top:-1px;opacity:0.9;line-height:0;max-height:0;clip:auto'><input name=_gotcha></p>",
                strict, false
            ),
            ("<input name=_gotcha style='display:none'>", "default-src 'self' 'unsafe-inline'", false),
        ]
    )
    func visibleHoneypot(_ trap: String, _ policy: String, _ isSeen: Bool) throws {
        let page = "<form method=post action=/api/f/own><input name=a>\n\(trap)"
        let found = try findings(["a.html": page], [form(next: "https://example.com/"), own()], policy: policy)
        #expect(found.contains { $0.hasPrefix("! a.html:2 hides the honeypot") } == isSeen)
    }

    @Test(
        "the addresses of forms are read from any spelling",
        arguments: [
            ("<form action=/api/f/a>", ["/api/f/a"]), ("<form action = \" /api/f/a?x \">", ["/api/f/a?x"]),
            ("<FORM\nACTION='/f/a#x' action=/f/b>", ["/f/a#x"]),
            ("<form action=/f/a></form><form action=/f/b>", ["/f/a", "/f/b"]),
            ("<form action=/f/a><form action=/f/b>", ["/f/a"]),
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
        #expect(SitePage(page).forms.flatMap(\.targets).map(\.address) == addresses)
    }

    @Test("the starter site is in order")
    func starterSite() throws {
        let pages = Dictionary(
            uniqueKeysWithValues: StarterSite.files.map { ($0.path, String(decoding: $0.bytes, as: UTF8.self)) }
        )
        #expect(try findings(pages).allSatisfy { $0.hasPrefix("✓") })
    }
}
