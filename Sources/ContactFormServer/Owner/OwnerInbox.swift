// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

package import ContactForm
package import EmbeddedFiles

/// What the server needs for the owner's inbox: the use case, the sign-in and the page.
package struct OwnerInbox: Sendable {
    package var handler: OwnerHandler
    package var signIn: OwnerSignIn
    /// The files of the page at `/inbox/`.
    package var files: [EmbeddedFile]
    /// The site's own language comes first on the page.
    package var language: Language
    /// The site's forms, for the page to choose by.
    package var forms: [FormName]
    /// Removes what else is kept about messages that were erased, such as captured mail.
    package var didErase: @Sendable ([SubmissionID]) async -> Void

    package init(
        handler: OwnerHandler,
        signIn: OwnerSignIn,
        files: [EmbeddedFile],
        language: Language,
        forms: [FormName],
        didErase: @escaping @Sendable ([SubmissionID]) async -> Void = { _ in }
    ) {
        self.handler = handler
        self.signIn = signIn
        self.files = files
        self.language = language
        self.forms = forms
        self.didErase = didErase
    }
}
