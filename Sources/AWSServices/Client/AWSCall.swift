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

    /// For an invocation of a function: its calls end a moment before it does, so that there is time left to say what
    /// came of them.
    ///
    /// - Parameter end: When Lambda ends the invocation, in milliseconds since 1970.
    package init(invocationEndingAt end: Int64, traceID: String?) {
        self.init(deadline: end - 300, traceID: traceID)
    }

    @TaskLocal package static var current = AWSCall()

    /// Runs `body`, whose calls of services all get this.
    ///
    ///     await AWSCall(invocationEndingAt: context.deadline, traceID: context.traceID).run { await invocation() }
    package func run<Value: Sendable, Failure: Error>(
        _ body: () async throws(Failure) -> Value
    ) async throws(Failure) -> Value {
        // Task locals pass on errors of any type; the result keeps its own.
        let result = await Self.$current.withValue(self) { () async -> Result<Value, Failure> in
            do throws(Failure) {
                return .success(try await body())
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }
}
