// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import JSON
import Testing

@testable import SiteDeployment

@Suite("The artefact bucket")
struct ArtifactBucketTests {
    private func bucket(
        _ aws: ScriptedAWS,
        region: String = "eu-north-1",
        partition: String = "aws"
    ) -> ArtifactBucket {
        ArtifactBucket(
            aws: AWSSession(commandLine: aws, region: region, profile: nil),
            owner: CallerIdentity(account: "123456789012", arn: "arn:\(partition):iam::123456789012:user/eva")
        )
    }

    private let noBucket = AWSAnswer.refused("NoSuchBucket", "GetBucketTagging", "The specified bucket does not exist")

    @Test("is made for one account and Region: encrypted, private, over TLS alone, and marked when it is whole")
    func made() async throws {
        let aws = ScriptedAWS([("s3api get-bucket-tagging", [noBucket]), ("s3api", [.nothing])])
        #expect(try await bucket(aws).prepare())
        #expect(
            aws.calls.map { $0.split(separator: " ")[1] } == [
                "get-bucket-tagging", "create-bucket", "put-public-access-block", "put-bucket-encryption",
                "put-bucket-policy", "put-bucket-lifecycle-configuration", "put-bucket-tagging",
            ]
        )
        #expect(aws.calls[1].contains("--bucket brevlada-artifacts-123456789012-eu-north-1"))
        #expect(aws.calls[1].contains("LocationConstraint=eu-north-1"))
        #expect(aws.calls.dropFirst(2).allSatisfy { $0.contains("--expected-bucket-owner 123456789012") })
        #expect(aws.calls[4].contains(#""aws:SecureTransport":"false""#))
        for call in aws.calls[3...] {
            let json = try #require(call.firstIndex(of: "{").map { String(call[$0...]) })
            #expect(throws: Never.self) { try JSONParser.parse(Array(json.utf8), maximumDepth: 16) }
        }
    }

    @Test("is left alone when it is whole, and finished when its making was interrupted")
    func again() async throws {
        let whole = ScriptedAWS([
            ("s3api get-bucket-tagging", [.json(#"{"TagSet":[{"Key":"brevlada:ready","Value":"1"}]}"#)])
        ])
        #expect(try await bucket(whole).prepare() == false)
        #expect(whole.calls.count == 1)
        let half = ScriptedAWS([
            ("s3api get-bucket-tagging", [.refused("NoSuchTagSet", "GetBucketTagging", "The TagSet does not exist")]),
            ("s3api create-bucket", [.refused("BucketAlreadyOwnedByYou", "CreateBucket", "You already own it")]),
            ("s3api", [.nothing]),
        ])
        #expect(try await bucket(half).prepare())
        #expect(half.calls.count == 7)
    }

    @Test("needs no place in us-east-1")
    func firstRegion() async throws {
        let aws = ScriptedAWS([("s3api get-bucket-tagging", [noBucket]), ("s3api", [.nothing])])
        _ = try await bucket(aws, region: "us-east-1").prepare()
        #expect(!aws.calls[1].contains("LocationConstraint"))
    }

    @Test(
        "has the names of the part of AWS that the account is in",
        arguments: [
            ("eu-north-1", "aws", "amazonaws.com"), ("cn-north-1", "aws-cn", "amazonaws.com.cn"),
            ("us-gov-west-1", "aws-us-gov", "amazonaws.com"), ("eusc-de-east-1", "aws-eusc", "amazonaws.eu"),
        ]
    )
    func partitions(_ region: String, _ partition: String, _ domain: String) async throws {
        let aws = ScriptedAWS([("s3api get-bucket-tagging", [noBucket]), ("s3api", [.nothing])])
        let bucket = bucket(aws, region: region, partition: partition)
        _ = try await bucket.prepare()
        #expect(aws.calls[4].contains("\"arn:\(partition):s3:::brevlada-artifacts-123456789012-\(region)/*\""))
        #expect(
            bucket.url(of: "templates/a.yaml")
                == "https://brevlada-artifacts-123456789012-\(region).s3.\(region).\(domain)/templates/a.yaml"
        )
    }

    @Test("of somebody else is not used")
    func foreign() async throws {
        let aws = ScriptedAWS([("s3api", [.refused("AccessDenied", "GetBucketTagging", "Access Denied")])])
        let failure = await #expect(throws: DeploymentFailure.self) { try await bucket(aws).prepare() }
        #expect(failure?.description.contains("may not be used, or belongs to another account") == true)
    }

    @Test("has no object where S3 says 404, and every other trouble is one")
    func reading() async throws {
        let none = ScriptedAWS([("s3 cp", [.refused("404", "HeadObject", "Not Found")])])
        #expect(try await bucket(none).read("sites/a.json") == nil)
        let denied = ScriptedAWS([("s3 cp", [.refused("403", "HeadObject", "Forbidden")])])
        await #expect(throws: AWSFailure.self) { try await bucket(denied).read("sites/a.json") }
    }
}
