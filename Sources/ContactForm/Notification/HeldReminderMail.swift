// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import Bytes
import Mail

/// The mail that only says how many messages are held, and how to see them.
///
/// It quotes nothing of them: what spam says would have the owner's own domain taken for its sender.
struct HeldReminderMail {
    /// At least one, of forms with the same recipients.
    let held: [FormName: Int]
    /// Up to when the recipients were told.
    let told: Timestamp
    let settings: NotificationSettings

    private var sentences: OwnerSentences { OwnerSentences(settings.language) }

    private var forms: [FormName] { held.keys.sorted { $0.rawValue < $1.rawValue } }
    private var count: Int { held.values.reduce(0, +) }
    private var isAll: Bool { held.values.allSatisfy { $0 < HeldReminder.mostCounted } }

    var recipients: [Mailbox] { settings.recipients(of: forms[0]) }

    func message(at now: Timestamp) -> MailMessage {
        MailMessage(
            from: settings.sender,
            to: recipients,
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
        return "held-\(SubmissionID(milliseconds: told.milliseconds, entropy: hash.finish()))"
    }

    private var subject: String { sentences.heldSubject(count, isAll: isAll) }

    private var text: String {
        var text = sentences.heldIntroduction(count, isAll: isAll) + "\n\n"
        if forms.count > 1 {
            for form in forms { text += line(of: form) + "\n" }
            text += "\n"
        }
        text += note.plain + "\n"
        if let spacing { text += "\n" + spacing + "\n" }
        return text
    }

    private var html: String {
        var page = HTMLWriter()
        MailHTML.begin(&page, title: subject, language: settings.language)
        MailHTML.writeParagraph(sentences.heldIntroduction(count, isAll: isAll), into: &page)
        if forms.count > 1 {
            for form in forms { MailHTML.writeParagraph(line(of: form), into: &page) }
        }
        MailHTML.writeNote(note, into: &page)
        if let spacing { MailHTML.writeNote(spacing, into: &page) }
        MailHTML.end(&page)
        return page.html
    }

    private func line(of form: FormName) -> String { "\(sentences.form) \(form): \(held[form] ?? 0)" }

    private var note: MailNote { settings.noteOnHeld(count) }

    private var spacing: String? {
        settings.reminderSpacing.map { spacing in
            sentences.reminders(daysApart: Int(spacing.milliseconds / Interval.days(1).milliseconds))
        }
    }
}
