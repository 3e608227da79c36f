// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import FormConfiguration
import Foundation
import SiteDeployment

/// A folder for this user alone below the system's folder for temporary files.
struct TemporaryStaging: StagingFolder {
    let folder: String

    /// Gives the folder to `work` and removes it afterwards, whatever comes of it.
    static func use<Result>(_ work: (TemporaryStaging) async throws -> Result) async throws -> Result {
        let folder = FilePath.joined(
            FileManager.default.temporaryDirectory.path(percentEncoded: false),
            "brevlada-\(UUID().uuidString)"
        )
        do {
            try FileManager.default.createDirectory(
                atPath: folder,
                withIntermediateDirectories: false,
                attributes: [.posixPermissions: 0o700]
            )
        } catch {
            throw CommandFailure(
                .configuration,
                "the folder for temporary files \"\(FilePath.parent(of: folder))\" can't be written; set TMPDIR to another"
            )
        }
        defer { try? FileManager.default.removeItem(atPath: folder) }
        return try await work(TemporaryStaging(folder: folder))
    }

    func write(_ bytes: [UInt8], to path: String) throws(DeploymentFailure) -> String {
        let target = try prepared(path)
        guard FileManager.default.createFile(atPath: target, contents: Data(bytes)) else { throw refused(target) }
        return target
    }

    func link(to target: String, at path: String) throws(DeploymentFailure) -> String {
        let link = try prepared(path)
        do {
            try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: target)
        } catch {
            throw refused(link)
        }
        return link
    }

    private func prepared(_ path: String) throws(DeploymentFailure) -> String {
        let target = FilePath.joined(folder, path)
        do {
            try FileManager.default.createDirectory(
                atPath: FilePath.parent(of: target),
                withIntermediateDirectories: true
            )
        } catch {
            throw refused(target)
        }
        return target
    }

    private func refused(_ path: String) -> DeploymentFailure {
        DeploymentFailure(
            .notDone,
            "the temporary file \"\(path)\" can't be written; make room, or set TMPDIR to another folder"
        )
    }
}
