// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import Bytes
import Mail

/// The mail about many submissions at once: who, when, and the start of each message.
struct DigestMail {
    /// At least one, all for the same recipients.
    let submissions: [Submission]
    let settings: NotificationSettings
    let unmailed: UnmailedCounts

    private var sentences: OwnerSentences { OwnerSentences(settings.language) }
    private var recipients: [Mailbox] { settings.recipients(of: submissions[0].form) }

    func message(at now: Timestamp) -> MailMessage {
        MailMessage(
            from: settings.sender,
            to: recipients,
            onlyFor: recipients.filter { recipient in
                submissions.contains { settings.stillToReach(of: $0).contains(recipient) }
            },
            replyTo: nil,
            subject: sentences.digestSubject(submissions.count),
            date: now.utc,
            messageID: MessageID(name: identifier, sender: settings.sender.address),
            thread: MessageID(name: "thread-\(identifier)", sender: settings.sender.address),
            text: text,
            html: html,
            language: settings.language.rawValue,
            customFields: [SubmissionsField(submissions.map(\.key)).field]
        )
    }

    /// The same submissions always make the same Message-ID.
    private var identifier: String {
        var hash = SHA256()
        for submission in submissions { hash.update(submission.mailName.utf8) }
        let digest = SubmissionID(milliseconds: submissions[0].id.moment.milliseconds, entropy: hash.finish())
        return "digest-\(digest)"
    }

    private var text: String {
        var text = sentences.digestIntroduction(submissions.count) + "\n"
        for note in notes { text += note.plain + "\n" }
        text += "\n"
        for submission in submissions {
            text += "\(sender(of: submission))\n"
            text += "\(moment(of: submission))  \(submission.form)  \(submission.id)\n"
            let excerpt = excerpt(of: submission)
            if !excerpt.isEmpty { text += excerpt + "\n" }
            if let address = settings.address(of: .message(submission.id)) { text += address + "\n" }
            text += "\n"
        }
        return text
    }

    private var html: String {
        var page = HTMLWriter()
        MailHTML.begin(&page, title: sentences.digestSubject(submissions.count), language: settings.language)
        MailHTML.writeParagraph(sentences.digestIntroduction(submissions.count), into: &page)
        // Before the list, whose end Gmail hides when it is long.
        for note in notes { MailHTML.writeNote(note, into: &page) }
        for submission in submissions {
            page.markup("<div style=\"border-top:1px solid #c9ced1;padding:12px 0\">\n")
            MailHTML.writeHeading(sender(of: submission), into: &page)
            MailHTML.writeParagraph(excerpt(of: submission), into: &page)
            let place = "\(moment(of: submission)) · \(submission.form) · \(submission.id)"
            let address = settings.address(of: .message(submission.id))
            MailHTML.writeNote(
                address.map { MailNote(text: "", link: (place, $0)) } ?? MailNote(text: place),
                into: &page
            )
            page.markup("</div>\n")
        }
        MailHTML.end(&page)
        return page.html
    }

    private var notes: [MailNote] { settings.notes(on: unmailed, of: submissions[0].form) }

    private func moment(of submission: Submission) -> String {
        sentences.moment(submission.receivedAt, offset: settings.offset)
    }

    /// On one line and not too long, as a visitor could else write the entries of others.
    private func sender(of submission: Submission) -> String {
        switch (HeaderText.visible(submission.name, upTo: 100), HeaderText.visible(submission.email, upTo: 100)) {
        case (let name?, let email?): "\(name) (\(email))"
        case (let name?, nil): name
        case (nil, let email?): email
        case (nil, nil): sentences.noSender
        }
    }

    private static let excerptLength = 280

    /// The start of the message, or of what the other fields say, on one line. Reads no more of it than that takes: a flood
    /// may bring long ones.
    private func excerpt(of submission: Submission) -> String {
        let form = submission.form
        let gist = submission.gist(in: settings.forms[form], length: Self.excerptLength) { name in
            settings.label(of: name, in: form)
        }
        var excerpt = ""
        var count = 0
        var isAfterSpace = false
        for character in gist {
            guard !character.isSpace else {
                isAfterSpace = count > 0
                continue
            }
            let added = isAfterSpace ? 2 : 1
            guard count + added <= Self.excerptLength else {
                // What was taken is as long as it may be, or one short of it and a space would have come.
                return count == Self.excerptLength ? excerpt.dropLast() + "…" : excerpt + "…"
            }
            if isAfterSpace { excerpt.append(" ") }
            excerpt.append(character)
            count += added
            isAfterSpace = false
        }
        return excerpt
    }
}

extension Character {
    /// As `isWhitespace`, which looks even ASCII up in Unicode's tables.
    fileprivate var isSpace: Bool {
        asciiValue.map { $0 == 0x20 || (0x09...0x0D).contains($0) } ?? isWhitespace
    }
}
