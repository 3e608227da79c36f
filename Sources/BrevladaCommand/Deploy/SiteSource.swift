// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import Bytes
import CLinux
import FormConfiguration
import Foundation
import SiteDeployment

/// Reads the site's folder as the server would serve it: nothing hidden, nothing outside of the folder, and what links in it lead
/// to. Only a folder within itself, which a server has without end, is left out.
struct SiteSource {
    /// The absolute path.
    let folder: String

    /// - Parameter addresses: What is put before the forms' addresses; nil leaves the pages as they are.
    /// - Throws: `CommandFailure` with the file that can't be read.
    func files(addresses: FormAddresses?) throws -> [PublishedFile] {
        guard let root = FilePath.real(folder) else { throw unreadable(folder: folder) }
        let files = try files(below: "", in: [root], addresses)
        guard !files.isEmpty else {
            throw CommandFailure(
                .configuration,
                "the site's folder \"\(folder)\" has no file to publish; put the pages there, or set site to the folder that has "
                    + "them"
            )
        }
        return files.sorted { $0.key < $1.key }
    }

    /// - Parameter folders: The real paths of the site's folder and of those on the way to this one, the last.
    private func files(
        below prefix: String,
        in folders: [String],
        _ addresses: FormAddresses?
    ) throws -> [PublishedFile] {
        let root = folders[0], here = folders[folders.count - 1]
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: here) else {
            throw unreadable(folder: here)
        }
        var files: [PublishedFile] = []
        for name in names where PublishedFile.isPublished(name) {
            // Where a link leads decides, as for the server: never outside of the folder, nor to what is hidden in it.
            guard let real = FilePath.real(FilePath.joined(here, name)), FilePath.isInside(real, root),
                PublishedFile.isPublished(String(real.dropFirst(root.count))), let status = Self.status(real)
            else { continue }
            if status.is_regular {
                files.append(try file(prefix + name, at: real, addresses))
            } else if status.is_folder, !folders.contains(real) {
                files += try self.files(below: prefix + name + "/", in: folders + [real], addresses)
            }
        }
        return files
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

    private func unreadable(folder: String) -> CommandFailure {
        CommandFailure(.configuration, "the site's folder \"\(folder)\" can't be read; let this user read it")
    }

    private static func status(_ path: String) -> clinux_file_status? {
        var status = clinux_file_status()
        return clinux_path_status(path, &status) == 0 ? status : nil
    }
}
