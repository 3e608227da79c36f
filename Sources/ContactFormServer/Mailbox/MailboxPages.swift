// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm
import HTTPTypes
import Hummingbird
import Mail
import NIOCore

/// Shows captured mail at `/_mail`, as its reader would see it, while a site is developed.
///
/// Answers only to names of this machine, so that a page elsewhere can't reach it by pointing its own name here (DNS
/// rebinding), and to nothing that came through a proxy or a tunnel, which may be open to all. The HTML of a mail stands in
/// a sandboxed frame in which nothing runs and nothing is loaded.
struct MailboxPages: Sendable {
    let source: any MailboxSource

    static let root = "/_mail"

    static func handles(_ path: Substring) -> Bool {
        path == root || path.hasPrefix(root + "/")
    }

    func respond(to request: Request, path: Substring) async -> Response {
        guard RequestOrigin.isToThisMachine(request) else { return Self.notFound }
        guard request.method == .get || request.method == .head else {
            return Response(status: .methodNotAllowed, headers: [.allow: "GET, HEAD"])
        }
        let words = MailboxWords(request.headers[.acceptLanguage].flatMap { Language(acceptLanguage: $0) } ?? .english)
        let parts = path.dropFirst(Self.root.count).split(separator: "/")
        switch parts.count {
        case 0 where path == Self.root:
            return Response(status: .permanentRedirect, headers: [.location: Self.root + "/"])
        case 0: return await list(words)
        case 1 where parts[0] == "style.css": return Self.answer("text/css; charset=utf-8", Self.style.description)
        case 1: return await read(String(parts[0]), words)
        case 2: return await part(String(parts[1]), of: String(parts[0]))
        default: return Self.notFound
        }
    }

    private func list(_ words: MailboxWords) async -> Response {
        let mails = await source.mails()
        return Self.page(title: words.title, words) { page in
            page.markup("<header><h1>")
            page.text(words.title)
            page.markup("</h1>\n<p>")
            page.text(words.introduction)
            page.markup("</p></header>\n")
            guard !mails.isEmpty else {
                page.markup("<p class=\"empty\">")
                page.text(words.none)
                page.markup(" <a href=\"/\">")
                page.text(words.toSite)
                page.markup("</a></p>\n")
                return
            }
            page.markup("<ol class=\"list\">\n")
            for item in mails {
                page.markup("<li><a")
                page.attribute("href", "\(Self.root)/\(item.name)")
                page.markup("><span class=\"subject\">")
                page.text(item.mail.header("Subject") ?? words.noSubject)
                page.markup("</span><span class=\"to\">")
                page.text(words.to(item.mail.header("To")))
                page.markup("</span><time")
                page.attribute("datetime", item.date.utc.iso8601)
                page.markup(">")
                page.text(Self.shown(item.date))
                page.markup("</time></a></li>\n")
            }
            page.markup("</ol>\n")
        }
    }

    private func read(_ name: String, _ words: MailboxWords) async -> Response {
        guard let bytes = await source.mail(named: name) else { return Self.notFound }
        let mail = ParsedMail(bytes)
        let subject = mail.header("Subject") ?? words.noSubject
        return Self.page(title: subject, words) { page in
            page.markup("<nav><a href=\"/_mail/\">")
            page.text(words.all)
            page.markup("</a></nav>\n<article>\n<h1>")
            page.text(subject)
            page.markup("</h1>\n<dl>\n")
            for (header, label) in words.headers {
                guard let value = mail.header(header) else { continue }
                page.markup("<div><dt>")
                page.text(label)
                page.markup("</dt><dd>")
                page.text(value)
                page.markup("</dd></div>\n")
            }
            page.markup("</dl>\n")
            if mail.html != nil {
                Self.write(heading: words.asHTML, into: &page)
                page.markup("<iframe sandbox")
                page.attribute("title", words.asHTML)
                page.attribute("src", "\(Self.root)/\(name)/html")
                page.markup("></iframe>\n")
            }
            if let text = mail.text {
                Self.write(heading: words.asText, into: &page)
                page.markup("<pre tabindex=\"0\">")
                page.text(text)
                page.markup("</pre>\n")
            }
            Self.write(heading: words.allHeaders, into: &page)
            page.markup("<pre tabindex=\"0\">")
            for header in mail.headers { page.text("\(header.name): \(header.value)\n") }
            page.markup("</pre>\n<p><a")
            page.attribute("href", "\(Self.root)/\(name)/raw")
            page.markup(">")
            page.text(words.raw)
            page.markup("</a></p>\n</article>\n")
        }
    }

    private static func write(heading: String, into page: inout HTMLWriter) {
        page.markup("<h2>")
        page.text(heading)
        page.markup("</h2>\n")
    }

    private func part(_ part: String, of name: String) async -> Response {
        guard let bytes = await source.mail(named: name) else { return Self.notFound }
        switch part {
        case "raw": return Self.answer("text/plain; charset=utf-8", bytes: bytes)
        case "html":
            guard let html = ParsedMail(bytes).html else { return Self.notFound }
            var response = Self.answer("text/html; charset=utf-8", html)
            // Sandboxed also when it is opened by itself; only the mail's inline styles apply.
            response.headers[.contentSecurityPolicy] =
                "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'"
            response.headers[.xFrameOptions] = "SAMEORIGIN"
            return response
        default: return Self.notFound
        }
    }

    /// `2026-11-23 23:11`, in UTC as everywhere else.
    private static func shown(_ moment: Timestamp) -> String {
        let text = moment.utc.iso8601
        return "\(text.prefix(10)) \(text.dropFirst(11).prefix(5)) UTC"
    }
}

extension MailboxPages {
    fileprivate static let notFound = answer("text/plain; charset=utf-8", "Not found.\n", status: .notFound)

    fileprivate static func answer(
        _ type: String,
        _ text: String,
        status: HTTPResponse.Status = .ok
    ) -> Response {
        answer(type, bytes: Array(text.utf8), status: status)
    }

    fileprivate static func answer(
        _ type: String,
        bytes: [UInt8],
        status: HTTPResponse.Status = .ok
    ) -> Response {
        Response(
            status: status,
            headers: [.contentType: type, .cacheControl: "no-store"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes))
        )
    }

    fileprivate static func page(
        title: String,
        _ words: MailboxWords,
        _ content: (inout HTMLWriter) -> Void
    ) -> Response {
        var page = HTMLWriter()
        page.markup("<!doctype html>\n<html")
        page.attribute("lang", words.language.rawValue)
        page.markup(">\n<head>\n<meta charset=\"utf-8\">\n")
        page.markup("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>")
        page.text("\(title) · Brevlåda")
        page.markup("</title>\n<link rel=\"stylesheet\" href=\"/_mail/style.css\">\n</head>\n<body>\n<main>\n")
        content(&page)
        page.markup("</main>\n</body>\n</html>\n")
        var response = answer("text/html; charset=utf-8", page.html)
        response.headers[.contentSecurityPolicy] =
            "default-src 'none'; style-src 'self'; frame-src 'self'; form-action 'none'; base-uri 'none'; "
            + "frame-ancestors 'none'"
        return response
    }

    fileprivate static let style: StaticString = """
        :root { color-scheme: light dark; --paper: #f7f5f0; --card: #fff; --ink: #1d2327; --soft: #454d53;
          --line: #d9d5cb; --accent: #1f4f7a; }
        @media (prefers-color-scheme: dark) {
          :root { --paper: #14181b; --card: #1d2327; --ink: #eceeef; --soft: #a9b2b8; --line: #39424a; --accent: #9cc8ee; }
        }
        * { box-sizing: border-box; }
        body { margin: 0; background: var(--paper); color: var(--ink); font: 1rem/1.55 system-ui, sans-serif; }
        main { max-width: 52rem; margin: 0 auto; padding: clamp(1.25rem, 5vw, 3rem) 1.25rem; }
        h1 { font-size: clamp(1.4rem, 4vw, 1.9rem); line-height: 1.2; margin: 0 0 .5rem; overflow-wrap: anywhere; }
        h2 { font-size: .95rem; font-weight: 600; color: var(--soft); margin: 2rem 0 .5rem; }
        header p, .empty { color: var(--soft); max-width: 42rem; }
        code, pre { font: .9rem/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
        a { color: var(--accent); }
        a:focus-visible, pre:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
        nav { margin-bottom: 1.5rem; }
        .list { list-style: none; margin: 2rem 0 0; padding: 0; border: 1px solid var(--line); border-radius: .6rem;
          background: var(--card); overflow: hidden; }
        .list li + li { border-top: 1px solid var(--line); }
        .list a { display: grid; grid-template-columns: 1fr auto; gap: .1rem 1rem; padding: .8rem 1rem; color: inherit;
          text-decoration: none; }
        .list a:hover { background: color-mix(in srgb, var(--accent) 8%, transparent); }
        .list a:focus-visible { outline-offset: -3px; }
        .subject { font-weight: 600; overflow-wrap: anywhere; }
        .to, time { color: var(--soft); font-size: .9rem; overflow-wrap: anywhere; }
        .to { grid-row: 2; }
        @media (max-width: 30rem) { .list a { grid-template-columns: 1fr; } .to { grid-row: 3; } }
        dl { margin: 1rem 0 0; }
        dl div { display: flex; gap: .75rem; }
        dt { flex: 0 0 5rem; color: var(--soft); }
        dd { margin: 0; overflow-wrap: anywhere; }
        iframe { width: 100%; height: 24rem; border: 1px solid var(--line); border-radius: .6rem; background: #fff; }
        pre { margin: 0; padding: 1rem; border: 1px solid var(--line); border-radius: .6rem; background: var(--card);
          overflow: auto; white-space: pre-wrap; overflow-wrap: anywhere; max-height: 30rem; }
        """
}
