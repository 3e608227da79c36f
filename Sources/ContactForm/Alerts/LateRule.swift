// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// When a mail that waits is late: nobody tried it for `Submission.overdueAfter`, or it is tried in vain for as long.
/// The audits call it overdue then, and the webhook tells of it.
package struct LateRule: Sendable, Hashable {
    private let retry: RetrySchedule
    private let turn: Interval

    /// - Parameter turn: What is due may wait so long for the next digest (`DigestRule.spacing`), and is not late for that.
    package init(retry: RetrySchedule = RetrySchedule(), turn: Interval = .seconds(0)) {
        self.retry = retry
        self.turn = turn
    }

    /// - Parameter attempts: Made so far.
    package func isLate(dueAt: Timestamp, attempts: Int, at now: Timestamp) -> Bool {
        // Negative until it is due: so much of its last wait is still to come.
        let due = now.since(dueAt).milliseconds
        let untried = due > 0 ? max(due - turn.milliseconds, 0) : due
        return untried > Submission.overdueAfter.milliseconds - retry.waits(afterAttempts: attempts).milliseconds
    }
}
