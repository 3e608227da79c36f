// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// What a visitor sees whose form was sent to an address that takes none, such as a page of the site: that it was not sent, in
/// their language, as where a form does not exist.
package struct StrayFormPage: Sendable {
    package let language: Language
    package let html: String
    /// Of this page, which brings its style along.
    package static let contentSecurityPolicy = ErrorPage.contentSecurityPolicy(OriginPolicy())

    /// Nil for a client that is answered with JSON.
    package init?(_ headers: FormRequest.Headers) {
        guard AnswerFormat(headers) == .html else { return nil }
        language = headers.acceptLanguage.flatMap { Language(acceptLanguage: $0) } ?? .english
        html = ErrorPage(
            failure: Failure(405, .formNotFound, "Form not found", message: Sentences(language).formNotFound),
            special: [],
            action: "/",
            language: language
        ).render()
    }
}
