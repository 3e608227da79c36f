// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import AWSServices
import Foundation
import JSON
import SiteDeployment

/// Whose AWS it is, and where: from the options, the environment, the AWS CLI's files, and last from the CLI itself.
struct CloudAccount {
    let environment: [String: String]
    let profile: String?
    let region: String
    private let files: SharedConfiguration

    /// - Throws: `CommandFailure` when nobody says which Region.
    init(options: CloudStoreOptions, environment: [String: String]) throws {
        self.environment = environment
        profile = options.profile ?? Self.value("AWS_PROFILE", environment)
        files = SharedConfiguration(
            credentials: Self.file("AWS_SHARED_CREDENTIALS_FILE", "credentials", environment),
            config: Self.file("AWS_CONFIG_FILE", "config", environment)
        )
        let region =
            options.region ?? Self.value("AWS_REGION", environment) ?? Self.value("AWS_DEFAULT_REGION", environment)
            ?? files.region(ofProfile: profile ?? "default")
        guard let region else {
            throw CommandFailure(.configuration, "no Region is set; name one with --region, such as eu-north-1")
        }
        self.region = region
    }

    /// What requests are signed with and sent to.
    ///
    /// - Throws: `CommandFailure` with everything that is wrong.
    func configuration() async throws -> AWSConfiguration {
        let credentials = try await credentials()
        var variables = environment
        variables["AWS_REGION"] = region
        variables["AWS_ACCESS_KEY_ID"] = credentials.accessKeyID
        variables["AWS_SECRET_ACCESS_KEY"] = credentials.secretAccessKey
        variables["AWS_SESSION_TOKEN"] = credentials.sessionToken
        do {
            return try AWSConfiguration(environment: variables)
        } catch {
            throw CommandFailure(.configuration, error.problems.joined(separator: "\n"))
        }
    }

    /// A profile that was named goes before keys in the environment, as in the AWS CLI.
    private func credentials() async throws -> AWSCredentials {
        if profile == nil, let credentials = AWSCredentials(environment: environment) { return credentials }
        if let credentials = files.credentials(ofProfile: profile ?? "default") { return credentials }
        // Single sign-on, roles, programs to ask: whatever the AWS CLI knows ends here.
        let exported = try await run(
            ["configure", "export-credentials", "--format", "process"],
            remedy: "or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
        )
        guard let json = try? JSONParser.parse(Array(exported.utf8), maximumDepth: 4),
            let credentials = AWSCredentials(exported: json)
        else {
            throw CommandFailure(
                .configuration,
                "the AWS CLI gives no credentials; sign in with \"aws configure\" or \"aws sso login\", or name a profile "
                    + "with --profile"
            )
        }
        return credentials
    }

    /// The stack's output of each name.
    ///
    /// - Throws: `CommandFailure` with what AWS or its CLI says.
    func outputs(ofStack name: String) async throws -> [String: String] {
        let text = try await run(
            ["cloudformation", "describe-stacks", "--stack-name", name, "--region", region, "--output", "json"],
            remedy: "or name the table with --table"
        )
        let stack = try? JSONParser.parse(Array(text.utf8), maximumDepth: 16)["Stacks"]?.array?.first
        guard let outputs = stack?["Outputs"]?.array else {
            throw CommandFailure(.configuration, "stack \"\(name)\" has no outputs; finish it with \"brevlada deploy\"")
        }
        let pairs = outputs.compactMap { output in
            output["OutputKey"]?.string.flatMap { key in output["OutputValue"]?.string.map { (key, $0) } }
        }
        return Dictionary(pairs) { first, _ in first }
    }

    /// What `aws` answers.
    private func run(_ arguments: [String], remedy: String) async throws -> String {
        do throws(AWSFailure) {
            let answer = try await AWSProcess().run(arguments + (profile.map { ["--profile", $0] } ?? []))
            guard answer.exitCode == 0 else { throw AWSFailure(answer) }
            return answer.output
        } catch {
            throw CommandFailure(.configuration, "\(error); \(remedy)")
        }
    }

    private static func value(_ name: String, _ environment: [String: String]) -> String? {
        environment[name].flatMap { $0.isEmpty ? nil : $0 }
    }

    private static func file(_ variable: String, _ name: String, _ environment: [String: String]) -> String {
        let path = value(variable, environment) ?? value("HOME", environment).map { "\($0)/.aws/\(name)" }
        return path.flatMap { try? String(contentsOfFile: $0, encoding: .utf8) } ?? ""
    }
}
