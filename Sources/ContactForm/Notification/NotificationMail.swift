// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import Mail

/// The mail about one submission: its fields in the order sent, as text and as HTML, and where it came from.
struct NotificationMail {
    let submission: Submission
    let settings: NotificationSettings
    /// How many submissions were held as spam within the last day.
    let heldCount: Int

    private var sentences: OwnerSentences { OwnerSentences(settings.language) }
    private var form: FormDefinition? { settings.forms[submission.form] }

    func message(at now: Timestamp) -> MailMessage {
        MailMessage(
            from: settings.sender,
            to: settings.recipients(of: submission.form),
            replyTo: replyTo.map { Mailbox(displayName: name, address: $0) },
            subject: subject,
            date: now.utc,
            // The same submission always has the same Message-ID, so that a mail client folds a repeat.
            messageID: MessageID(name: submission.id.description, sender: settings.sender.address),
            text: text,
            html: html,
            language: settings.language.rawValue
        )
    }

    private var replyTo: EmailAddress? {
        submission.replyTo.flatMap { try? EmailAddress(parsing: $0) }
    }

    private var subject: String {
        let own = submission.subject.map { HeaderText($0).shortened(to: 200) } ?? ""
        let email = submission.email.map { HeaderText($0).shortened(to: 100) }
        return own.isEmpty ? sentences.subject(from: name ?? email) : own
    }

    /// The visitor's, as it can stand in a header. Some servers refuse a mail with more than 32 KB of header.
    private var name: String? {
        let name = submission.name.map { HeaderText($0).shortened(to: 100) } ?? ""
        return name.isEmpty ? nil : name
    }

    private var text: String {
        var text = ""
        for field in submission.fields.fields {
            for value in field.values where !value.isBlank {
                let separator = value.contains("\n") || value.utf8.count > 60 ? ":\n" : ": "
                text += label(of: field.name) + separator + value + "\n\n"
            }
        }
        text += "-- \n"
        if let answer { text += answer + "\n" }
        for (label, value) in particulars { text += "\(label): \(value)\n" }
        if heldCount > 0 { text += "\n" + sentences.held(heldCount) + "\n" }
        return text
    }

    private var html: String {
        var page = HTMLWriter()
        MailHTML.begin(&page, title: subject, language: settings.language)
        MailHTML.writeFields(of: submission, label: label(of:), into: &page)
        page.markup("<hr style=\"border:0;border-top:1px solid #c9ced1;margin:24px 0 12px\">\n")
        if let answer { MailHTML.writeNote(answer, into: &page) }
        for (label, value) in particulars { MailHTML.writeNote("\(label): \(value)", into: &page) }
        if heldCount > 0 { MailHTML.writeNote(sentences.held(heldCount), into: &page) }
        MailHTML.end(&page)
        return page.html
    }

    /// A provider may refuse a non-ASCII address as Reply-To; the mail then goes without, so the body has it.
    private var answer: String? {
        guard let replyTo else { return nil }
        return replyTo.requiresSMTPUTF8 ? sentences.answerTo(replyTo.description) : sentences.answerByReply
    }

    private var particulars: [(String, String)] {
        var particulars = [
            (sentences.form, submission.form.rawValue),
            (sentences.received, submission.receivedAt.utc.iso8601),
        ]
        if let page = submission.page { particulars.append((sentences.page, page)) }
        particulars.append((sentences.number, submission.id.description))
        return particulars
    }

    private func label(of name: String) -> String {
        form?.fields.first { $0.name == name }?.label ?? Sentences(settings.language).label(of: name)
    }
}
