// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import ContactForm
import Foundation
import Logging

struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Serves the site and its forms on this machine.",
        discussion: """
            Without any configuration the folder "site" is served on
            http://localhost:8080, and mail is captured and shown at /_mail.
            Ends on SIGTERM or Ctrl-C, when everything accepted is stored.

            \(ExitStatus.help)

            \(ConfigurationReference.help)
            """
    )

    @OptionGroup var options: ConfigurationOptions

    func run() async throws {
        let configuration = try options.load()
        try Self.prepareFolders(configuration)
        try Output.error.write(Self.banner(configuration, style: Output.error.style(SystemEnvironment.variables)))
        LoggingSystem.bootstrap { LineLogHandler(label: $0, settings: configuration.log) }
        let run = SiteRun(configuration: configuration, logger: Logger(label: "brevlada"))
        try await run.run { port in
            // Said on its own line, for people and for scripts that wait for it.
            try? Output.error.writeLine("Ready on \(ListenAddress(host: configuration.listen.host, port: port).url)")
        }
    }

    /// Makes the data folder, for its owner's eyes only, and refuses to start without a site.
    static func prepareFolders(_ configuration: Configuration) throws {
        if let fault = FolderChecks(configuration: configuration).site().first(where: { $0.outcome == .failed }) {
            throw CommandFailure(.configuration, [fault.text, fault.remedy].compactMap(\.self).joined(separator: "; "))
        }
        do {
            try FileManager.default.createDirectory(
                atPath: configuration.dataFolder,
                withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700]
            )
        } catch {
            throw CommandFailure(
                .configuration,
                "the data folder \"\(configuration.dataFolder)\" can't be made; "
                    + "let this user write beside it, or set data to another folder"
            )
        }
    }

    /// What a person wants to know first: where the site is, and where mail goes.
    static func banner(_ configuration: Configuration, style: TerminalStyle) -> String {
        let address = configuration.listen
        var text = "\(style.bold("Brevlåda")) \(Version.current)\n"
        text += "  site   \(address.port == 0 ? "on a port that the system chooses" : address.url)\n"
        if let smtp = configuration.smtp {
            text += "  mail   through \(smtp)\n"
        } else {
            text += "  mail   captured, to read at \(address.port == 0 ? "/_mail" : "\(address.url)/_mail")\n"
        }
        return text + "  data   \(configuration.dataFolder)\n"
    }
}
