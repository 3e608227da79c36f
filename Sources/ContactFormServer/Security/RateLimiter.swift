// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// Admits what stays within a rate limit, counted for each key by itself: an address, a form.
///
/// A token bucket in the form of the generic cell rate algorithm: one number for each key, the time at which its bucket
/// will be full again. A refusal takes no token, so a client that keeps knocking is admitted as soon as one that waits.
///
/// Keeps at most `capacity` keys. They are held in two generations: whoever is met moves to the younger one, and when
/// it is half of the capacity, or every bucket of the elder must be full anyhow, the elder is let go. So a quiet
/// limiter forgets nothing that counts, and under a flood of new keys those that were quiet for longest start anew.
package final class RateLimiter<Key: Hashable & Sendable>: Sendable {
    package enum Admission: Equatable, Sendable {
        case admitted
        /// - Parameter retryAfter: whole seconds, at least 1, after which one would be admitted: a `Retry-After` value.
        case refused(retryAfter: Int)
    }

    /// Microseconds that one token takes to come back.
    private let interval: Int64
    /// Microseconds in which an empty bucket fills.
    private let fillTime: Int64
    private let generationSize: Int
    /// Microseconds by which a time may lie before an earlier caller's.
    private static var disorder: Int64 { 60_000_000 }
    private let state = Mutex(State())

    private struct State {
        /// The time at which each bucket will be full, in microseconds.
        var young: [Key: Int64] = [:]
        var old: [Key: Int64] = [:]
        /// When `old` was last let go.
        var turnedAt = Int64.min
    }

    package init(_ limit: RateLimit, capacity: Int = 100_000) {
        interval = max(1, Int64((60_000_000 / limit.perMinute).rounded()))
        fillTime = interval * Int64(limit.burst)
        generationSize = max(1, capacity / 2)
    }

    /// Takes a token for the key if there is one. Takes the same time however many keys there are.
    ///
    /// - Parameter milliseconds: the present. It may be a little out of order between callers. When the clock has been
    ///   set back by more than a minute, a bucket that cannot be explained otherwise counts as full, so that nobody is
    ///   shut out for as long as the step.
    package func admit(_ key: Key, at milliseconds: Int64) -> Admission {
        admit(CollectionOfOne((key, 1)), at: milliseconds)
    }

    /// Takes a token for each of the keys, or none at all when one of them has none left.
    ///
    /// - Parameter claims: With how many times the limit each has: as many more tokens, which come back as much faster.
    package func admit(_ claims: some Collection<(Key, Int)>, at milliseconds: Int64) -> Admission {
        let now = milliseconds * 1_000
        return state.withLock { state in
            turnIfDue(&state, now)
            var excess: Int64 = 0
            for (key, times) in claims {
                let fullAt = fullAt(key, state, now)
                state.young[key] = fullAt
                excess = max(excess, self.excess(fullAt, taking: interval(times), now))
            }
            guard excess == 0 else { return .refused(retryAfter: Self.seconds(excess)) }
            for (key, times) in claims { state.young[key, default: now] += interval(times) }
            return .admitted
        }
    }

    /// The whole seconds until one would be admitted; nil when it would be now. Takes nothing.
    package func secondsToWait(_ key: Key, at milliseconds: Int64) -> Int? {
        let now = milliseconds * 1_000
        return state.withLock { state in
            let excess = excess(fullAt(key, state, now), taking: interval, now)
            return excess > 0 ? Self.seconds(excess) : nil
        }
    }

    /// Takes a token for what has happened already; of a bucket that is empty nothing.
    package func take(_ key: Key, at milliseconds: Int64) {
        let now = milliseconds * 1_000
        state.withLock { state in
            turnIfDue(&state, now)
            state.young[key] = min(fullAt(key, state, now) + interval, now + fillTime)
        }
    }

    private func fullAt(_ key: Key, _ state: State, _ now: Int64) -> Int64 {
        guard let known = state.young[key] ?? state.old[key] else { return now }
        return known - now <= fillTime + Self.disorder ? max(known, now) : now
    }

    /// Microseconds that are missing to a token. With burst tokens gone the bucket is full in `fillTime`, whatever the
    /// interval; there must be one left before this one is taken.
    private func excess(_ fullAt: Int64, taking interval: Int64, _ now: Int64) -> Int64 {
        max(0, fullAt + interval - now - fillTime)
    }

    private func interval(_ times: Int) -> Int64 { max(1, interval / Int64(times)) }

    private static func seconds(_ microseconds: Int64) -> Int { Int((microseconds + 999_999) / 1_000_000) }

    /// For tests: how many keys are held.
    var count: Int {
        state.withLock { $0.young.count + $0.old.count }
    }

    private func turnIfDue(_ state: inout State, _ now: Int64) {
        if state.turnedAt == .min { state.turnedAt = now }
        // Whatever is in the elder generation was last met before the last turn.
        let isElderFull = now - state.turnedAt > fillTime || now + Self.disorder < state.turnedAt
        guard state.young.count >= generationSize || (isElderFull && !(state.young.isEmpty && state.old.isEmpty)) else {
            return
        }
        state.old = state.young
        state.young = [:]
        state.turnedAt = now
    }
}
