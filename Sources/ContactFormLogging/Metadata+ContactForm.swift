// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

package import ContactForm
import Logging

/// `Logger.Metadata` of what the core's lines are about, beside a line's own particulars.
extension [String: Logger.MetadataValue] {
    package static func of(_ key: SubmissionKey, _ particulars: Self = [:]) -> Self {
        var metadata = particulars
        metadata.add(key)
        return metadata
    }

    package static func of(_ error: StoreError, _ particulars: Self = [:]) -> Self {
        particulars.withError(code: error.code.description, reason: error.reason)
    }

    package static func of(_ error: MailerError, _ particulars: Self = [:]) -> Self {
        particulars.withError(code: error.code, reason: error.loggableReason)
    }

    mutating func add(_ key: SubmissionKey) {
        self["submission.id"] = .string(key.id.description)
        self["form.name"] = .string(key.form.rawValue)
    }

    /// - Parameters:
    ///   - code: A bounded word.
    ///   - reason: A sentence.
    private func withError(code: String, reason: String) -> Self {
        var metadata = self
        metadata["error.code"] = .string(code)
        metadata["error.reason"] = .string(reason)
        return metadata
    }
}
