// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import ContactForm
import ContactFormServer
import JSON
import SiteDeployment

struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Shows how the site on AWS is.",
        discussion: """
            The stack and its addresses, what SES lets the account send, the last
            messages and what became of them, batches of mails that were given up, the
            alarms, and the pipeline. Exits 1 when something needs you.

            \(ExitStatus.help)
            """
    )

    @OptionGroup var options: CloudOptions

    @Flag(help: "Writes a JSON object.")
    var json = false

    func run() async throws {
        let configuration = try options.configuration.load(withSecrets: false)
        let aws = try options.session(configuration.cloud)
        let status = try await StatusReport(
            aws: aws,
            stackName: options.stackName(configuration.cloud),
            forms: configuration.forms.forms.keys.map(\.rawValue).sorted(),
            clock: .system
        ).status()
        if json {
            try Output.standard.writeLine(TerminalText.escapedJSON(Self.json(status)))
        } else {
            let style = Output.standard.style()
            for line in status.lines { try Output.standard.writeLine(TerminalConsole.text(line, style)) }
        }
        guard status.isWell else { throw CommandFailure(.problems, "") }
    }

    private static func json(_ status: StatusReport.Status) -> String {
        JSONWriter.text { writer in
            writer.object { root in
                root.member("ok", status.isWell)
                root.name("sections")
                root.array { array in
                    for section in status.sections {
                        array.object { object in
                            object.member("name", section.name)
                            object.name("lines")
                            object.array { lines in
                                for line in section.lines {
                                    lines.object { member in
                                        member.member("mark", "\(line.mark)")
                                        member.member("text", line.text)
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}
