// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

package import Mail

/// What one form asks for and where its messages go; from `forms:` in `brevlada.yaml`.
package struct FormDefinition: Sendable, Hashable {
    package var name: FormName
    /// False: the form answers 403 `INACTIVE` and stores nothing.
    package var isActive = true
    /// Checked in this order. Fields without a rule are kept as sent.
    package var fields: [FieldRule] = FormDefinition.standardFields
    /// Who gets the mail; empty means the site's own recipients.
    package var recipients: [Mailbox] = []
    /// Where the visitor goes when the form does not say `_next`.
    package var next = "/thanks.html"
    /// The language when neither `_language` nor `Accept-Language` says one.
    package var language = Language.english
    /// The hidden field that no person fills in.
    package var honeypot = "_gotcha"
    /// How long submissions are kept; nil for ever.
    package var retention: Interval?

    package init(name: FormName) {
        self.name = name
    }

    /// What the form's rules call a field; nil when they don't.
    func label(of field: String) -> String? { fields.first { $0.name == field }?.label }

    /// What a contact form asks for unless `brevlada.yaml` says otherwise.
    package static let standardFields = [
        FieldRule(name: "name"),
        FieldRule(name: "email", type: .email, isRequired: true),
        FieldRule(name: "message", type: .textarea, isRequired: true),
    ]
}

/// What one field must hold.
package struct FieldRule: Sendable, Hashable {
    package enum FieldType: String, Sendable, Hashable, CaseIterable {
        case text, email, tel, url, number, date, checkbox, select, textarea
    }

    package var name: String
    /// Shown to the visitor beside an error, and in mail; the name when nil.
    package var label: String?
    package var type: FieldType
    package var isRequired: Bool
    /// In characters, after line breaks are made one character each.
    package var minLength: Int?
    package var maxLength: Int?
    /// What may be chosen, for `select` and `checkbox`; empty allows anything.
    package var options: [String]

    package init(
        name: String,
        label: String? = nil,
        type: FieldType = .text,
        isRequired: Bool = false,
        minLength: Int? = nil,
        maxLength: Int? = nil,
        options: [String] = []
    ) {
        self.name = name
        self.label = label
        self.type = type
        self.isRequired = isRequired
        self.minLength = minLength
        self.maxLength = maxLength
        self.options = options
    }
}
