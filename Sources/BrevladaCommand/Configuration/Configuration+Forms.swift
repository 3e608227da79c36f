// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm
import Mail

extension Configuration {
    /// The forms of the file, and the default form, which is there without being named.
    static func readForms(language: Language, _ reader: inout ConfigurationReader) -> [FormDefinition] {
        var entries = reader.names(under: "forms")
        if !entries.contains(where: { $0.name == FormName.contact.rawValue }) {
            let nowhere = YAMLNode.Position(line: 1, column: 1)
            entries.append(
                YAMLNode.Entry(
                    name: FormName.contact.rawValue,
                    position: nowhere,
                    value: YAMLNode(content: .null, position: nowhere)
                )
            )
        }
        var forms: [FormDefinition] = []
        for entry in entries {
            guard let name = FormName(rawValue: entry.name) else {
                reader.report(
                    "the form \"\(entry.name)\" has a name that can't stand in its address; "
                        + "use 1 to 64 letters a to z, digits, - and _",
                    at: entry.position
                )
                continue
            }
            forms.append(readForm(name, language: language, &reader))
        }
        return forms
    }

    private static func readForm(
        _ name: FormName,
        language: Language,
        _ reader: inout ConfigurationReader
    ) -> FormDefinition {
        typealias Keys = ConfigurationKeys.Form
        var form = FormDefinition(name: name)
        let text = name.rawValue
        if let isActive = reader.value(Keys.active, text) { form.isActive = isActive }
        if let recipients = reader.value(Keys.to, text) { form.recipients = recipients }
        if let next = reader.value(Keys.next, text) { form.next = next }
        form.language = reader.value(Keys.language, text) ?? language
        if let honeypot = reader.value(Keys.honeypot, text) { form.honeypot = honeypot }
        if let days = reader.value(Keys.retentionDays, text) { form.retention = .days(Int64(days)) }
        let fields = reader.names(under: "forms", text, "fields")
        if !fields.isEmpty { form.fields = fields.map { readField($0, of: text, &reader) } }
        if form.honeypot != FormDefinition(name: name).honeypot, specialNames.contains(form.honeypot) {
            reader.report(
                "forms.\(text).honeypot is \"\(form.honeypot)\", one of the names that steer the product; name another",
                at: reader.position(of: Keys.honeypot, text)
            )
        }
        for field in form.fields where field.name == form.honeypot && !specialNames.contains(field.name) {
            reader.report(
                "forms.\(text).honeypot is \"\(form.honeypot)\", also a field of the form that people fill in; "
                    + "name another",
                at: reader.position(of: Keys.honeypot, text)
            )
        }
        return form
    }

    private static func readField(
        _ entry: YAMLNode.Entry,
        of form: String,
        _ reader: inout ConfigurationReader
    ) -> FieldRule {
        typealias Keys = ConfigurationKeys.Form.Field
        var rule = FieldRule(name: entry.name)
        let path = "forms.\(form).fields.\(entry.name)"
        if specialNames.contains(entry.name) {
            reader.report(
                "\(path) is one of the names that steer the product and is never a field; name it otherwise",
                at: entry.position
            )
        }
        if entry.name.isEmpty || entry.name.count > IntakeLimits().nameCharacters {
            reader.report(
                "a field of the form \"\(form)\" has a name that is empty or too long; "
                    + "use 1 to \(IntakeLimits().nameCharacters) characters",
                at: entry.position
            )
        }
        rule.label = reader.value(Keys.label, form, entry.name)
        if let type = reader.value(Keys.type, form, entry.name) { rule.type = type }
        if let isRequired = reader.value(Keys.required, form, entry.name) { rule.isRequired = isRequired }
        rule.minLength = reader.value(Keys.minLength, form, entry.name)
        rule.maxLength = reader.value(Keys.maxLength, form, entry.name)
        if let least = rule.minLength, let most = rule.maxLength, least > most {
            reader.report(
                "\(path).min_length is \"\(least)\", more than max_length \"\(most)\"; make it smaller",
                at: reader.position(of: Keys.minLength, form, entry.name)
            )
        }
        if let options = reader.value(Keys.options, form, entry.name) {
            rule.options = options
            if rule.type != .select, rule.type != .checkbox {
                reader.report(
                    "\(path).options is set, but the type is \(rule.type.rawValue); set the type to select or checkbox",
                    at: reader.position(of: Keys.options, form, entry.name)
                )
            }
        }
        return rule
    }

    /// A page elsewhere is gone to only when its origin is allowed, as for `_next`.
    static func checkNext(of settings: FormSettings, _ reader: inout ConfigurationReader) {
        for form in settings.forms.values.sorted(by: { $0.name.rawValue < $1.name.rawValue })
        where !form.next.hasPrefix("/") {
            let parts = form.next.split(separator: "/", maxSplits: 2, omittingEmptySubsequences: false)
            let authority = parts.count > 2 ? parts[2].prefix { !"/?#".contains($0) } : ""
            let origin = "\(parts[0])//\(authority)"
            if !settings.origins.allows(origin, host: nil) {
                reader.report(
                    "forms.\(form.name).next is \"\(form.next)\", on a site that is not among origins; "
                        + "add \"\(origin)\" to origins",
                    at: reader.position(of: ConfigurationKeys.Form.next, form.name.rawValue)
                )
            }
        }
    }

    /// The fields that speak to the product, not to the owner.
    private static let specialNames: Set<String> = [
        "_next", "_subject", "_replyto", "_language", "_id", "_started", "_gotcha",
    ]
}
