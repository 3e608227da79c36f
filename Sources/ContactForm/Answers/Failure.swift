// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// A refusal or a fault, before it takes the shape that the client asked for.
package struct Failure: Sendable, Hashable {
    package var status: Int
    package var code: ErrorCode
    /// A few words in English for developers.
    package var summary: String
    /// A sentence to the visitor.
    package var message: String
    /// At least one; those with a field are shown by it.
    package var errors: [FieldError]
    package var retryAfterSeconds: Int?

    package init(
        _ status: Int,
        _ code: ErrorCode,
        _ summary: String,
        message: String,
        errors: [FieldError]? = nil,
        retryAfterSeconds: Int? = nil
    ) {
        self.status = status
        self.code = code
        self.summary = summary
        self.message = message
        self.errors = errors ?? [FieldError(code, message: message)]
        self.retryAfterSeconds = retryAfterSeconds
    }
}

extension Failure {
    static func validation(_ errors: [FieldError], _ sentences: Sentences) -> Failure {
        let code = errors.first?.code ?? .empty
        return Failure(422, code, "Validation errors", message: sentences.checkFields, errors: errors)
    }

    static func empty(_ sentences: Sentences) -> Failure {
        Failure(422, .empty, "Empty submission", message: sentences.empty)
    }

    static func challenge(_ code: ErrorCode, _ message: String, field: String) -> Failure {
        let error = FieldError(code, field: field, message: message)
        return Failure(422, code, "Challenge not passed", message: message, errors: [error])
    }

    static func unavailable(_ sentences: Sentences, reference: String) -> Failure {
        let message = sentences.unavailable(reference: reference)
        return Failure(503, .unavailable, "Store unavailable", message: message, retryAfterSeconds: 5)
    }

    static func tooMany(_ sentences: Sentences, seconds: Int) -> Failure {
        let message = sentences.tooManyRequests(seconds: seconds)
        return Failure(429, .tooManyRequests, "Too many requests", message: message, retryAfterSeconds: seconds)
    }

    static func tooLarge(_ sentences: Sentences, contentType: String?) -> Failure {
        // The body was not read, so that nobody knows what made it large.
        let isMultipart = contentType.map { ContentType($0).mediaType } == "multipart/form-data"
        let message = isMultipart ? sentences.tooLargeMultipart : sentences.tooLarge
        return Failure(413, .tooLong, "Body too large", message: message)
    }

    /// When the others are through the same message is taken.
    static func noRoom(_ sentences: Sentences) -> Failure {
        Failure(503, .unavailable, "No room", message: sentences.noRoom, retryAfterSeconds: 10)
    }

    init(_ error: IntakeError, limits: IntakeLimits, _ sentences: Sentences) {
        switch error {
        case .unsupportedType:
            self.init(415, .unsupportedType, "Unsupported content type", message: sentences.unsupportedType)
        case .malformed:
            self.init(400, .malformed, "Malformed body", message: sentences.malformed)
        case .tooManyFields, .nameTooLong, .tooDeep:
            self.init(422, .tooManyFields, "Too many fields", message: sentences.tooManyFields)
        case .valueTooLong(let field):
            let message = sentences.tooLong(limits.valueCharacters)
            self = .validation([FieldError(.tooLong, field: field, message: message)], sentences)
        case .fileNotAccepted(let field):
            let error = FieldError(.fileNotAccepted, field: field, message: sentences.fileNotAccepted)
            self = .validation([error], sentences)
        }
    }
}
