// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// How often something may happen: so many at once, and then so many a minute.
package struct RateLimit: Hashable, Sendable {
    /// How many are admitted at once after a quiet time.
    package let burst: Int
    /// How many are admitted in the long run.
    package let perMinute: Double

    /// - Throws: `RateLimitError` unless the burst is 1 to 1,000,000 and the rate 0.001 to 1,000,000.
    package init(burst: Int, perMinute: Double) throws(RateLimitError) {
        guard (1...1_000_000).contains(burst) else {
            throw RateLimitError(description: "rate limit burst \"\(burst)\" is out of range; write 1 to 1000000")
        }
        guard perMinute.isFinite, perMinute >= 0.001, perMinute <= 1_000_000 else {
            throw RateLimitError(
                description: "rate limit \"\(perMinute)\" per minute is out of range; write 0.001 to 1000000"
            )
        }
        self.burst = burst
        self.perMinute = perMinute
    }
}

/// A rate limit that cannot be kept.
package struct RateLimitError: Error, Equatable, CustomStringConvertible {
    package let description: String
}
