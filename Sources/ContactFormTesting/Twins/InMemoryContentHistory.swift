// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

package import ContactForm
import Synchronization

/// Counts texts within the hour and never forgets one before that.
package final class InMemoryContentHistory: ContentHistory {
    private let seen = Mutex<[UInt64: [Timestamp]]>([:])

    package init() {}

    package func count(_ digest: UInt64, at now: Timestamp) -> Int {
        seen.withLock { seen in
            // What lies far ahead was counted before the clock was set back.
            let recent = seen[digest, default: []].filter { (.minutes(-1)..<Interval.hours(1)).contains(now.since($0)) }
            seen[digest] = recent + [now]
            return recent.count + 1
        }
    }
}
