// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// Lambda's side of a function: where events come from and answers go to.
/// See https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
protocol RuntimeAPI: Sendable {
    /// Waits for the next event, for as long as it takes.
    func next() async throws(RuntimeAPIError) -> Invocation

    func respond(to requestID: String, with answer: [UInt8]) async throws(RuntimeAPIError)

    func report(_ failure: LambdaFailure, of requestID: String) async throws(RuntimeAPIError)

    /// Says that the function can't start. The process must end afterwards.
    func reportInitialization(_ failure: LambdaFailure) async throws(RuntimeAPIError)
}

/// One event and what Lambda says about it.
struct Invocation: Sendable, Hashable {
    var requestID: String
    var deadline: Int64
    var traceID: String?
    var event: [UInt8]
}

enum RuntimeAPIError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The connection can't be made, or broke.
    case unreachable(String)
    /// The Runtime API sent what is none of its answers.
    case protocolViolation(String)
    /// It does not take what was sent, such as an answer that is too large. The next event can be asked for.
    case refused(status: Int)
    /// It is broken itself: "Container error. Non-recoverable state. Runtime should exit promptly."
    case broken(status: Int)

    var description: String {
        switch self {
        case .unreachable(let reason): "the runtime api can't be reached: \(reason)"
        case .protocolViolation(let reason): "the runtime api is not understood: \(reason)"
        case .refused(let status): "the runtime api refused an answer with status \(status)"
        case .broken(let status): "the runtime api failed with status \(status)"
        }
    }
}
