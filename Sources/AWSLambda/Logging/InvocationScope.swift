// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// The invocation that runs now, for the log lines and metrics of everything in the process.
///
/// One value for the process, not one for each task: Lambda gives an instance one event at a time, and libraries that know
/// nothing of Lambda get the request id on their lines too.
package final class InvocationScope: Sendable {
    package struct Identity: Sendable, Hashable {
        package var requestID: String
        package var traceID: String?
    }

    private let identity = Mutex<Identity?>(nil)

    package init() {}

    /// Nil between invocations, and while the function starts.
    package var current: Identity? { identity.withLock { $0 } }

    package func begin(requestID: String, traceID: String?) {
        identity.withLock { $0 = Identity(requestID: requestID, traceID: traceID) }
    }

    package func end() { identity.withLock { $0 = nil } }
}
