// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import Bytes
import CLinux
import FormConfiguration
import Foundation
import SiteDeployment

/// Reads the site's folder as the server would serve it: nothing hidden, nothing outside of the folder.
struct SiteSource {
    /// The absolute path.
    let folder: String

    /// - Parameter addresses: What is put before the forms' addresses; nil leaves the pages as they are.
    /// - Throws: `CommandFailure` with the file that can't be read.
    func files(addresses: FormAddresses?) throws -> [PublishedFile] {
        let root = Self.realPath(folder) ?? folder
        guard let enumerator = FileManager.default.enumerator(atPath: folder) else {
            throw CommandFailure(.configuration, "the site's folder \"\(folder)\" can't be read; let this user read it")
        }
        var files: [PublishedFile] = []
        while let relative = enumerator.nextObject() as? String {
            guard PublishedFile.isPublished(relative) else { continue }
            let path = FilePath.joined(folder, relative)
            // Where a link leads decides, as for the server: never outside of the folder, nor to what is hidden in it.
            guard let real = Self.realPath(path), FilePath.isInside(real, root),
                PublishedFile.isPublished(String(real.dropFirst(root.count))), Self.isRegular(real)
            else { continue }
            files.append(try file(relative, at: real, addresses))
        }
        return files.sorted { $0.key < $1.key }
    }

    private func file(_ key: String, at path: String, _ addresses: FormAddresses?) throws -> PublishedFile {
        let plain = PublishedFile(key: key, content: .file(path: path), hash: "")
        if let addresses, plain.isPage {
            guard let bytes = FileManager.default.contents(atPath: path) else { throw unreadable(key) }
            if let page = addresses.rewritten(Array(bytes)) { return PublishedFile(key: key, bytes: page) }
        }
        return PublishedFile(key: key, content: .file(path: path), hash: try hash(of: path, key))
    }

    /// By the megabyte: a film need not fit into memory.
    private func hash(of path: String, _ key: String) throws -> String {
        guard let handle = FileHandle(forReadingAtPath: path) else { throw unreadable(key) }
        defer { try? handle.close() }
        var hash = SHA256()
        do {
            while let part = try handle.read(upToCount: 1 << 20), !part.isEmpty { hash.update(part) }
        } catch {
            throw unreadable(key)
        }
        return hash.finish().hexadecimal
    }

    private func unreadable(_ key: String) -> CommandFailure {
        CommandFailure(.configuration, "the site's file \"\(key)\" can't be read; let this user read it")
    }

    private static func realPath(_ path: String) -> String? {
        guard let resolved = realpath(path, nil) else { return nil }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    private static func isRegular(_ path: String) -> Bool {
        var status = clinux_file_status()
        return clinux_path_status(path, &status) == 0 && status.is_regular
    }
}
