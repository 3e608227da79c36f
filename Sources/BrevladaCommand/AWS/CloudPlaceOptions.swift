// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import FormConfiguration

/// The options that say which stack, where and with whose credentials.
struct CloudPlaceOptions: ParsableArguments {
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
}
