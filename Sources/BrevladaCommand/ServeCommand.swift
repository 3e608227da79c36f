// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CLinux
import ContactForm
import ContactFormLocal
import FormConfiguration
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
        defer { LogOutput.error.flush() }
        LoggingSystem.bootstrap { LineLogHandler(label: $0, settings: configuration.log) }
        let logger = Logger(label: "brevlada")
        let lock = try await DataFolderLock.take(configuration.dataFolder) {
            logger.warning("waiting for another brevlada to end", metadata: ["data": "\(configuration.dataFolder)"])
        }
        let run = SiteRun(configuration: configuration, logger: logger)
        try await run.run { port, inbox in
            switch configuration.log.format {
            case .text:
                let style = Output.error.style()
                // The site is served also when nobody reads this.
                try? Output.error.write(Self.banner(configuration, port: port, inbox: inbox, style: style))
            case .json:
                // Whatever the level, as the text.
                var logger = logger
                logger.logLevel = .notice
                logger.notice("ready", metadata: Self.metadata(configuration, port: port, inbox: inbox))
            }
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
            try DataFolder.make(configuration.dataFolder)
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
        var text = "\(style.bold("Brevlåda")) \(Version.current)\n"
        for fact in facts(configuration, url: url, inbox: inbox) {
            text += "  \(fact.name)\(String(repeating: " ", count: 7 - fact.name.count))\(fact.value)\n"
        }
        // The last line stands alone, for scripts that wait for it.
        return text + "Ready on \(url)\n"
    }

    /// The same for a log that programs read.
    static func metadata(_ configuration: Configuration, port: Int, inbox: InboxInvitation?) -> Logger.Metadata {
        let url = ListenAddress(host: configuration.listen.host, port: port).url
        var metadata: Logger.Metadata = ["version": "\(Version.current)", "url": "\(url)"]
        for fact in facts(configuration, url: url, inbox: inbox) { metadata[fact.name] = "\(fact.value)" }
        return metadata
    }

    private static func facts(
        _ configuration: Configuration,
        url: String,
        inbox: InboxInvitation?
    ) -> [(name: String, value: String)] {
        let captured =
            configuration.showsCapturedMail
            ? "captured, to read at \(url)/_mail"
            : "waits until mail.smtp is set; messages are kept all the same"
        let file = configuration.file.map { FilePath.absolute($0, from: SystemEnvironment.workingFolder) }
        var facts = [
            ("site", configuration.siteFolder), ("mail", configuration.smtp.map { "through \($0)" } ?? captured),
        ]
        if let inbox { facts.append(("inbox", inbox.text(site: configuration.siteURL ?? url))) }
        return facts + [("data", configuration.dataFolder), ("config", file ?? "none, all is standard")]
    }
}
