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
    /// How far apart the mails are that only say what was not mailed; nil sends none (`UnmailedReminder`).
    package var reminderSpacing: Interval? = standardReminderSpacing
    /// The address of the owner's page, as in "https://example.se/inbox/"; nil when there is none, or nobody knows it.
    package var inbox: String?
    /// What the command is to be called with to find the messages, beside what is asked of it.
    package var commandOption: String?
    /// How far the owner's clock is ahead of UTC at a moment.
    package var offset: @Sendable (Timestamp) -> Interval = { _ in .seconds(0) }

    package static let standardReminderSpacing = Interval.days(3)

    package init(sender: Mailbox, recipients: [Mailbox], language: Language, forms: [FormName: FormDefinition]) {
        self.sender = sender
        self.recipients = recipients
        self.language = language
        self.forms = forms
    }

    /// A mail that waits for its digest's turn is not late for that.
    package var late: LateRule { LateRule(retry: retry, turn: digest.spacing) }

    package func recipients(of form: FormName) -> [Mailbox] {
        guard let own = forms[form]?.recipients, !own.isEmpty else { return recipients }
        return own
    }

    /// Of the recipients of a submission's form, those who have neither got the mail about it nor been refused for good. Empty
    /// when these are all of today's.
    package func stillToReach(of submission: Submission) -> [Mailbox] {
        let recipients = recipients(of: submission.form)
        guard let part = submission.delivery.part else { return recipients }
        let done = Set(part.reached + part.refused.map(\.address))
        return recipients.filter { !done.contains($0.address.transportAddress) }
    }

    /// What a field is called in mail.
    func label(of field: String, in form: FormName) -> String {
        forms[form]?.label(of: field) ?? Sentences(language).label(of: field)
    }
}
