// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import ContactForm
import ContactFormServer
import SiteDeployment

struct LogsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "logs",
        abstract: "Shows what the functions on AWS log, all together, in order of time.",
        discussion: """
            Each line has the id of its request; a visitor's page shows it as the
            reference, and --request shows what belongs to it. --follow goes on until
            Ctrl-C.

            \(ExitStatus.help)
            """
    )

    @OptionGroup var options: CloudOptions

    @Option(help: ArgumentHelp("From when on: 30d, 12h, 90m, or a date such as 2026-11-01 (UTC).", valueName: "period"))
    var since = PeriodStart.last(.hours(1))

    @Option(help: ArgumentHelp("Only lines that have this id.", valueName: "id"))
    var request: String?

    @Flag(help: "Goes on with what comes.")
    var follow = false

    /// CloudWatch shows a line some seconds after it was written; asking more often only costs calls.
    private static let pause = Interval.seconds(2)

    func run() async throws {
        let configuration = try options.configuration.load(withSecrets: false)
        let aws = try options.session(configuration.cloud)
        let name = options.stackName(configuration.cloud)
        guard let stack = try await CloudFormation(aws: aws).stack(name) else {
            throw DeploymentFailure.noStack(name, in: aws.region)
        }
        let reading = LogReading(aws: aws, outputs: stack.outputs, requestID: request)
        guard reading.hasLogs else {
            throw DeploymentFailure(.notDone, "the stack \"\(name)\" names no logs; is it one of Brevlåda's?")
        }
        var cursor = LogCursor(start: since.start(at: .now()))
        repeat {
            do {
                for line in cursor.new(try await reading.lines(since: cursor.start)) {
                    try Output.standard.writeLine(TerminalText.escaped(line.text))
                }
            } catch let failure as AWSFailure where follow && failure.isPassing {
                // Whoever follows waits; the next look shows what came meanwhile.
            }
            if follow { try await DeploymentClock.system.sleep(Self.pause) }
        } while follow
    }
}
