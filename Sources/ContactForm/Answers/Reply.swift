// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// Shapes answers to one request. Learns more about it as the handler goes on, so that every answer is as good as what is
/// known by then: the language, the form, what the visitor typed.
struct Reply {
    let request: FormRequest
    let settings: FormSettings
    let errorPagePolicy: String
    let format: AnswerFormat
    var allowedOrigin: String?

    private(set) var sentences: Sentences
    private let acceptedLanguage: Language?
    private var form: FormDefinition?
    private var fields: FieldList?
    private var special = SpecialFields()

    init(request: FormRequest, settings: FormSettings, errorPagePolicy: String) {
        self.request = request
        self.settings = settings
        self.errorPagePolicy = errorPagePolicy
        format = AnswerFormat(request.headers)
        acceptedLanguage = request.headers.acceptLanguage.flatMap { Language(acceptLanguage: $0) }
        sentences = Sentences(acceptedLanguage ?? .english)
    }

    mutating func use(_ form: FormDefinition) {
        self.form = form
        if acceptedLanguage == nil { sentences = Sentences(form.language) }
    }

    mutating func use(_ fields: FieldList, _ special: SpecialFields) {
        self.fields = fields
        self.special = special
        if let language = special.language.flatMap({ Language(tag: $0.trimmedSpaces) }) {
            sentences = Sentences(language)
        }
    }

    func success(_ outcome: FormResponse.Outcome, id: SubmissionID) -> FormResponse {
        let next = NextLocation.resolve(
            special.next,
            fallback: form?.next ?? "/",
            origins: settings.origins,
            host: request.headers.host,
            siteURL: settings.siteURL
        )
        switch format {
        case .json:
            return FormResponse(
                status: 200,
                headers: headers(type: "application/json"),
                body: JSONAnswer.success(next: next, message: sentences.thanks, id: id),
                outcome: outcome
            )
        case .html:
            var headers = headers(type: nil)
            headers.append(.init("Location", next))
            return FormResponse(status: 303, headers: headers, outcome: outcome)
        }
    }

    func failure(_ failure: Failure, outcome: FormResponse.Outcome? = nil) -> FormResponse {
        var headers: [FormResponse.Header]
        let body: [UInt8]
        switch format {
        case .json:
            headers = self.headers(type: "application/json")
            body = JSONAnswer.failure(failure)
        case .html:
            headers = self.headers(type: "text/html; charset=utf-8")
            headers.append(.init("Content-Security-Policy", errorPagePolicy))
            body = Array(page(for: failure).utf8)
        }
        if let seconds = failure.retryAfterSeconds { headers.append(.init("Retry-After", String(seconds))) }
        if failure.status == 405 { headers.append(.init("Allow", "POST, OPTIONS")) }
        return FormResponse(
            status: failure.status,
            headers: headers,
            body: body,
            outcome: outcome ?? .refused(refusal(failure))
        )
    }

    func refusal(_ failure: Failure, origin: String? = nil) -> FormResponse.Refusal {
        let ruled = Set(form?.fields.map(\.name) ?? [])
        return FormResponse.Refusal(
            failure.code,
            form: FormName(rawValue: request.form).flatMap { settings.forms[$0] }?.name,
            fields: failure.errors.compactMap(\.field).filter(ruled.contains),
            origin: origin
        )
    }

    /// The store failed. The visitor sees a sentence and a reference, the log sees the cause.
    func fault(_ error: StoreError) -> FormResponse {
        failure(.unavailable(sentences, reference: request.reference), outcome: .failed(error))
    }

    /// The answer to a browser that asks before it posts from another origin (Fetch §4.8).
    func preflight() -> FormResponse {
        var headers = headers(type: nil)
        headers.append(.init("Allow", "POST, OPTIONS"))
        headers.append(.init("Access-Control-Allow-Methods", "POST, OPTIONS"))
        headers.append(.init("Access-Control-Allow-Headers", Self.allowedHeaders))
        headers.append(.init("Access-Control-Max-Age", "7200"))
        return FormResponse(status: 204, headers: headers, outcome: .preflight)
    }

    /// What Formspree's client sends, and ours.
    private static let allowedHeaders = [
        "Content-Type", "Accept", "X-Requested-With", "Authorization", "Idempotency-Key", "Formspree-Client",
        "Formspree-Session-Data",
    ].joined(separator: ", ")

    private func headers(type: String?) -> [FormResponse.Header] {
        var headers = [
            FormResponse.Header("Cache-Control", "no-store"),
            // Not by Sec-Fetch-*, which decides for scripts that ask for nothing: answers are not stored, and where a cache
            // stored one all the same, none of a POST would be another's (RFC 9111 §4).
            FormResponse.Header("Vary", "Origin, Accept, Accept-Language, X-Requested-With"),
        ]
        if let type {
            headers.append(.init("Content-Type", type))
            // Scripts of other origins may read it without `Access-Control-Expose-Headers` (Fetch §2.2.2).
            headers.append(.init("Content-Language", sentences.language.rawValue))
        }
        if let allowedOrigin {
            headers.append(.init("Access-Control-Allow-Origin", allowedOrigin))
            headers.append(.init("Access-Control-Expose-Headers", "Retry-After"))
        }
        return headers
    }

    private func page(for failure: Failure) -> String {
        let referer = request.headers.referer
        let isOwnPage = settings.origins.allows(page: referer, host: request.headers.host)
        return ErrorPage(
            failure: failure,
            form: form,
            fields: fields,
            special: special.asSent,
            action: request.path,
            back: isOwnPage ? referer : settings.siteURL,
            language: sentences.language
        ).render()
    }
}
