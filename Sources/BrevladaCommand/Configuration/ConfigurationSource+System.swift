// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import FormConfiguration
import Foundation
import Glibc

extension ConfigurationSource {
    /// The name that is looked for when no other is given.
    static let standardFileName = "brevlada.yaml"

    /// This process's environment and the file at `path`.
    ///
    /// - Parameter path: Nil looks for `brevlada.yaml` in the working folder, and does without when there is none.
    static func system(path: String?) throws(ConfigurationError) -> ConfigurationSource {
        let workingFolder = FileManager.default.currentDirectoryPath
        var source = ConfigurationSource(
            environment: ProcessInfo.processInfo.environment,
            workingFolder: workingFolder,
            readSecret: { path throws(FileProblem) in try readText(path, upTo: 64 * 1_024) }
        )
        let name = path ?? standardFileName
        let absolute = FilePath.absolute(name, from: workingFolder)
        if path == nil, access(absolute, F_OK) != 0, errno == ENOENT { return source }
        do throws(FileProblem) {
            let text = try readText(absolute, upTo: 1_024 * 1_024)
            source.file = File(name: name, folder: FilePath.parent(of: absolute), text: text)
        } catch {
            let problem = ConfigurationProblem(
                "the configuration file \"\(name)\" \(error.reason); "
                    + (error.remedy ?? "name another with --config, or write one with \"brevlada init\"")
            )
            throw ConfigurationError(problems: [problem])
        }
        return source
    }

    /// A file beside the one that is looked for, whose name is nearly right and which is not read.
    ///
    /// - Returns: What to tell of it; nil when there is none.
    static func misnamedFile(in folder: String) -> ConfigurationProblem? {
        let name = "brevlada.yml"
        guard access(FilePath.joined(folder, name), F_OK) == 0,
            access(FilePath.joined(folder, standardFileName), F_OK) != 0
        else { return nil }
        return ConfigurationProblem(
            "\(name) is not read, for it is not called \(standardFileName); rename it, or name it with --config"
        )
    }

    /// How long a pipe may have nothing to read, in milliseconds: whoever writes to it may have to ask for a password first.
    private static let patience: CInt = 30_000

    /// Opens without waiting, so that a pipe that nobody writes to is an error and no standstill.
    private static func readText(_ path: String, upTo limit: Int) throws(FileProblem) -> String {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw FileProblem(reason: "can't be read: \(systemMessage(errno))") }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 16 * 1_024)
        while bytes.count <= limit {
            let count = read(descriptor, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            if count < 0, errno == EAGAIN {
                var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
                guard poll(&waiting, 1, patience) != 0 else {
                    throw FileProblem(reason: "is a pipe with nothing in it for \(patience / 1_000) seconds")
                }
                continue
            }
            guard count >= 0 else { throw FileProblem(reason: "can't be read: \(systemMessage(errno))") }
            if count == 0 { break }
            bytes.append(contentsOf: buffer[..<count])
        }
        if bytes.isEmpty, lseek(descriptor, 0, SEEK_CUR) < 0, errno == ESPIPE {
            throw FileProblem(reason: "is a pipe that nobody writes to")
        }
        guard bytes.count <= limit else { throw FileProblem(reason: "is larger than \(limit / 1_024) KB") }
        // UTF-16 has a NUL in every letter of ASCII.
        guard !bytes.contains(0), let text = String(validating: bytes, as: UTF8.self) else {
            throw FileProblem(
                reason: "is not UTF-8 in line \(lineOfFirstFault(in: bytes))",
                remedy: "save it as UTF-8, which your editor lets you choose as the encoding under \"Save as\""
            )
        }
        // Some editors put a byte order mark before UTF-8. It can't be seen, and is no part of a password.
        return text.unicodeScalars.first == "\u{FEFF}" ? String(text.unicodeScalars.dropFirst()) : text
    }

    /// - Parameter bytes: No valid UTF-8, or with a NUL.
    private static func lineOfFirstFault(in bytes: [UInt8]) -> Int {
        let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        let fault = lines.firstIndex { $0.contains(0) || String(validating: $0, as: UTF8.self) == nil }
        return (fault ?? 0) + 1
    }
}

/// The system's words for an error number, in lower case.
func systemMessage(_ number: Int32) -> String {
    String(cString: strerror(number)).lowercased()
}
