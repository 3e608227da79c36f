// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// A mail that a program writes to a person: a text, the same as HTML if wanted, and no attachments.
///
/// Every value is safe by construction or made safe when written: whatever a visitor typed cannot add a header, end one
/// or break the structure of the message.
package struct MailMessage: Sendable, Equatable {
    package var from: Mailbox
    package var to: [Mailbox]
    /// Those whom it goes to; nil for all in `to`. The others have it already, and still stand in it.
    package var onlyFor: [Mailbox]?
    package var replyTo: Mailbox?
    /// Control characters are written as spaces, see ``HeaderText``.
    package var subject: String
    package var date: UTCDateTime
    package var messageID: MessageID
    /// What names the conversation that it begins; nil leaves that to the mail reader, which goes by the subject, as Gmail does
    /// with mails from one sender: those about different people would be one conversation, and an answer go to the wrong one.
    package var thread: MessageID?
    /// Lines, ended by LF, CRLF or CR. The last line is ended when written if it is not here.
    package var text: String
    /// Lines like `text`; nil for a mail of text alone.
    package var html: String?
    /// The language of the mail as a tag of RFC 5646, such as "sv"; left out of the message when it is not one.
    package var language: String?
    /// Fields of the program's own, such as `X-Brevlada-Submissions`, written as they are. None is written without words.
    package var customFields: [CustomField]

    package init(
        from: Mailbox,
        to: [Mailbox],
        onlyFor: [Mailbox]? = nil,
        replyTo: Mailbox? = nil,
        subject: String,
        date: UTCDateTime,
        messageID: MessageID,
        thread: MessageID? = nil,
        text: String,
        html: String? = nil,
        language: String? = nil,
        customFields: [CustomField] = []
    ) {
        self.from = from
        self.to = to
        self.onlyFor = onlyFor
        self.replyTo = replyTo
        self.subject = subject
        self.date = date
        self.messageID = messageID
        self.thread = thread
        self.text = text
        self.html = html
        self.language = language
        self.customFields = customFields
    }

    /// A field for programs to read: words, with a space or a fold between each and the next.
    package struct CustomField: Sendable, Equatable {
        package let name: String
        package let words: [String]

        /// - Parameters:
        ///   - name: Must be visible ASCII without a colon (RFC 5322 §2.2).
        ///   - words: A word that is empty, longer than 200 octets or holds anything but visible ASCII is left out.
        package init(_ name: String, words: [String]) {
            precondition(Self.isVisible(name) && !name.contains(":"), "no name of a header field: \(name)")
            self.name = name
            self.words = words.filter(Self.isVisible)
        }

        private static func isVisible(_ word: String) -> Bool {
            (1...200).contains(word.utf8.count) && word.utf8.allSatisfy { (0x21...0x7E).contains($0) }
        }
    }

    /// The address for MAIL FROM.
    package var envelopeSender: String { from.address.transportAddress }

    /// The addresses for RCPT TO.
    package var envelopeRecipients: [String] { (onlyFor ?? to).map(\.address.transportAddress) }

    /// Whether only a server with SMTPUTF8 can carry this mail, because of its sender or a recipient.
    ///
    /// A Reply-To does not count: without SMTPUTF8 the mail goes without it.
    package var requiresSMTPUTF8: Bool {
        from.address.requiresSMTPUTF8 || to.contains { $0.address.requiresSMTPUTF8 }
    }
}
