// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import ContactForm
import ContactFormServer

struct AuditCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit",
        abstract: "Holds every accepted message against its delivery.",
        discussion: """
            Counts what was accepted, erased, expired and is stored, by status, in whole
            days (UTC), checks that the numbers add up, and lists what is missing, overdue
            (not tried for 15 minutes since it was due or its digest was to go, or tried
            in vain for as long), kept by a mail server that refuses the sign-in, given up,
            returned or not mailed to everybody, and why. Exits 1 when there is any of
            these. A message that was given up or returned counts until you resend or
            delete it; one that is held, or retried since less than 15 minutes, does not
            count.

            \(ExitStatus.help)
            """
    )

    @Option(
        help: ArgumentHelp(
            "From when on: 30d, 12h, 90m, 2w, a date such as 2026-11-01 (UTC), or all.",
            valueName: "period"
        )
    )
    var since = PeriodStart.last(.days(30))

    @Flag(help: "Writes a JSON object.")
    var json = false

    @OptionGroup var options: StoreOptions

    func run() async throws {
        let now = Timestamp.now()
        var progress = Progress("messages counted")
        let audit = Audit(store: try await options.open(), late: try options.lateRule())
        let report = try await audit.report(since: since.start(at: now), at: now) { count in progress.show(count) }
        progress.finish()
        if json {
            try Output.standard.writeLine(report.json)
        } else {
            try Output.standard.write(report.text(style: Output.standard.style()))
        }
        guard report.isClean else { throw CommandFailure(.problems, "") }
    }
}
