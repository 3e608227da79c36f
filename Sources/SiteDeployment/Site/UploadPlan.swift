// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import Bytes
import JSON

/// What a deployment put into the site's bucket, and what S3 called it: kept in the artefact bucket, so that the next one
/// can tell what changed.
///
/// The ETag alone would not do. It is a hash of the content only for some ways of encrypting and uploading
/// (https://docs.aws.amazon.com/AmazonS3/latest/API/API_Object.html), and says nothing of the type and the cache header.
package struct SiteRecord: Sendable, Hashable {
    package struct Entry: Sendable, Hashable {
        package var hash: String
        package var mediaType: String
        package var cacheControl: String
        /// As S3 listed it afterwards; when it is another now, somebody else wrote the object.
        package var etag: String
    }

    package var entries: [String: Entry]

    package init(entries: [String: Entry] = [:]) {
        self.entries = entries
    }

    package init(files: [PublishedFile], listing: [String: String]) {
        entries = [:]
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
    package init(json: String) {
        entries = [:]
        guard let root = try? JSONParser.parse(Array(json.utf8), maximumDepth: 8),
            case .object(let members)? = root["files"]
        else { return }
        for member in members {
            guard let hash = member.value.text("hash"), let type = member.value.text("type"),
                let cache = member.value.text("cache"), let etag = member.value.text("etag")
            else { continue }
            entries[member.name] = Entry(hash: hash, mediaType: type, cacheControl: cache, etag: etag)
        }
    }

    package var json: String {
        JSONWriter.text { writer in
            writer.object { root in
                root.member("version", 1)
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

/// What is to be uploaded and removed so that the bucket holds the site and nothing else.
package struct UploadPlan: Sendable, Hashable {
    /// Files of one type and one cache header, which one call uploads.
    package struct Batch: Sendable, Hashable {
        package var mediaType: String
        package var cacheControl: String
        package var files: [PublishedFile]
    }

    /// In the order of uploading: what pages use first, then the pages.
    package var batches: [Batch]
    /// Removed when all is uploaded: until then pages may name it.
    package var removed: [String]
    package var unchanged: Int
    /// Whether nothing lay in the bucket before: then no cache holds anything old.
    package var isFirst: Bool

    /// - Parameters:
    ///   - listing: The ETag of every object in the bucket.
    ///   - record: What was uploaded last time.
    package init(files: [PublishedFile], listing: [String: String], record: SiteRecord) {
        let changed = files.filter { file in
            guard let entry = record.entries[file.key], let etag = listing[file.key] else { return true }
            return entry
                != SiteRecord.Entry(
                    hash: file.hash,
                    mediaType: file.mediaType,
                    cacheControl: file.cacheControl,
                    etag: etag
                )
        }
        var batches: [Batch] = []
        let ordered = changed.sorted {
            ($0.isPage ? 1 : 0, $0.mediaType, $0.cacheControl, $0.key) < (
                $1.isPage ? 1 : 0, $1.mediaType, $1.cacheControl, $1.key
            )
        }
        for file in ordered {
            if let last = batches.last, last.mediaType == file.mediaType, last.cacheControl == file.cacheControl {
                batches[batches.count - 1].files.append(file)
            } else {
                batches.append(Batch(mediaType: file.mediaType, cacheControl: file.cacheControl, files: [file]))
            }
        }
        self.batches = batches
        let wanted = Set(files.map(\.key))
        removed = listing.keys.filter { !wanted.contains($0) }.sorted()
        unchanged = files.count - changed.count
        isFirst = listing.isEmpty
    }

    package var uploaded: [PublishedFile] { batches.flatMap(\.files) }
    package var isEmpty: Bool { batches.isEmpty && removed.isEmpty }

    /// The paths that CloudFront is to forget; empty when it can hold nothing old.
    ///
    /// A folder's page is also asked for by the folder's name, and a page without its ".html". Above a hundred one path
    /// stands for all, which AWS counts as one as well.
    package var invalidations: [String] {
        guard !isFirst else { return [] }
        var paths: Set<String> = []
        for key in uploaded.map(\.key) + removed {
            paths.insert("/" + Self.encoded(key))
            if key == "index.html" || key.hasSuffix("/index.html") {
                let folder = key.dropLast("index.html".count)
                paths.insert("/" + Self.encoded(String(folder)))
                if folder.hasSuffix("/") { paths.insert("/" + Self.encoded(String(folder.dropLast()))) }
            } else if key.hasSuffix(".html") {
                paths.insert("/" + Self.encoded(String(key.dropLast(".html".count))))
            }
        }
        return paths.count > 100 ? ["/*"] : paths.sorted()
    }

    /// As CloudFront wants other characters than those that stand for themselves in a URL (RFC 3986).
    private static func encoded(_ path: String) -> String {
        PercentEncoding.encode(path) { PercentEncoding.isUnreserved($0) || "/!$&'()+,;=:@".utf8.contains($0) }
    }
}
