// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// The answer to a `FormRequest`, and what came of it for logs and metrics.
package struct FormResponse: Sendable, Hashable {
    package struct Header: Sendable, Hashable {
        package var name: String
        package var value: String

        package init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    package var status: Int
    package var headers: [Header]
    package var body: [UInt8]
    package var outcome: Outcome

    package init(status: Int, headers: [Header], body: [UInt8] = [], outcome: Outcome) {
        self.status = status
        self.headers = headers
        self.body = body
        self.outcome = outcome
    }

    /// The first header of that name, in the case it was written.
    package subscript(header name: String) -> String? {
        headers.first { $0.name == name }?.value
    }

    /// What became of the request; holds no personal data.
    package enum Outcome: Sendable, Hashable {
        case stored(SubmissionKey)
        /// Stored before; nothing was written.
        case repeated(SubmissionKey)
        case held(SubmissionKey, reasons: [SpamReason])
        /// The visitor was told what is wrong.
        case refused(Refusal)
        /// The store failed; the visitor was asked to try again.
        case failed(StoreError)
        case preflight
    }

    /// Why a form was not taken, for a log: nothing that a visitor typed.
    package struct Refusal: Sendable, Hashable {
        package var code: ErrorCode
        /// Nil when there is no form of the name in the address, which may be anything.
        package var form: FormName?
        /// What the visitor was told of, of the fields that the form's rules name.
        package var fields: [String]
        /// That of a page which may not send the form, for the owner to add to `origins`: at most 200 characters of ASCII. Nil
        /// for all other reasons, and when what the client says is no address of the web.
        package var origin: String?

        package init(_ code: ErrorCode, form: FormName?, fields: [String] = [], origin: String? = nil) {
            self.code = code
            self.form = form
            self.fields = fields
            self.origin = origin
        }
    }
}
