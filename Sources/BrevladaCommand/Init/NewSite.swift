// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import EmbeddedFiles
import FormConfiguration
import Foundation
import StarterSite

/// The files that `brevlada init` writes, and the writing of them: all or none.
struct NewSite {
    /// The absolute path of the folder.
    let folder: String
    /// Of the home page, and of what the owner is told.
    var language = StarterSite.Language.english

    static let ignoreFileName = ".gitignore"
    private static let ignored = "data/"

    struct Outcome: Equatable {
        /// Paths relative to the folder.
        var written: [String]
        /// Whether a `.gitignore` was there that does not name the data folder.
        var leavesDataToGit: Bool
    }

    /// - Throws: `CommandFailure` with what is in the way, or with what the system refused. The folder is then as it
    ///   was.
    func write() throws -> Outcome {
        try refuseOverwriting()
        let manager = FileManager.default
        let isNew = !manager.fileExists(atPath: folder)
        var isFinished = false
        // Written beside the target, so that the last step is a rename within one file system.
        let draft = FilePath.joined(folder, ".brevlada-init-\(UUID().uuidString.prefix(8))")
        var moved: [String] = []
        defer {
            try? manager.removeItem(atPath: draft)
            if !isFinished {
                for name in moved { try? manager.removeItem(atPath: FilePath.joined(folder, name)) }
                if isNew { try? manager.removeItem(atPath: folder) }
            }
        }
        do {
            try writeDraft(to: draft)
            let ignoreFile = FilePath.joined(folder, Self.ignoreFileName)
            let keepsIgnoreFile = manager.fileExists(atPath: ignoreFile)
            for name in Self.names where !(name == Self.ignoreFileName && keepsIgnoreFile) {
                try manager.moveItem(
                    atPath: FilePath.joined(draft, name),
                    toPath: FilePath.joined(folder, name)
                )
                moved.append(name)
            }
            isFinished = true
            return Outcome(written: moved, leavesDataToGit: keepsIgnoreFile && !ignoresData(ignoreFile))
        } catch let error as CocoaError {
            let reason = (error.underlying as? POSIXError).map { systemMessage($0.code.rawValue) }
            throw CommandFailure(
                .configuration,
                "the folder \"\(folder)\" can't be written: \(reason ?? "the system refused it"); "
                    + "name one that you may write to"
            )
        }
    }

    private static let names = ["site", ConfigurationSource.standardFileName, ignoreFileName]

    private func refuseOverwriting() throws {
        let manager = FileManager.default
        var isFolder = false
        var type = ObjCBool(false)
        if manager.fileExists(atPath: folder, isDirectory: &type) {
            isFolder = type.boolValue
            guard isFolder else {
                throw CommandFailure(.configuration, "\"\(folder)\" is a file, not a folder; name another")
            }
        }
        let inTheWay = Self.names.filter { name in
            name != Self.ignoreFileName && manager.fileExists(atPath: FilePath.joined(folder, name))
        }
        guard inTheWay.isEmpty else {
            let names = inTheWay.map { "\"\($0)\"" }.joined(separator: " and ")
            throw CommandFailure(
                .configuration,
                "\(names) in \"\(folder)\" would be overwritten; move them away or name another folder"
            )
        }
    }

    private func writeDraft(to draft: String) throws {
        let manager = FileManager.default
        let site = FilePath.joined(draft, "site")
        try manager.createDirectory(atPath: site, withIntermediateDirectories: true)
        for file in StarterSite.files(in: language) {
            let path = FilePath.joined(site, file.path)
            try manager.createDirectory(atPath: FilePath.parent(of: path), withIntermediateDirectories: true)
            try Data(file.bytes).write(to: URL(filePath: path))
        }
        let configuration = FilePath.joined(draft, ConfigurationSource.standardFileName)
        try Data(configurationText.utf8).write(to: URL(filePath: configuration))
        // A password may be written into it.
        try manager.setAttributes([.posixPermissions: 0o600], ofItemAtPath: configuration)
        let ignore = FilePath.joined(draft, Self.ignoreFileName)
        try Data((Self.ignored + "\n").utf8).write(to: URL(filePath: ignore))
    }

    private var configurationText: String {
        ConfigurationReference.sampleFile(setting: language == .english ? [:] : ["language": language.rawValue])
    }

    private func ignoresData(_ path: String) -> Bool {
        guard let text = try? String(contentsOf: URL(filePath: path), encoding: .utf8) else { return false }
        return text.split(whereSeparator: \.isNewline).contains { ["data", "data/", "/data", "/data/"].contains($0) }
    }
}
