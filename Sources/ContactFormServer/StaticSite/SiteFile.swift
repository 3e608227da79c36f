// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Hummingbird
import Mail
import NIOCore
import SiteFiles

/// A file of the site as it is answered, in each of its content codings. Never changes; a changed file is a new value.
final class SiteFile: Sendable {
    /// In what coding the file can be sent, and the fields that go with it.
    struct Representation: Sendable {
        enum Content: Sendable {
            case memory(ByteBuffer)
            /// Read in pieces for each answer. The status is that of the content the entity tag stands for.
            case disk(path: String, status: FileStatus)
        }

        let coding: ContentCoding
        let content: Content
        let entityTag: EntityTag
        /// Of a complete answer, 200.
        let fields: HTTPFields
        /// Of a 304, which repeats only what a cache needs (RFC 9110 §15.4.5).
        let notModifiedFields: HTTPFields

        var length: Int { content.length }
    }

    /// What the file and its precompressed siblings looked like when they were read.
    let fingerprint: Fingerprint
    /// Identity always; the others when they make sense.
    let representations: [Representation]
    /// Whether another change would show in the fingerprint: the clock of the file system ticks in milliseconds.
    let isSettled: Bool
    private let lastModified: Int64
    private let lastModifiedText: String
    private let isLastModifiedStrong: Bool

    struct Fingerprint: Equatable, Sendable {
        let path: String
        let status: FileStatus
        let siblings: [FileStatus?]
    }

    /// - Parameters:
    ///   - contents: what there is to send; identity among it.
    ///   - now: seconds since 1970.
    init(fingerprint: Fingerprint, contents: [(ContentCoding, Representation.Content)], now: Int64) {
        let status = fingerprint.status
        self.fingerprint = fingerprint
        isSettled = now - status.statusChanged.seconds > 1
        // RFC 9110 §8.8.2.1: never later than the answer itself.
        lastModified = min(status.modified.seconds, now)
        lastModifiedText = UTCDateTime(unixSeconds: lastModified).httpDate
        // RFC 9110 §8.8.2.2: strong when the file was not changed again within the second the date stands for.
        isLastModifiedStrong = isSettled && now - status.modified.seconds > 1

        let name = fingerprint.path.split(separator: "/").last ?? ""
        let mediaType = SiteFiles.MediaType(fileName: name)
        let cacheControl = CachePolicy(fileName: name).fieldValue
        let lastModifiedText = lastModifiedText
        representations = contents.map { coding, content in
            Representation(
                coding: coding,
                content: content,
                mediaType: mediaType,
                cacheControl: cacheControl,
                lastModified: lastModifiedText,
                varies: contents.count > 1 || mediaType.isCompressible
            )
        }
    }

    /// The best representation for an `Accept-Encoding` value.
    func representation(accepting fieldValue: @autoclosure () -> String?) -> Representation {
        guard representations.count > 1, let fieldValue = fieldValue() else { return identity }
        let coding = AcceptedCodings(fieldValue).preferred(among: representations.lazy.map(\.coding))
        return representations.first { $0.coding == coding } ?? identity
    }

    func preconditions(for representation: Representation) -> Preconditions {
        Preconditions(
            entityTag: representation.entityTag,
            lastModified: lastModified,
            lastModifiedText: lastModifiedText,
            isLastModifiedStrong: isLastModifiedStrong
        )
    }

    /// The octets of memory this takes, more or less.
    var weight: Int {
        representations.reduce(1_024) { sum, representation in
            if case .memory(let bytes) = representation.content { return sum + 1_024 + bytes.readableBytes }
            return sum + 1_024
        }
    }

    private var identity: Representation { representations[representations.count - 1] }
}

extension SiteFile.Representation {
    fileprivate init(
        coding: ContentCoding,
        content: Content,
        mediaType: SiteFiles.MediaType,
        cacheControl: String,
        lastModified: String,
        varies: Bool
    ) {
        self.coding = coding
        self.content = content
        entityTag = EntityTag(opaque: content.digest + (coding.fieldValue.map { "-\($0)" } ?? ""))

        var shared = HTTPFields()
        shared[.cacheControl] = cacheControl
        shared[.eTag] = entityTag.fieldValue
        if varies { shared[.vary] = "Accept-Encoding" }
        notModifiedFields = shared

        var fields = shared
        fields[.contentType] = mediaType.fieldValue
        fields[.lastModified] = lastModified
        fields[.acceptRanges] = "bytes"
        if let value = coding.fieldValue { fields[.contentEncoding] = value }
        fields[.contentLength] = String(content.length)
        self.fields = fields
    }
}

extension SiteFile.Representation.Content {
    fileprivate var length: Int {
        switch self {
        case .memory(let bytes): bytes.readableBytes
        case .disk(_, let status): status.size
        }
    }

    /// Sixteen or more hexadecimal digits that differ when the content does.
    ///
    /// Of the bytes for what is in memory, so that the same file has the same tag on every machine and after every
    /// deployment; of the file's status for what is not.
    fileprivate var digest: String {
        switch self {
        case .memory(let bytes):
            return "\(hexadecimal(fnv1a(bytes.readableBytesView)))-\(hexadecimal(UInt64(bytes.readableBytes)))"
        case .disk(_, let status):
            let parts = [
                status.device, status.inode, UInt64(bitPattern: status.modified.seconds),
                UInt64(bitPattern: status.modified.nanoseconds), UInt64(bitPattern: status.statusChanged.seconds),
                UInt64(bitPattern: status.statusChanged.nanoseconds),
            ]
            let octets = parts.flatMap { part in (0..<8).map { UInt8(truncatingIfNeeded: part >> ($0 * 8)) } }
            return "s\(hexadecimal(fnv1a(octets)))-\(hexadecimal(UInt64(status.size)))"
        }
    }

    private func hexadecimal(_ value: UInt64) -> String {
        String(value, radix: 16)
    }

    /// FNV-1a of 64 bits: enough to tell the versions of one file apart, and nothing more is asked of it.
    private func fnv1a(_ bytes: some Sequence<UInt8>) -> UInt64 {
        bytes.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    }
}
