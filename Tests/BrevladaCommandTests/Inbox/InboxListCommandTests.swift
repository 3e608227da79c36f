// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import ContactForm
import ContactFormTesting
import Testing

@testable import BrevladaCommand

@Suite("The list of messages goes on")
struct InboxListCommandTests {
    @Test(
        "with what it began with, quoted for a shell",
        arguments: [
            ([], ""), (["--limit", "20"], ""), (["--before", "01K9"], ""), (["--limit", "5"], "--limit 5"),
            (
                ["--form", "order", "--status", "held", "--since", "30d", "--unread"],
                "--unread --status held --form order --since 30d"
            ),
            (["--since", "2026-11-01"], "--since 2026-11-01"), (["--since", "all"], "--since all"),
            (["--search", "it's a $boat"], "--search 'it'\\''s a $boat'"), (["--search=-x"], "--search=-x"),
            (["--from", "anna@example.com"], "--from 'anna@example.com'"),
            (["--config", "my site/b.yaml"], "--config 'my site/b.yaml'"), (["--data", "data"], "--data data"),
            (
                ["--aws", "--stack", "s", "--region", "eu-north-1", "--profile", "p q"],
                "--aws --stack s --region eu-north-1 --profile 'p q'"
            ),
            (["--aws", "--table", "t", "--shards", "4"], "--aws --table t --shards 4"),
        ]
    )
    func more(_ arguments: [String], _ repeated: String) throws {
        let command = try InboxListCommand.parse(arguments)
        let middle = repeated.isEmpty ? "" : repeated + " "
        #expect(command.commandForMore(after: "01KAS3") == "brevlada inbox list \(middle)--before 01KAS3")
    }

    @Test(
        "before a message that the other options leave out too, by its id or the beginning of it",
        arguments: [26, 20]
    )
    func before(length: Int) async throws {
        let submissions = (1...3).map { number in
            var submission = Submission.sample(number)
            submission.email = number == 2 ? "eva@example.com" : "anna@example.com"
            return submission
        }
        let store = InMemorySubmissionStore(submissions)
        let id = submissions[1].id.description.prefix(length)
        let command = try InboxListCommand.parse(["--from", "anna@example.com", "--before", String(id)])
        let query = try await command.query(of: store, at: .sample)
        #expect(try await command.filter.messages(in: store).page(query).submissions.map(\.id) == [submissions[0].id])
    }

    @Test(
        "a form that is neither configured nor has messages is told of, with the names of those that are",
        arguments: [("contact", true), ("removed", true), ("contcat", false)]
    )
    func unknownForm(_ name: String, _ isKnown: Bool) async throws {
        let removed = try #require(FormName(rawValue: "removed"))
        let store = InMemorySubmissionStore([.sample(1, form: removed)])
        let filter = try InboxListCommand.parse(["--form", name]).filter
        let configured = ["order", "contact"].compactMap(FormName.init(rawValue:))
        let sentence =
            "no form \"contcat\" is configured, and no message is stored under that name; "
            + "configured: \"contact\", \"order\""
        #expect(try await filter.unknownForm(among: configured, in: store) == (isKnown ? nil : sentence))
        // Without a configuration nobody can tell.
        #expect(try await filter.unknownForm(among: [FormName]?.none, in: store) == nil)
    }
}
