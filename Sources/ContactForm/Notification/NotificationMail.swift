// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import Mail

/// The mail about one submission: its fields in the order sent, as text and as HTML, and where it came from.
struct NotificationMail {
    let submission: Submission
    let settings: NotificationSettings
    let unmailed: UnmailedCounts

    private var sentences: OwnerSentences { OwnerSentences(settings.language) }

    func message(at now: Timestamp) -> MailMessage {
        MailMessage(
            from: settings.sender,
            to: settings.recipients(of: submission.form),
            onlyFor: settings.stillToReach(of: submission),
            replyTo: replyTo.map { Mailbox(displayName: isAnsweredElsewhere ? nil : nameBesideAddress, address: $0) },
            subject: subject,
            date: now.utc,
            messageID: MessageID(name: submission.mailName, sender: settings.sender.address),
            thread: MessageID(name: "thread-\(submission.id)", sender: settings.sender.address),
            text: text,
            html: html,
            language: settings.language.rawValue,
            customFields: [SubmissionsField([submission.key]).field]
        )
    }

    /// Whether the visitor gave another address for answers than the one that stands among the fields. Nobody would see it: many
    /// mail readers show only a name, and the one above would be taken for it.
    private var isAnsweredElsewhere: Bool {
        guard let email = submission.email, let replyTo = submission.replyTo else { return false }
        return email.lowercased() != replyTo.lowercased()
    }

    private var replyTo: EmailAddress? {
        submission.replyTo.flatMap { try? EmailAddress(parsing: $0) }
    }

    private var subject: String {
        HeaderText.visible(submission.subject, upTo: 200)
            ?? sentences.subject(from: name ?? HeaderText.visible(submission.email, upTo: 100))
    }

    /// The visitor's, as it can stand in a header. Some servers refuse a mail with more than 32 KB of header.
    private var name: String? { HeaderText.visible(submission.name, upTo: 100) }

    /// Many mail readers show only the name, which must not be taken for the address that an answer goes to.
    private var nameBesideAddress: String? {
        guard let name, !name.contains(where: "@＠﹫".contains) else { return nil }
        return name
    }

    private var text: String {
        var text = ""
        for field in submission.fields.fields {
            for value in field.values where !value.isBlank {
                let separator = value.contains("\n") || value.utf8.count > 60 ? ":\n" : ": "
                text += label(of: field.name) + separator + value + "\n\n"
            }
        }
        text += "-- \n\(answer)\n"
        for (label, value) in particulars { text += "\(label): \(value)\n" }
        if let note = settings.note(on: submission.id) { text += note.plain + "\n" }
        let notes = notes
        if !notes.isEmpty { text += "\n" }
        for note in notes { text += note.plain + "\n" }
        return text
    }

    private var html: String {
        var page = HTMLWriter()
        MailHTML.begin(&page, title: subject, language: settings.language)
        let octets = submission.fields.fields.reduce(0) { $0 + $1.values.reduce(0) { $0 + $1.utf8.count } }
        if octets > Self.longBody {
            writeFooter(into: &page)
            page.markup(Self.rule)
            MailHTML.writeFields(of: submission, label: label(of:), into: &page)
        } else {
            MailHTML.writeFields(of: submission, label: label(of:), into: &page)
            page.markup(Self.rule)
            writeFooter(into: &page)
        }
        MailHTML.end(&page)
        return page.html
    }

    /// Octets. Gmail hides the end of a mail of some 100 KB, and what is said of a message must not be there.
    private static let longBody = 50_000
    private static let rule: StaticString =
        "<hr style=\"border:0;border-top:1px solid #c9ced1;margin:24px 0 12px\">\n"

    /// What is said of the message, beside it.
    private func writeFooter(into page: inout HTMLWriter) {
        MailHTML.writeNote(answer, into: &page)
        for (label, value) in particulars { MailHTML.writeNote("\(label): \(value)", into: &page) }
        if let note = settings.note(on: submission.id) { MailHTML.writeNote(note, into: &page) }
        for note in notes { MailHTML.writeNote(note, into: &page) }
    }

    private var notes: [MailNote] { settings.notes(on: unmailed, of: submission.form) }

    /// A provider may refuse a non-ASCII address as Reply-To; the mail then goes without, so the body has it. Without any, a
    /// reply would go to the site itself.
    private var answer: String {
        guard let replyTo else { return sentences.noAnswer }
        if replyTo.requiresSMTPUTF8 { return sentences.answerTo(replyTo.description) }
        return isAnsweredElsewhere ? sentences.answerElsewhere(replyTo.description) : sentences.answerByReply
    }

    private var particulars: [(String, String)] {
        var particulars = [
            (sentences.form, submission.form.rawValue),
            (sentences.received, sentences.moment(submission.receivedAt, offset: settings.offset)),
        ]
        if let page = submission.page { particulars.append((sentences.page, page)) }
        particulars.append((sentences.number, submission.id.description))
        return particulars
    }

    private func label(of name: String) -> String { settings.label(of: name, in: submission.form) }
}
