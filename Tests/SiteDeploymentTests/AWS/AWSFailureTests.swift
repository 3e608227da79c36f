// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm
import JSON
import Testing

@testable import SiteDeployment

@Suite("What the AWS CLI says when it fails")
struct AWSFailureTests {
    @Test(
        "becomes a sentence with a remedy",
        arguments: [
            (
                "Unable to locate credentials. You can configure credentials by running \"aws configure\".",
                AWSFailure.Kind.noCredentials,
                "the AWS CLI has no credentials; run \"aws login\", \"aws configure sso\" or \"aws configure\", or name a "
                    + "profile with --profile or aws.profile"
            ),
            (
                "\nThe config profile (workshop) could not be found\n", .unknownProfile,
                "the profile is not there: The config profile (workshop) could not be found; \"aws configure "
                    + "list-profiles\" shows those that are, and --profile or aws.profile names another"
            ),
            (
                "\nAn error occurred (ExpiredToken) when calling the GetCallerIdentity operation: The security token "
                    + "included in the request is expired\n",
                .expiredCredentials,
                "the credentials have expired or are not valid: The security token included in the request is expired; "
                    + "sign in again with \"aws login\" or \"aws sso login\", or check the keys with \"aws configure\""
            ),
            (
                "aws: [ERROR]: Your session has expired. Please reauthenticate using 'aws login'.", .expiredCredentials,
                "the credentials have expired or are not valid: aws: [ERROR]: Your session has expired. Please "
                    + "reauthenticate using 'aws login'.; sign in again with \"aws login\" or \"aws sso login\", or check the "
                    + "keys with \"aws configure\""
            ),
            (
                "\nAn error occurred (SignatureDoesNotMatch) when calling the GetCallerIdentity operation: Signature expired: "
                    + "20261125T170000Z is now earlier than 20261125T174500Z (20261125T180000Z - 15 min.)\n",
                .wrongClock,
                "this machine's clock is not AWS's: Signature expired: 20261125T170000Z is now earlier than 20261125T174500Z "
                    + "(20261125T180000Z - 15 min.); set the clock, for example with \"sudo timedatectl set-ntp true\""
            ),
            (
                "\nAn error occurred (InvalidSignatureException) when calling the GetAccount operation: Signature not yet "
                    + "current: 20261125T190000Z is still later than 20261125T180500Z (20261125T180000Z + 5 min.)\n",
                .wrongClock,
                "this machine's clock is not AWS's: Signature not yet current: 20261125T190000Z is still later than "
                    + "20261125T180500Z (20261125T180000Z + 5 min.); set the clock, for example with \"sudo timedatectl set-ntp "
                    + "true\""
            ),
            (
                "\nAn error occurred (RequestTimeTooSkewed) when calling the ListObjectsV2 operation: The difference between "
                    + "the request time and the current time is too large.\n",
                .wrongClock,
                "this machine's clock is not AWS's: The difference between the request time and the current time is too "
                    + "large.; set the clock, for example with \"sudo timedatectl set-ntp true\""
            ),
            (
                "\nAn error occurred (InvalidClientTokenId) when calling the GetCallerIdentity operation: The security token "
                    + "included in the request is invalid.\n",
                .unknownCredentials,
                "AWS does not know these credentials in this Region: The security token included in the request is invalid.; "
                    + "sign in with \"aws login\" or \"aws sso login\", or check the keys with \"aws configure\"; or enable the "
                    + "Region in the AWS console under Account, AWS Regions"
            ),
            (
                "\nAn error occurred (SignatureDoesNotMatch) when calling the GetCallerIdentity operation: The request "
                    + "signature we calculated does not match the signature you provided.\n",
                .expiredCredentials,
                "the credentials have expired or are not valid: The request signature we calculated does not match the "
                    + "signature you provided.; sign in again with \"aws login\" or \"aws sso login\", or check the keys with "
                    + "\"aws configure\""
            ),
            (
                "Error when retrieving token from sso: Token has expired and refresh failed", .expiredCredentials,
                "the credentials have expired or are not valid: Error when retrieving token from sso: Token has expired "
                    + "and refresh failed; sign in again with \"aws login\" or \"aws sso login\", or check the keys with "
                    + "\"aws configure\""
            ),
            (
                "\nYou must specify a region. You can also configure your region by running \"aws configure\".\n",
                .noRegion, "no Region is set; name one with --region or aws.region, such as eu-north-1"
            ),
            (
                "\nCould not connect to the endpoint URL: \"https://sts.eu-nort-1.amazonaws.com/\"\n", .unreachable,
                "AWS can't be reached: Could not connect to the endpoint URL: \"https://sts.eu-nort-1.amazonaws.com/\"; "
                    + "check the network and the Region's name"
            ),
            (
                "aws: [ERROR]: An error occurred (AccessDenied) when calling the ListBuckets operation: Access Denied",
                .refused(code: "AccessDenied"),
                "the profile may not call ListBuckets: Access Denied; use a profile that may, or have it allowed"
            ),
            (
                "\nAn error occurred (Throttling) when calling the DescribeStacks operation (reached max retries: 4): Rate "
                    + "exceeded\n",
                .refused(code: "Throttling"), "AWS refused DescribeStacks with Throttling: Rate exceeded"
            ),
            (
                "fatal error: An error occurred (404) when calling the HeadObject operation: Key \"sites/a.json\" does not "
                    + "exist\n",
                .refused(code: "404"), "AWS refused HeadObject with 404: Key \"sites/a.json\" does not exist"
            ),
            (
                "usage: aws [options] <command>\n\naws: error: argument command: Invalid choice, valid choices are:\n\n"
                    + "accessanalyzer | account",
                .tooOld,
                "the AWS CLI is too old for this: accessanalyzer | account; install a newer one from "
                    + "https://aws.amazon.com/cli/"
            ),
            (
                "aws: [ERROR]: argument operation: Found invalid choice 'describe-events'", .tooOld,
                "the AWS CLI is too old for this: aws: [ERROR]: argument operation: Found invalid choice 'describe-events'; "
                    + "install a newer one from https://aws.amazon.com/cli/"
            ),
            ("Segmentation fault", .other, "the AWS CLI failed: Segmentation fault"),
            ("", .other, "the AWS CLI failed: it gave no reason"),
        ]
    )
    func sentences(_ error: String, _ kind: AWSFailure.Kind, _ sentence: String) {
        let failure = AWSFailure(AWSAnswer(exitCode: 255, error: error))
        #expect(failure.kind == kind)
        #expect(failure.description == sentence)
    }

    @Test(
        "is borne for a while when it passes by itself",
        arguments: [
            ("Throttling", true), ("ThrottlingException", true), ("ServiceUnavailable", true), ("SlowDown", true),
            ("ProvisionedThroughputExceededException", true), ("RequestThrottled", true), ("InternalServerError", true),
            ("AccessDenied", false), ("ValidationError", false), ("NoSuchBucket", false),
        ]
    )
    func passing(_ code: String, _ isPassing: Bool) {
        #expect(AWSFailure(.refused(code: code), "").isPassing == isPassing)
        #expect(AWSFailure(.unreachable, "").isPassing)
        #expect(!AWSFailure(.noCredentials, "").isPassing)
    }

    @Test("a missing program says where to get it")
    func notInstalled() {
        #expect(
            AWSFailure(.notInstalled, "aws").description
                == "the AWS CLI is not installed, or not on the PATH; install it from https://aws.amazon.com/cli/ or with "
                + "\"pip install awscli\""
        )
    }

    @Test("every call has the Region and the profile, and reads JSON")
    func session() async throws {
        let aws = ScriptedAWS([("sts", [.json(#"{"Account":"1"}"#), .json(""), .json("no json")])])
        let session = AWSSession(commandLine: aws, region: "eu-west-1", profile: "workshop")
        #expect(try await session.call(["sts", "get-caller-identity"]).text("Account") == "1")
        #expect(aws.calls == ["sts get-caller-identity --output json --region eu-west-1 --profile workshop"])
        #expect(try await session.call(["sts", "x"]) == .object([]))
        await #expect(throws: AWSFailure(.other, "\"aws sts x\" answered no JSON")) {
            try await session.call(["sts", "x"])
        }
    }

    @Test(
        "times are read as both versions write them",
        arguments: [
            ("2026-11-25T18:00:00.123000+00:00", 1_795_629_600_123), ("2026-11-25T18:00:00Z", 1_795_629_600_000),
            ("2026-11-25T18:00:00.5Z", 1_795_629_600_500), ("1795629600.25", 1_795_629_600_250),
            ("2024-02-29T00:00:00Z", 1_709_164_800_000), ("2024-03-01T00:00:00Z", 1_709_251_200_000),
            ("1970-01-01T00:00:00Z", 0), ("2026-11-25T20:00:00.123000+02:00", 1_795_629_600_123),
            ("2023-11-14T14:13:20.123000-08:00", 1_700_000_000_123), ("2026-11-25T23:30:00+05:30", 1_795_629_600_000),
            ("2026-11-25T14:30:00-03:30", 1_795_629_600_000), ("2026-11-25T18:00:00", 1_795_629_600_000),
        ] as [(String, Int64)]
    )
    func times(_ text: String, _ milliseconds: Int64) {
        #expect(Timestamp(aws: text)?.milliseconds == milliseconds)
    }

    @Test(
        "what is no time is none",
        arguments: [
            "", "yesterday", "2026-13-01T00:00:00Z", "2026-02-29T00:00:00Z", "2026-11-25T24:00:00Z", "2026-11-25",
            "1e12",
            "inf", "nan", "9223372036854775807-01-01T00:00:00Z", "2026-11-25T9223372036854775807:00:00Z",
            "2026-11-25T00:00:99999999999999999999Z", "2026-11-25T18:00:00+24:00", "2026-11-25T18:00:00-02",
            "2026-11-25T18:00:00+02:60", "2026-11-25T18:00:00+:", "2026-11-25T18:00:00+99999999999999999999:00",
        ]
    )
    func noTimes(_ text: String) { #expect(Timestamp(aws: text) == nil) }
}
