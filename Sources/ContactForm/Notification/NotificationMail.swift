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
            replyTo: replyTo.map { Mailbox(displayName: nameBesideAddress, address: $0) },
            subject: subject,
            date: now.utc,
            // The same submission always has the same Message-ID, so that a mail client folds a repeat.
            messageID: MessageID(name: submission.id.description, sender: settings.sender.address),
            text: text,
            html: html,
            language: settings.language.rawValue,
            customFields: [SubmissionsField([submission.key]).field]
        )
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
        MailHTML.writeFields(of: submission, label: label(of:), into: &page)
        page.markup("<hr style=\"border:0;border-top:1px solid #c9ced1;margin:24px 0 12px\">\n")
        MailHTML.writeNote(answer, into: &page)
        for (label, value) in particulars { MailHTML.writeNote("\(label): \(value)", into: &page) }
        if let note = settings.note(on: submission.id) { MailHTML.writeNote(note, into: &page) }
        for note in notes { MailHTML.writeNote(note, into: &page) }
        MailHTML.end(&page)
        return page.html
    }

    private var notes: [MailNote] { settings.notes(on: unmailed, of: submission.form) }

    /// A provider may refuse a non-ASCII address as Reply-To; the mail then goes without, so the body has it. Without any, a
    /// reply would go to the site itself.
    private var answer: String {
        guard let replyTo else { return sentences.noAnswer }
        return replyTo.requiresSMTPUTF8 ? sentences.answerTo(replyTo.description) : sentences.answerByReply
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
