// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import ContactForm
import ContactFormServer
import SiteDeployment

/// The options of the commands that look at AWS.
struct CloudOptions: ParsableArguments {
    @OptionGroup var configuration: ConfigurationOptions

    @OptionGroup var place: CloudPlaceOptions

    var region: String? { place.region }

    func stackName(_ settings: CloudSettings) -> String { place.stack ?? settings.stackName }

    /// Calls of AWS as the flags, the configuration, the environment and the AWS CLI's own files say, in that order.
    ///
    /// - Throws: `AWSFailure` when no Region is set anywhere.
    func session(_ settings: CloudSettings) throws(AWSFailure) -> AWSSession {
        try CloudAccount(
            region: region ?? settings.region,
            profile: place.profile ?? settings.profile,
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
