// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// Brings the site's bucket to hold the site: what is new first, pages last, then what is gone is removed and CloudFront
/// forgets the old.
struct SitePublication: Sendable {
    let aws: AWSSession
    let artifacts: ArtifactBucket
    let staging: any StagingFolder
    let console: any DeploymentConsole
    let stackName: String

    /// - Parameters:
    ///   - key: The ARN of the KMS key that the bucket encrypts by; nil for a key of S3's own.
    ///   - distribution: The id of the distribution before the bucket; nil when there is none.
    /// - Returns: whether anything changed.
    func publish(
        _ files: [PublishedFile],
        to bucket: String,
        encryptedBy key: String?,
        distribution: String?
    ) async throws -> Bool {
        let listing = try await listing(of: bucket)
        guard !files.isEmpty || listing.isEmpty else {
            throw DeploymentFailure(
                .notPrepared,
                "the site has no file to publish, and the live one is left as it is; look at the folder that site names"
            )
        }
        let recordKey = ArtifactBucket.recordKey(stackName)
        let record = try await artifacts.read(recordKey).map { SiteRecord(json: $0) } ?? SiteRecord()
        let plan = UploadPlan(files: files, listing: listing, record: record, key: key)
        guard !plan.isEmpty else {
            await console.say(.passed, "the site is as it was, \(Self.count(plan.unchanged, "file"))")
            return false
        }
        for (index, batch) in plan.batches.enumerated() {
            try await upload(batch, to: bucket, stage: "site-\(index)")
        }
        try await ObjectRemoval(aws: aws, staging: staging).remove(plan.removed.map { .init(key: $0) }, from: bucket)
        let paths = plan.invalidations
        if let distribution, !paths.isEmpty {
            _ = try await aws.call(
                ["cloudfront", "create-invalidation", "--distribution-id", distribution, "--paths"] + paths
            )
        }
        // Written last: after a run that is interrupted before, the next one uploads once more, and has CloudFront forget what
        // that one removed.
        let written = SiteRecord(files: files, listing: try await self.listing(of: bucket), key: key)
        let path = try await staging.write(Array(written.json.utf8), to: "record.json")
        try await artifacts.upload(path, to: recordKey)
        await console.say(.passed, Self.summary(of: plan, isForgotten: distribution != nil && !paths.isEmpty))
        return true
    }

    static func summary(of plan: UploadPlan, isForgotten: Bool) -> String {
        var parts: [String] = []
        if !plan.uploaded.isEmpty { parts.append("\(count(plan.uploaded.count, "file")) uploaded") }
        if !plan.removed.isEmpty { parts.append("\(plan.removed.count) removed") }
        if plan.unchanged > 0 { parts.append("\(plan.unchanged) unchanged") }
        return "site: " + parts.joined(separator: ", ")
            + (isForgotten ? "; CloudFront forgets the old within minutes" : "")
    }

    private static func count(_ count: Int, _ what: String) -> String { "\(count) \(what)\(count == 1 ? "" : "s")" }

    /// The ETag of each object.
    private func listing(of bucket: String) async throws(AWSFailure) -> [String: String] {
        let answer = try await aws.call(["s3api", "list-objects-v2", "--bucket", bucket])
        let pairs = answer.list("Contents").compactMap { object in
            object.text("Key").map { ($0, object.text("ETag") ?? "") }
        }
        return Dictionary(pairs) { $1 }
    }

    private func upload(_ batch: UploadPlan.Batch, to bucket: String, stage: String) async throws {
        for file in batch.files {
            switch file.content {
            case .file(let path): _ = try await staging.link(to: path, at: "\(stage)/\(file.key)")
            case .bytes(let bytes): _ = try await staging.write(bytes, to: "\(stage)/\(file.key)")
            }
        }
        try await aws.text([
            "s3", "cp", "\(staging.folder)/\(stage)/", "s3://\(bucket)/", "--recursive", "--only-show-errors",
            "--content-type", batch.mediaType, "--cache-control", batch.cacheControl,
        ])
    }
}
