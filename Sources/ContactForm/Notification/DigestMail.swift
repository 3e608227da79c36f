// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import Bytes
import Mail

/// The mail about many submissions at once: who, when, and the start of each message.
struct DigestMail {
    /// At least one, all for the same recipients.
    let submissions: [Submission]
    let settings: NotificationSettings
    let heldCount: Int

    private var sentences: OwnerSentences { OwnerSentences(settings.language) }

    func message(at now: Timestamp) -> MailMessage {
        MailMessage(
            from: settings.sender,
            to: settings.recipients(of: submissions[0].form),
            replyTo: nil,
            subject: sentences.digestSubject(submissions.count),
            date: now.utc,
            messageID: MessageID(name: identifier, sender: settings.sender.address),
            text: text,
            html: html,
            language: settings.language.rawValue
        )
    }

    /// The same submissions always make the same Message-ID.
    private var identifier: String {
        var hash = SHA256()
        for submission in submissions { hash.update(submission.id.description.utf8) }
        let digest = SubmissionID(milliseconds: submissions[0].id.moment.milliseconds, entropy: hash.finish())
        return "digest-\(digest)"
    }

    private var text: String {
        var text = sentences.digestIntroduction(submissions.count) + "\n\n"
        for submission in submissions {
            text += "\(sender(of: submission))\n"
            text += "\(submission.receivedAt.utc.iso8601)  \(submission.form)  \(submission.id)\n"
            let excerpt = excerpt(of: submission)
            if !excerpt.isEmpty { text += excerpt + "\n" }
            text += "\n"
        }
        if heldCount > 0 { text += "-- \n" + sentences.held(heldCount) + "\n" }
        return text
    }

    private var html: String {
        var page = HTMLWriter()
        MailHTML.begin(&page, title: sentences.digestSubject(submissions.count), language: settings.language)
        MailHTML.writeParagraph(sentences.digestIntroduction(submissions.count), into: &page)
        for submission in submissions {
            page.markup("<div style=\"border-top:1px solid #c9ced1;padding:12px 0\">\n")
            MailHTML.writeHeading(sender(of: submission), into: &page)
            MailHTML.writeParagraph(excerpt(of: submission), into: &page)
            let place = "\(submission.receivedAt.utc.iso8601) · \(submission.form) · \(submission.id)"
            MailHTML.writeNote(place, into: &page)
            page.markup("</div>\n")
        }
        if heldCount > 0 { MailHTML.writeNote(sentences.held(heldCount), into: &page) }
        MailHTML.end(&page)
        return page.html
    }

    /// On one line and not too long, as a visitor could else write the entries of others.
    private func sender(of submission: Submission) -> String {
        let name = submission.name.map { HeaderText($0).shortened(to: 100) }.flatMap { $0.isEmpty ? nil : $0 }
        return switch (name, submission.email.map { HeaderText($0).shortened(to: 100) }) {
        case (let name?, let email?): "\(name) (\(email))"
        case (let name?, nil): name
        case (nil, let email?): email
        case (nil, nil): sentences.noSender
        }
    }

    private static let excerptLength = 280

    /// The start of the message on one line. Reads no more of it than that takes: a flood may bring long ones.
    private func excerpt(of submission: Submission) -> String {
        var excerpt = ""
        var count = 0
        var isAfterSpace = false
        for character in submission.message ?? "" {
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
