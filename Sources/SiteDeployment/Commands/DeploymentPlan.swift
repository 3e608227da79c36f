// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// What is deployed.
package struct DeploymentPlan: Sendable {
    package var stackName: String
    /// All but what only AWS knows: the artefact bucket and what SES lets the account send.
    package var parameters: StackParameters
    package var template: [TemplateParameter]
    package var templateText: String
    package var packages: [FunctionPackage]
    /// Goes ahead without asking.
    package var isConfirmed: Bool
    /// The site's files for a stack with these outputs.
    package var files: @Sendable (_ outputs: [String: String]) async throws -> [PublishedFile]
    /// Whether the API answers as it should; given the stack's outputs.
    package var smokeTest: @Sendable (_ outputs: [String: String]) async throws -> [Finding]

    package init(
        stackName: String,
        parameters: StackParameters,
        template: [TemplateParameter],
        templateText: String,
        packages: [FunctionPackage],
        isConfirmed: Bool,
        files: @escaping @Sendable (_ outputs: [String: String]) async throws -> [PublishedFile],
        smokeTest: @escaping @Sendable (_ outputs: [String: String]) async throws -> [Finding]
    ) {
        self.stackName = stackName
        self.parameters = parameters
        self.template = template
        self.templateText = templateText
        self.packages = packages
        self.isConfirmed = isConfirmed
        self.files = files
        self.smokeTest = smokeTest
    }
}
