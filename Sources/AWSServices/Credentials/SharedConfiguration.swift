// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// The files `~/.aws/credentials` and `~/.aws/config`, as far as keys and Region go.
///
/// What else a profile may hold (single sign-on, roles to assume, programs to ask) is left to the AWS CLI: see
/// `AWSCredentials.init(exported:)`.
/// See https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html
package struct SharedConfiguration: Sendable, Hashable {
    private var profiles: [String: [String: String]] = [:]

    /// - Parameters:
    ///   - credentials: The text of the credentials file, whose sections are named as the profiles are.
    ///   - config: The text of the config file, where they are named `profile …`, except `default`.
    package init(credentials: String = "", config: String = "") {
        read(config) { name in
            if name == "default" { return name }
            let words = name.split(whereSeparator: \.isWhitespace)
            return words.count == 2 && words[0] == "profile" ? String(words[1]) : nil
        }
        // Read last: of a setting in both files, the credentials file's counts.
        read(credentials) { $0 }
    }

    package func hasProfile(_ name: String) -> Bool { profiles[name] != nil }

    /// The profile's Region, nil when it names none.
    package func region(ofProfile name: String) -> String? { profiles[name]?["region"] }

    /// Settings by which the AWS CLI gets a profile's credentials elsewhere, before or after it has looked for keys in the file
    /// they stand in: https://docs.aws.amazon.com/sdkref/latest/guide/standardized-credentials.html
    private static let otherSources: Set<String> = [
        "role_arn", "web_identity_token_file", "sso_session", "sso_start_url", "sso_account_id", "login_session",
        "credential_process",
    ]

    /// The keys that stand in the profile, nil when it has none of its own, or names another source as well: which one goes first
    /// is for the AWS CLI to say.
    package func credentials(ofProfile name: String) -> AWSCredentials? {
        let profile = profiles[name]
        guard let names = profile?.keys, Self.otherSources.isDisjoint(with: names) else { return nil }
        return AWSCredentials(
            accessKeyID: profile?["aws_access_key_id"],
            secretAccessKey: profile?["aws_secret_access_key"],
            sessionToken: profile?["aws_session_token"]
        )
    }

    private mutating func read(_ text: String, profileName: (String) -> String?) {
        var profile: String?
        for line in text.split(whereSeparator: \.isNewline) {
            // An indented line belongs to the setting above, and no setting that is read here has several lines.
            guard let first = line.first, !first.isWhitespace, first != "#", first != ";" else { continue }
            if first == "[" {
                profile = line.dropFirst().firstIndex(of: "]").flatMap { end in
                    profileName(trimmed(line[line.index(after: line.startIndex)..<end]))
                }
                if let profile, profiles[profile] == nil { profiles[profile] = [:] }
            } else if let profile, let equals = line.firstIndex(of: "=") {
                let name = trimmed(line[..<equals]).lowercased()
                let value = value(line[line.index(after: equals)...])
                profiles[profile]?[name] = value
            }
        }
    }

    /// A `#` or `;` after white space begins a comment.
    private func value(_ text: Substring) -> String {
        var end = text.endIndex
        for index in text.indices.dropFirst() where text[index] == "#" || text[index] == ";" {
            if text[text.index(before: index)].isWhitespace {
                end = index
                break
            }
        }
        return trimmed(text[..<end])
    }

    private func trimmed(_ text: Substring) -> String {
        let start = text.drop(while: \.isWhitespace)
        let end = start.lastIndex { !$0.isWhitespace }
        return end.map { String(start[...$0]) } ?? ""
    }
}
