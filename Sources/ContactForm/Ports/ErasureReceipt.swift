// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import Bytes

/// What was removed of one address, to be kept as evidence: ids and moments, neither the address nor a text. An id is
/// pseudonymous as long as a copy of its message is left, in a backup or a mailbox (docs/security.md).
package struct ErasureReceipt: Sendable, Hashable {
    /// Names the receipt: the moment, and a hash over what was removed.
    package let id: SubmissionID
    package let at: Timestamp
    /// The submissions that were removed, in no order.
    package let ids: [SubmissionID]
    /// Where to go on, also after what failed; nil when everything was looked at.
    package let next: SubmissionCursor?
    /// What can't be read and is still there: any of it may come from the address.
    package let unreadable: [SubmissionID]

    package init(
        at now: Timestamp,
        ids: [SubmissionID],
        next: SubmissionCursor? = nil,
        unreadable: [SubmissionID] = []
    ) {
        var hash = SHA256()
        for id in ids.sorted() { hash.update(id.description.utf8) }
        id = SubmissionID(milliseconds: now.milliseconds, entropy: hash.finish())
        at = now
        self.ids = ids
        self.next = next
        self.unreadable = unreadable
    }

    /// False: there may be more. Where there is a `next`, the call is to be made again.
    package var isComplete: Bool { next == nil && unreadable.isEmpty }
    package var erased: Int { ids.count }
}
