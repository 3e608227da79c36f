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
    /// Where an answer goes: `_replyto`, else the sender's address. Nil when neither is a valid one.
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
    /// When the owner read it; nil while it is unread.
    package var readAt: Timestamp?
    /// When the owner put it away; nil while it is in the inbox.
    package var archivedAt: Timestamp?
    /// What happened to it since it came in, oldest first: the newest 50 entries.
    package var history: [HistoryEntry] = []

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

    /// The message itself: the field `message`, or `msg` as older forms name it. See also `message(in:)`.
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
