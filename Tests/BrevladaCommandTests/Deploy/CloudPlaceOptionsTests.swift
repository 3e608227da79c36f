// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import SiteDeployment
import Testing

@testable import BrevladaCommand

@Suite("Which stack, and where")
struct CloudPlaceOptionsTests {
    @Test(
        "is checked by the commands of AWS and by those of messages alike",
        arguments: [["--region", "Stockholm"], ["--stack", "my stack"]]
    )
    func checked(_ options: [String]) throws {
        for (arguments, more) in [(["status"], []), (["inbox", "list"], ["--aws"]), (["audit"], ["--aws"])] {
            let error = #expect(throws: (any Error).self) { try Brevlada.parseAsRoot(arguments + more + options) }
            #expect(Brevlada.message(for: try #require(error)).contains(options[0]))
        }
    }

    @Test("goes before what the configuration says")
    func goesBefore() throws {
        let given = try CloudStoreOptions.parse([
            "--aws", "--region", "eu-west-1", "--profile", "eva", "--stack", "shop",
        ])
        let settings = CloudSettings(
            stackName: "site",
            region: "eu-north-1",
            profile: "bo",
            parameters: StackParameters(),
            problems: []
        )
        let options = given.completed(by: settings)
        #expect([options.region, options.profile, options.stack] == ["eu-west-1", "eva", "shop"])
        let standard = try CloudStoreOptions.parse(["--aws"]).completed(by: settings)
        #expect([standard.region, standard.profile, standard.stack] == ["eu-north-1", "bo", "site"])
    }
}
