// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm

/// Messages that a command met and that can't be read: told once all the others are served.
struct UnreadableMessages {
    private(set) var ids: [SubmissionID]
    /// So many are named.
    private static let named = 10

    init(_ ids: [SubmissionID] = []) {
        self.ids = ids
    }

    static func += (messages: inout UnreadableMessages, receipts: [Receipt]) {
        messages.ids += receipts.map(\.key.id)
    }

    static func += (messages: inout UnreadableMessages, others: UnreadableMessages) {
        messages.ids += others.ids
    }

    /// - Parameter consequence: Goes on after "and", such as "not shown".
    /// - Throws: `CommandFailure` with status `problems` when there is any.
    func check(_ consequence: String) throws(CommandFailure) {
        if let sentence = sentence(consequence) { throw CommandFailure(.problems, sentence) }
    }

    /// The same as a sentence; nil when there is none.
    func sentence(_ consequence: String) -> String? {
        guard !ids.isEmpty else { return nil }
        let those = ids.count == 1 ? "1 message can't be read and is" : "\(ids.count) messages can't be read and are"
        let more = ids.count > Self.named ? " and \(ids.count - Self.named) more" : ""
        return "\(those) \(consequence): \(ids.prefix(Self.named).map(\.description).joined(separator: ", "))\(more); "
            + "\"brevlada inbox show ID\" says why, docs/inbox.md how to bring it back"
    }
}
