// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// When a mail that was not taken is tried again: after 5 s, then three times as long each time, at most an hour apart.
///
/// Each wait is spread by a fifth to either side, so that a burst that failed together does not come back together.
package struct RetrySchedule: Sendable, Hashable {
    package var firstDelay = Interval.seconds(5)
    package var longestDelay = Interval.hours(1)
    /// A mail is given up once its waits add up to this.
    package var giveUpAfter = Interval.days(3)

    package init() {}

    /// The wait after the given number of failed attempts, at least 1; nil when the mail is to be given up.
    ///
    /// Counts attempts and not the clock, so that a machine that was off for a week still delivers.
    ///
    /// - Parameter jitter: 0 to 1, from a random number generator.
    package func delay(afterAttempt attempt: Int, jitter: Double) -> Interval? {
        var delay = firstDelay
        var total = Interval.seconds(0)
        for _ in 1..<max(attempt, 1) {
            total.milliseconds += delay.milliseconds
            guard total < giveUpAfter else { return nil }
            delay = min(.milliseconds(delay.milliseconds * 3), longestDelay)
        }
        guard total.milliseconds + delay.milliseconds <= giveUpAfter.milliseconds else { return nil }
        return spread(delay, jitter: jitter)
    }

    private func spread(_ delay: Interval, jitter: Double) -> Interval {
        .milliseconds(Int64(Double(delay.milliseconds) * (0.8 + 0.4 * min(max(jitter, 0), 1))))
    }

    /// Whether a mail that waits until then waits longer than the schedule ever has it wait: the clock was set back since
    /// that moment was chosen, or a copy came from a machine whose clock is ahead. It is due.
    ///
    /// - Parameter attempts: Failed so far. What was never tried is due from the moment it came in.
    package func isTooFarAhead(_ due: Timestamp, afterAttempts attempts: Int, at now: Timestamp) -> Bool {
        guard attempts > 0 else { return due > now }
        let longest = delay(afterAttempt: attempts, jitter: 1) ?? spread(longestDelay, jitter: 1)
        return due > now.advanced(by: longest)
    }

    /// What the waits after so many failed attempts add up to, before they are spread.
    package func waits(afterAttempts attempts: Int) -> Interval {
        var delay = firstDelay
        var total = Interval.seconds(0)
        // What is tried for longer was given up long before, and a number below 0 was damaged where it was stored.
        for _ in 0..<min(max(attempts, 0), 1_000) {
            total.milliseconds += delay.milliseconds
            delay = min(.milliseconds(delay.milliseconds * 3), longestDelay)
        }
        return total
    }
}
