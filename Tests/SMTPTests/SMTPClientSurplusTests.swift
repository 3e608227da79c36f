// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import SMTP

@Suite("Recipients who are too many for one transaction", .timeLimit(.minutes(10)))
struct SMTPClientSurplusTests {
    typealias Fault = ScriptedServer.Fault

    private static let recipients = ["a@example.com", "b@example.org", "c@example.net"]
    private static let tooMany = Fault.Action.reply("452 4.5.3 too many recipients")

    /// Sends the sample mail to three, and gives the receipt and what the server had.
    private func send(_ faults: [Fault]) async throws -> (SMTPReceipt, ScriptedServer.Record) {
        try await ScriptedServer.with(ScriptedServer.Options(faults: faults)) { server in
            let receipt = try await withClient(server.url) { client in
                try await client.send(
                    sampleMail,
                    envelope: SMTPEnvelope(sender: "site@example.com", recipients: Self.recipients)
                )
            }
            return (receipt, server.record)
        }
    }

    @Test(
        "get the same message in further ones, over the same connection, and nobody twice",
        arguments: [
            // Two at a time; then one at a time.
            ([3...3], [["a@example.com", "b@example.org"], ["c@example.net"]]),
            ([2...3, 5...5], [["a@example.com"], ["b@example.org"], ["c@example.net"]]),
        ]
    )
    func further(refusedOccasions: [ClosedRange<Int>], mails: [[String]]) async throws {
        let (receipt, record) = try await send(
            refusedOccasions.map { Fault(stage: .rcpt, action: Self.tooMany, occasions: $0) }
        )
        #expect(receipt.accepted == Self.recipients)
        #expect(receipt.refused.isEmpty)
        #expect(record.mails.map(\.recipients) == mails)
        #expect(record.mails.allSatisfy { $0.text == sampleText })
        #expect(record.connections == 1)
        #expect(!record.lines.contains("RSET"))
    }

    @Test("get it over a new connection when the server leaves after the first")
    func newConnection() async throws {
        let (receipt, record) = try await send([
            Fault(stage: .rcpt, action: Self.tooMany, connections: 1...1, occasions: 3...3),
            Fault(stage: .mail, action: .farewell("421 one mail a session"), connections: 1...1, occasions: 2...2),
        ])
        #expect(receipt.accepted == Self.recipients)
        #expect(record.mails.map(\.connection) == [1, 2])
    }

    @Test(
        "are told of and not tried again when a further one fails, however it does, for the others have the message",
        arguments: [
            Fault(stage: .rcpt, action: tooMany, occasions: 2...9),
            Fault(stage: .rcpt, action: .reply("450 4.7.1 greylisted"), occasions: 4...9),
            Fault(stage: .rcpt, action: .reply("550 5.1.1 nobody"), occasions: 4...9),
            Fault(stage: .mail, action: .reply("550 5.7.1 no"), occasions: 2...2),
            Fault(stage: .data, action: .reply("451 later"), occasions: 2...2),
            Fault(stage: .body, action: .reply("554 no"), occasions: 2...2),
            Fault(stage: .body, action: .drop, occasions: 2...2),
        ]
    )
    func failure(fault: Fault) async throws {
        let (receipt, record) = try await send([Fault(stage: .rcpt, action: Self.tooMany, occasions: 2...3), fault])
        #expect(receipt.accepted == ["a@example.com"])
        #expect(receipt.refused.map(\.address) == ["b@example.org", "c@example.net"])
        #expect(record.mails.map(\.recipients) == [["a@example.com"]])
        #expect(receipt.refused.allSatisfy { $0.error.acceptedUnknown == (fault.action == .drop) })
    }

    @Test("in a further one get the message without those who are refused for now")
    func partly() async throws {
        let (receipt, record) = try await send([
            Fault(stage: .rcpt, action: Self.tooMany, occasions: 2...3),
            Fault(stage: .rcpt, action: .reply("450 4.7.1 greylisted"), recipient: "c@example.net"),
        ])
        #expect(receipt.accepted == ["a@example.com", "b@example.org"])
        #expect(receipt.refused.map(\.address) == ["c@example.net"])
        #expect(record.mails.count == 2)
    }
}
