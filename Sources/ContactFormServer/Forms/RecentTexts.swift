// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

package import ContactForm
import Synchronization

/// Remembers which texts came within the last hour, in bounded memory.
///
/// Keeps two generations of half an hour to an hour: a text is forgotten between one and two hours after it was last seen
/// often enough, and under a flood of different texts the oldest go first.
package final class RecentTexts: ContentHistory {
    private struct State {
        var young: [UInt64: Int] = [:]
        var old: [UInt64: Int] = [:]
        var turnedAt = Timestamp(milliseconds: 0)
    }

    private let state = Mutex(State())
    private let generationSize: Int

    package init(capacity: Int = 20_000) {
        generationSize = max(capacity / 2, 1)
    }

    package func count(_ digest: UInt64, at now: Timestamp) -> Int {
        state.withLock { state in
            let age = now.since(state.turnedAt)
            if age >= .hours(2) || age < .seconds(0) {
                state = State(turnedAt: now)
            } else if age >= .hours(1) || state.young.count >= generationSize {
                state = State(old: state.young, turnedAt: now)
            }
            let count = (state.young[digest] ?? state.old[digest] ?? 0) + 1
            state.young[digest] = count
            return count
        }
    }
}
