// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// What is wrong with mail at a moment, in numbers: nothing of a message, and of a form its name.
package struct MailTrouble: Sendable, Hashable {
    /// Mails that are late (`LateRule`), by form.
    package var waiting: [FormName: Int] = [:]
    /// Mails that were given up lately, by form.
    package var failed: [FormName: Int] = [:]

    package init() {}

    package var isTrouble: Bool { !waiting.isEmpty || !failed.isEmpty }
    package var waitingCount: Int { waiting.values.reduce(0, +) }
    package var failedCount: Int { failed.values.reduce(0, +) }

    /// Given up longer ago is no news, and must not keep a recovery from being told for ever.
    package static let failedWithin = Interval.days(7)
    /// No more than so many are counted of each kind, for each form at the most.
    package static let mostCounted = 1_000
}
