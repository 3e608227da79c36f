// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// The fields that speak to the product, not to the owner. They are not stored as fields and not shown in mail.
package struct SpecialFields: Sendable, Hashable {
    package var next: String?
    package var subject: String?
    package var replyTo: String?
    package var language: String?
    /// The client's token: a repeat with the same token and content is the same submission.
    package var token: String?
    /// When the client made the token, which is when it showed the form.
    package var started: Timestamp?
    package var honeypot: String?
    package var challengeToken: String?
    /// All of them as sent, to be carried through an error page.
    package var asSent: [Field] = []

    /// Those that are part of what the visitor wants to say: two messages that differ in them are two.
    package var said: [Field] { asSent.filter { $0.name == "_subject" || $0.name == "_replyto" } }

    package init() {}

    /// Takes the special fields out of `fields`. Of a repeated one the first value counts.
    package init(takingFrom fields: inout FieldList, honeypot honeypotName: String, challenge tokenField: String?) {
        func take(_ name: String, from fields: inout FieldList, into sent: inout [Field]) -> String? {
            guard let values = fields.remove(name) else { return nil }
            sent.append(Field(name: name, values: values))
            return values.first
        }
        var sent: [Field] = []
        next = take("_next", from: &fields, into: &sent)
        subject = take("_subject", from: &fields, into: &sent)
        replyTo = take("_replyto", from: &fields, into: &sent)
        language = take("_language", from: &fields, into: &sent)
        token = take("_id", from: &fields, into: &sent)
        started = take("_started", from: &fields, into: &sent)
            .flatMap { Int64($0) }
            .flatMap { $0 > 0 ? Timestamp(milliseconds: $0) : nil }
        honeypot = take("_gotcha", from: &fields, into: &sent)
        if honeypotName != "_gotcha" {
            let named = take(honeypotName, from: &fields, into: &sent)
            if let named, !named.isEmpty { honeypot = named }
        }
        if let tokenField { challengeToken = take(tokenField, from: &fields, into: &sent) }
        asSent = sent
    }
}
