// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// What an invocation passes on to the calls that it makes.
package struct AWSCall: Sendable, Hashable {
    /// When an answer comes too late, in milliseconds since 1970; nil leaves it to the retry policy.
    package var deadline: Int64?
    /// The X-Ray header of the invocation.
    package var traceID: String?

    package init(deadline: Int64? = nil, traceID: String? = nil) {
        self.deadline = deadline
        self.traceID = traceID
    }

    /// Set by whoever runs the invocation:
    ///
    ///     try await AWSCall.$current.withValue(AWSCall(deadline: context.deadline, traceID: context.traceID)) { … }
    @TaskLocal package static var current = AWSCall()
}
