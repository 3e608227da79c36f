// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import AWSServices
import Foundation
import JSON
import SiteDeployment

/// Whose AWS it is, and where: from the options and the configuration, the environment, the AWS CLI's files, and last from
/// the CLI itself.
struct CloudAccount {
    let environment: [String: String]
    /// Nil: the standard one, or the environment's keys.
    let profile: String?
    let region: String
    /// Named by an option or the configuration. The environment's is left to the AWS CLI, which lets keys in the environment
    /// go before it.
    private let namedProfile: String?
    private let files: SharedConfiguration

    /// - Throws: `AWSFailure` when nobody says which Region.
    init(region: String?, profile: String?, environment: [String: String]) throws(AWSFailure) {
        self.environment = environment
        namedProfile = profile
        // In the order of https://github.com/boto/botocore/blob/develop/botocore/configprovider.py
        self.profile =
            profile ?? Self.value("AWS_DEFAULT_PROFILE", environment) ?? Self.value("AWS_PROFILE", environment)
        files = SharedConfiguration(
            credentials: Self.file("AWS_SHARED_CREDENTIALS_FILE", "credentials", environment),
            config: Self.file("AWS_CONFIG_FILE", "config", environment)
        )
        let region =
            region ?? Self.value("AWS_REGION", environment) ?? Self.value("AWS_DEFAULT_REGION", environment)
            ?? files.region(ofProfile: self.profile ?? "default")
        guard let region else {
            guard let name = self.profile, !files.hasProfile(name) else { throw AWSFailure(.noRegion, "") }
            throw AWSFailure(.unknownProfile, "The config profile (\(name)) could not be found")
        }
        self.region = region
    }

    /// Calls of AWS through its CLI.
    func session() -> AWSSession {
        AWSSession(commandLine: AWSProcess(), region: region, profile: namedProfile)
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

    /// A profile that was named goes before keys in the environment, and they before its profile, as in the AWS CLI.
    private func credentials() async throws -> AWSCredentials {
        if namedProfile == nil, let credentials = AWSCredentials(environment: environment) { return credentials }
        if let credentials = files.credentials(ofProfile: profile ?? "default") { return credentials }
        // Single sign-on, roles, programs to ask: whatever the AWS CLI knows ends here.
        let exported: String
        do throws(AWSFailure) {
            exported = try await session().text(["configure", "export-credentials", "--format", "process"])
        } catch {
            throw CommandFailure(.configuration, "\(error); or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY")
        }
        guard let json = try? JSONParser.parse(Array(exported.utf8), maximumDepth: 4),
            let credentials = AWSCredentials(exported: json)
        else {
            throw CommandFailure(
                .configuration,
                "the AWS CLI gives no credentials; sign in with \"aws login\", \"aws sso login\" or \"aws configure\", or name "
                    + "a profile with --profile"
            )
        }
        return credentials
    }

    private static func value(_ name: String, _ environment: [String: String]) -> String? {
        environment[name].flatMap { $0.isEmpty ? nil : $0 }
    }

    private static func file(_ variable: String, _ name: String, _ environment: [String: String]) -> String {
        let path = value(variable, environment) ?? value("HOME", environment).map { "\($0)/.aws/\(name)" }
        return path.flatMap { try? String(contentsOfFile: $0, encoding: .utf8) } ?? ""
    }
}
