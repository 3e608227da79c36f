// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

package import Mail

/// When mails went to whom within the last hour, so that a flood turns into digests.
///
/// Begins anew with the process: at worst some more single mails go out after a restart.
package struct SendingHistory: Sendable {
    private var moments: [[Mailbox]: [Timestamp]] = [:]

    package init() {}

    package mutating func add(to recipients: [Mailbox], at now: Timestamp) {
        moments[recipients, default: []].append(now)
    }

    /// When mails went to these recipients within the last hour, oldest first.
    package mutating func sent(to recipients: [Mailbox], at now: Timestamp) -> [Timestamp] {
        // A clock that was set back leaves moments in the future. The mails count for an hour from now, and hold up none for
        // as long as the clock was ahead.
        let recent = moments[recipients, default: []].map { min($0, now) }.filter { now.since($0) < .hours(1) }
        moments[recipients] = recent.isEmpty ? nil : recent
        return recent
    }
}
