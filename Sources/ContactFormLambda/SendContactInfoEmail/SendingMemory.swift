// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm

/// What one instance of the function knows from one invocation to the next. Another instance knows other things.
struct SendingMemory: Sendable {
    var history = SendingHistory()
    /// What the mails mention as not mailed, and until when that is good enough.
    var unmailed = UnmailedCounts()
    var unmailedUntil: Timestamp?
    /// Noted as having messages.
    var forms: Set<FormName> = []

    /// The same numbers may stand in the mails of an hour: they are said in passing.
    static let countsLast = Interval.hours(1)
    /// A table that could not be asked is left alone for a while.
    static let countsRest = Interval.minutes(1)
}
