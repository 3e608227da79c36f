// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import ContactForm
import ContactFormChallenge
import ContactFormServer
import FormConfiguration
import JSON
import Mail
import Synchronization

struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Checks everything that serving needs, and says what to do about what is wrong.",
        discussion: """
            Checks the configuration, the folders and the database, the port and the
            clock, the pages' forms, and the mail server step by step. Sends nothing
            unless asked. With --aws it checks instead what "brevlada deploy" needs,
            and changes nothing.
            Exits 1 when something is wrong; a line with ! is a warning, one with · a
            thing to know.

            \(ExitStatus.help)
            """
    )

    @OptionGroup var options: CloudOptions

    @Option(help: ArgumentHelp("Sends a test mail to this address.", valueName: "address"))
    var sendTest: String?

    @Flag(help: "Checks what deploying to AWS needs, instead of what serving needs.")
    var aws = false

    @Option(
        help: ArgumentHelp("With --aws, the folder of the functions' zips, as for deploy.", valueName: "folder"),
        completion: .directory
    )
    var lambdas: String?

    @Flag(help: "Writes a JSON object.")
    var json = false

    func validate() throws {
        if aws, sendTest != nil {
            throw ValidationError("--send-test tries the mail server of this machine; leave out --aws")
        }
        if !aws, lambdas != nil { throw ValidationError("--lambdas is for --aws; add --aws") }
    }

    func run() async throws {
        let recipient = try sendTest.map { address in
            do throws(MailboxError) {
                return try Mailbox(parsing: address)
            } catch {
                throw ValidationError("--send-test is \"\(address)\", no mail address: \(error)")
            }
        }
        let record = DoctorRecord(prints: !json)
        await examine(record, testRecipient: recipient)
        let findings = record.findings
        let isWell = !findings.contains { $0.outcome == .failed }
        if json {
            let json = JSONWriter.text { writer in
                writer.object { object in
                    object.member("ok", isWell)
                    object.name("findings")
                    object.array { array in
                        for finding in findings { finding.write(to: &array) }
                    }
                }
            }
            try Output.standard.writeLine(TerminalText.escapedJSON(json))
        }
        guard isWell else { throw CommandFailure(.problems, "") }
    }

    /// What becomes of mail while `mail.smtp` is not set.
    static func withoutMailServer(_ configuration: Configuration) -> DoctorFinding {
        guard !configuration.showsCapturedMail else {
            return .passed(.mail, "mail.smtp is not set: mail is captured and shown at /_mail")
        }
        return .failed(
            .mail,
            "mail.smtp is not set: the site is public, and mail waits until it is",
            remedy:
                "set mail.smtp, and read the messages in the inbox meanwhile; /_mail shows mail only while site_url and "
                + "trusted_proxies are not set"
        )
    }

    private func examine(_ record: DoctorRecord, testRecipient: Mailbox?) async {
        let configuration: Configuration
        do throws(ConfigurationError) {
            configuration = try options.configuration.read(withSecrets: !aws)
        } catch {
            for problem in error.problems { record.add(.failed(.configuration, problem.description, remedy: nil)) }
            return
        }
        let folders = FolderChecks(configuration: configuration)
        record.add(folders.secrets())
        for warning in configuration.warnings {
            record.add(DoctorFinding(area: .configuration, outcome: .warning, text: warning.description))
        }
        record.add(ConfigurationChecks(configuration: configuration).findings())
        let site = folders.site()
        record.add(site)
        if let secret = PublishedSecret.found(in: configuration) {
            record.add(.failed(.site, secret.description, remedy: nil))
        }
        if aws {
            let folder = lambdas.map { FilePath.absolute($0, from: SystemEnvironment.workingFolder) }
            await CloudChecks(configuration: configuration, options: options, lambdas: folder).run { record.add($0) }
            return
        }
        if !site.contains(where: { $0.outcome == .failed }) {
            var checks = SiteChecks(configuration)
            checks.policy = ContentSecurityPolicy(configuration.policyOfPages)
            record.add(checks.findings())
        }
        record.add(await folders.data())
        record.add(await MachineChecks(listen: configuration.listen).port())
        record.add(MachineChecks.clock(.now()))
        guard let endpoint = configuration.smtp else {
            guard testRecipient == nil else {
                record.add(.failed(.mail, "no test mail was sent: mail.smtp is not set", remedy: "set mail.smtp"))
                return
            }
            record.add(Self.withoutMailServer(configuration))
            return
        }
        await MailChecks(
            endpoint: endpoint,
            notifications: configuration.notifications,
            testRecipient: testRecipient,
            now: .now()
        ).run { record.add($0) }
    }
}

/// The findings so far; each is shown as it comes, for a mail server may take its time.
private final class DoctorRecord: Sendable {
    private let gathered = Mutex<[DoctorFinding]>([])
    private let prints: Bool
    private let style = Output.standard.style()

    init(prints: Bool) {
        self.prints = prints
    }

    var findings: [DoctorFinding] { gathered.withLock { $0 } }

    func add(_ finding: DoctorFinding) {
        gathered.withLock { $0.append(finding) }
        // A reader that went away is told by the exit code all the same.
        if prints { try? Output.standard.writeLine(finding.line(style: style)) }
    }

    func add(_ findings: [DoctorFinding]) {
        for finding in findings { add(finding) }
    }
}
