// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import AWSServices
import Testing

@Suite("configuration from the environment")
struct AWSConfigurationTests {
    private static let complete = [
        "AWS_REGION": "eu-north-1", "AWS_ACCESS_KEY_ID": "AKIA", "AWS_SECRET_ACCESS_KEY": "secret",
        "AWS_SESSION_TOKEN": "token",
    ]

    @Test("what Lambda sets is taken")
    func complete() async throws {
        let configuration = try AWSConfiguration(environment: Self.complete)
        #expect(configuration.region == "eu-north-1")
        let credentials = try await configuration.credentials.credentials()
        #expect(credentials == AWSCredentials(accessKeyID: "AKIA", secretAccessKey: "secret", sessionToken: "token"))
    }

    @Test("everything that is wrong is said at once, and no secret with it")
    func problems() throws {
        let environment = [
            "AWS_REGION": "EU north", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_ENDPOINT_URL": "here",
            "AWS_USE_FIPS_ENDPOINT": "yes",
        ]
        let error = try #require(throws: AWSConfigurationError.self) {
            try AWSConfiguration(environment: environment)
        }
        #expect(
            error.problems == [
                "AWS_REGION is \"EU north\"; set it to a Region, such as eu-north-1",
                "AWS_ACCESS_KEY_ID or AWS_SECRET_ACCESS_KEY is not set; give the function a role",
                "AWS_USE_FIPS_ENDPOINT is \"yes\"; set it to true or false",
                "AWS_ENDPOINT_URL is \"here\"; set it to an address such as http://127.0.0.1:5000",
            ]
        )
        #expect(!error.description.contains("secret"))
    }

    @Test(
        "an empty variable counts as not set",
        arguments: ["AWS_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"]
    )
    func empty(name: String) {
        var environment = Self.complete
        environment[name] = ""
        #expect(throws: AWSConfigurationError.self) { try AWSConfiguration(environment: environment) }
    }
}
