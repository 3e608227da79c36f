// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

package import AWSLambda
package import ContactForm
import ContactFormLogging
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
        context.logger.report(response.outcome)
        return ProxyResponse(response).json
    }
}
