// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm

/// What a form holds.
extension PageChecks {
    /// The form that a target sends to, when it takes anything.
    private func definition(at target: PageForm.Target) -> FormDefinition? {
        guard case .path(let path) = place(of: target.address),
            let name = FormPath.form(at: path[...], method: "POST").flatMap({ FormName(rawValue: String($0)) }),
            let definition = forms[name], definition.isActive
        else { return nil }
        return definition
    }

    // MARK: - Its fields

    /// Without a required field every message is refused. A form that a script draws has none to look at.
    func missingFields(of form: PageForm) -> [DoctorFinding] {
        guard form.hasFields else { return [] }
        return form.targets.compactMap { target in
            guard let definition = definition(at: target) else { return nil }
            let missing = missing(from: form, for: definition)
            guard !missing.isEmpty else { return nil }
            let names = missing.map { "\"\($0)\"" }.joined(separator: ", ")
            let fields = missing.count == 1 ? "the field \(names), which is" : "the fields \(names), which are"
            return .warning(
                .site,
                "\(page) posts to \"\(target.address)\" without \(fields) required",
                remedy: "name the fields of the page so, or say under forms.\(definition.name).fields what the page has"
            )
        }
    }

    private func missing(from form: PageForm, for definition: FormDefinition) -> [String] {
        definition.fields.filter { $0.isRequired && !has($0.name, form) }.map(\.name)
    }

    /// As intake does, which takes other names for two of the fields (`SpecialFields.addressField`, `msg`).
    private func has(_ name: String, _ form: PageForm) -> Bool {
        if form.names.contains(name) || form.names.contains(name + "[]") { return true }
        switch name {
        case "email": return form.names.contains("_replyto")
        case "message": return form.names.contains("msg")
        default: return false
        }
    }

    /// What intake would not take, or would take for something else.
    func contentFindings(of form: PageForm) -> [DoctorFinding] {
        guard let definition = form.targets.lazy.compactMap(definition).first else { return [] }
        var findings: [DoctorFinding] = []
        func warn(_ text: String, _ remedy: String) {
            findings.append(.warning(.site, "\(page) has a form \(text)", remedy: remedy))
        }
        if form.isPlainText {
            let whose = form.isForScript ? "where the script can't run, " : ""
            warn("with enctype=\"text/plain\"; \(whose)every message is refused", "take the enctype out")
        }
        if let charset = form.charset, !charset.lowercased().hasPrefix("utf") {
            // Brevlåda's own answers say UTF-8, which overrules the page. Browsers read a page of UTF-16 as one of UTF-8.
            warn(
                "in \"\(charset)\"; unless its server says UTF-8, every letter beyond ASCII is refused",
                "save the page in UTF-8, or give the form accept-charset=\"utf-8\""
            )
        }
        for name in form.files {
            warn("that asks for a file (\"\(name)\"), and none can be sent", "take the field out, or ask for a link")
        }
        let traps = ["_gotcha", definition.honeypot]
        if let trap = form.netlifyHoneypot, form.names.contains(trap), !traps.contains(trap) {
            warn(
                "with the honeypot \"\(trap)\", which is a field as any other here",
                "call it \"_gotcha\", or set forms.\(definition.name).honeypot to \"\(trap)\""
            )
        }
        let longest = limits.nameCharacters
        for name in form.names.sorted() where name.unicodeScalars.count > longest {
            warn(
                "with a name of more than \(longest) characters (\"\(name.prefix(30))…\"), with which messages are refused",
                "give the field a short name, and the question as its label"
            )
        }
        if form.leastFields > limits.fields {
            warn(
                "of \(form.leastFields) fields; with more than \(limits.fields), every message is refused",
                "ask for less"
            )
        }
        let isPoll =
            form.hasFields && form.texts.subtracting(traps).isEmpty && missing(from: form, for: definition).isEmpty
        if isPoll, !form.isForScript, !form.names.contains("_id") {
            warn(
                "in which two visitors may well send the same; within ten minutes that is one message",
                "give the form data-brevlada and the page brevlada.js"
            )
        }
        return findings
    }

    private var limits: IntakeLimits { IntakeLimits() }

    // MARK: - Its next page

    func nextFinding(_ form: PageForm) -> DoctorFinding? {
        guard let next = form.next, !next.isBlank, isOurs(form) else { return nil }
        let text = "\(page) leads to \"\(next)\" after sending (_next), "
        guard next.hasPrefix("/") || next.contains("://") else {
            return .warning(
                .site,
                text + "which is no path and is ignored",
                remedy: "begin it with a slash: \"/\(next)\""
            )
        }
        let isFollowed = !NextLocation.resolve(next, fallback: "", origins: origins, host: nil, siteURL: nil).isEmpty
        // Without a site_url the address may be the site's own, which only a request tells.
        guard isFollowed || (siteURL == nil && !next.hasPrefix("/")) else {
            return .warning(
                .site,
                text + "which is no address of the site or of origins and is ignored",
                remedy: "let it be a path, such as \"/thanks.html\", or add the other site to origins"
            )
        }
        guard case .path(let path) = place(of: next), !isServed(path) else { return nil }
        return .failed(
            .site,
            text + "which the site does not have",
            remedy: "write that page, or let _next name one that is there"
        )
    }
}
