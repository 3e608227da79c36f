// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import Bytes

/// The bucket of an account and a Region that CloudFormation and Lambda read from: zips, templates and the records of what
/// was published.
struct ArtifactBucket: Sendable {
    let aws: AWSSession
    let owner: CallerIdentity

    var name: String { "brevlada-artifacts-\(owner.account)-\(aws.region)" }

    /// The tag that is set last, so that a bucket whose making was interrupted is told from a whole one.
    private static let readyTag = "brevlada:ready"
    private static let readyValue = "1"

    /// Makes the bucket and sets it up, unless that was done before.
    ///
    /// - Returns: whether there was something to do.
    func prepare() async throws -> Bool {
        if try await isReady() { return false }
        do throws(AWSFailure) {
            var arguments = ["s3api", "create-bucket", "--bucket", name]
            // us-east-1 has no name here. https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html
            if aws.region != "us-east-1" {
                arguments += ["--create-bucket-configuration", "LocationConstraint=\(aws.region)"]
            }
            _ = try await aws.call(arguments)
        } catch {
            guard error.code == "BucketAlreadyOwnedByYou" else { throw error }
        }
        for arguments in settings {
            try await aws.text(
                ["s3api", arguments[0], "--bucket", name, "--expected-bucket-owner", owner.account]
                    + arguments.dropFirst()
            )
        }
        return true
    }

    private func isReady() async throws -> Bool {
        do throws(AWSFailure) {
            let answer = try await aws.call([
                "s3api", "get-bucket-tagging", "--bucket", name, "--expected-bucket-owner", owner.account,
            ])
            return answer.list("TagSet").contains {
                $0.text("Key") == Self.readyTag && $0.text("Value") == Self.readyValue
            }
        } catch {
            if let code = error.code, ["NoSuchBucket", "NoSuchTagSet", "NoSuchTagSetError"].contains(code) {
                return false
            }
            guard error.isDenied else { throw error }
            throw DeploymentFailure(
                .notPrepared,
                "the bucket \"\(name)\" may not be used, or belongs to another account; use a profile that may use it"
            )
        }
    }

    private var settings: [[String]] {
        [
            [
                "put-public-access-block", "--public-access-block-configuration",
                "BlockPublicAcls=true,IgnorePublicAcls=true,BlockPublicPolicy=true,RestrictPublicBuckets=true",
            ],
            [
                "put-bucket-encryption", "--server-side-encryption-configuration",
                #"{"Rules":[{"ApplyServerSideEncryptionByDefault":{"SSEAlgorithm":"AES256"}}]}"#,
            ],
            ["put-bucket-policy", "--policy", policy],
            // Zips stay: when an update is undone, Lambda reads the zip of before. A template is read once.
            [
                "put-bucket-lifecycle-configuration", "--lifecycle-configuration",
                #"{"Rules":[{"ID":"OldTemplates","Status":"Enabled","Filter":{"Prefix":"templates/"},"#
                    + #""Expiration":{"Days":90}},{"ID":"BrokenUploads","Status":"Enabled","Filter":{"Prefix":""},"#
                    + #""AbortIncompleteMultipartUpload":{"DaysAfterInitiation":7}}]}"#,
            ],
            [
                "put-bucket-tagging", "--tagging",
                #"{"TagSet":[{"Key":"\#(Self.readyTag)","Value":"\#(Self.readyValue)"}]}"#,
            ],
        ]
    }

    private var policy: String {
        #"{"Version":"2012-10-17","Statement":[{"Sid":"OnlyTLS","Effect":"Deny","Principal":"*","Action":"s3:*","#
            + #""Resource":["arn:\#(owner.partition):s3:::\#(name)","arn:\#(owner.partition):s3:::\#(name)/*"],"#
            + #""Condition":{"Bool":{"aws:SecureTransport":"false"}}}]}"#
    }

    /// Where CloudFormation reads an object of the bucket.
    func url(of key: String) -> String {
        "https://\(name).s3.\(aws.region).\(owner.domain)/\(key)"
    }

    /// The keys that begin so; an object that nobody uploaded yet is not among them.
    ///
    /// - Throws: `NoSuchBucket` too: `prepare()` comes first.
    func keys(under prefix: String) async throws(AWSFailure) -> Set<String> {
        let answer = try await aws.call(["s3api", "list-objects-v2", "--bucket", name, "--prefix", prefix])
        return Set(answer.list("Contents").compactMap { $0.text("Key") })
    }

    /// Uploads a file in place of what was there: repeating it changes nothing, and an upload that was interrupted leaves
    /// the object as it was.
    func upload(_ path: String, to key: String) async throws(AWSFailure) {
        try await aws.text(["s3", "cp", path, "s3://\(name)/\(key)", "--only-show-errors"])
    }

    /// The text of an object; nil when it is not there.
    func read(_ key: String) async throws(AWSFailure) -> String? {
        do throws(AWSFailure) {
            return try await aws.text(["s3", "cp", "s3://\(name)/\(key)", "-"])
        } catch {
            guard let code = error.code, ["404", "NoSuchKey", "NoSuchBucket"].contains(code) else { throw error }
            return nil
        }
    }

    /// Removes an object. One that is not there is removed already, as S3 has it; only a bucket that is not there is an
    /// error, `NoSuchBucket` or `404`.
    func remove(_ key: String) async throws(AWSFailure) {
        try await aws.text(["s3", "rm", "s3://\(name)/\(key)", "--only-show-errors"])
    }

    /// The key of a template; the same text is the same key.
    static func templateKey(_ template: String) -> String {
        "templates/\(SHA256.digest(template.utf8).prefix(8).hexadecimal).yaml"
    }

    /// The key of the record of what was published for a stack.
    static func recordKey(_ stack: String) -> String { "sites/\(stack).json" }
}
