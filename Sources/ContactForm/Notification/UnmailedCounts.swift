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

    /// The same of some forms alone.
    func of(_ isIncluded: (FormName) -> Bool) -> UnmailedCounts {
        UnmailedCounts(
            held: held.filter { isIncluded($0.key) },
            failed: failed.filter { isIncluded($0.key) },
            at: at
        )
    }

    /// How many messages there are of one kind, over all forms.
    struct Total {
        var number: Int
        /// Whether these are all: of no form as many were counted as are at most.
        var isAll: Bool

        /// Nil when there are none.
        ///
        /// - Parameter limit: So many of each form were counted at most.
        init?(_ counts: [FormName: Int], limit: Int) {
            number = counts.values.reduce(0, +)
            guard number > 0 else { return nil }
            isAll = counts.values.allSatisfy { $0 < limit }
        }
    }

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
