// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm

/// What another service took for its own, and is nothing or something else here.
extension PageChecks {
    /// Those of a form that is ours.
    func leftovers(in form: PageForm, for definition: FormDefinition) -> [Fault] {
        honeypots(in: form, for: definition) + specialFields(in: form, for: definition)
    }

    // MARK: - Honeypots

    /// What Netlify's, Web3Forms', FormSubmit's and StaticForms' manuals call theirs.
    private static let honeypots: Set<String> = ["bot-field", "botcheck", "_honey", "_honeypot", "honeypot"]

    private func isHoneypot(_ name: String, in form: PageForm) -> Bool {
        name == form.netlifyHoneypot || Self.honeypots.contains(name)
    }

    private func honeypots(in form: PageForm, for definition: FormDefinition) -> [Fault] {
        let traps = ["_gotcha", definition.honeypot]
        var faults: [Fault] = []
        for control in form.controls where !control.isOption && !control.name.isEmpty {
            let isTrap = traps.contains(control.name)
            let isForeign = !isTrap && isHoneypot(control.name, in: form) && !isRuled(control, in: definition)
            if isForeign {
                let finding = DoctorFinding.warning(
                    .site,
                    "has a form with the honeypot \"\(control.name.cut)\", which is a field as any other here",
                    remedy: "call it \"_gotcha\", or set forms.\(definition.name).honeypot to \"\(control.name.cut)\""
                )
                faults.append(Fault(line: control.line, finding: finding))
            }
            if isTrap || isForeign, control.isStyledAway, refusesStyleAttributes {
                let finding = DoctorFinding.warning(
                    .site,
                    "hides the honeypot \"\(control.name.cut)\" by a style attribute, which the Content-Security-Policy refuses: "
                        + "people see the field, and whoever fills it in is taken for a robot",
                    remedy: SitePage.Content.Kind.styleAttribute.remedy
                )
                faults.append(Fault(line: control.line, finding: finding))
            }
        }
        return faults
    }

    private var refusesStyleAttributes: Bool {
        policy?.refuses(SitePage.Content(kind: .styleAttribute, line: 1), from: .other) ?? false
    }

    // MARK: - Special fields

    /// The hidden fields of other services that do not begin as ours do, and what they are called here; nil is nothing.
    private static let renamed: [String: String?] = [
        "subject": "_subject", "replyto": "_replyto", "replyTo": "_replyto", "redirect": "_next", "redirectTo": "_next",
        "_redirect": "_next", "_after": "_next",
        "access_key": nil, "accessKey": nil, "from_name": nil, "form-name": nil,
    ]

    private func specialFields(in form: PageForm, for definition: FormDefinition) -> [Fault] {
        form.controls.compactMap { control in
            let name = control.name
            let isSpecial = name.hasPrefix("_") || (control.type == "hidden" && Self.renamed.keys.contains(name))
            guard isSpecial, !control.isOption, !SpecialFields.names.contains(name), name != definition.honeypot,
                !isHoneypot(name, in: form), !isRuled(control, in: definition)
            else { return nil }
            let finding = DoctorFinding.warning(
                .site,
                "has a form with \"\(name.cut)\", which steers nothing here and is shown in mail as any field",
                remedy: remedy(for: name, in: definition)
            )
            return Fault(line: control.line, finding: finding)
        }
    }

    private func remedy(for name: String, in definition: FormDefinition) -> String {
        if let own = Self.renamed[name] ?? nil { return "call it \"\(own)\", or take it out" }
        switch name {
        case "_cc", "_bcc", "_to": return "take it out, and list everybody under forms.\(definition.name).to"
        case "_autoresponse", "_autoresponder":
            return "take it out, and say it on the page after sending: visitors get no mail"
        default: return "take it out, or name it under forms.\(definition.name).fields when the mail is to show it"
        }
    }

    private func isRuled(_ control: PageTag, in definition: FormDefinition) -> Bool {
        definition.fields.contains { $0.isFor(control.name) }
    }

    // MARK: - The page

    func pageFaults(_ content: SitePage) -> [Fault] {
        var faults: [Fault] = []
        if let line = content.netlifyPostLine {
            let finding = DoctorFinding.warning(
                .site,
                "has a script that posts to \"/\", where no form is: visitors are thanked for messages that nobody gets",
                remedy:
                    "give the form data-brevlada and the page brevlada.js, or let the script post to \"/api/contact\""
            )
            faults.append(Fault(line: line, finding: finding))
        }
        let ours = content.forms.filter(isOurs)
        guard !ours.isEmpty else { return faults }
        if let line = content.captchaLine {
            let finding = DoctorFinding.warning(
                .site,
                "shows reCAPTCHA, whose answer nobody looks at here",
                remedy: "take the widget and its script out; for another of the kind set challenge"
            )
            faults.append(Fault(line: line, finding: finding))
        }
        return faults + [scriptFault(content, ours)].compactMap(\.self)
    }

    /// Whether what `data-brevlada` asks for comes of it, and what the script is for asks for it.
    private func scriptFault(_ content: SitePage, _ ours: [PageForm]) -> Fault? {
        let script = content.contents.first { $0.kind == .scriptFile && $0.isOurScript }
        guard let form = ours.first(where: \.isForScript) else {
            guard let script else { return nil }
            let finding = DoctorFinding.note(
                .site,
                "has brevlada.js, and no form with data-brevlada that it could send",
                remedy:
                    "give the form data-brevlada, so that it is sent without leaving the page, or take the script out"
            )
            return Fault(line: script.line, finding: finding)
        }
        guard let script else {
            let finding = DoctorFinding.warning(
                .site,
                "has a form with data-brevlada, and the page no brevlada.js: the form is sent as without the attribute",
                remedy: "add <script src=\"/brevlada.js\" defer></script>, unless another script holds it"
            )
            return Fault(line: form.line, finding: finding)
        }
        guard let address = script.address, case .path(let path) = place(of: address), !isServed(path) else {
            return nil
        }
        let finding = DoctorFinding.warning(
            .site,
            "has the script \"\(address.cut)\", which the site does not have: forms are sent as without data-brevlada",
            remedy: "copy brevlada.js from a site that \"brevlada init\" wrote, or name the file that is there"
        )
        return Fault(line: script.line, finding: finding)
    }
}

extension SitePage.Content {
    fileprivate var isOurScript: Bool { address?.lowercased().contains("brevlada") ?? false }
}
