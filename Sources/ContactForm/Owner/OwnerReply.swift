// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

package import JSON

/// Shapes the answers to one of the owner's requests, in the shape of docs/contract.md.
package struct OwnerReply: Sendable {
    package let sentences: InboxSentences
    private let reference: String

    package init(acceptLanguage: String?, language: Language, reference: String) {
        sentences = InboxSentences(acceptLanguage.flatMap { Language(acceptLanguage: $0) } ?? language)
        self.reference = reference
    }

    /// An answer in JSON that no cache keeps.
    ///
    /// - Parameters:
    ///   - outcome: What is told of it in the log.
    ///   - write: Writes one whole value.
    package func json(
        status: Int = 200,
        outcome: OwnerResponse.Outcome = .answered,
        _ write: (inout JSONWriter) -> Void
    ) -> OwnerResponse {
        var writer = JSONWriter(capacity: 4096)
        write(&writer)
        return OwnerResponse(
            status: status,
            headers: Self.headers(type: "application/json"),
            body: .complete(writer.bytes),
            outcome: outcome
        )
    }

    /// 204: it was done, and there is nothing to say.
    package func nothing(outcome: OwnerResponse.Outcome = .answered) -> OwnerResponse {
        OwnerResponse(status: 204, headers: Self.headers(type: nil), outcome: outcome)
    }

    /// A refusal in the shape of all errors (docs/contract.md), with one error in its list.
    ///
    /// - Parameters:
    ///   - code: What programs go by; the outcome's, too.
    ///   - summary: For programmers, in English.
    ///   - message: For the owner, a sentence of `sentences`.
    ///   - parameter: What the error is about; nil when it is about none.
    ///   - headers: Beside those of every answer.
    package func failure(
        _ status: Int,
        _ code: ErrorCode,
        _ summary: String,
        _ message: String,
        parameter: String? = nil,
        headers: [OwnerResponse.Header] = []
    ) -> OwnerResponse {
        let error = FieldError(code, field: parameter, message: message)
        let failure = Failure(status, code, summary, message: message, errors: [error])
        return OwnerResponse(
            status: status,
            headers: Self.headers(type: "application/json") + headers,
            body: .complete(JSONAnswer.failure(failure)),
            outcome: .refused(code)
        )
    }

    func failure(_ error: ParameterError) -> OwnerResponse {
        failure(400, .invalidParameter, "Invalid parameter", error.message(sentences), parameter: error.parameter)
    }

    /// The store failed. The owner sees a sentence and a reference, the log sees the cause.
    func fault(_ error: StoreError) -> OwnerResponse {
        // What can't be read is not there again in a moment.
        var response =
            error.code == .corrupt
            ? failure(500, .unreadable, "Unreadable", sentences.unreadable(reference: reference))
            : failure(
                503,
                .unavailable,
                "Store unavailable",
                sentences.unavailable(reference: reference),
                headers: [.init("Retry-After", "5")]
            )
        response.outcome = .failed(error)
        return response
    }

    /// Nobody is signed in, and nothing more is said.
    package func notSignedIn() -> OwnerResponse {
        failure(401, .notSignedIn, "Not signed in", sentences.notSignedIn)
    }

    func notFound() -> OwnerResponse {
        failure(404, .notFound, "Not found", sentences.noSubmission)
    }

    package func wrongMethod(_ allowed: [String]) -> OwnerResponse {
        failure(
            405,
            .methodNotAllowed,
            "Method not allowed",
            sentences.wrongMethod(allowed),
            headers: [.init("Allow", allowed.joined(separator: ", "))]
        )
    }

    package func tooMany(seconds: Int) -> OwnerResponse {
        failure(
            429,
            .tooManyRequests,
            "Too many requests",
            sentences.tooManyTries(seconds: seconds),
            headers: [.init("Retry-After", String(seconds))]
        )
    }

    static func headers(type: String?) -> [OwnerResponse.Header] {
        var headers = [
            OwnerResponse.Header("Cache-Control", "no-store"), .init("X-Content-Type-Options", "nosniff"),
            .init("Vary", "Accept-Language"),
        ]
        if let type { headers.append(.init("Content-Type", type)) }
        return headers
    }
}
