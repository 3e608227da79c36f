// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

package import AWSLambda
package import ContactForm
import ContactFormLogging

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
        context.logger.report(response.outcome)
        count(response.outcome, form: request.form)
        return ProxyResponse(response).json
    }

    /// One metric for each submission. Its dimension is a form that exists: strangers must not make metrics by their paths.
    private func count(_ outcome: FormResponse.Outcome, form: String) {
        switch outcome {
        case .stored(let key): count("Stored", key.form.rawValue)
        case .held(let key, _): count("Held", key.form.rawValue)
        case .refused(let refusal): count("Invalid", refusal.form?.rawValue)
        // The store is asked when the form is known.
        case .failed: count("NotStored", form)
        case .repeated, .preflight: break
        }
    }

    private func count(_ name: String, _ form: String?) {
        metrics.write(.brevlada(form: form, [.init(name, 1)]))
    }
}
