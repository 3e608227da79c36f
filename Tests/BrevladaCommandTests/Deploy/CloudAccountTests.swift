// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import FormConfiguration
import Foundation
import SiteDeployment
import Testing

@testable import BrevladaCommand

@Suite("Whose AWS it is, and where")
struct CloudAccountTests {
    private static let config = """
        [default]
        region = eu-central-1
        [profile eva]
        region = eu-west-1
        [profile roving]
        output = json
        """

    /// An account with the files of a person who has the profiles `default`, `eva` and `roving`.
    private func account(
        region: String? = nil,
        profile: String? = nil,
        _ variables: [String: String] = [:],
        config: String = config
    ) throws -> CloudAccount {
        try withTemporaryFolder { folder in
            let home = FilePath.joined(folder, ".aws")
            try FileManager.default.createDirectory(atPath: home, withIntermediateDirectories: true)
            try Data(config.utf8).write(to: URL(filePath: FilePath.joined(home, "config")))
            let environment = variables.merging(["HOME": folder]) { own, _ in own }
            return try CloudAccount(region: region, profile: profile, environment: environment)
        }
    }

    @Test(
        "the Region is the one that was named, else the environment's, else the profile's",
        arguments: [
            ("eu-north-1", "eva", ["AWS_REGION": "us-east-1"], "eu-north-1"),
            (nil, "eva", ["AWS_REGION": "us-east-1", "AWS_DEFAULT_REGION": "us-west-2"], "us-east-1"),
            (nil, "eva", ["AWS_REGION": "", "AWS_DEFAULT_REGION": "us-west-2"], "us-west-2"),
            (nil, "eva", [:], "eu-west-1"), (nil, nil, ["AWS_PROFILE": "eva"], "eu-west-1"),
            (nil, nil, ["AWS_PROFILE": "roving", "AWS_DEFAULT_PROFILE": "eva"], "eu-west-1"),
            (nil, nil, [:], "eu-central-1"),
        ] as [(String?, String?, [String: String], String)]
    )
    func regions(_ region: String?, _ profile: String?, _ variables: [String: String], _ expected: String) throws {
        #expect(try account(region: region, profile: profile, variables).region == expected)
    }

    @Test(
        "what nobody says is an error with its remedy, and so is a profile that is not there",
        arguments: [
            ("roving", [:], AWSFailure(.noRegion, "")),
            ("bo", [:], AWSFailure(.unknownProfile, "The config profile (bo) could not be found")),
            (nil, ["AWS_PROFILE": "bo"], AWSFailure(.unknownProfile, "The config profile (bo) could not be found")),
        ] as [(String?, [String: String], AWSFailure)]
    )
    func unknown(_ profile: String?, _ variables: [String: String], _ failure: AWSFailure) {
        #expect(throws: failure) { try account(profile: profile, variables) }
    }

    @Test("without any file and any name there is no Region")
    func nothing() {
        #expect(throws: AWSFailure(.noRegion, "")) { try account(config: "") }
    }

    @Test("the AWS CLI is told the profile that was named, and finds the environment's by itself")
    func session() throws {
        #expect(try account(profile: "eva").session().profile == "eva")
        let account = try account(["AWS_PROFILE": "eva"])
        #expect(account.profile == "eva" && account.session().profile == nil)
        #expect(account.session().region == "eu-west-1")
    }
}
