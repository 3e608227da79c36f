// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

package import ContactForm
import Synchronization

/// Remembers which texts came within the last hour, for as long as the server runs.
package final class RecentTexts: ContentHistory {
    private let counts: Mutex<TextCounts>

    package init(capacity: Int = 20_000) {
        counts = Mutex(TextCounts(capacity: capacity))
    }

    package func count(_ digest: UInt64, at now: Timestamp) -> Int {
        counts.withLock { $0.count(digest, at: now) }
    }
}
