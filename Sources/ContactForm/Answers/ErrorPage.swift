// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// The page for a visitor without JavaScript: what is wrong by the fields, and the text that was typed.
///
/// Sending it again sends the same fields to the same form, the special ones included.
struct ErrorPage {
    var failure: Failure
    var form: FormDefinition?
    /// What the visitor typed; nil when the body could not be read, and then the page has no form.
    var fields: FieldList?
    var special: [Field]
    /// Where the form posts to.
    var action: String
    /// The page the visitor came from, when it is safe to link to.
    var back: String?
    var language: Language

    func render() -> String {
        let sentences = Sentences(language)
        // Nobody has sent anything: it is where somebody opened the form's own address.
        let isForPrograms = failure.code == .methodNotAllowed
        let title = isForPrograms ? sentences.noPageTitle : sentences.notSentTitle
        var page = HTMLWriter()
        page.markup("<!doctype html>\n<html")
        page.attribute("lang", language.rawValue)
        page.markup(
            """
            >
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="robots" content="noindex">
            <title>
            """
        )
        page.text(title)
        page.markup("</title>\n<style>")
        page.markup(Self.style)
        page.markup("</style>\n</head>\n<body>\n<main>\n<h1>")
        page.text(title)
        page.markup("</h1>\n<p role=\"alert\">")
        page.text(isForPrograms ? sentences.noPage : failure.message)
        // Whoever is told to send from another site is not to go back to this one.
        let hasLostText = fields == nil && !isForPrograms && failure.code != .blocked
        if hasLostText || isWithoutFields { page.text(" \(sentences.keptByBrowser)") }
        if isWithoutFields { page.text(" \(sentences.sendsNothing)") }
        page.markup("</p>\n")
        if let fields, !isWithoutFields { writeForm(fields, sentences, into: &page) }
        page.markup("<p><a")
        page.attribute("href", back ?? "/")
        page.markup(">")
        page.text(sentences.goBack)
        page.markup("</a></p>\n</main>\n</body>\n</html>\n")
        return page.html
    }

    /// Whether nothing came: nothing was filled in, or no field of the page has a name. Then the form's rules say what to ask for.
    private var hasNothing: Bool { failure.code == .empty && fields?.fields.isEmpty ?? false }

    /// Whether nobody knows what to ask for.
    private var isWithoutFields: Bool { hasNothing && form?.fields.isEmpty ?? true }

    private func writeForm(_ fields: FieldList, _ sentences: Sentences, into page: inout HTMLWriter) {
        page.markup("<form method=\"post\"")
        page.attribute("action", action)
        // The server judges again; the browser's own checks would hide its sentences.
        page.markup(" accept-charset=\"utf-8\" novalidate>\n")
        for field in special {
            for value in field.values { writeHidden(field.name, value, into: &page) }
        }
        var index = 0
        var shown: Set<String> = []
        for rule in form?.fields ?? [] {
            let name = rule.name == "message" && fields.values(of: "msg") != nil ? "msg" : rule.name
            shown.insert(name)
            let values = fields.values(of: name) ?? [""]
            // A field that the visitor's form does not have is asked for only when it is wanted.
            let isWanted = hasNothing || rule.type == .checkbox || failure.errors.contains { $0.field == name }
            guard isWanted || fields.values(of: name) != nil else { continue }
            if rule.type == .checkbox {
                writeBoxes(rule, name: name, chosen: values, index: &index, into: &page)
                continue
            }
            for value in values {
                writeField(rule, name: name, value: value, index: &index, into: &page)
            }
        }
        for field in fields.fields where !shown.contains(field.name) {
            for value in field.values {
                writeField(FieldRule(name: field.name), name: field.name, value: value, index: &index, into: &page)
            }
        }
        shown.formUnion(fields.fields.map(\.name))
        // A file's field is not among the others, as no page can give a file back.
        for error in failure.errors where error.message != failure.message {
            guard let name = error.field, !shown.contains(name) else { continue }
            page.markup("<p class=\"error\">")
            page.text("\(label(FieldRule(name: name))): \(message(of: error))")
            page.markup("</p>\n")
        }
        page.markup("<button type=\"submit\">")
        page.text(sentences.sendButton)
        page.markup("</button>\n</form>\n")
    }

    private func writeHidden(_ name: String, _ value: String, into page: inout HTMLWriter) {
        page.markup("<input type=\"hidden\"")
        page.attribute("name", name)
        page.attribute("value", value)
        page.markup(">\n")
    }

    /// The page has no field for a file, so that there is none to remove.
    private func message(of error: FieldError) -> String {
        error.code == .fileNotAccepted ? Sentences(language).withoutFile : error.message
    }

    private func label(_ rule: FieldRule) -> String {
        rule.label ?? Sentences(language).label(of: rule.name)
    }

    private func writeField(
        _ rule: FieldRule,
        name: String,
        value: String,
        index: inout Int,
        into page: inout HTMLWriter
    ) {
        index += 1
        let id = "field-\(index)"
        page.markup("<div><label dir=\"auto\"")
        page.attribute("for", id)
        page.markup(">")
        page.text(label(rule))
        page.markup("</label>\n")
        let errorID = writeErrors(of: name, id: id, into: &page)
        let isLong = rule.type == .textarea || value.utf8.contains(0x0A) || value.utf8.count > 200
        if rule.type == .select, !rule.options.isEmpty {
            page.markup("<select")
            writeNaming(rule, name: name, id: id, errorID: errorID, into: &page)
            page.markup(">\n<option value=\"\"></option>\n")
            // What is none of them would be refused again: then none is chosen.
            for option in rule.options {
                page.markup("<option dir=\"auto\"")
                page.attribute("value", option)
                if option == value { page.markup(" selected") }
                page.markup(">")
                page.text(option)
                page.markup("</option>\n")
            }
            page.markup("</select>")
        } else if isLong {
            page.markup("<textarea dir=\"auto\" rows=\"8\"")
            writeNaming(rule, name: name, id: id, errorID: errorID, into: &page)
            // The parser drops one line break after the tag (HTML §13.2.6.4.7); this one, not the visitor's.
            page.markup(">\n")
            page.text(value)
            page.markup("</textarea>")
        } else {
            page.markup("<input dir=\"auto\"")
            page.attribute("type", rule.type.inputType(for: value))
            page.attribute("value", value)
            writeNaming(rule, name: name, id: id, errorID: errorID, into: &page)
            page.markup(">")
        }
        page.markup("</div>\n")
    }

    private func writeBoxes(
        _ rule: FieldRule,
        name: String,
        chosen: [String],
        index: inout Int,
        into page: inout HTMLWriter
    ) {
        page.markup("<fieldset><legend dir=\"auto\">")
        page.text(label(rule))
        page.markup("</legend>\n")
        let errorID = writeErrors(of: name, id: "field-\(index + 1)", into: &page)
        let options = rule.options.isEmpty ? [chosen.first { !rule.isEmpty($0) } ?? "on"] : rule.options
        for option in options {
            index += 1
            page.markup("<label dir=\"auto\"><input type=\"checkbox\"")
            page.attribute("value", option)
            writeNaming(rule, name: name, id: "field-\(index)", errorID: errorID, into: &page)
            if chosen.contains(option) { page.markup(" checked") }
            page.markup("> ")
            page.text(rule.options.isEmpty ? label(rule) : option)
            page.markup("</label>\n")
        }
        page.markup("</fieldset>\n")
    }

    private func writeNaming(
        _ rule: FieldRule,
        name: String,
        id: String,
        errorID: String?,
        into page: inout HTMLWriter
    ) {
        page.attribute("id", id)
        page.attribute("name", name)
        if let purpose = rule.autocomplete { page.attribute("autocomplete", purpose) }
        if rule.isRequired && rule.type != .checkbox { page.markup(" required") }
        if let errorID {
            page.markup(" aria-invalid=\"true\"")
            page.attribute("aria-describedby", errorID)
        }
    }

    /// Writes what is wrong with a field and returns the id of that text.
    private func writeErrors(of name: String, id: String, into page: inout HTMLWriter) -> String? {
        let messages = failure.errors.filter { $0.field == name }.map(message)
        guard !messages.isEmpty else { return nil }
        let errorID = "\(id)-error"
        page.markup("<p class=\"error\"")
        page.attribute("id", errorID)
        page.markup(">")
        page.text(messages.joined(separator: " "))
        page.markup("</p>\n")
        return errorID
    }

    /// Allows this page's own style sheet and nothing else to load.
    ///
    /// `origins` may follow the form: Chromium applies `form-action` to the redirect after a post as well. And they may hold
    /// the form in a frame, where its errors are to be seen then. An address such as [::1] can't be said there (CSP §2.3.1).
    static func contentSecurityPolicy(_ origins: OriginPolicy) -> String {
        let local = origins.allowsLoopback ? ["http://localhost:*", "http://127.0.0.1:*"] : []
        let targets = (["'self'"] + origins.allowed.sorted() + local).joined(separator: " ")
        return "default-src 'none'; style-src \(styleSource); form-action \(targets); base-uri 'none'; "
            + "frame-ancestors \(targets)"
    }

    private static let styleSource = HTMLWriter.styleSource(style.description)

    private static let style: StaticString = """
        :root{color-scheme:light dark;--paper:#fbfaf7;--ink:#1d2327;--soft:#5b646b;--line:#667d7c;--accent:#1f4f7a;\
        --error:#a3221b}
        @media(prefers-color-scheme:dark){:root{--paper:#14181b;--ink:#eceeef;--soft:#a9b2b8;--line:#8ca5a4;\
        --accent:#9cc8ee;--error:#ffb4ab}}
        *{box-sizing:border-box}
        body{margin:0;background:var(--paper);color:var(--ink);font:1.0625rem/1.55 system-ui,sans-serif}
        main{max-width:38rem;margin:0 auto;padding:clamp(1.5rem,6vw,4rem) 1.25rem;overflow-wrap:anywhere}
        h1{font-size:1.9rem;line-height:1.2;margin:0 0 .75rem;letter-spacing:-.01em}
        [role=alert]{border-left:4px solid var(--error);padding:.25rem 0 .25rem 1rem;margin:0 0 2rem}
        form>div,fieldset{margin:0 0 1.25rem;padding:0;border:0}
        label,legend{display:block;font-weight:600;margin-bottom:.3rem}
        fieldset label{font-weight:400}
        input:not([type=checkbox]),select,textarea{width:100%;font:inherit;color:inherit;background:transparent;\
        border:1px solid var(--line);border-radius:.4rem;padding:.6rem .75rem}
        :is(input,select,textarea)[aria-invalid]{border-color:var(--error)}
        .error{color:var(--error);margin:0 0 .35rem}
        button{font:inherit;font-weight:600;color:var(--paper);background:var(--accent);border:0;border-radius:.4rem;\
        padding:.7rem 1.4rem;cursor:pointer}
        a{color:var(--accent)}
        :focus-visible{outline:3px solid var(--accent);outline-offset:2px}
        """
}

extension FieldRule {
    /// What the browser knows of the visitor and can fill in (WCAG 1.3.5).
    fileprivate var autocomplete: String? {
        switch (type, name) {
        case (.email, _), (.text, "email"): "email"
        case (.tel, _), (.text, "tel"), (.text, "phone"): "tel"
        case (.text, "name"): "name"
        default: nil
        }
    }
}

extension Sentences {
    fileprivate var noPageTitle: String { say("No page here", "Ingen sida här") }

    fileprivate var noPage: String {
        say(
            "Nothing to see here. Go back to the site to write a message.",
            "Här finns inget att läsa. Gå tillbaka till webbplatsen för att skriva ett meddelande."
        )
    }

    fileprivate var keptByBrowser: String {
        say(
            "Go back with your browser’s Back button; your text may still be in the form.",
            "Gå tillbaka med webbläsarens bakåtknapp; din text kan finnas kvar i formuläret."
        )
    }

    fileprivate var sendsNothing: String {
        say(
            "If you did fill it in, the form sends nothing of it: contact the site’s owner in another way.",
            "Om du fyllde i något skickar formuläret inte med det: kontakta webbplatsens ägare på annat sätt."
        )
    }

    fileprivate var withoutFile: String {
        say(
            "Files can’t be sent. Your text is kept; send it without the file.",
            "Filer kan inte skickas. Din text finns kvar; skicka den utan filen."
        )
    }
}

extension FieldRule.FieldType {
    /// The `type` of an `<input>` that keeps what the visitor typed: browsers empty a number or a date that they can't
    /// read (HTML §4.10.5.1), such as "3,5".
    fileprivate func inputType(for value: String) -> String {
        switch self {
        case .email, .tel, .url: rawValue
        case .number: value.utf8.allSatisfy { $0 >= 0x30 && $0 <= 0x39 } ? rawValue : "text"
        case .date: value.isEmpty ? rawValue : "text"
        case .text, .checkbox, .select, .textarea: "text"
        }
    }
}
