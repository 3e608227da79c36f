// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import JSON

/// What a deployment put into the site's bucket, and what S3 called it: kept in the artefact bucket, so that the next one
/// can tell what changed.
///
/// The ETag alone would not do. It is a hash of the content only for some ways of encrypting and uploading
/// (https://docs.aws.amazon.com/AmazonS3/latest/API/API_Object.html), and says nothing of the type and the cache header.
struct SiteRecord: Sendable, Hashable {
    struct Entry: Sendable, Hashable {
        var hash: String
        var mediaType: String
        var cacheControl: String
        /// As S3 listed it afterwards; when it is another now, somebody else wrote the object.
        var etag: String
    }

    var entries: [String: Entry] = [:]
    /// The ARN of the KMS key that S3 encrypted them by; nil for a key of S3's own. Another default of the bucket is for new
    /// objects alone (https://docs.aws.amazon.com/AmazonS3/latest/userguide/default-bucket-encryption.html).
    var key: String?

    /// Of a site that nobody published yet.
    init() {}

    init(files: [PublishedFile], listing: [String: String], key: String? = nil) {
        self.key = key
        for file in files {
            guard let etag = listing[file.key] else { continue }
            entries[file.key] = Entry(
                hash: file.hash,
                mediaType: file.mediaType,
                cacheControl: file.cacheControl,
                etag: etag
            )
        }
    }

    /// One that can't be read is as good as none: then everything is uploaded once more.
    init(json: String) {
        guard let root = try? JSONParser.parse(Array(json.utf8), maximumDepth: 8),
            case .object(let members)? = root["files"]
        else { return }
        key = root.text("key")
        for member in members {
            guard let hash = member.value.text("hash"), let type = member.value.text("type"),
                let cache = member.value.text("cache"), let etag = member.value.text("etag")
            else { continue }
            entries[member.name] = Entry(hash: hash, mediaType: type, cacheControl: cache, etag: etag)
        }
    }

    var json: String {
        JSONWriter.text { writer in
            writer.object { root in
                root.member("version", 1)
                if let key { root.member("key", key) }
                root.name("files")
                root.object { files in
                    for (key, entry) in entries.sorted(by: { $0.key < $1.key }) {
                        files.name(key)
                        files.object { file in
                            file.member("hash", entry.hash)
                            file.member("type", entry.mediaType)
                            file.member("cache", entry.cacheControl)
                            file.member("etag", entry.etag)
                        }
                    }
                }
            }
        }
    }
}
