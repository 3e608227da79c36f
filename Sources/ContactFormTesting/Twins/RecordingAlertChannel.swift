// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

package import ContactForm
import Synchronization

/// Remembers alerts, and refuses them on demand.
package final class RecordingAlertChannel: AlertChannel {
    private struct State {
        var sent: [MailAlert] = []
        var refused: [MailAlert] = []
        var isDown = false
    }

    private let state = Mutex(State())

    package init() {}

    /// Those that were taken, and those that were not, in their order.
    package var sent: [MailAlert] { state.withLock { $0.sent } }
    package var refused: [MailAlert] { state.withLock { $0.refused } }

    package func setDown(_ isDown: Bool) { state.withLock { $0.isDown = isDown } }

    package func send(_ alert: MailAlert, at now: Timestamp) async throws(AlertError) {
        let isDown = state.withLock { state in
            if state.isDown { state.refused.append(alert) } else { state.sent.append(alert) }
            return state.isDown
        }
        if isDown { throw AlertError("down on demand") }
    }
}

/// Keeps the record for as long as the test.
package final class InMemoryAlertMemory: AlertMemory {
    private let state = Mutex<String?>(nil)

    package init() {}

    package func load() -> AlertRecord? { state.withLock { $0 }.flatMap { AlertRecord(text: $0) } }
    package func save(_ record: AlertRecord) { state.withLock { $0 = record.text } }
}
