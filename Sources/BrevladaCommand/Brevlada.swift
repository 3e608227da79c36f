// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

package import ArgumentParser
import CLinux
import ContactForm
import FormConfiguration
import Glibc
import SiteDeployment

/// The command `brevlada`.
package struct Brevlada: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "brevlada",
        abstract: "Serves a web site with its contact form, keeps every message and delivers it.",
        discussion: """
            Start with "brevlada init my-site", then "brevlada serve".
            "brevlada deploy" puts the same site on AWS.

            \(ExitStatus.help)

            Completion for your shell: brevlada --generate-completion-script bash
            (or zsh, or fish) writes a script to install.
            """,
        version: Version.current,
        subcommands: [
            InitCommand.self, ServeCommand.self, PasswdCommand.self, DoctorCommand.self, InboxCommand.self,
            AuditCommand.self, BackupCommand.self, DeployCommand.self, StatusCommand.self, LogsCommand.self,
            QuotasCommand.self, DestroyCommand.self, ReferenceCommand.self,
        ]
    )

    package init() {}

    /// To be called before anything else, while there is one thread: glibc asks once how many heaps there may be.
    package static func limitHeaps() {
        // One for each of a dozen threads, as it would have it, holds three more MiB and is no faster.
        clinux_limit_heaps(2)
    }

    /// Runs the command with the program's arguments and ends the process with its exit code.
    package static func run() async -> Never {
        // A reader that goes away shows as an error of the write, and not as a silent end in the midst of a change.
        signal(SIGPIPE, SIG_IGN)
        do {
            var command = try await asyncParseAsRoot()
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
            Glibc.exit(ExitStatus.success.rawValue)
        } catch {
            end(with: error)
        }
    }

    private static func end(with error: any Error) -> Never {
        switch error {
        case let failure as CommandFailure:
            if !failure.description.isEmpty { say(failure.description) }
            Glibc.exit(failure.status.rawValue)
        case let error as ConfigurationError:
            for problem in error.problems { say(problem.description) }
            Glibc.exit(ExitStatus.configuration.rawValue)
        case let error as OutputError:
            guard error.isClosedPipe else {
                say(error.description)
                Glibc.exit(ExitStatus.fault.rawValue)
            }
            // As a program that never heard of pipes ends: quietly, and not as if all had been written.
            signal(SIGPIPE, SIG_DFL)
            raise(SIGPIPE)
            Glibc.exit(128 + SIGPIPE)
        case let error as StoreError:
            say("the database can't be used: \(error.reason)")
            Glibc.exit(ExitStatus.fault.rawValue)
        case let failure as DeploymentFailure:
            if !failure.description.isEmpty { say(failure.description) }
            Glibc.exit((failure.kind == .notPrepared ? ExitStatus.configuration : .problems).rawValue)
        case let failure as AWSFailure:
            say(failure.description)
            Glibc.exit((failure.code == nil ? ExitStatus.configuration : .problems).rawValue)
        case is ExitCode, is CleanExit, is ValidationError:
            exit(withError: error)
        default:
            // The parser's own errors, which have no common public type, know their exit code.
            guard exitCode(for: error) == .failure else { exit(withError: error) }
            say("an unexpected fault: \(error); please report it")
            Glibc.exit(ExitStatus.fault.rawValue)
        }
    }

    private static func say(_ text: String) {
        let style = Output.error.style()
        try? Output.error.writeLine("\(style.red("error:")) \(TerminalText.escaped(text, keepsLines: true))")
    }
}
