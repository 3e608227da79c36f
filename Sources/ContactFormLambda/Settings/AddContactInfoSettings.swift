// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

package import AWSLambda
package import ContactForm
package import FormConfiguration

/// What `AddContactInfo` is told by its environment.
package struct AddContactInfoSettings: Sendable {
    package var table: TableSettings
    package var forms: FormSettings
    package var challenge: ChallengeSettings?

    /// The variables that are read. The template sets exactly these, and Lambda sets `AWS_REGION`.
    package static let variables =
        TableSettings.variables + [
            "BREVLADA_SITE_URL", "BREVLADA_ORIGINS", "BREVLADA_LANGUAGE", "BREVLADA_FORMS", "BREVLADA_SPAM",
            "BREVLADA_LIMITS_BODY_KILOBYTES", "BREVLADA_CHALLENGE_KIND", "BREVLADA_CHALLENGE_SECRET",
        ]

    /// - Throws: `Configuration.Invalid` with all that is wrong.
    package init(environment: [String: String]) throws(LambdaFailure) {
        var environment = FunctionEnvironment(environment, variables: Self.variables)
        let table = TableSettings(&environment)
        let siteURL = environment.reader.value(ConfigurationKeys.siteURL)
        let origins = environment.reader.value(ConfigurationKeys.origins) ?? []
        let language = environment.reader.value(ConfigurationKeys.language) ?? .english
        var forms = FormSettings(forms: environment.reader.forms(language: language))
        forms.origins = OriginPolicy(allowed: Set(origins + [siteURL].compactMap(\.self)))
        forms.spam = environment.reader.spamRules()
        forms.limits = environment.reader.intakeLimits()
        // API Gateway's own address is never the site's, so that "back" and "_next" need to know the site.
        forms.siteURL = siteURL
        forms.region = table?.region
        environment.reader.checkNext(of: forms)
        challenge = environment.reader.challenge()
        try environment.check()
        guard let table else { throw LambdaFailure(type: "Configuration.Invalid", message: "no table") }
        self.table = table
        self.forms = forms
    }
}
