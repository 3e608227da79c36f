// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm

/// What a worker knows from one pass to the next. Begins anew with the process.
struct DeliveryMemory {
    var history = SendingHistory()
    /// So many the pass before left waiting. They are still the first in the outbox, and must not keep the others from being
    /// seen.
    var left = 0
    /// What came of the last mail, while the store can't be written. No other mail is tried before it is: at most one mail
    /// per process is sent again after a crash.
    var unrecorded: UnrecordedOutcome?
    /// Submissions of which that can't be written, whatever the store can. They are not mailed again.
    var unwritable: Set<SubmissionKey> = []
    /// The clock at the last look.
    var lastLook: Timestamp?
    /// Whether something may wait for a moment that the clock was set back from. While nobody looked it may have been.
    var mayBeMisdated = true

    mutating func look(at now: Timestamp) {
        if let lastLook, now < lastLook { mayBeMisdated = true }
        lastLook = now
    }
}
