// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// Counts which texts came within the last hour, in bounded memory.
///
/// Remembers the latest `capacity` texts that came: under a flood the oldest go first, before their hour is over, and none
/// is counted more often than that.
package struct TextCounts: Sendable {
    private var counts: [UInt64: Int] = [:]
    /// Whose texts are counted.
    private var submissions: Set<SubmissionID> = []
    /// What is counted, oldest first; what stands before `oldest` no longer is.
    private var seen: [(digest: UInt64, submission: SubmissionID, at: Timestamp)] = []
    private var oldest = 0
    private let capacity: Int

    /// A text stops counting when it is this old.
    private static let memory = Interval.hours(1)
    /// By so much a time may lie before that of the call before it. More, and the clock was set back.
    private static let disorder = Interval.minutes(1)

    package init(capacity: Int = 20_000) {
        self.capacity = max(capacity, 1)
    }

    /// Counts the text behind `digest`; see `ContentHistory.count(_:in:at:)`.
    package mutating func count(_ digest: UInt64, in submission: SubmissionID, at now: Timestamp) -> Int {
        let latest = seen.last?.at ?? now
        if latest.since(now) > Self.disorder || now.since(latest) >= Self.memory {
            self = TextCounts(capacity: capacity)
        }
        // In order, so that what is too old always stands first.
        let now = seen.isEmpty ? now : max(now, latest)
        while oldest < seen.count, now.since(seen[oldest].at) >= Self.memory { forgetOldest() }
        guard submissions.insert(submission).inserted else { return counts[digest, default: 1] }
        if seen.count - oldest >= capacity { forgetOldest() }
        seen.append((digest, submission, now))
        let count = counts[digest, default: 0] + 1
        counts[digest] = count
        return count
    }

    private mutating func forgetOldest() {
        let (digest, submission, _) = seen[oldest]
        let count = counts[digest, default: 1] - 1
        counts[digest] = count > 0 ? count : nil
        submissions.remove(submission)
        oldest += 1
        // Rarely, and at most as many at once as were let go since the last time.
        guard oldest > capacity else { return }
        seen.removeSubrange(..<oldest)
        oldest = 0
    }
}
