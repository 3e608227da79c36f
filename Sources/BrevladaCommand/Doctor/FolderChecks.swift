// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import CLinux
import ContactForm
import ContactFormLocal
import FormConfiguration
import Glibc
import SMTP

/// Whether the folders are there, can be used, and have room; and whether the database opens.
struct FolderChecks {
    var configuration: Configuration

    /// Also what `brevlada serve` looks at before it starts.
    func site() -> [DoctorFinding] {
        let folder = configuration.siteFolder
        var status = clinux_file_status()
        guard clinux_path_status(folder, &status) == 0 else {
            return [
                .failed(
                    .site,
                    "the site's folder \"\(folder)\" can't be found: \(systemMessage(errno))",
                    remedy: "write a starter site with \"brevlada init\", or set site to the folder of yours"
                )
            ]
        }
        guard status.is_folder else {
            return [.failed(.site, "the site's folder \"\(folder)\" is no folder", remedy: "set site to a folder")]
        }
        guard access(folder, R_OK | X_OK) == 0 else {
            return [
                .failed(
                    .site,
                    "the site's folder \"\(folder)\" can't be read: \(systemMessage(errno))",
                    remedy: "let this user read it, for example with chmod a+rX"
                )
            ]
        }
        guard access(FilePath.joined(folder, "index.html"), R_OK) == 0 else {
            return [
                .failed(
                    .site,
                    "the site has no index.html that can be read: \(systemMessage(errno))",
                    remedy: "put the home page there, or set site to the folder that has it"
                )
            ]
        }
        return [.passed(.site, "the site's folder is \(folder)")]
    }

    func data() async -> [DoctorFinding] {
        let folder = configuration.dataFolder
        var existing = folder
        while access(existing, F_OK) != 0, existing != "/" { existing = FilePath.parent(of: existing) }
        guard access(existing, W_OK | X_OK) == 0 else {
            return [
                .failed(
                    .data,
                    "the data folder \"\(folder)\" can't be written: \(systemMessage(errno))",
                    remedy: "let this user write to \"\(existing)\", or set data to another folder"
                )
            ]
        }
        var findings = [room(in: existing)]
        if existing != folder {
            findings.append(.passed(.data, "the data folder \(folder) will be made when the server first starts"))
            return findings
        }
        findings.append(.passed(.data, "the data folder is \(folder)"))
        findings += privacy() + ownerPassword()
        findings.append(contentsOf: await database())
        return findings
    }

    /// Copied with plain cp, as from a backup, messages may be for everybody's eyes.
    private func privacy() -> [DoctorFinding] {
        let folder = configuration.dataFolder
        guard status(folder)?.is_readable_by_others == true else { return [] }
        let readable = ["", "-wal", "-shm"].map { configuration.databasePath + $0 }
            .filter { status($0)?.is_readable_by_others == true }
        let files = readable.isEmpty ? "" : " && chmod 600 " + readable.map(InitCommand.quoted).joined(separator: " ")
        return [
            .warning(
                .data,
                readable.isEmpty
                    ? "others on this machine can see what lies in the data folder"
                    : "others on this machine can read the messages",
                remedy: "chmod 700 \(InitCommand.quoted(folder))\(files)"
            )
        ]
    }

    /// Set by another user, the password keeps the owner out.
    private func ownerPassword() -> [DoctorFinding] {
        guard configuration.servesInbox else { return [] }
        do {
            _ = try OwnerPasswordFile(folder: configuration.dataFolder).load()
            return []
        } catch {
            return [.failed(.data, "the owner's password can't be read, so nobody gets in", remedy: "\(error)")]
        }
    }

    private func status(_ path: String) -> clinux_file_status? {
        var status = clinux_file_status()
        return clinux_path_status(path, &status) == 0 ? status : nil
    }

    private func room(in folder: String) -> DoctorFinding {
        var status = statvfs()
        guard statvfs(folder, &status) == 0 else {
            return .warning(
                .data,
                "the room on the disk of \"\(folder)\" can't be told: \(systemMessage(errno))",
                remedy: "look with df"
            )
        }
        return Self.room(free: UInt64(status.f_bavail) * UInt64(status.f_frsize))
    }

    /// A message takes a few kilobytes; what fills a disk is usually something else, and fast.
    static func room(free: UInt64) -> DoctorFinding {
        let text = "\(size(free)) free on the disk of the data folder"
        if free < 50 << 20 { return .failed(.data, text, remedy: "make room: messages are refused when it is full") }
        if free < 500 << 20 { return .warning(.data, text, remedy: "make room soon: a full disk refuses messages") }
        return .passed(.data, text)
    }

    static func size(_ bytes: UInt64) -> String {
        bytes >= 10 << 30 ? "\(bytes >> 30) GB" : "\(bytes >> 20) MB"
    }

    private func database() async -> [DoctorFinding] {
        let path = configuration.databasePath
        let isThere = access(path, F_OK) == 0
        // Without a database the same is tried with one that goes away again: WAL needs more of a file system than
        // writing does, and network file systems may not have it.
        let tried = isThere ? path : FilePath.joined(configuration.dataFolder, ".doctor-\(getpid()).sqlite")
        defer {
            if !isThere { for suffix in ["", "-wal", "-shm"] { unlink(tried + suffix) } }
        }
        do throws(StoreError) {
            let store = try SQLiteSubmissionStore(path: tried, migrates: !isThere)
            let count = try await store.counts(since: Timestamp(milliseconds: 0)).values.reduce(0, +)
            let forms = try await store.formsWithSubmissions()
            let isWritable = await store.isWritable(room: configuration.forms.limits.bodyBytes)
            await store.checkpointAndClose()
            guard isWritable else {
                return [
                    .failed(
                        .data,
                        "the database can't be written",
                        remedy: "let this user write \"\(path)\" and its folder, and check the disk"
                    )
                ]
            }
            let messages = count.counted("message")
            return unknown(forms)
                + [.passed(.data, isThere ? "the database opens, \(messages)" : "a database can be made there")]
        } catch {
            return [.failed(.data, "the database can't be used", remedy: error.reason)]
        }
    }

    /// Forms that were taken out or renamed: their messages are there all the same, and would be mailed to somebody else.
    private func unknown(_ forms: [FormName]) -> [DoctorFinding] {
        forms.filter { configuration.forms.forms[$0] == nil }.map { form in
            .warning(
                .data,
                "messages of the form \"\(form)\" are stored, which is not configured: what is mailed of them goes to mail.to",
                remedy: "put \"\(form)\" back under forms with its to, and with active: false when it is closed"
            )
        }
    }

    /// The configuration, and the files of secrets that it names.
    func secrets() -> [DoctorFinding] {
        // What podman or Docker put there is everybody's to read, and the container nobody else's.
        let readable = configuration.secretFiles.filter { path in
            !path.hasPrefix("/run/secrets/") && status(path)?.is_readable_by_everybody == true
        }
        return configurationFile()
            + readable.map { path in
                .warning(
                    .configuration,
                    "others on this machine can read the secret in \(path)",
                    remedy: "chmod o= \(InitCommand.quoted(path))"
                )
            }
    }

    /// The file may hold passwords.
    private func configurationFile() -> [DoctorFinding] {
        guard let file = configuration.file else {
            return [.passed(.configuration, "no configuration file, all is standard")]
        }
        let path = FilePath.absolute(file, from: SystemEnvironment.workingFolder)
        if configuration.fileHoldsSecrets, status(path)?.is_readable_by_others == true {
            return [
                .warning(
                    .configuration,
                    "\(file) is in order, but others on this machine can read its passwords",
                    remedy:
                        "chmod 600 \(InitCommand.quoted(file)), or put the passwords into files of their own (…_FILE)"
                )
            ]
        }
        return [.passed(.configuration, "\(file) is in order")]
    }
}
