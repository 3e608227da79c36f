// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

package import Logging

/// What Lambda says about one invocation.
package struct LambdaContext: Sendable {
    package var requestID: String
    /// The X-Ray header of the invocation, for the calls that it makes; nil when tracing is off.
    package var traceID: String?
    /// When Lambda ends the invocation, in milliseconds since 1970. What is under way then is lost.
    package var deadline: Int64
    package var logger: Logger

    package init(requestID: String, traceID: String?, deadline: Int64, logger: Logger) {
        self.requestID = requestID
        self.traceID = traceID
        self.deadline = deadline
        self.logger = logger
    }

    /// The milliseconds left at `now`; none after the deadline.
    package func millisecondsLeft(at now: Int64) -> Int64 { max(deadline - now, 0) }
}
