// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import Bytes
import Mail

/// The mail that only says how many messages were not mailed, and how to see them.
///
/// It quotes nothing of them: what spam says would have the owner's own domain taken for its sender, and what a mail server
/// refused it would refuse again.
struct ReminderMail {
    /// At least one, of forms with the same recipients.
    let unmailed: UnmailedCounts
    /// Up to when the recipients were told.
    let told: Timestamp
    let settings: NotificationSettings
    /// Those whom it goes to when the others have it; nil for all.
    var onlyFor: [Mailbox]?

    private var sentences: OwnerSentences { OwnerSentences(settings.language) }

    private var forms: [FormName] { unmailed.forms.sorted() }

    var recipients: [Mailbox] { settings.recipients(of: forms[0]) }

    func message(at now: Timestamp) -> MailMessage {
        MailMessage(
            from: settings.sender,
            to: recipients,
            onlyFor: onlyFor,
            replyTo: nil,
            subject: subject,
            date: now.utc,
            messageID: MessageID(name: identifier, sender: settings.sender.address),
            text: text,
            html: html,
            language: settings.language.rawValue
        )
    }

    /// What follows upon the same news has the same Message-ID: a repeat after a crash is folded.
    private var identifier: String {
        var hash = SHA256()
        for form in forms { hash.update("\(form.rawValue)\n".utf8) }
        return "unmailed-\(SubmissionID(milliseconds: told.milliseconds, entropy: hash.finish()))"
    }

    /// What is said of one kind of them.
    private struct Section {
        var introduction: String
        /// A line for each form, where there are several.
        var lines: [String]
        var note: MailNote
    }

    private var sections: [Section] {
        [
            held.map { held in
                Section(
                    introduction: sentences.heldIntroduction(held.number, isAll: held.isAll),
                    lines: lines(unmailed.held),
                    note: settings.noteOnHeld(held.number)
                )
            },
            failed.map { failed in
                Section(
                    introduction: sentences.failedIntroduction(failed.number, isAll: failed.isAll),
                    lines: lines(unmailed.failed),
                    note: settings.noteOnFailed(failed.number)
                )
            },
        ].compactMap(\.self)
    }

    private var held: UnmailedCounts.Total? {
        UnmailedCounts.Total(unmailed.held, limit: UnmailedReminder.mostCounted)
    }

    private var failed: UnmailedCounts.Total? {
        UnmailedCounts.Total(unmailed.failed, limit: UnmailedReminder.mostCounted)
    }

    private var subject: String {
        switch (held, failed) {
        case (let held?, nil): sentences.heldSubject(held.number, isAll: held.isAll)
        case (nil, let failed?): sentences.failedSubject(failed.number, isAll: failed.isAll)
        case (let held, let failed):
            sentences.unmailedSubject(
                (held?.number ?? 0) + (failed?.number ?? 0),
                isAll: held?.isAll != false && failed?.isAll != false
            )
        }
    }

    private func lines(_ counts: [FormName: Int]) -> [String] {
        guard forms.count > 1 else { return [] }
        return counts.sorted { $0.key < $1.key }.map { "\(sentences.form) \($0.key): \($0.value)" }
    }

    private var text: String {
        var text = ""
        for section in sections {
            text += section.introduction + "\n\n"
            for line in section.lines { text += line + "\n" }
            if !section.lines.isEmpty { text += "\n" }
            text += section.note.plain + "\n\n"
        }
        if let spacing { text += spacing + "\n" }
        return text
    }

    private var html: String {
        var page = HTMLWriter()
        MailHTML.begin(&page, title: subject, language: settings.language)
        for section in sections {
            MailHTML.writeParagraph(section.introduction, into: &page)
            for line in section.lines { MailHTML.writeParagraph(line, into: &page) }
            MailHTML.writeNote(section.note, into: &page)
        }
        if let spacing { MailHTML.writeNote(spacing, into: &page) }
        MailHTML.end(&page)
        return page.html
    }

    private var spacing: String? {
        settings.reminderSpacing.map { sentences.reminders(daysApart: $0.days) }
    }
}
