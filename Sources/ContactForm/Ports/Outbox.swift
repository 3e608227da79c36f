// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// The notifications that are due, for a worker that asks. On AWS the table's stream takes its place.
package protocol Outbox: Sendable {
    /// Submissions with status `received` whose next attempt is at or before `now`, longest overdue first.
    func dueNotifications(at now: Timestamp, limit: Int) async throws(StoreError) -> [Submission]

    /// When the next notification is due; nil when none waits.
    func nextNotification() async throws(StoreError) -> Timestamp?

    /// How many submissions were held at or after `moment`, by form.
    func heldCounts(since moment: Timestamp) async throws(StoreError) -> [FormName: Int]
}
