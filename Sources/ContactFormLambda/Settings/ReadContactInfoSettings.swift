// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

package import AWSLambda
package import ContactForm
import FormConfiguration

/// What `ReadContactInfo` is told by its environment.
package struct ReadContactInfoSettings: Sendable {
    package var table: TableSettings
    /// By name: their messages are looked for under it.
    package var forms: [FormName: FormDefinition]
    /// Of what is said to an owner whose browser asks for neither.
    package var language: Language

    /// The variables that are read. The template sets exactly these, and Lambda sets `AWS_REGION`.
    package static let variables = TableSettings.variables + ["BREVLADA_LANGUAGE", "BREVLADA_FORMS"]

    /// - Throws: `Configuration.Invalid` with all that is wrong.
    package init(environment: [String: String]) throws(LambdaFailure) {
        var environment = FunctionEnvironment(environment, variables: Self.variables)
        let table = TableSettings(&environment)
        language = environment.reader.value(ConfigurationKeys.language) ?? .english
        forms = FormSettings(forms: environment.reader.forms(language: language)).forms
        try environment.check()
        guard let table else { throw LambdaFailure(type: "Configuration.Invalid", message: "no table") }
        self.table = table
    }
}
