// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// Admits what stays within a rate limit, counted for each key by itself: an address, a form.
///
/// A refusal takes no token, so a client that keeps knocking is admitted as soon as one that waits.
///
/// Keeps at most `capacity` keys. They are held in two generations: whoever is met moves to the younger one, and when
/// it is half of the capacity, or every bucket of the elder must be full anyhow, the elder is let go. So a quiet
/// limiter forgets nothing that counts, and under a flood of new keys those that were quiet for longest start anew.
package final class RateLimiter<Key: Hashable & Sendable>: Sendable {
    private let bucket: TokenBucket
    private let generationSize: Int
    private let state = Mutex(State())

    private struct State {
        /// The time at which each bucket will be full, in microseconds.
        var young: [Key: Int64] = [:]
        var old: [Key: Int64] = [:]
        /// When `old` was last let go.
        var turnedAt = Int64.min

        func fullAt(_ key: Key) -> Int64? { young[key] ?? old[key] }
    }

    package init(_ limit: RateLimit, capacity: Int = 100_000) {
        bucket = TokenBucket(burst: limit.burst, interval: Int64((60_000_000 / limit.perMinute).rounded()))
        generationSize = max(1, capacity / 2)
    }

    /// Takes tokens for each of the keys, or none at all when one of them has too few left. Nil admits; otherwise the whole
    /// seconds, at least 1, after which it would be admitted: a `Retry-After` value.
    ///
    /// Takes the same time however many keys there are.
    ///
    /// - Parameters:
    ///   - tokens: How many for each. As many as a full bucket has are enough for more than that.
    ///   - claims: With how many times the limit each has: as many more tokens, which come back as much faster.
    ///   - milliseconds: the present. It may be a little out of order between callers. When the clock has been set back by
    ///     more than a minute, a bucket that cannot be explained otherwise counts as full.
    package func admit(_ claims: some Collection<(Key, Int)>, tokens: Int = 1, at milliseconds: Int64) -> Int? {
        let now = milliseconds * 1_000
        return state.withLock { state in
            turnIfDue(&state, now)
            var wait: Int?
            for (key, times) in claims {
                let fullAt = bucket.fullAt(state.fullAt(key), at: now)
                state.young[key] = fullAt
                if let seconds = bucket.times(times).secondsToWait(for: tokens, fullAt: fullAt, at: now) {
                    wait = max(wait ?? seconds, seconds)
                }
            }
            guard wait == nil else { return wait }
            for (key, times) in claims { state.young[key, default: now] += bucket.times(times).time(of: tokens) }
            return nil
        }
    }

    /// The whole seconds, at least 1, until one would be admitted; nil when it would be now. Takes nothing.
    package func secondsToWait(_ key: Key, at milliseconds: Int64) -> Int? {
        let now = milliseconds * 1_000
        return state.withLock { state in
            bucket.secondsToWait(fullAt: bucket.fullAt(state.fullAt(key), at: now), at: now)
        }
    }

    /// Takes tokens for what has happened already; of a bucket that is empty nothing.
    package func take(_ key: Key, tokens: Int = 1, at milliseconds: Int64) {
        let now = milliseconds * 1_000
        state.withLock { state in
            turnIfDue(&state, now)
            let fullAt = bucket.fullAt(state.fullAt(key), at: now) + bucket.time(of: tokens)
            state.young[key] = min(fullAt, now + bucket.fillTime)
        }
    }

    /// For tests: how many keys are held.
    var count: Int {
        state.withLock { $0.young.count + $0.old.count }
    }

    private func turnIfDue(_ state: inout State, _ now: Int64) {
        if state.turnedAt == .min { state.turnedAt = now }
        // Whatever is in the elder generation was last met before the last turn.
        let isElderFull = now - state.turnedAt > bucket.fillTime || now + TokenBucket.disorder < state.turnedAt
        guard state.young.count >= generationSize || (isElderFull && !(state.young.isEmpty && state.old.isEmpty)) else {
            return
        }
        state.old = state.young
        state.young = [:]
        state.turnedAt = now
    }
}
