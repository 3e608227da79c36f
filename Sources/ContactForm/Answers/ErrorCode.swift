// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// The codes of errors as clients read them. Formspree's names where Formspree has one.
package struct ErrorCode: Sendable, Hashable, RawRepresentable {
    package let rawValue: String

    package init(rawValue: String) {
        self.rawValue = rawValue
    }

    package static let requiredFieldMissing = ErrorCode(rawValue: "REQUIRED_FIELD_MISSING")
    package static let requiredFieldEmpty = ErrorCode(rawValue: "REQUIRED_FIELD_EMPTY")
    package static let typeEmail = ErrorCode(rawValue: "TYPE_EMAIL")
    package static let typeNumeric = ErrorCode(rawValue: "TYPE_NUMERIC")
    package static let typeText = ErrorCode(rawValue: "TYPE_TEXT")
    package static let tooLong = ErrorCode(rawValue: "TOO_LONG")
    package static let tooShort = ErrorCode(rawValue: "TOO_SHORT")
    package static let notAnOption = ErrorCode(rawValue: "NOT_AN_OPTION")
    package static let empty = ErrorCode(rawValue: "EMPTY")
    package static let blocked = ErrorCode(rawValue: "BLOCKED")
    package static let formNotFound = ErrorCode(rawValue: "FORM_NOT_FOUND")
    package static let inactive = ErrorCode(rawValue: "INACTIVE")

    // Ours, where Formspree has none.
    package static let malformed = ErrorCode(rawValue: "MALFORMED")
    package static let tooManyFields = ErrorCode(rawValue: "TOO_MANY_FIELDS")
    package static let fileNotAccepted = ErrorCode(rawValue: "FILE_NOT_ACCEPTED")
    package static let methodNotAllowed = ErrorCode(rawValue: "METHOD_NOT_ALLOWED")
    package static let unsupportedType = ErrorCode(rawValue: "UNSUPPORTED_TYPE")
    package static let tooManyRequests = ErrorCode(rawValue: "TOO_MANY_REQUESTS")
    package static let unavailable = ErrorCode(rawValue: "UNAVAILABLE")
    package static let challengeMissing = ErrorCode(rawValue: "CHALLENGE_MISSING")
    package static let challengeFailed = ErrorCode(rawValue: "CHALLENGE_FAILED")
    package static let challengeExpired = ErrorCode(rawValue: "CHALLENGE_EXPIRED")

    // The owner's.
    package static let invalidParameter = ErrorCode(rawValue: "INVALID_PARAMETER")
    package static let notFound = ErrorCode(rawValue: "NOT_FOUND")
    package static let unreadable = ErrorCode(rawValue: "UNREADABLE")
    package static let notNow = ErrorCode(rawValue: "NOT_NOW")
    package static let notSignedIn = ErrorCode(rawValue: "NOT_SIGNED_IN")
    package static let wrongPassword = ErrorCode(rawValue: "WRONG_PASSWORD")
    package static let needsTLS = ErrorCode(rawValue: "NEEDS_TLS")
}
