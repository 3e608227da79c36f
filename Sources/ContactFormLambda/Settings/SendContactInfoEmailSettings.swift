// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

package import AWSLambda
package import ContactForm
package import FormConfiguration

/// What `SendContactInfoEmail` is told by its environment.
package struct SendContactInfoEmailSettings: Sendable {
    package var table: TableSettings
    package var notifications: NotificationSettings
    /// The SES configuration set that counts bounces; nil sends without one.
    package var configurationSet: String?
    /// Nil: nobody is told by a webhook that mail is broken.
    package var alerts: AlertSettings?

    /// The variables that are read. The template sets exactly these, and Lambda sets `AWS_REGION`.
    package static let variables =
        TableSettings.variables + [
            "BREVLADA_MAIL_FROM", "BREVLADA_MAIL_TO", "BREVLADA_MAIL_DIGEST_BATCH", "BREVLADA_MAIL_DIGEST_PER_HOUR",
            "BREVLADA_MAIL_GIVE_UP_AFTER_DAYS", "BREVLADA_MAIL_REMINDER_DAYS", "BREVLADA_LANGUAGE",
            "BREVLADA_FORMS", "BREVLADA_ALERTS_WEBHOOK",
            "BREVLADA_ALERTS_SECRET", "SES_CONFIGURATION_SET",
        ]

    /// - Throws: `Configuration.Invalid` with all that is wrong.
    package init(environment: [String: String]) throws(LambdaFailure) {
        var environment = FunctionEnvironment(environment, variables: Self.variables)
        let table = TableSettings(&environment)
        _ = environment.required("BREVLADA_MAIL_FROM", "set it to the address that mail comes from")
        let sender = environment.reader.value(ConfigurationKeys.Mail.from)
        let recipients = environment.reader.value(ConfigurationKeys.Mail.to) ?? []
        let language = environment.reader.value(ConfigurationKeys.language) ?? .english
        let forms = FormSettings(forms: environment.reader.forms(language: language)).forms
        let silent = forms.values.filter { $0.isActive && $0.recipients.isEmpty }.map(\.name.rawValue).sorted()
        if environment["BREVLADA_MAIL_TO"] == nil, !silent.isEmpty {
            environment.reader.report(
                "BREVLADA_MAIL_TO is not set, and the form \(silent.map { "\"\($0)\"" }.joined(separator: ", ")) names no "
                    + "recipient; set it to the owner's address"
            )
        }
        configurationSet = environment["SES_CONFIGURATION_SET"]
        let retry = environment.reader.retrySchedule()
        let digest = environment.reader.digestRule()
        let reminderSpacing = environment.reader.reminderSpacing()
        alerts = environment.reader.alerts()
        try environment.check()
        guard let table, let sender else { throw LambdaFailure(type: "Configuration.Invalid", message: "no sender") }
        self.table = table
        notifications = NotificationSettings(sender: sender, recipients: recipients, language: language, forms: forms)
        notifications.retry = retry
        notifications.digest = digest
        notifications.reminderSpacing = reminderSpacing
        notifications.commandOption = "--aws"
    }
}
