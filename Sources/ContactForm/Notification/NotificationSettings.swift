// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

package import Mail

/// From whom, to whom and how notifications are mailed.
package struct NotificationSettings: Sendable {
    /// The site's own address; never the visitor's, which the visitor's domain would disown (RFC 7489).
    package var sender: Mailbox
    /// Who gets the mail of a form that names nobody itself.
    package var recipients: [Mailbox]
    /// The language of the owner, in which the mails are written.
    package var language: Language
    package var forms: [FormName: FormDefinition]
    package var retry = RetrySchedule()
    package var digest = DigestRule()

    package init(sender: Mailbox, recipients: [Mailbox], language: Language, forms: [FormName: FormDefinition]) {
        self.sender = sender
        self.recipients = recipients
        self.language = language
        self.forms = forms
    }

    package func recipients(of form: FormName) -> [Mailbox] {
        guard let own = forms[form]?.recipients, !own.isEmpty else { return recipients }
        return own
    }
}
