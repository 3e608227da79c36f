// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm

/// Why a call of AWS did not work, read from what the AWS CLI says.
package struct AWSFailure: Error, Sendable, Hashable, CustomStringConvertible {
    package enum Kind: Sendable, Hashable {
        case notInstalled
        /// The CLI does not know a command or an option that is needed: it is older than these.
        case tooOld
        case noCredentials
        case expiredCredentials
        /// AWS does not know the key, or does not know it in this Region.
        case unknownCredentials
        /// The request was signed at a time that is not AWS's.
        case wrongClock
        case unknownProfile
        case noRegion
        case unreachable
        /// AWS took the call and refused it, with its code, such as `AccessDenied`.
        case refused(code: String)
        case other
    }

    package var kind: Kind
    /// The operation in AWS's spelling, such as `DescribeStacks`; nil when it did not come that far.
    package var operation: String?
    /// What AWS or the CLI says, in its own words.
    package var message: String

    package init(_ kind: Kind, operation: String? = nil, _ message: String) {
        self.kind = kind
        self.operation = operation
        self.message = message
    }

    /// AWS's code; nil when AWS was not reached.
    package var code: String? {
        if case .refused(let code) = kind { code } else { nil }
    }

    /// Whether waiting and asking again may help: nothing was refused for a reason that stays.
    package var isPassing: Bool {
        switch kind {
        case .unreachable: true
        case .refused(let code):
            [
                "Throttling", "ThrottlingException", "RequestLimitExceeded", "TooManyRequestsException", "SlowDown",
                "ServiceUnavailable", "ServiceUnavailableException", "InternalFailure", "InternalError",
                "RequestTimeout", "RequestThrottled", "KmsThrottled", "ProvisionedThroughputExceededException",
                "KMSThrottlingException", "InternalServerError", "InternalServiceError",
            ].contains(code)
        default: false
        }
    }

    /// Whether the profile may not. When a table's key is off or gone DynamoDB answers with such a code too, to everybody, and quotes
    /// what KMS says: https://repost.aws/knowledge-center/dynamodb-access-denied-exception
    package var isDenied: Bool {
        [
            "AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "AuthorizationError", "403",
            "UnauthorizedException",
        ].contains(code) && message.firstRange(of: "Service: AWSKMS") == nil
    }

    /// Lower case, subject first, remedy last.
    package var description: String { finding.sentence }

    /// What is wrong, and what to do about it where that is known.
    package var finding: Finding {
        switch kind {
        case .notInstalled:
            .failed(
                "the AWS CLI is not installed, or not on the PATH",
                remedy: "install it from https://aws.amazon.com/cli/ or with \"pip install awscli\""
            )
        case .tooOld:
            .failed(
                "the AWS CLI is too old for this: \(message)",
                remedy: "install a newer one from https://aws.amazon.com/cli/"
            )
        case .noCredentials:
            .failed(
                "the AWS CLI has no credentials",
                remedy:
                    "run \"aws login\", \"aws configure sso\" or \"aws configure\", or name a profile with --profile or aws.profile"
            )
        case .expiredCredentials:
            .failed(
                "the credentials have expired or are not valid: \(message)",
                remedy:
                    "sign in again with \"aws login\" or \"aws sso login\", or check the keys with \"aws configure\""
            )
        case .unknownCredentials:
            // https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-regions.html
            .failed(
                "AWS does not know these credentials in this Region: \(message)",
                remedy:
                    "sign in with \"aws login\" or \"aws sso login\", or check the keys with \"aws configure\"; or enable the "
                    + "Region in the AWS console under Account, AWS Regions"
            )
        case .wrongClock:
            .failed(
                "this machine's clock is not AWS's: \(message)",
                remedy: "set the clock, for example with \"sudo timedatectl set-ntp true\""
            )
        case .unknownProfile:
            .failed(
                "the profile is not there: \(message)",
                remedy:
                    "\"aws configure list-profiles\" shows those that are, and --profile or aws.profile names another"
            )
        case .noRegion:
            .failed("no Region is set", remedy: "name one with --region or aws.region, such as eu-north-1")
        case .unreachable:
            .failed("AWS can't be reached: \(message)", remedy: "check the network and the Region's name")
        case .refused where isDenied:
            .failed(
                "the profile may not call \(operation ?? "this"): \(message)",
                remedy: "use a profile that may, or have it allowed"
            )
        case .refused(let code):
            .failed("AWS refused \(operation ?? "the call") with \(code): \(message)")
        case .other:
            .failed("the AWS CLI failed: \(message.isEmpty ? "it gave no reason" : message)")
        }
    }
}

extension AWSFailure {
    /// Reads what the CLI wrote to standard error. Both versions write AWS's answer in the same form.
    package init(_ answer: AWSAnswer) {
        let text = answer.error.trimmedLines
        if let refusal = Self.refusal(in: text) {
            self = refusal
            return
        }
        let kind: Kind? = Self.signs.first { sign in text.contains(sign.text) }?.kind
        // The last line is what happened; before it stands how the program is used.
        let message = text.split(separator: "\n").last.map(String.init) ?? ""
        self.init(kind ?? .other, message)
    }

    private static func refusal(in text: String) -> AWSFailure? {
        guard let start = text.range(of: "An error occurred ("),
            let end = text.range(of: ") when calling the ", from: start.upperBound),
            let colon = text.range(of: " operation", from: end.upperBound)
        else { return nil }
        let code = String(text[start.upperBound..<end.lowerBound])
        let operation = String(text[end.upperBound..<colon.lowerBound])
        // After " operation" may stand " (reached max retries: 4)", then the colon.
        var rest = text[colon.upperBound...]
        if rest.hasPrefix(" ("), let end = rest.firstIndex(of: ")") { rest = rest[rest.index(after: end)...] }
        let message = rest.firstIndex(of: ":").map { rest[rest.index(after: $0)...] } ?? rest
        let words = message.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        let kind: Kind =
            switch code {
            case "RequestTimeTooSkewed", "RequestExpired": .wrongClock
            case "SignatureDoesNotMatch", "InvalidSignatureException":
                Self.signsOfWrongClock.contains { words.firstRange(of: $0) != nil } ? .wrongClock : .expiredCredentials
            case "InvalidClientTokenId", "UnrecognizedClientException", "AuthFailure", "InvalidAccessKeyId":
                .unknownCredentials
            case "ExpiredToken", "ExpiredTokenException": .expiredCredentials
            default: .refused(code: code)
            }
        return AWSFailure(kind, operation: operation, words)
    }

    /// A signature holds for five minutes:
    /// https://docs.aws.amazon.com/IAM/latest/UserGuide/signature-v4-troubleshooting.html
    private static let signsOfWrongClock = ["Signature expired", "not yet current"]

    private static let signs: [(text: String, kind: Kind)] = [
        ("Unable to locate credentials", .noCredentials),
        ("Partial credentials found", .noCredentials),
        ("could not be found", .unknownProfile),
        ("Error loading SSO Token", .expiredCredentials),
        ("SSO session associated with this profile", .expiredCredentials),
        ("Token has expired", .expiredCredentials),
        ("reauthenticate using 'aws login'", .expiredCredentials),
        ("You must specify a region", .noRegion),
        ("Could not connect to the endpoint", .unreachable),
        ("Connect timeout on endpoint", .unreachable),
        ("Read timeout on endpoint", .unreachable),
        ("Connection was closed before", .unreachable),
        ("Invalid choice", .tooOld),
        ("Found invalid choice", .tooOld),
        ("Unknown options", .tooOld),
    ]
}

extension String {
    var trimmedLines: String {
        split(separator: "\n").map(\.trimmedSpaces).filter { !$0.isEmpty }.joined(separator: "\n")
    }

    /// The first place of `text`, searched from `start` on.
    func range(of text: String, from start: Index? = nil) -> Range<Index>? {
        self[(start ?? startIndex)...].firstRange(of: text)
    }
}
