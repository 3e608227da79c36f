// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

package import ContactForm

/// The time, and waiting for it.
package struct DeploymentClock: Sendable {
    package var now: @Sendable () -> Timestamp
    package var sleep: @Sendable (Interval) async throws -> Void

    package init(
        now: @escaping @Sendable () -> Timestamp,
        sleep: @escaping @Sendable (Interval) async throws -> Void
    ) {
        self.now = now
        self.sleep = sleep
    }
}
