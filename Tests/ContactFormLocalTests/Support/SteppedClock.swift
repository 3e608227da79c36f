// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// A clock that stands still: a sleep takes no time and does what the test says.
struct SteppedClock: Clock {
    let now = ContinuousClock.now
    let onSleep: @Sendable (Duration) throws -> Void

    var minimumResolution: Duration { .nanoseconds(1) }

    func sleep(until deadline: ContinuousClock.Instant, tolerance: Duration?) async throws {
        try onSleep(now.duration(to: deadline))
    }
}
