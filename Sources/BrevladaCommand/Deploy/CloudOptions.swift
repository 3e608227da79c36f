// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import ContactForm
import ContactFormServer
import FormConfiguration
import SiteDeployment

/// The options of the commands that look at AWS.
struct CloudOptions: ParsableArguments {
    @OptionGroup var configuration: ConfigurationOptions

    @Option(help: ArgumentHelp("The AWS Region, such as eu-north-1. Goes before aws.region.", valueName: "region"))
    var region: String?

    @Option(help: ArgumentHelp("The profile of the AWS CLI. Goes before aws.profile.", valueName: "profile"))
    var profile: String?

    @Option(help: ArgumentHelp("The name of the stack. Goes before aws.stack.", valueName: "name"))
    var stack: String?

    func validate() throws {
        for (name, value, type) in [
            ("--region", region, ConfigurationType<String>.region), ("--stack", stack, .stackName),
        ] {
            guard let value else { continue }
            do throws(ConfigurationTextError) {
                _ = try type.read(ConfigurationText(content: .single(value), folder: ""))
            } catch {
                throw ValidationError(error.sentence(about: name, isSecret: false))
            }
        }
    }

    func stackName(_ settings: CloudSettings) -> String { stack ?? settings.stackName }

    /// Calls of AWS as the flags, the configuration, the environment and the AWS CLI's own files say, in that order.
    ///
    /// - Throws: `AWSFailure` when no Region is set anywhere.
    func session(_ settings: CloudSettings) throws(AWSFailure) -> AWSSession {
        try CloudAccount(
            region: region ?? settings.region,
            profile: profile ?? settings.profile,
            environment: SystemEnvironment.variables
        ).session()
    }
}

extension DeploymentClock {
    /// The system's.
    static let system = DeploymentClock(
        now: { .now() },
        sleep: { try await Task.sleep(for: .milliseconds($0.milliseconds)) }
    )
}
