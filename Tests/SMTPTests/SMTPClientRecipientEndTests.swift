// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import SMTP

@Suite("When the connection ends at one of several recipients", .timeLimit(.minutes(10)))
struct SMTPClientRecipientEndTests {
    typealias Fault = ScriptedServer.Fault

    private static let recipients = ["a@example.com", "b@example.com", "c@example.com"]
    private static let farewell = Fault.Action.farewell("421 4.7.0 closing")

    private static func end(_ recipient: String, _ action: Fault.Action, on connections: ClosedRange<Int>? = nil)
        -> Fault
    {
        Fault(stage: .rcpt, action: action, connections: connections, recipient: recipient)
    }

    /// Sends the sample mail, after others if they are to make the connection a kept one.
    private func send(
        _ faults: [Fault],
        to recipients: [String] = Self.recipients,
        after others: Int = 0
    ) async throws -> (Result<SMTPReceipt, SMTPError>, ScriptedServer.Record) {
        try await ScriptedServer.with(ScriptedServer.Options(faults: faults)) { server in
            let isSilent = faults.contains { $0.action == .silence }
            let outcome = try await withClient(server.url, timeouts: isSilent ? .impatient(at: .rcpt) : .patient) {
                client in
                for _ in 0..<others { _ = try await client.send(sampleMail, envelope: sampleEnvelope("x@example.com")) }
                let envelope = try SMTPEnvelope(sender: "site@example.com", recipients: recipients)
                do throws(SMTPError) {
                    return Result<SMTPReceipt, SMTPError>.success(try await client.send(sampleMail, envelope: envelope))
                } catch {
                    return .failure(error)
                }
            }
            return (outcome, server.record)
        }
    }

    @Test(
        "the others get the mail at once over another, and that one is put off",
        arguments: recipients,
        [
            (farewell, SMTPError.Code.serviceUnavailable), (.reply("421 4.3.2 wait"), .serviceUnavailable),
            (.drop, .connectionLost),
        ]
    )
    func others(recipient: String, end: (action: Fault.Action, code: SMTPError.Code)) async throws {
        let (outcome, record) = try await send([Self.end(recipient, end.action)])
        let receipt = try outcome.get()
        let others = Self.recipients.filter { $0 != recipient }
        #expect(receipt.accepted == others)
        #expect(receipt.refused.map(\.address) == [recipient])
        #expect(receipt.refused.map(\.error.code) == [end.code])
        #expect(receipt.refused.allSatisfy { !$0.error.isPermanent && !$0.error.acceptedUnknown })
        #expect(record.mails.map(\.recipients) == [others])
        #expect(record.connections == 2)
    }

    @Test("so they do when the server is silent about that one")
    func silence() async throws {
        let (outcome, record) = try await send([Self.end("b@example.com", .silence)])
        let receipt = try outcome.get()
        #expect(receipt.accepted == ["a@example.com", "c@example.com"])
        #expect(receipt.refused.map(\.error.code) == [.timedOut])
        #expect(record.mails.map(\.connection) == [2])
    }

    @Test("a kept connection may have ended for its age, so that all are asked about once more first")
    func kept() async throws {
        let (first, firstRecord) = try await send([Self.end("b@example.com", .drop, on: 1...1)], after: 1)
        #expect(try first.get().accepted == Self.recipients)
        #expect(firstRecord.mails.map(\.connection) == [1, 2])
        let (second, secondRecord) = try await send([Self.end("b@example.com", .drop)], after: 1)
        #expect(try second.get().accepted == ["a@example.com", "c@example.com"])
        #expect(secondRecord.mails.map(\.connection) == [1, 3])
    }

    @Test("a second end has nobody get the mail: the server has trouble of its own", arguments: [farewell, .drop])
    func twice(action: Fault.Action) async throws {
        let (outcome, record) = try await send([Self.end("a@example.com", action), Self.end("c@example.com", action)])
        #expect(throws: SMTPError.self) { try outcome.get() }
        #expect(record.connections == 2)
        #expect(record.mails.isEmpty)
    }

    @Test("where there is nobody else there is no second one", arguments: [1, 2])
    func alone(times: Int) async throws {
        let (outcome, record) = try await send(
            [Self.end("b@example.com", .drop)],
            to: Array(repeating: "b@example.com", count: times)
        )
        #expect(throws: SMTPError.self) { try outcome.get() }
        #expect(record.connections == 1)
    }

    @Test(
        "a refusal of all others is for now, since nobody knows of that one; of the message it is for good",
        arguments: [
            (Fault.Stage.rcpt, "550 5.1.1 nobody", SMTPError.Code.connectionLost, false),
            (.body, "550 5.1.1 nobody", .connectionLost, false), (.rcpt, "450 later", .recipientRefused, false),
            (.body, "554 5.6.0 no", .messageRefused, true),
        ]
    )
    func othersRefused(stage: Fault.Stage, reply: String, code: SMTPError.Code, isPermanent: Bool) async throws {
        let (outcome, _) = try await send([
            Self.end("a@example.com", .drop), Fault(stage: stage, action: .reply(reply), connections: 2...2),
        ])
        let error = #expect(throws: SMTPError.self) { try outcome.get() }
        #expect(error?.code == code)
        #expect(error?.isPermanent == isPermanent)
        #expect(error?.othersWereRefused == (code == .connectionLost))
    }

    @Test("those who are too many for a transaction are the others of one another too")
    func surplus() async throws {
        let (outcome, record) = try await send([
            Fault(stage: .rcpt, action: .reply("452 4.5.3 too many"), connections: 1...1, occasions: 2...3),
            Self.end("c@example.com", .drop),
        ])
        let receipt = try outcome.get()
        #expect(receipt.accepted == ["a@example.com", "b@example.com"])
        #expect(receipt.refused.map(\.address) == ["c@example.com"])
        #expect(record.mails.map(\.recipients) == [["a@example.com"], ["b@example.com"]])
    }

    @Test(
        "what is not the end of a connection, or not at a recipient, is no reason to leave one out",
        arguments: [
            Fault(stage: .rcpt, action: .reply("530 5.7.0 sign in"), occasions: 2...2),
            Fault(stage: .rcpt, action: .reply("354 what"), occasions: 2...2),
            Fault(stage: .mail, action: farewell),
            Fault(stage: .data, action: farewell),
            Fault(stage: .data, action: .drop),
        ]
    )
    func otherwise(fault: Fault) async throws {
        let (outcome, record) = try await send([fault])
        #expect(throws: SMTPError.self) { try outcome.get() }
        #expect(record.connections == 1)
    }
}
