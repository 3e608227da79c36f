// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import ContactForm
import FormConfiguration
import Testing

@testable import BrevladaCommand

@Suite("The arguments")
struct BrevladaTests {
    @Test(
        "every command is understood",
        arguments: [
            "init folder", "serve", "serve --config x.yaml", "doctor -c x.yaml", "doctor --json",
            "doctor --send-test eva@example.com", "inbox",
            "inbox list --status held --form order --limit 5 --before 01ARZ3NDEKTSV4RRFFQ69G5FAV --json --data d",
            "inbox show 01ARZ3NDEKTSV4", "inbox release a b", "inbox resend --failed", "inbox resend a",
            "inbox delete a --yes", "inbox export --format csv --excel --separator semicolon -o file",
            "inbox export --format jsonl", "audit", "audit --since 2026-11-01 --json", "reference",
        ]
    )
    func understood(_ line: String) throws {
        _ = try Brevlada.parseAsRoot(line.split(separator: " ").map(String.init))
    }

    @Test(
        "nonsense is refused as wrong usage",
        arguments: [
            "init", "inbox list --status gone", "inbox list --form ?", "inbox list --limit 0", "inbox release",
            "inbox resend", "inbox resend --failed a", "inbox delete", "inbox export", "inbox export --format xml",
            "inbox export --format jsonl --excel", "inbox export --format jsonl --separator tab", "audit --since never",
            "serve extra", "--nothing",
        ]
    )
    func refused(_ line: String) {
        let error = #expect(throws: (any Error).self) {
            _ = try Brevlada.parseAsRoot(line.split(separator: " ").map(String.init))
        }
        #expect(error.map { Brevlada.exitCode(for: $0).rawValue } == ExitStatus.usage.rawValue)
    }

    @Test("the help names the exit codes, the completion script and every key")
    func help() {
        let help = Brevlada.helpMessage(columns: 80)
        #expect(help.contains("Exit codes: 0 all is well"))
        #expect(help.contains("--generate-completion-script"))
        let serve = Brevlada.helpMessage(for: ServeCommand.self, columns: 80)
        for key in ConfigurationKeys.all { #expect(serve.contains("\n  \(key.path)\n"), "\(key.path)") }
    }
}
