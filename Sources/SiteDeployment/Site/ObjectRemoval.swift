// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import JSON

/// Removes objects, or single versions of them, from a bucket.
struct ObjectRemoval: Sendable {
    struct Target: Sendable, Hashable {
        var key: String
        /// Nil: the object as it is now.
        var version: String?
    }

    let aws: AWSSession
    let staging: any StagingFolder

    /// https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html
    private static let mostAtOnce = 1_000

    /// - Throws: `DeploymentFailure`, or `AWSFailure`, which names the first object that S3 keeps.
    func remove(_ targets: [Target], from bucket: String) async throws {
        for start in stride(from: 0, to: targets.count, by: Self.mostAtOnce) {
            let part = targets[start..<min(start + Self.mostAtOnce, targets.count)]
            let path = try await staging.write(Array(Self.json(part).utf8), to: "removed-\(start).json")
            let answer = try await aws.call([
                "s3api", "delete-objects", "--bucket", bucket, "--delete", "file://\(path)",
            ])
            if let error = answer.list("Errors").first {
                throw AWSFailure(
                    .refused(code: error.text("Code") ?? "Error"),
                    operation: "DeleteObjects",
                    "\"\(error.text("Key") ?? "")\" can't be removed: \(error.text("Message") ?? "no reason given")"
                )
            }
        }
    }

    private static func json(_ targets: ArraySlice<Target>) -> String {
        JSONWriter.text { writer in
            writer.object { root in
                root.name("Objects")
                root.array { array in
                    for target in targets {
                        array.object { object in
                            object.member("Key", target.key)
                            if let version = target.version { object.member("VersionId", version) }
                        }
                    }
                }
                root.member("Quiet", true)
            }
        }
    }
}
