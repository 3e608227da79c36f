// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// Remembers which texts came within the last hour, for as long as the process runs.
///
/// Of several processes each sees texts of its own: a flood that spreads over many instances of a function is noticed
/// later than on one machine.
package final class RecentTexts: ContentHistory {
    private let counts: Mutex<TextCounts>

    /// - Parameter capacity: Of how many submissions the texts are remembered; then the oldest are forgotten.
    package init(capacity: Int = 20_000) {
        counts = Mutex(TextCounts(capacity: capacity))
    }

    package func count(_ digest: UInt64, in submission: SubmissionID, at now: Timestamp) -> Int {
        counts.withLock { $0.count(digest, in: submission, at: now) }
    }
}
