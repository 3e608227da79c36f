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

    private var limits: IntakeLimits { IntakeLimits() }

    // MARK: - Its fields

    func fieldFaults(of form: PageForm) -> [Fault] {
        guard form.targets.contains(where: { definition(at: $0) != nil }) else { return [] }
        // What is disabled is not sent in any case, and a box may be there only to be ticked.
        let unnamed = form.fields.filter { control in
            control.name.isEmpty && !control.isNamedByScript && control["disabled"] == nil && control.type != "checkbox"
        }
        let missing = missingFields(of: form) + disabledFields(of: form)
        guard !unnamed.isEmpty else { return missing }
        let remedy = "give each a name, such as name=\"email\": an id or a label is not sent"
        let mayBeSent = form.controls.contains { $0.isCustom || $0.isNamedByScript }
        guard mayBeSent || form.fields.contains(where: { !$0.name.isEmpty }) else {
            let text = "has a form whose fields have no name; nothing of it is sent, and every message is refused"
            return [Fault(line: form.line, finding: .warning(.site, text, remedy: remedy))]
        }
        let lines = unnamed.map { "\($0.line)" }
        let text =
            lines.count == 1
            ? "has a field without a name, which is never sent"
            : "has fields without a name, which are never sent (lines \(Self.list(lines)))"
        return [Fault(line: unnamed[0].line, finding: .warning(.site, text, remedy: remedy))] + missing
    }

    /// Without a required field every message is refused. A form that a script draws has none to look at, and what a script
    /// names may be the one.
    private func missingFields(of form: PageForm) -> [Fault] {
        let mayBeThere = form.controls.contains { $0.isNamedByScript || ($0.isCustom && $0.name.isEmpty) }
        guard !form.fields.isEmpty, !mayBeThere else { return [] }
        return form.targets.compactMap { target in
            guard let definition = definition(at: target) else { return nil }
            let missing = missing(from: form, for: definition)
            guard !missing.isEmpty else { return nil }
            let names = missing.map { "\"\($0)\"" }.joined(separator: ", ")
            let fields = missing.count == 1 ? "the field \(names), which is" : "the fields \(names), which are"
            let finding = DoctorFinding.warning(
                .site,
                "posts to \"\(target.address.cut)\" without \(fields) required",
                remedy: "name the fields of the page so, or say under forms.\(definition.name).fields what the page has"
            )
            return Fault(line: form.line, finding: finding)
        }
    }

    /// Those that are required, and that no browser sends.
    private func disabledFields(of form: PageForm) -> [Fault] {
        guard let definition = form.targets.lazy.compactMap(definition).first else { return [] }
        return definition.fields.filter(\.isRequired).compactMap { rule in
            let controls = form.controls.filter { rule.isFor($0.name) && !$0.isOption }
            guard let first = controls.first, controls.allSatisfy({ $0["disabled"] != nil }) else { return nil }
            let finding = DoctorFinding.warning(
                .site,
                "has the required field \"\(rule.name)\" disabled, which no browser sends",
                remedy: "take disabled out of it, or of the fieldset around it, unless a script does"
            )
            return Fault(line: first.line, finding: finding)
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
    func contentFaults(of form: PageForm) -> [Fault] {
        guard let definition = form.targets.lazy.compactMap(definition).first else { return [] }
        var faults: [Fault] = []
        func warn(_ text: String, _ remedy: String, line: Int? = nil) {
            faults.append(
                Fault(line: line ?? form.line, finding: .warning(.site, "has a form \(text)", remedy: remedy))
            )
        }
        if form.isPlainText {
            let whose = form.isForScript ? "where the script can't run, " : ""
            warn("with enctype=\"text/plain\"; \(whose)every message is refused", "take the enctype out")
        }
        if let charset = form.charset, !charset.lowercased().hasPrefix("utf") {
            // Brevlåda's own answers say UTF-8, which overrules the page. Browsers read a page of UTF-16 as one of UTF-8.
            warn(
                "in \"\(charset.cut)\"; unless its server says UTF-8, every letter beyond ASCII is refused",
                "save the page in UTF-8, or give the form accept-charset=\"utf-8\""
            )
        }
        for file in form.files {
            warn(
                "that asks for a file (\"\(file.name.cut)\"), and none can be sent",
                "take the field out, or ask for a link",
                line: file.line
            )
        }
        let longest = limits.nameCharacters
        for name in form.names.sorted() where name.unicodeScalars.count > longest {
            warn(
                "with a name of more than \(longest) characters (\"\(name.prefix(30))…\"), with which messages are refused",
                "give the field a short name, and the question as its label",
                line: form.controls.first { $0.name == name }?.line
            )
        }
        if form.leastFields > limits.fields {
            warn(
                "of \(form.leastFields) fields; with more than \(limits.fields), every message is refused",
                "ask for less"
            )
        }
        let traps = ["_gotcha", definition.honeypot]
        let isPoll =
            form.fields.contains { !$0.name.isEmpty } && form.texts.subtracting(traps).isEmpty
            && missing(from: form, for: definition).isEmpty
        if isPoll, !form.isForScript, !form.names.contains("_id") {
            warn(
                "in which two visitors may well send the same; within ten minutes that is one message",
                "give the form data-brevlada and the page brevlada.js"
            )
        }
        return faults + leftovers(in: form, for: definition) + ruleFaults(of: form, for: definition)
    }

    // MARK: - Its rules

    /// What the page lets a visitor choose or write, and the form's rules refuse.
    private func ruleFaults(of form: PageForm, for definition: FormDefinition) -> [Fault] {
        var faults: [Fault] = []
        for rule in definition.fields {
            let controls = form.controls.filter { rule.isFor($0.name) }
            let place = "forms.\(definition.name).fields.\(rule.name)"
            let refused = controls.filter { control in
                guard let choice = control.choice, !choice.isBlank else { return false }
                // What stands beside a box is sent for the one that is not ticked.
                guard control.type != "hidden" || (controls.count == 1 && !SpecialFields.names.contains(control.name))
                else { return false }
                return rule.error(in: [choice]) != nil
            }
            if let first = refused.first {
                let values = Self.list(refused.compactMap(\.choice).map { "\"\($0.prefix(60))\"" })
                let verb = first.type == "hidden" ? "sends" : "lets visitors choose"
                let finding = DoctorFinding.warning(
                    .site,
                    "\(verb) \(values) in \"\(rule.name)\", which \(place) refuses",
                    remedy: refused.allSatisfy(\.isPlaceholder)
                        ? "give the option that is no answer value=\"\""
                        : rule.options.isEmpty
                            ? "give it a value that the rule takes, or change the rule"
                            : "let the page's value be one of the rule's options, letter by letter, or add it to \(place).options"
                )
                faults.append(Fault(line: first.line, finding: finding))
            }
            if rule.type != .select, rule.type != .checkbox, let last = form.several(of: rule).last {
                let finding = DoctorFinding.warning(
                    .site,
                    "may send several values of \"\(rule.name)\", and \(place) takes one: such messages are refused",
                    remedy:
                        "set \(place).type to select where several may be chosen, or give each control a name of its own"
                )
                faults.append(Fault(line: last.line, finding: finding))
            }
        }
        for control in form.controls where !control.name.isEmpty {
            let rule = definition.fields.first { $0.name == control.name }
            let most = min(rule?.maxLength ?? .max, limits.valueCharacters)
            guard let maxLength = control.maxLength, maxLength > most else { continue }
            let raise =
                most < limits.valueCharacters
                ? ", or raise forms.\(definition.name).fields.\(control.name).max_length" : ""
            let finding = DoctorFinding.warning(
                .site,
                "lets \(maxLength) characters be written into \"\(control.name.cut)\", and \(most) are taken",
                remedy: "set maxlength=\"\(most)\"\(raise)"
            )
            faults.append(Fault(line: control.line, finding: finding))
        }
        return faults
    }

    /// At most three, and how many more there are.
    static func list(_ words: [String]) -> String {
        let shown = words.prefix(3).joined(separator: ", ")
        return words.count > 3 ? "\(shown) and \(words.count - 3) more" : shown
    }

    // MARK: - Its next page

    func nextFaults(of form: PageForm) -> [Fault] {
        guard let field = form.next, let finding = nextFinding(field["value"] ?? "", of: form) else { return [] }
        return [Fault(line: field.line, finding: finding)]
    }

    private func nextFinding(_ next: String, of form: PageForm) -> DoctorFinding? {
        // Character references and templates are not read here.
        guard !next.isBlank, !next.contains("&#"), !next.contains("{{"), isOurs(form) else { return nil }
        let text = "leads to \"\(next.cut)\" after sending (_next), "
        guard next.hasPrefix("/") || next.contains("://") else {
            return .warning(
                .site,
                text + "which is no path and is ignored",
                remedy: "begin it with a slash: \"/\(next.cut)\""
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

extension FieldRule {
    /// Whether it is the rule of what a page calls so: of several values of one field some write `name[]`.
    func isFor(_ control: String) -> Bool { control == name || control == name + "[]" }
}
