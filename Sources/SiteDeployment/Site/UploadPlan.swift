// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import Bytes

/// What is to be uploaded and removed so that the bucket holds the site and nothing else.
struct UploadPlan: Sendable, Hashable {
    /// Files of one type and one cache header, which one call uploads.
    struct Batch: Sendable, Hashable {
        var mediaType: String
        var cacheControl: String
        var files: [PublishedFile]
    }

    /// In the order of uploading: what pages use first, then the pages.
    var batches: [Batch]
    /// Removed when all is uploaded: until then pages may name it.
    var removed: [String]
    /// What a run before removed that did not come to its end: CloudFront may not have been told.
    var forgotten: [String]
    var unchanged: Int
    /// Whether nothing was ever there: then no cache holds anything old.
    var isFirst: Bool

    /// - Parameters:
    ///   - listing: The ETag of every object in the bucket.
    ///   - record: What was uploaded last time.
    ///   - key: The ARN of the KMS key that S3 encrypts by now; nil for a key of S3's own.
    init(files: [PublishedFile], listing: [String: String], record: SiteRecord, key: String? = nil) {
        let changed = files.filter { file in
            guard record.key == key, let entry = record.entries[file.key], let etag = listing[file.key] else {
                return true
            }
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
        forgotten = record.entries.keys.filter { !wanted.contains($0) && listing[$0] == nil }.sorted()
        unchanged = files.count - changed.count
        isFirst = listing.isEmpty && record.entries.isEmpty
    }

    var uploaded: [PublishedFile] { batches.flatMap(\.files) }
    var isEmpty: Bool { batches.isEmpty && removed.isEmpty && forgotten.isEmpty }

    /// The paths that CloudFront is to forget; empty when it can hold nothing old.
    ///
    /// A folder's page is also asked for by the folder's name, and a page without its ".html". Above a hundred one path
    /// stands for all, which AWS counts as one as well.
    var invalidations: [String] {
        guard !isFirst else { return [] }
        var paths: Set<String> = []
        for key in uploaded.map(\.key) + removed + forgotten {
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
