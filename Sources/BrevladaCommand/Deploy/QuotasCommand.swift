// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import SiteDeployment
import StackTemplate

struct QuotasCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "quotas",
        abstract: "Compares the account's quotas with what so many messages need.",
        discussion: """
            The busiest moment is taken as ten times the average, as in
            docs/scale-and-cost.md. --request asks AWS for half as much again as is
            needed of each quota that is too low, and for the 1,000 concurrent runs of
            Lambda that a new account does not have yet; AWS answers by mail, some
            within minutes, some after days. Exits 1 when a quota is too low.

            \(ExitStatus.help)
            """
    )

    @OptionGroup var options: CloudOptions

    @Option(help: ArgumentHelp("How many messages a month.", valueName: "messages"))
    var perMonth = 100_000

    @Flag(help: "As if every message were mailed by itself, and none in digests.")
    var oneByOne = false

    @Flag(help: "Asks AWS for more of what is too low.")
    var request = false

    func validate() throws {
        guard (1...100_000_000_000).contains(perMonth) else {
            throw ValidationError("--per-month is \(perMonth); write a number from 1 to 100000000000")
        }
    }

    func run() async throws {
        let configuration = try options.configuration.load(withSecrets: false)
        let aws = try options.session(configuration.cloud)
        let template = TemplateParameter.all(in: StackTemplate.text)
        let parameters = configuration.cloud.parameters
        let report = QuotaReport(
            aws: aws,
            load: Load(
                messagesPerMonth: Double(perMonth),
                isSameOrigin: parameters.effective("Hosting", in: template) == "CloudFront",
                isOneByOne: oneByOne
            ),
            reserved: SiteFunction.concurrencyParameters
                .compactMap { Int(parameters.effective($0, in: template)) }.reduce(0, +)
        )
        let quotas = try await report.quotas()
        let style = Output.standard.style()
        let heading = "For \(Quota.written(Double(perMonth))) messages a month in \(aws.region)"
        try Output.standard.writeLine(TerminalConsole.text(ReportLine(.heading, heading), style))
        for quota in quotas { try Output.standard.writeLine(TerminalConsole.text(quota.line, style)) }
        guard quotas.contains(where: \.isToBeRaised) else { return }
        if request {
            for line in try await report.request(quotas) {
                try Output.standard.writeLine(TerminalConsole.text(line, style))
            }
        } else {
            let hint = ReportLine(.todo, "\"brevlada quotas --per-month \(perMonth) --request\" asks AWS for more")
            try Output.standard.writeLine(TerminalConsole.text(hint, style))
        }
        guard quotas.allSatisfy(\.isEnough) else { throw CommandFailure(.problems, "") }
    }
}
