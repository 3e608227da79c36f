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
    func session(_ settings: CloudSettings, _ commandLine: any AWSCommandLine = AWSProcess()) async throws -> AWSSession
    {
        let profile = profile ?? settings.profile
        let environment = SystemEnvironment.variables
        func variable(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
        if let region = region ?? settings.region ?? variable("AWS_REGION") ?? variable("AWS_DEFAULT_REGION") {
            return AWSSession(commandLine: commandLine, region: region, profile: profile)
        }
        // Ends with 1 and says nothing when there is none.
        let answer = try await commandLine.run(
            ["configure", "get", "region"] + (profile.map { ["--profile", $0] } ?? [])
        )
        guard let region = answer.output.split(whereSeparator: \.isWhitespace).first, answer.exitCode == 0 else {
            let failure = AWSFailure(answer)
            throw failure.kind == .unknownProfile ? failure : AWSFailure(.noRegion, "")
        }
        return AWSSession(commandLine: commandLine, region: String(region), profile: profile)
    }
}

extension DeploymentClock {
    /// The system's.
    static let system = DeploymentClock(
        now: { .now() },
        sleep: { try await Task.sleep(for: .milliseconds($0.milliseconds)) }
    )
}
