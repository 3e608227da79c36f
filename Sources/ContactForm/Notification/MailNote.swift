// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// A line at the end of a mail, with where it leads.
struct MailNote {
    var text: String
    /// What is to be clicked in HTML; in text the address follows it.
    var link: (text: String, address: String)?

    /// As it stands in a text.
    var plain: String {
        guard let link else { return text }
        return text + (text.isEmpty ? "" : " ") + link.text + ": " + link.address
    }
}

extension NotificationSettings {
    /// Where a mail leads to a message; nil when the inbox has no address.
    func note(on id: SubmissionID) -> MailNote? {
        address(of: .message(id)).map { MailNote(text: "", link: (OwnerSentences(language).openInInbox, $0)) }
    }

    /// What a mail says of what was not mailed.
    ///
    /// - Parameter form: Whose mail it is. What came to other forms with the same recipients counts too: such a form may get
    ///   nothing that is mailed.
    func notes(on unmailed: UnmailedCounts, of form: FormName) -> [MailNote] {
        let recipients = recipients(of: form)
        let own = unmailed.of { self.recipients(of: $0) == recipients }
        let sentences = OwnerSentences(language)
        var notes: [MailNote] = []
        if let held = UnmailedCounts.Total(own.held, limit: UnmailedCounts.mostCounted) {
            notes.append(noteOnHeld(held.number, after: sentences.held(held.number, isAll: held.isAll)))
        }
        if let failed = UnmailedCounts.Total(own.failed, limit: UnmailedCounts.mostCounted) {
            notes.append(noteOnFailed(failed.number, after: sentences.failed(failed.number, isAll: failed.isAll)))
        }
        return notes
    }

    /// Where a mail leads to what is held.
    ///
    /// - Parameter sentence: What is said before.
    func noteOnHeld(_ count: Int, after sentence: String = "") -> MailNote {
        let command = OwnerSentences(language).seeWith(count, command("inbox list --status held"))
        return note(sentence, to: .held, count: count, otherwise: command)
    }

    /// Where a mail leads to what was given up or returned.
    ///
    /// - Parameter sentence: As in `noteOnHeld`.
    func noteOnFailed(_ count: Int, after sentence: String = "") -> MailNote {
        let command = OwnerSentences(language).findWith(count, command("audit"))
        return note(sentence, to: .failed, count: count, otherwise: command)
    }

    /// - Parameter otherwise: How to get there when the inbox has no address.
    private func note(_ sentence: String, to place: InboxPlace, count: Int, otherwise: String) -> MailNote {
        guard let address = address(of: place) else {
            return MailNote(text: sentence.isEmpty ? otherwise : sentence + " " + otherwise)
        }
        return MailNote(text: sentence, link: (OwnerSentences(language).seeInInbox(count), address))
    }

    private func command(_ words: String) -> String {
        "brevlada \(words)" + (commandOption.map { " \($0)" } ?? "")
    }
}
