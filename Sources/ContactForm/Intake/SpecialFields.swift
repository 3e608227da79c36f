// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// The fields that speak to the product, not to the owner. They are not stored as fields and not shown in mail.
package struct SpecialFields: Sendable, Hashable {
    package var next: String?
    package var subject: String?
    /// `_replyto` beside an address in `email`, or the name of a field; nil when it is the sender's own address.
    package var replyTo: String?
    /// The field that holds the sender's own address. It is `email`, and when that is missing or blank, what `_replyto`
    /// gives: the field that it names, or itself, and then it is among the fields as any other. When neither came, it is the
    /// form's own (`FormDefinition.ownAddressField`).
    package var addressField = "email"
    package var language: String?
    /// The client's token: a repeat with the same token and content is the same submission.
    package var token: String?
    /// When the client made the token, which is when it showed the form.
    package var started: Timestamp?
    /// Whether the field that no person sees holds something. A box that a program sends as not ticked is as empty as a
    /// blank text.
    package var isHoneypotFilled = false
    package var challengeToken: String?
    /// All of them as sent, to be carried through an error page.
    package var asSent: [Field] = []

    /// Those that are part of what the visitor wants to say: two messages that differ in them are two.
    package var said: [Field] { asSent.filter { $0.name == "_subject" || $0.name == "_replyto" } }

    package init() {}

    /// All of them, but for a honeypot of the form's own and a challenge's token.
    package static let names: Set = ["_next", "_subject", "_replyto", "_language", "_id", "_started", "_gotcha"]

    /// What the widgets of reCAPTCHA, hCaptcha and Turnstile put into a form; hCaptcha's also the first.
    private static let widgetTokens = ["g-recaptcha-response", "h-captcha-response", "cf-turnstile-response"]

    /// Takes the special fields of a form out of `fields`. Of a repeated one the first value counts, but any value fills the
    /// honeypot.
    package init(takingFrom fields: inout FieldList, of form: FormDefinition, challenge tokenField: String?) {
        func take(_ name: String, from fields: inout FieldList, into sent: inout [Field]) -> [String]? {
            guard let values = fields.remove(name) else { return nil }
            sent.append(Field(name: name, values: values))
            return values
        }
        var sent: [Field] = []
        next = take("_next", from: &fields, into: &sent)?.first
        subject = take("_subject", from: &fields, into: &sent)?.first
        language = take("_language", from: &fields, into: &sent)?.first
        token = take("_id", from: &fields, into: &sent)?.first
        started = take("_started", from: &fields, into: &sent)?.first
            .flatMap { Int64($0) }
            .flatMap { $0 > 0 ? Timestamp(milliseconds: $0) : nil }
        for name in ["_gotcha", form.honeypot] {
            let values = take(name, from: &fields, into: &sent) ?? []
            if !values.allSatisfy(\.isUnticked) { isHoneypotFilled = true }
        }
        if let tokenField { challengeToken = take(tokenField, from: &fields, into: &sent)?.first }
        // Widgets send more than is asked for, and stay in pages that once belonged to another service. A token is another
        // each time, so that a repeat would not be known by the fields.
        for name in Self.widgetTokens { _ = fields.remove(name) }
        addressField = Self.addressField(in: fields, of: form)
        if addressField != "_replyto" { replyTo = take("_replyto", from: &fields, into: &sent)?.first }
        asSent = sent
    }

    /// See `addressField`. Formspree takes `_replyto` for the sender's address, so that forms written for it often have no
    /// other.
    private static func addressField(in fields: FieldList, of form: FormDefinition) -> String {
        let email = fields.values(of: "email")
        guard email?.allSatisfy(\.isBlank) ?? true else { return "email" }
        let replyTo = fields["_replyto"]
        if replyTo?.isBlank ?? true, let own = form.ownAddressField { return own }
        guard let replyTo else { return "email" }
        // Both are blank: the error stands by the one that the page has, `email` when it has both.
        if replyTo.isBlank { return email == nil ? "_replyto" : "email" }
        if fields.values(of: replyTo) != nil { return replyTo }
        // A hidden `_replyto` may name a field that was not sent: nothing that a visitor could put right there.
        let isName = replyTo == "email" || form.fields.contains { $0.name == replyTo }
        return isName ? "email" : "_replyto"
    }
}

extension FormDefinition {
    /// The field that holds the sender's address in a form that calls it otherwise than `email`: the only one that is to be an
    /// address. Of two nobody can tell which is the sender's.
    var ownAddressField: String? {
        guard !fields.contains(where: { $0.name == "email" }) else { return nil }
        return onlyField(of: .email)
    }

    /// The field that holds the message in a form that calls it otherwise: the only one of many lines.
    var ownMessageField: String? { onlyField(of: .textarea) }

    private func onlyField(of type: FieldRule.FieldType) -> String? {
        let found = fields.filter { $0.type == type }
        return found.count == 1 ? found[0].name : nil
    }
}
