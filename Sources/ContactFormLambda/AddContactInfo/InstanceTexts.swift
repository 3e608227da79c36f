// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm
import Synchronization

/// Remembers which texts this instance of the function saw within the last hour.
///
/// Other instances see other texts: a flood that spreads over many is noticed later than on one machine.
final class InstanceTexts: ContentHistory {
    private let counts = Mutex(TextCounts(capacity: 5_000))

    func count(_ digest: UInt64, at now: Timestamp) -> Int {
        counts.withLock { $0.count(digest, at: now) }
    }
}
