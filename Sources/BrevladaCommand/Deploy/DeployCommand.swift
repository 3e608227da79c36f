// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import ContactForm
import EmbeddedFiles
import FormConfiguration
import InboxPage
import SiteDeployment
import StackTemplate

struct DeployCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "deploy",
        abstract: "Puts the site and its form on your AWS account.",
        discussion: """
            Looks at the account, shows what would change and asks, changes it, uploads
            the site and tries it out. With nothing changed, nothing happens. When it was
            interrupted or something failed, run it again: it finishes the job.

            Needs the AWS CLI and a profile that may do this; docs/deploying.md begins
            from nothing.

            \(ExitStatus.help)
            """
    )

    @OptionGroup var options: CloudOptions

    @Option(
        help: ArgumentHelp(
            "The folder of AddContactInfo.zip, SendContactInfoEmail.zip and, for sign-in, ReadContactInfo.zip. "
                + "Without it .build/lambda, or beside the program.",
            valueName: "folder"
        ),
        completion: .directory
    )
    var lambdas: String?

    @Flag(help: "Does not ask before it changes the stack.")
    var yes = false

    func run() async throws {
        let configuration = try options.configuration.load(withSecrets: false)
        let template = TemplateParameter.all(in: StackTemplate.text)
        // What is wrong with the site is said first, also when no Region is known.
        let session = Result { () throws(AWSFailure) in try options.session(configuration.cloud) }
        let prepared = try CloudPreparation(
            configuration: configuration,
            template: template,
            lambdas: lambdas.map { FilePath.absolute($0, from: SystemEnvironment.workingFolder) }
        ).prepared(region: try? session.get().region)
        let console = TerminalConsole()
        for finding in SiteChecks(configuration).findings() where finding.outcome != .passed {
            await console.say(Finding.warning(finding.text, remedy: finding.remedy).lines)
        }
        let aws = try session.get()
        try await TemporaryStaging.use { staging in
            let plan = DeploymentPlan(
                stackName: options.stackName(configuration.cloud),
                parameters: prepared.parameters,
                template: template,
                templateText: StackTemplate.text,
                packages: prepared.packages,
                isConfirmed: yes,
                files: { outputs in try Self.files(configuration, outputs) },
                smokeTest: { outputs in
                    try await SmokeTest(outputs: outputs, clock: .system, visit: { await SiteVisit.visit($0) })
                        .findings()
                }
            )
            try await Deployment(plan: plan, aws: aws, staging: staging, console: console, clock: .system).run()
        }
    }

    /// The site and, for a stack whose owner signs in, the page of the inbox, which takes the place of any `inbox/` of the
    /// site's own.
    private static func files(_ configuration: Configuration, _ outputs: [String: String]) throws -> [PublishedFile] {
        let site = try SiteSource(folder: configuration.siteFolder)
            .files(addresses: outputs["ContactUrl"].flatMap { FormAddresses(contactURL: $0) })
        let language = configuration.notifications.language
        let inbox = InboxFiles.files(
            page: InboxPage.files.map { (path: $0.path, bytes: $0.bytes) },
            outputs: outputs,
            languages: [language] + Language.allCases.filter { $0 != language },
            forms: configuration.forms.forms.keys.sorted()
        )
        guard !inbox.isEmpty else { return site }
        return site.filter { !$0.key.hasPrefix("inbox/") } + inbox
    }
}
