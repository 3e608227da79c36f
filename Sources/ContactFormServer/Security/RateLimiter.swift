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
        let now = milliseconds * 1_000
        return state.withLock { state in
            turnIfDue(&state, now)
            let known = state.young[key] ?? state.old[key]
            let fullAt = known.map { $0 - now <= fillTime + Self.disorder ? max($0, now) : now } ?? now
            // With burst tokens gone the bucket is full in fillTime; there must be one left before this one is taken.
            let excess = fullAt + interval - now - fillTime
            if excess > 0 {
                state.young[key] = fullAt
                return .refused(retryAfter: Int((excess + 999_999) / 1_000_000))
            }
            state.young[key] = fullAt + interval
            return .admitted
        }
    }

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
