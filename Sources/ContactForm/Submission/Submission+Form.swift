// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import Mail

extension Submission {
    /// What a request says, in the form's own fields.
    init(
        _ request: FormRequest,
        form: FormDefinition,
        fields: FieldList,
        special: SpecialFields,
        region: String?
    ) {
        func isAddress(_ text: String) -> Bool { (try? EmailAddress(parsing: text)) != nil }
        var email = fields[special.addressField]?.trimmedAddress
        // What stands in place of `email` is the sender's address only when it is one.
        if special.addressField != "email", email.map(isAddress) == false { email = nil }
        // Who asks to be answered elsewhere may name a field instead of an address, as Formspree's forms do.
        let wanted = special.replyTo.map { fields[$0] ?? $0 }?.trimmedAddress
        let replyTo = [wanted, email].compactMap { $0 }.first(where: isAddress)
        var fields = special.addressField == "_replyto" ? fields.withReplyTo(asEmail: email != nil) : fields
        // What is no address may still tell the owner how to answer.
        if let wanted, !wanted.isEmpty, wanted != replyTo { fields.append("_replyto", wanted) }
        let token = [special.token, request.headers.idempotencyKey].compactMap { $0 }.first { !$0.isEmpty }
        self.init(
            id: SubmissionID(
                form: form.name,
                token: token ?? "",
                started: special.started,
                fields: fields,
                special: special.said,
                receivedAt: request.receivedAt
            ),
            form: form.name,
            receivedAt: request.receivedAt,
            name: form.senderName(in: fields),
            email: email.flatMap { $0.isEmpty ? nil : $0 },
            replyTo: replyTo,
            subject: special.subject.flatMap { $0.isBlank ? nil : $0 },
            fields: fields,
            page: request.headers.referer.flatMap { $0.isEmpty ? nil : String($0.prefix(2000)) },
            origin: request.headers.origin.flatMap { $0.isEmpty || $0 == "null" ? nil : String($0.prefix(500)) },
            expiresAt: form.retention.map { request.receivedAt.advanced(by: $0) },
            region: region
        )
    }
}

extension FormDefinition {
    /// The sender's name: the field `name`, and when that is missing or blank, the only one filled in that is called so in one of
    /// our languages, in any case, by itself or by the form's label. Of two nobody can tell which is the sender's.
    fileprivate func senderName(in fields: FieldList) -> String? {
        func filled(_ text: String?) -> String? { text.map(\.trimmedSpaces).flatMap { $0.isEmpty ? nil : $0 } }
        if let name = filled(fields["name"]) { return name }
        let found = fields.fields.filter { field in
            [field.name, label(of: field.name)].contains { ["name", "namn"].contains($0?.trimmedSpaces.lowercased()) }
        }
        .compactMap { filled($0.values.first) }
        return found.count == 1 ? found[0] : nil
    }
}

extension FieldList {
    /// As they are stored when `_replyto` came in place of `email`: under that name, so that whoever looks for addresses
    /// finds all of them in one field. What is no address keeps its own name, and what is blank was no answer.
    fileprivate func withReplyTo(asEmail isEmail: Bool) -> FieldList {
        FieldList(
            fields.compactMap { field in
                switch field.name {
                case "_replyto": field.isBlank ? nil : Field(name: isEmail ? "email" : field.name, values: field.values)
                case "email": isEmail ? nil : field
                default: field
                }
            }
        )
    }
}
