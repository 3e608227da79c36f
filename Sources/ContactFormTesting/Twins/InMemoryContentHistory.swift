// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

package import ContactForm
import Synchronization

/// Counts texts within the hour and never forgets one before that.
package final class InMemoryContentHistory: ContentHistory {
    private let seen = Mutex<[(digest: UInt64, submission: SubmissionID, at: Timestamp)]>([])

    package init() {}

    package func count(_ digest: UInt64, in submission: SubmissionID, at now: Timestamp) -> Int {
        seen.withLock { seen in
            // What lies far ahead was counted before the clock was set back.
            seen.removeAll { !(.minutes(-1)..<Interval.hours(1)).contains(now.since($0.at)) }
            if !seen.contains(where: { $0.submission == submission }) { seen.append((digest, submission, now)) }
            return seen.count { $0.digest == digest }
        }
    }
}
