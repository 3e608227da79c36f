// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// How token buckets fill and empty, as the generic cell rate algorithm has it: all that needs to be known of a bucket is
/// the time at which it will be full again. Pure.
///
/// Times are microseconds of the system's clock.
struct TokenBucket: Sendable, Hashable {
    /// In which one token comes back.
    let interval: Int64
    /// In which an empty bucket fills.
    let fillTime: Int64

    /// By so much a time may lie before an earlier caller's.
    static var disorder: Int64 { 60_000_000 }

    /// - Parameter burst: How many tokens a full bucket has.
    init(burst: Int, interval: Int64) {
        self.interval = max(1, interval)
        fillTime = self.interval * Int64(burst)
    }

    private init(interval: Int64, fillTime: Int64) {
        self.interval = max(1, interval)
        self.fillTime = fillTime
    }

    /// One with so many times as many tokens, which come back as much faster: it fills in the same time.
    func times(_ factor: Int) -> TokenBucket {
        TokenBucket(interval: interval / Int64(factor), fillTime: fillTime)
    }

    /// When a bucket of which `known` was known is full, not before `now`. One that was never met is full.
    ///
    /// So is one that would take longer than an empty one: the clock was set back by more than callers' times are out of
    /// order, and nobody is to be shut out for as long as the step.
    func fullAt(_ known: Int64?, at now: Int64) -> Int64 {
        guard let known, known - now <= fillTime + Self.disorder else { return now }
        return max(known, now)
    }

    /// How long so many tokens take to come back. No more are ever asked for than a full bucket has.
    func time(of tokens: Int) -> Int64 { min(interval * Int64(tokens), fillTime) }

    /// The whole seconds, at least 1, until a bucket that is full at `fullAt` has so many tokens; nil when it has them.
    func secondsToWait(for tokens: Int = 1, fullAt: Int64, at now: Int64) -> Int? {
        let excess = fullAt + time(of: tokens) - now - fillTime
        return excess > 0 ? Int((excess + 999_999) / 1_000_000) : nil
    }
}
