// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

package import AWSLambda
package import ContactForm
import Logging

/// Does what the owner asks for through API Gateway: the same use case as on one machine, with the same bytes in the
/// answer, but for exports, which come in parts.
///
/// API Gateway lets only the owner through, with a token of Cognito or with AWS credentials. Should it ever be told not
/// to, what it says about nobody is refused here too.
package struct ReadContactInfoHandler: LambdaHandler {
    private let handler: OwnerHandler
    private let now: @Sendable () -> Timestamp

    package init(
        archive: any SubmissionArchive,
        language: Language,
        forms: [FormName: FormDefinition] = [:],
        exports: ExportPart.Limits = .lambda,
        now: @escaping @Sendable () -> Timestamp = { .now }
    ) {
        handler = OwnerHandler(archive: archive, exports: .parts(exports), language: language, forms: forms)
        self.now = now
    }

    package func handle(_ event: [UInt8], _ context: LambdaContext) async throws(LambdaFailure) -> [UInt8] {
        let proxied = try ProxyRequest(event: event)
        let request = OwnerRequest(proxied, receivedAt: now(), reference: context.requestID)
        guard proxied.isAuthorized else {
            context.logger.error("request without an authorizer refused")
            return ProxyResponse(handler.reply(to: request).notSignedIn()).json
        }
        let response = await handler.handle(request)
        report(response.outcome, context.logger)
        return ProxyResponse(response).json
    }

    /// One line for each change, without anything of the message.
    private func report(_ outcome: OwnerResponse.Outcome, _ logger: Logger) {
        switch outcome {
        case .answered: break
        case .refused(let code): logger.info("owner's request refused", metadata: ["error.code": "\(code.rawValue)"])
        case .marked(let key): logger.debug("submission marked", metadata: ["submission.id": "\(key.id)"])
        case .moved(let key, let status):
            logger.info(
                "submission moved by the owner",
                metadata: ["submission.id": "\(key.id)", "submission.status": "\(status.rawValue)"]
            )
        case .resent(let count):
            logger.info("failed submissions sent again", metadata: ["submission.count": "\(count)"])
        case .erased(let ids):
            logger.notice("submissions erased by the owner", metadata: ["submission.count": "\(ids.count)"])
        case .failed(let error):
            logger.error(
                "owner's request failed",
                metadata: ["error.code": "\(error.code)", "error.reason": "\(error.reason)"]
            )
        }
    }
}
