// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm
import Mail
import NIOCore
import SiteFiles

/// Finds what a path stands for and reads it. Every call blocks.
struct SiteFileReader: Sendable {
    enum Finding {
        case file(SiteFile)
        /// A folder with an index, asked for without the slash at its end.
        case folderWithoutSlash
        /// - Parameter page: the nearest `404.html`.
        case nothing(page: SitePath?)
    }

    let folder: SiteFolder
    let limits: StaticSite.Limits

    /// - Parameters:
    ///   - known: returned itself when the file has not changed since it was read.
    ///   - now: the present, or a moment before it.
    func find(_ path: SitePath, known: SiteFile? = nil, at now: Timestamp) throws(SiteFolderError) -> Finding {
        let root = try folder.open()
        switch try resolve(path, in: root) {
        case .file(let found):
            guard let file = try read(found, in: root, known: known, at: now) else { break }
            return .file(file)
        case .folder:
            return .folderWithoutSlash
        case .nothing:
            break
        }
        return .nothing(page: try notFoundPage(nearest: path, in: root))
    }

    /// The `404.html` for a path that is never looked up.
    func rootNotFoundPage() throws(SiteFolderError) -> SitePath? {
        try notFoundPage(nearest: SitePath(relative: "", isFolder: true), in: try folder.open())
    }

    /// The file, open for reading, if it is still the one with this status.
    func open(_ path: String, status: FileStatus) throws(SiteFolderError) -> OpenFile? {
        guard case .file(let found) = try folder.open().item(at: path), found.status == status,
            let file = try found.open(), file.status == status
        else { return nil }
        return file
    }

    /// `/` is `/index.html`, and `/about` is `/about.html` unless there is a file or a folder of that name.
    private func resolve(_ path: SitePath, in root: Root) throws(SiteFolderError) -> Root.Item {
        if path.isFolder { return try indexPage(of: path.relative, in: root) }
        switch try root.item(at: path.relative) {
        case .file(let found): return .file(found)
        case .folder:
            if case .file = try indexPage(of: path.relative, in: root) { return .folder }
            return try page(path.relative + ".html", in: root)
        case .nothing: return try page(path.relative + ".html", in: root)
        }
    }

    private func indexPage(of folder: String, in root: Root) throws(SiteFolderError) -> Root.Item {
        try page(folder.isEmpty ? "index.html" : folder + "/index.html", in: root)
    }

    private func page(_ path: String, in root: Root) throws(SiteFolderError) -> Root.Item {
        if case .file(let found) = try root.item(at: path) { return .file(found) }
        return .nothing
    }

    private func notFoundPage(nearest path: SitePath, in root: Root) throws(SiteFolderError) -> SitePath? {
        var names = path.relative.split(separator: "/")
        if !path.isFolder { names = names.dropLast() }
        while true {
            let page = (names + ["404.html"]).joined(separator: "/")
            if case .file = try root.item(at: page) { return SitePath(relative: page, isFolder: false) }
            if names.isEmpty { return nil }
            names.removeLast()
        }
    }

    // MARK: - Reading

    private func read(
        _ found: FoundFile,
        in root: Root,
        known: SiteFile?,
        at now: Timestamp
    ) throws(SiteFolderError) -> SiteFile? {
        let siblings = try precompressedSiblings(of: found, in: root)
        let fingerprint = SiteFile.Fingerprint(
            path: found.path,
            status: found.status,
            siblings: siblings.map { $0?.status }
        )
        if let known, known.isSettled, known.fingerprint == fingerprint { return known }

        let (identity, bytes) = try content(of: found, keeping: limits.largestGzipped(found.path))
        guard let identity else { return nil }
        var contents: [(ContentCoding, SiteFile.Representation.Content)] = []
        for (coding, sibling) in zip(Self.precompressed, siblings) {
            if let sibling, let compressed = try content(of: sibling, keeping: 0).content {
                contents.append((coding, compressed))
            } else if coding == .gzip, let bytes, bytes.readableBytes >= limits.smallestGzipped,
                MediaType(fileName: found.path[...]).isCompressible, let compressed = Gzip.compressed(bytes)
            {
                contents.append((.gzip, .memory(compressed)))
            }
        }
        contents.append((.identity, identity))
        return SiteFile(fingerprint: fingerprint, contents: contents, now: now.utc.unixSeconds)
    }

    private static let precompressed: [ContentCoding] = [.brotli, .gzip]

    /// `app.js.br` and `app.js.gz` for `app.js`. One that is older than the file was made of an earlier version of it
    /// and is passed over.
    private func precompressedSiblings(of found: FoundFile, in root: Root) throws(SiteFolderError) -> [FoundFile?] {
        guard MediaType(fileName: found.path[...]).isCompressible else { return Self.precompressed.map { _ in nil } }
        var siblings: [FoundFile?] = []
        for coding in Self.precompressed {
            if case .file(let sibling) = try root.item(at: found.path + coding.fileSuffix), sibling.status.size > 0,
                sibling.status.modified.seconds >= found.status.modified.seconds
            {
                siblings.append(sibling)
            } else {
                siblings.append(nil)
            }
        }
        return siblings
    }

    /// - Parameter largest: how long a file may be for its bytes to be returned too.
    private func content(
        of found: FoundFile,
        keeping largest: Int
    ) throws(SiteFolderError) -> (content: SiteFile.Representation.Content?, bytes: ByteBuffer?) {
        let onDisk = SiteFile.Representation.Content.disk(path: found.path, status: found.status)
        guard let file = try found.open() else { return (nil, nil) }
        guard found.status.size <= max(limits.largestInMemory, largest), file.status == found.status,
            let bytes = try file.readAll()
        else { return (onDisk, nil) }
        return (found.status.size <= limits.largestInMemory ? .memory(bytes) : onDisk, bytes)
    }
}
