// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

package import AWSLambda
package import ContactForm
import Logging

/// Takes a form that API Gateway hands over: the same use case as on one machine, with the same bytes in the answer.
package struct AddContactInfoHandler: LambdaHandler {
    private let forms: FormHandler
    private let metrics: EmbeddedMetricsWriter
    private let now: @Sendable () -> Timestamp

    /// - Parameter challenge: Nil when no challenge is configured.
    package init(
        settings: FormSettings,
        store: any SubmissionStore,
        challenge: (any Challenge)? = nil,
        metrics: EmbeddedMetricsWriter,
        now: @escaping @Sendable () -> Timestamp = { .now }
    ) {
        forms = FormHandler(
            settings: settings,
            store: store,
            limiter: GatewayLimiter(),
            // Less than a server has: each instance has a memory of its own.
            history: RecentTexts(capacity: 5_000),
            challenge: challenge
        )
        self.metrics = metrics
        self.now = now
    }

    package func handle(_ event: [UInt8], _ context: LambdaContext) async throws(LambdaFailure) -> [UInt8] {
        let request = FormRequest(
            try ProxyRequest(event: event),
            limits: forms.settings.limits,
            receivedAt: now(),
            reference: context.requestID
        )
        let response = await forms.handle(request)
        report(response.outcome, form: request.form, logger: context.logger)
        return ProxyResponse(response).json
    }

    /// One line and one metric for each submission, without anything the visitor typed.
    private func report(_ outcome: FormResponse.Outcome, form: String, logger: Logger) {
        switch outcome {
        case .stored(let key):
            count("Stored", key.form.rawValue)
            logger.info("submission stored", metadata: Self.metadata(key))
        case .held(let key, let reasons):
            count("Held", key.form.rawValue)
            let reasons = Logger.MetadataValue.array(reasons.map { "\($0.rawValue)" })
            logger.info("submission held", metadata: Self.metadata(key).merging(["spam.reasons": reasons]) { $1 })
        case .repeated(let key):
            logger.info("submission repeated", metadata: Self.metadata(key))
        case .refused(let code, let origin):
            count("Invalid", known(form))
            var metadata: Logger.Metadata = ["error.code": "\(code.rawValue)"]
            if let origin { metadata["request.origin"] = "\(origin)" }
            logger.info("submission refused", metadata: metadata)
        case .failed(let error):
            count("NotStored", known(form))
            logger.error(
                "submission not stored",
                metadata: ["error.code": "\(error.code)", "error.reason": "\(error.reason)"]
            )
        case .preflight: break
        }
    }

    private func count(_ name: String, _ form: String?) {
        metrics.write(.brevlada(form: form, [.init(name, 1)]))
    }

    /// A name from a path is a dimension only when the form exists: strangers must not make metrics.
    private func known(_ form: String) -> String? {
        FormName(rawValue: form).flatMap { forms.settings.forms[$0] }?.name.rawValue
    }

    private static func metadata(_ key: SubmissionKey) -> Logger.Metadata {
        ["submission.id": "\(key.id)", "form.name": "\(key.form)"]
    }
}
