// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// Lets many producers wake one waiting consumer. A wake that comes while nobody waits is kept, several are one.
final class WakeSignal: Sendable {
    private enum State {
        case idle
        case signalled
        case waiting(CheckedContinuation<Void, Never>)
    }

    private let state = Mutex(State.idle)

    /// Whether the next wait will return at once.
    var isKept: Bool {
        state.withLock { if case .signalled = $0 { true } else { false } }
    }

    func wake() {
        let waiter = state.withLock { state -> CheckedContinuation<Void, Never>? in
            if case .waiting(let continuation) = state {
                state = .idle
                return continuation
            }
            state = .signalled
            return nil
        }
        waiter?.resume()
    }

    /// What came while nobody waited is over.
    func forget() {
        state.withLock { state in
            if case .signalled = state { state = .idle }
        }
    }

    /// Returns at the next wake, at once when one is kept, or when the task is cancelled. One caller at a time.
    func wait() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isDone = state.withLock { state in
                    if case .idle = state, !Task.isCancelled {
                        state = .waiting(continuation)
                        return false
                    }
                    state = .idle
                    return true
                }
                if isDone { continuation.resume() }
            }
        } onCancel: {
            // Not `wake()`: a cancelled wait must leave no signal behind.
            let waiter = state.withLock { state -> CheckedContinuation<Void, Never>? in
                guard case .waiting(let continuation) = state else { return nil }
                state = .idle
                return continuation
            }
            waiter?.resume()
        }
    }
}
