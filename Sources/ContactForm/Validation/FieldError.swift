// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// One thing that is wrong with a submission, said to the visitor.
package struct FieldError: Sendable, Hashable {
    package var code: ErrorCode
    /// Nil when it is about the whole form.
    package var field: String?
    /// A whole sentence in the visitor's language that says what to do.
    package var message: String

    package init(_ code: ErrorCode, field: String? = nil, message: String) {
        self.code = code
        self.field = field
        self.message = message
    }
}
