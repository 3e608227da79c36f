// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CLinux
import ContactForm
import FormConfiguration
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
        let configuration = try options.load(withSecrets: true)
        try Self.prepareFolders(configuration)
        let lock = try await DataFolderLock.take(configuration.dataFolder) {
            try? Output.error.writeLine("waiting for another brevlada to finish with \(configuration.dataFolder)")
        }
        defer { LogOutput.error.flush() }
        LoggingSystem.bootstrap { LineLogHandler(label: $0, settings: configuration.log) }
        let run = SiteRun(configuration: configuration, logger: Logger(label: "brevlada"))
        try await run.run { port, inbox in
            let style = Output.error.style(SystemEnvironment.variables)
            // The site is served also when nobody reads this.
            try? Output.error.write(Self.banner(configuration, port: port, inbox: inbox, style: style))
            // Reading the command and the configuration and making ready took twice the code that visitors need.
            clinux_release_code()
        }
        lock.release()
    }

    /// Makes the data folder, for its owner's eyes only, and refuses to start without a site, or with one that would publish
    /// the messages or the passwords.
    static func prepareFolders(_ configuration: Configuration) throws {
        if let fault = FolderChecks(configuration: configuration).site().first(where: { $0.outcome == .failed }) {
            throw CommandFailure(.configuration, [fault.text, fault.remedy].compactMap(\.self).joined(separator: "; "))
        }
        if let secret = PublishedSecret.found(in: configuration) {
            throw CommandFailure(.configuration, secret.description)
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

    /// What a person wants to know first: where the site is, where mail goes, where messages are read, and which file says so.
    ///
    /// - Parameters:
    ///   - port: the one that is listened on; the configured one may leave the choice to the system.
    ///   - inbox: nil when there is none.
    static func banner(
        _ configuration: Configuration,
        port: Int,
        inbox: InboxInvitation?,
        style: TerminalStyle
    ) -> String {
        let url = ListenAddress(host: configuration.listen.host, port: port).url
        let invitation = inbox.map { "\n  inbox  \($0.text(site: configuration.siteURL ?? url))" } ?? ""
        let captured =
            configuration.showsCapturedMail
            ? "captured, to read at \(url)/_mail"
            : "waits until mail.smtp is set; messages are kept all the same"
        let mail = configuration.smtp.map { "through \($0)" } ?? captured
        let file = configuration.file.map { FilePath.absolute($0, from: SystemEnvironment.workingFolder) }
        // The last line stands alone, for scripts that wait for it.
        return """
            \(style.bold("Brevlåda")) \(Version.current)
              site   \(configuration.siteFolder)
              mail   \(mail)\(invitation)
              data   \(configuration.dataFolder)
              config \(file ?? "none, all is standard")
            Ready on \(url)

            """
    }
}
