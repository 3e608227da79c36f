// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import Logging

/// Takes events, has them handled and passes the answers on, until Lambda ends the process.
struct RunLoop {
    let api: any RuntimeAPI
    let handler: any LambdaHandler
    let scope: InvocationScope
    let logger: Logger
    let frame: InvocationFrame

    /// Returns only by throwing: the Runtime API is gone or broken, and the process must end.
    func run() async throws(RuntimeAPIError) -> Never {
        while true { try await handleNext() }
    }

    func handleNext() async throws(RuntimeAPIError) {
        let invocation = try await api.next()
        scope.begin(requestID: invocation.requestID, traceID: invocation.traceID)
        defer { scope.end() }
        let outcome = await outcome(of: invocation)
        do throws(RuntimeAPIError) {
            switch outcome {
            case .success(let answer): try await api.respond(to: invocation.requestID, with: answer)
            case .failure(let failure):
                logger.error(
                    "invocation failed",
                    metadata: ["error.type": "\(failure.type)", "error.message": "\(failure.message)"]
                )
                try await api.report(failure, of: invocation.requestID)
            }
        } catch .refused(let status) {
            // 413: the answer is over Lambda's quota. 400, 403: this invocation is over, as after a time-out. Lambda has told
            // the caller; the next event can be taken.
            logger.error("answer refused by the runtime api", metadata: ["http.status": "\(status)"])
        }
    }

    private func outcome(of invocation: Invocation) async -> Result<[UInt8], LambdaFailure> {
        let context = LambdaContext(
            requestID: invocation.requestID,
            traceID: invocation.traceID,
            deadline: invocation.deadline,
            logger: logger
        )
        return await frame(context) {
            do throws(LambdaFailure) {
                return .success(try await handler.handle(invocation.event, context))
            } catch {
                return .failure(error)
            }
        }
    }
}

/// Runs one invocation, with whatever must hold while it does: how the calls that it makes learn of its deadline.
package typealias InvocationFrame =
    @Sendable (LambdaContext, () async -> Result<[UInt8], LambdaFailure>) async -> Result<[UInt8], LambdaFailure>
