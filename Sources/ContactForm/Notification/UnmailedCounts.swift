// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// How many messages the owner got no mail about within the last 30 days, by form. Each mail says so in passing: an owner who
/// reads nothing else must learn of them.
package struct UnmailedCounts: Sendable, Hashable {
    /// Held as suspected spam.
    package var held: [FormName: Int]
    /// Given up, or returned.
    package var failed: [FormName: Int]
    /// When they were counted.
    package var at: Timestamp

    package init(
        held: [FormName: Int] = [:],
        failed: [FormName: Int] = [:],
        at moment: Timestamp = Timestamp(milliseconds: 0)
    ) {
        self.held = held
        self.failed = failed
        at = moment
    }

    /// Those that have some.
    var forms: Set<FormName> { Set(held.keys).union(failed.keys) }

    static let period = Interval.days(30)
    /// So many of a form are counted: of more the owner needs no number, and a flood must not hold up the mails.
    static let mostCounted = 1_000
}

extension Outbox {
    /// What the mails that go out now are to mention.
    package func unmailedCounts(at now: Timestamp) async throws(StoreError) -> UnmailedCounts {
        let start = now.advanced(by: -UnmailedCounts.period)
        let held = try await heldCounts(since: start, limit: UnmailedCounts.mostCounted)
        let failed = try await failedCounts(since: start, in: nil, limit: UnmailedCounts.mostCounted)
        return UnmailedCounts(held: held, failed: failed, at: now)
    }
}
