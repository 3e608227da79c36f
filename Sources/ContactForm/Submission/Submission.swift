// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// One message from one visitor, with all that is known of it.
package struct Submission: Sendable, Hashable {
    package var id: SubmissionID
    package var form: FormName
    package var receivedAt: Timestamp
    /// The sender's name and address, trimmed, when the form has them; also among `fields`.
    package var name: String?
    package var email: String?
    /// Where an answer goes: `_replyto`, else `email`. Nil when neither is a valid address.
    package var replyTo: String?
    /// `_subject`, when the visitor's form sets one.
    package var subject: String?
    /// All fields but the special ones, in the order sent.
    package var fields: FieldList
    /// The page the form stood on (`Referer`), and its origin.
    package var page: String?
    package var origin: String?
    package var language: Language
    package var status: SubmissionStatus
    /// Why it is, or might be, spam. Kept below the threshold too.
    package var spamReasons: [SpamReason]
    package var delivery: Delivery
    /// When retention removes it; nil keeps it for ever.
    package var expiresAt: Timestamp?
    /// The AWS Region that took it in; nil on one machine.
    package var region: String?

    package init(
        id: SubmissionID,
        form: FormName,
        receivedAt: Timestamp,
        name: String? = nil,
        email: String? = nil,
        replyTo: String? = nil,
        subject: String? = nil,
        fields: FieldList,
        page: String? = nil,
        origin: String? = nil,
        language: Language = .english,
        status: SubmissionStatus = .received,
        spamReasons: [SpamReason] = [],
        delivery: Delivery? = nil,
        expiresAt: Timestamp? = nil,
        region: String? = nil
    ) {
        self.id = id
        self.form = form
        self.receivedAt = receivedAt
        self.name = name
        self.email = email
        self.replyTo = replyTo
        self.subject = subject
        self.fields = fields
        self.page = page
        self.origin = origin
        self.language = language
        self.status = status
        self.spamReasons = spamReasons
        var first = Delivery()
        first.nextAttempt = status == .received ? receivedAt : nil
        self.delivery = delivery ?? first
        self.expiresAt = expiresAt
        self.region = region
    }

    package var key: SubmissionKey { SubmissionKey(form: form, id: id) }

    /// The message itself: the field `message`, or `msg` as older forms name it.
    package var message: String? { fields["message"] ?? fields["msg"] }
}

/// What finds a submission in any store: its form and its id.
package struct SubmissionKey: Sendable, Hashable {
    package var form: FormName
    package var id: SubmissionID

    package init(form: FormName, id: SubmissionID) {
        self.form = form
        self.id = id
    }
}

extension Submission {
    /// The submission after `change`, or nil when its status does not allow that change.
    ///
    /// The one place where status moves; every store applies changes through it, in one transaction
    /// with the write, so that two workers can't both win.
    package func applying(_ change: StatusChange, at now: Timestamp) -> Submission? {
        var next = self
        switch (change, status) {
        case (.notified(let providerMessageID, let remark), .received):
            next.status = .notified
            next.delivery.attempts += 1
            next.delivery.nextAttempt = nil
            next.delivery.lastError = remark
            next.delivery.providerMessageID = providerMessageID
            next.delivery.notifiedAt = now
        case (.postponed(let reason, let nextAttempt), .received):
            next.delivery.attempts += 1
            next.delivery.lastError = reason
            next.delivery.nextAttempt = nextAttempt
        case (.failed(let reason), .received):
            next.status = .failed
            next.delivery.attempts += 1
            next.delivery.lastError = reason
            next.delivery.nextAttempt = nil
        case (.released, .held):
            next.status = .received
            next.delivery.nextAttempt = now
        case (.resent, .failed), (.resent, .bounced), (.resent, .notified):
            next.status = .received
            next.delivery.attempts = 0
            next.delivery.nextAttempt = now
        case (.bounced(let reason), .notified):
            next.status = .bounced
            next.delivery.lastError = reason
        default:
            return nil
        }
        return next
    }
}
