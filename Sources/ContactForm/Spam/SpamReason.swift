// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// One sign of spam, named on the submission it was seen on.
package struct SpamReason: Sendable, Hashable, RawRepresentable {
    package let rawValue: String

    package init(rawValue: String) {
        self.rawValue = rawValue
    }

    /// The hidden field that no person sees was filled in.
    package static let honeypot = SpamReason(rawValue: "honeypot")
    /// The form was sent within three seconds of being shown.
    package static let tooFast = SpamReason(rawValue: "too-fast")
    /// More links than a message to an owner usually has.
    package static let links = SpamReason(rawValue: "links")
    /// A word that the owner blocked.
    package static let blockedWord = SpamReason(rawValue: "blocked-word")
    /// An address or domain that the owner blocked.
    package static let blockedAddress = SpamReason(rawValue: "blocked-address")
    /// The same text was sent several times within the hour.
    package static let repeatedContent = SpamReason(rawValue: "repeated-content")
    /// The browser says that a program drives it.
    package static let webdriver = SpamReason(rawValue: "webdriver")
    /// Neither `Origin` nor `Referer` was sent.
    package static let missingOrigin = SpamReason(rawValue: "missing-origin")
    /// The challenge could not be checked because its checker did not answer.
    package static let challengeUnavailable = SpamReason(rawValue: "challenge-unavailable")
    /// The owner said so.
    package static let owner = SpamReason(rawValue: "owner")
}
