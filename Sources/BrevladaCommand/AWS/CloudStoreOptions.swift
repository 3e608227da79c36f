// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import SiteDeployment

/// The options that choose the messages on AWS instead of those on this machine.
struct CloudStoreOptions: ParsableArguments {
    @Flag(help: "Works on the messages on AWS, with your own AWS credentials.")
    var aws = false

    @OptionGroup var place: CloudPlaceOptions

    @Option(help: ArgumentHelp("The DynamoDB table, instead of asking the stack for it.", valueName: "name"))
    var table: String?

    @Option(
        help: ArgumentHelp(
            "With --table: its number of shards, as the stack's parameter TableShards; 8.",
            valueName: "number"
        )
    )
    var shards: Int?

    var stack: String? { place.stack }
    var region: String? { place.region }
    var profile: String? { place.profile }

    /// With what the configuration says where no flag does.
    func completed(by settings: CloudSettings) -> CloudStoreOptions {
        var options = self
        if table == nil { options.place.stack = stack ?? settings.stackName }
        options.place.region = region ?? settings.region
        options.place.profile = profile ?? settings.profile
        return options
    }

    /// - Throws: `AWSFailure` when no Region is set anywhere.
    func account() throws(AWSFailure) -> CloudAccount {
        try CloudAccount(region: region, profile: profile, environment: SystemEnvironment.variables)
    }

    func validate() throws {
        let given = [
            ("stack", stack), ("region", region), ("profile", profile), ("table", table),
            ("shards", shards.map(String.init)),
        ]
        if !aws, let (name, _) = given.first(where: { $0.1 != nil }) {
            throw ValidationError("--\(name) is for messages on AWS; add --aws")
        }
        guard table == nil || stack == nil else {
            throw ValidationError("--table and --stack name the table twice; leave one out")
        }
        guard shards == nil || table != nil else {
            throw ValidationError("--shards goes with --table; a stack knows its own")
        }
        if let shards, !(1...256).contains(shards) {
            throw ValidationError("--shards is \(shards); write a number from 1 to 256")
        }
    }
}
