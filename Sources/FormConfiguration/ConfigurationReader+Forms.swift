// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

package import ContactForm

extension ConfigurationReader {
    /// The forms of the file, and the default form, which is there without being named.
    package mutating func forms(language: Language) -> [FormDefinition] {
        var entries = sections(in: names(under: "forms"))
        if !entries.contains(where: { $0.name == FormName.contact.rawValue }) {
            let nowhere = ConfigurationNode.Position(line: 1, column: 1)
            entries.append(
                ConfigurationNode.Entry(
                    name: FormName.contact.rawValue,
                    position: nowhere,
                    value: ConfigurationNode(content: .null, position: nowhere)
                )
            )
        }
        var forms: [FormDefinition] = []
        for entry in entries {
            guard let name = FormName(rawValue: entry.name) else {
                report(
                    "the form \"\(entry.name)\" has a name that can't stand in its address; "
                        + "use 1 to 64 letters a to z, digits, - and _",
                    at: entry.position
                )
                continue
            }
            forms.append(form(name, language: language))
        }
        return forms
    }

    /// What is neither a section nor empty was reported, and its name is none of a form or field.
    private func sections(in entries: [ConfigurationNode.Entry]) -> [ConfigurationNode.Entry] {
        entries.filter { entry in
            switch entry.value.content {
            case .null, .mapping: true
            case .scalar, .list: false
            }
        }
    }

    private mutating func form(_ name: FormName, language: Language) -> FormDefinition {
        typealias Keys = ConfigurationKeys.Form
        var form = FormDefinition(name: name)
        let text = name.rawValue
        if let isActive = value(Keys.active, text) { form.isActive = isActive }
        if let recipients = value(Keys.to, text) { form.recipients = recipients }
        if let next = value(Keys.next, text) { form.next = next }
        form.language = value(Keys.language, text) ?? language
        if let honeypot = value(Keys.honeypot, text) { form.honeypot = honeypot }
        if let days = value(Keys.retentionDays, text) { form.retention = .days(Int64(days)) }
        let fields = sections(in: names(under: "forms", text, "fields"))
        if !fields.isEmpty { form.fields = fields.map { field($0, of: text) } }
        if form.honeypot != FormDefinition(name: name).honeypot, SpecialFields.names.contains(form.honeypot) {
            report(
                "forms.\(text).honeypot is \"\(form.honeypot)\", one of the names that steer the product; name another",
                at: position(of: Keys.honeypot, text)
            )
        }
        for field in form.fields where field.name == form.honeypot && !SpecialFields.names.contains(field.name) {
            report(
                "forms.\(text).honeypot is \"\(form.honeypot)\", also a field of the form that people fill in; "
                    + "name another",
                at: position(of: Keys.honeypot, text)
            )
        }
        return form
    }

    private mutating func field(_ entry: ConfigurationNode.Entry, of form: String) -> FieldRule {
        typealias Keys = ConfigurationKeys.Form.Field
        var rule = FieldRule(name: entry.name)
        let path = "forms.\(form).fields.\(entry.name)"
        if SpecialFields.names.contains(entry.name) {
            report(
                "\(path) is one of the names that steer the product and is never a field; name it otherwise",
                at: entry.position
            )
        }
        if entry.name.isEmpty || entry.name.count > IntakeLimits().nameCharacters {
            report(
                "a field of the form \"\(form)\" has a name that is empty or too long; "
                    + "use 1 to \(IntakeLimits().nameCharacters) characters",
                at: entry.position
            )
        }
        rule.label = value(Keys.label, form, entry.name)
        if let type = value(Keys.type, form, entry.name) { rule.type = type }
        if let isRequired = value(Keys.required, form, entry.name) { rule.isRequired = isRequired }
        rule.minLength = value(Keys.minLength, form, entry.name)
        rule.maxLength = value(Keys.maxLength, form, entry.name)
        if let least = rule.minLength, let most = rule.maxLength, least > most {
            report(
                "\(path).min_length is \"\(least)\", more than max_length \"\(most)\"; make it smaller",
                at: position(of: Keys.minLength, form, entry.name)
            )
        }
        if let options = value(Keys.options, form, entry.name) {
            rule.options = options
            if rule.type != .select, rule.type != .checkbox {
                report(
                    "\(path).options is set, but the type is \(rule.type.rawValue); set the type to select or checkbox",
                    at: position(of: Keys.options, form, entry.name)
                )
            }
        }
        return rule
    }

    /// A page elsewhere is gone to only when its origin is allowed, as for `_next`.
    package mutating func checkNext(of settings: FormSettings) {
        for form in settings.forms.values.sorted(by: { $0.name < $1.name })
        where !form.next.hasPrefix("/") {
            let parts = form.next.split(separator: "/", maxSplits: 2, omittingEmptySubsequences: false)
            let authority = parts.count > 2 ? parts[2].prefix { !"/?#".contains($0) } : ""
            let origin = "\(parts[0])//\(authority)"
            if !settings.origins.allows(origin, host: nil) {
                report(
                    "forms.\(form.name).next is \"\(form.next)\", on a site that is not among origins; "
                        + "add \"\(origin)\" to origins",
                    at: position(of: ConfigurationKeys.Form.next, form.name.rawValue)
                )
            }
        }
    }
}
