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

/// Keeps the record for as long as the test, and fails to on demand.
package final class InMemoryAlertMemory: AlertMemory {
    private struct State {
        var text: String?
        var savesLeft: Int?
    }

    package static let full = StoreError(.unavailable, "full on demand")

    private let state = Mutex(State())

    package init() {}

    /// Nil saves without end.
    package func setSavesLeft(_ count: Int?) { state.withLock { $0.savesLeft = count } }

    package func load() -> String? { state.withLock { $0.text } }

    package func save(_ text: String, over known: String?) throws(StoreError) -> Bool {
        let isSaved: Bool? = state.withLock { state in
            guard state.savesLeft != 0 else { return nil }
            guard state.text == known else { return false }
            state.savesLeft = state.savesLeft.map { $0 - 1 }
            state.text = text
            return true
        }
        guard let isSaved else { throw Self.full }
        return isSaved
    }
}
