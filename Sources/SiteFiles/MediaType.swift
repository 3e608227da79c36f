// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// The media type of a file, decided by its name alone: `X-Content-Type-Options: nosniff` goes with every answer.
package struct MediaType: Equatable, Sendable {
    /// The value of `Content-Type`.
    package let fieldValue: String
    /// Whether gzip makes it smaller; images, sound, fonts in woff2 and archives are compressed already.
    package let isCompressible: Bool

    package static let unknown = MediaType(fieldValue: "application/octet-stream", isCompressible: false)
    package static let html = MediaType(text: "text/html")

    package init(fileName: Substring) {
        guard let dot = fileName.utf8.lastIndex(of: UInt8(ascii: ".")) else {
            self = .unknown
            return
        }
        let fileExtension = fileName[fileName.utf8.index(after: dot)...].lowercased()
        self = Self.byExtension[fileExtension] ?? .unknown
    }

    private init(fieldValue: String, isCompressible: Bool) {
        self.fieldValue = fieldValue
        self.isCompressible = isCompressible
    }

    private init(text type: String) {
        self.init(fieldValue: type + "; charset=utf-8", isCompressible: true)
    }

    private init(plain type: String) {
        self.init(fieldValue: type, isCompressible: true)
    }

    private init(compressed type: String) {
        self.init(fieldValue: type, isCompressible: false)
    }

    // The names registered with IANA; RFC 9239 makes text/javascript the one for scripts.
    private static let byExtension: [String: MediaType] = [
        "html": .html, "htm": .html,
        "css": MediaType(text: "text/css"),
        "js": MediaType(text: "text/javascript"), "mjs": MediaType(text: "text/javascript"),
        "txt": MediaType(text: "text/plain"),
        "md": MediaType(text: "text/markdown"), "markdown": MediaType(text: "text/markdown"),
        "csv": MediaType(text: "text/csv"),
        "ics": MediaType(text: "text/calendar"),
        "vcf": MediaType(text: "text/vcard"),
        "vtt": MediaType(text: "text/vtt"),
        "json": MediaType(text: "application/json"), "map": MediaType(text: "application/json"),
        "jsonld": MediaType(text: "application/ld+json"), "geojson": MediaType(text: "application/geo+json"),
        "webmanifest": MediaType(text: "application/manifest+json"),
        "xml": MediaType(text: "application/xml"),
        "xhtml": MediaType(text: "application/xhtml+xml"),
        "rss": MediaType(text: "application/rss+xml"), "atom": MediaType(text: "application/atom+xml"),
        "svg": MediaType(text: "image/svg+xml"),
        "wasm": MediaType(plain: "application/wasm"),
        "ttf": MediaType(plain: "font/ttf"), "otf": MediaType(plain: "font/otf"),
        "bmp": MediaType(plain: "image/bmp"), "ico": MediaType(plain: "image/vnd.microsoft.icon"),
        "woff": MediaType(compressed: "font/woff"), "woff2": MediaType(compressed: "font/woff2"),
        "png": MediaType(compressed: "image/png"), "apng": MediaType(compressed: "image/apng"),
        "jpg": MediaType(compressed: "image/jpeg"), "jpeg": MediaType(compressed: "image/jpeg"),
        "gif": MediaType(compressed: "image/gif"), "webp": MediaType(compressed: "image/webp"),
        "avif": MediaType(compressed: "image/avif"), "jxl": MediaType(compressed: "image/jxl"),
        "mp4": MediaType(compressed: "video/mp4"), "webm": MediaType(compressed: "video/webm"),
        "mov": MediaType(compressed: "video/quicktime"),
        "mp3": MediaType(compressed: "audio/mpeg"), "m4a": MediaType(compressed: "audio/mp4"),
        "ogg": MediaType(compressed: "audio/ogg"), "opus": MediaType(compressed: "audio/ogg"),
        "flac": MediaType(compressed: "audio/flac"), "wav": MediaType(compressed: "audio/wav"),
        "pdf": MediaType(compressed: "application/pdf"),
        "epub": MediaType(compressed: "application/epub+zip"),
        "zip": MediaType(compressed: "application/zip"),
        "gz": MediaType(compressed: "application/gzip"), "zst": MediaType(compressed: "application/zstd"),
    ]
}
