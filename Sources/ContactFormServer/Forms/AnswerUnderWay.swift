// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import EventLoopTasks
import Synchronization

/// The task that answers a form on a connection, for whoever has to wait until it has ended: a message that was sent is
/// stored, also when its sender goes away and the server ends meanwhile.
final class AnswerUnderWay: Sendable {
    private let task = Mutex<Task<Void, Never>?>(nil)

    /// Begins the next answer. A connection has one at a time.
    func begin(on executor: EventLoopTaskExecutor, _ body: @escaping @Sendable () async -> Void) {
        task.withLock { $0 = Task(executorPreference: executor, operation: body) }
    }

    /// Returns when the last one that was begun has ended.
    func end() async {
        await task.withLock { $0 }?.value
    }
}
