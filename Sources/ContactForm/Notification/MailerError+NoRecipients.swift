// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

extension MailerError {
    /// The mail of a form that names nobody, as one that is no longer configured, where the site names nobody either. It waits
    /// until somebody is named.
    package static let noRecipients = MailerError(
        code: "no-recipients",
        isPermanent: false,
        reason: "the form has no recipients; set mail.to, or the form's own to",
        isForRecipients: true,
        needsOperator: true
    )
}
