// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm

/// What one instance of the function knows from one invocation to the next. Another instance knows other things.
struct SendingMemory: Sendable {
    var history = SendingHistory()
    /// How many submissions were held within a day, by form, and when that was asked.
    var held: (counts: [FormName: Int], at: Timestamp)?

    /// Noted as having messages.
    var forms: Set<FormName> = []

    /// The same number may stand in the mails of an hour: it is said in passing.
    static let heldCountsLast = Interval.hours(1)
}
