// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// How often and after how long a call is made again.
package struct RetryPolicy: Sendable, Hashable {
    /// The first one included.
    package var attempts = 5
    /// The longest wait before the second attempt; it doubles with each further one.
    package var firstDelay = Milliseconds(25)
    /// The same when the service said that it has too much to do.
    package var firstThrottledDelay = Milliseconds(100)
    package var longestDelay = Milliseconds(2000)
    /// How long one attempt may take.
    package var attemptTimeout = Milliseconds(3000)
    /// How long all attempts may take, unless the deadline of the invocation comes first.
    package var callTimeout = Milliseconds(10_000)

    package init() {}

    /// The wait after a number of failed attempts, at least 1.
    ///
    /// Anything from nothing to the longest ("full jitter"): clients that failed together don't come back together.
    /// See https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
    ///
    /// - Parameter random: 0 to 1.
    package func delay(afterAttempt attempt: Int, kind: AWSError.Kind, random: Double) -> Milliseconds {
        let first = kind == .throttled ? firstThrottledDelay : firstDelay
        let longest = min(first << min(max(attempt, 1) - 1, 16), longestDelay)
        return Milliseconds(Double(longest) * min(max(random, 0), 1))
    }

    /// Whether the call is to be made again after it failed.
    ///
    /// - Parameter isRepeatable: Whether doing it twice is the same as doing it once. When it is not, a call whose
    ///   outcome is not known is left to whoever asked.
    package func repeats(_ error: AWSError, isRepeatable: Bool) -> Bool {
        switch error.kind {
        case .permanent, .clockSkew: false
        case .throttled: true
        case .transient: isRepeatable || !error.mayHaveHappened
        }
    }
}

package typealias Milliseconds = Int64
