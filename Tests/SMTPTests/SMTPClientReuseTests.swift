// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import SMTP

@Suite("A kept connection", .timeLimit(.minutes(10)))
struct SMTPClientReuseTests {
    @Test("carries a burst of messages", arguments: [ScriptedServer.Options.TLS.none, .implicit, .startTLS])
    func burst(tls: ScriptedServer.Options.TLS) async throws {
        try await ScriptedServer.with(ScriptedServer.Options(tls: tls)) { server in
            try await withClient(server.url) { client in
                for _ in 0..<5 { _ = try await client.send(sampleMail, envelope: sampleEnvelope()) }
            }
            #expect(server.record.connections == 1)
            #expect(server.record.mails.map(\.text) == Array(repeating: sampleText, count: 5))
            #expect(!server.record.lines.contains("RSET"))
        }
    }

    @Test("is shared by concurrent senders, one at a time, each with its own receipt")
    func concurrentSenders() async throws {
        try await ScriptedServer.with { server in
            try await withClient(server.url) { client in
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for number in 0..<20 {
                        group.addTask {
                            let recipient = "r\(number)@example.com"
                            let receipt = try await client.send(
                                Array("message \(number)\r\n".utf8),
                                envelope: sampleEnvelope(recipient)
                            )
                            #expect(receipt.accepted == [recipient])
                        }
                    }
                    try await group.waitForAll()
                }
            }
            #expect(server.record.connections == 1)
            #expect(server.record.mails.count == 20)
            for mail in server.record.mails {
                let number = mail.text.dropFirst(8).prefix { $0.isNumber }
                #expect(mail.recipients == ["r\(number)@example.com"])
            }
        }
    }

    @Test("that the server has closed is replaced quietly")
    func closedMeanwhile() async throws {
        try await ScriptedServer.with { server in
            try await withClient(server.url) { client in
                _ = try await client.send(sampleMail, envelope: sampleEnvelope())
                await server.dropConnections()
                _ = try await client.send(sampleMail, envelope: sampleEnvelope())
            }
            #expect(server.record.connections == 2)
            #expect(server.record.mails.map(\.connection) == [1, 2])
        }
    }

    @Test("on which the server has said 421 is replaced quietly")
    func toldToLeave() async throws {
        try await ScriptedServer.with { server in
            try await withClient(server.url) { client in
                _ = try await client.send(sampleMail, envelope: sampleEnvelope())
                await server.say("421 4.4.2 idle too long")
                _ = try await client.send(sampleMail, envelope: sampleEnvelope())
            }
            #expect(server.record.mails.map(\.connection) == [1, 2])
        }
    }

    @Test(
        "that turns out dead before the final dot is replaced, and the message is sent once",
        arguments: [
            ScriptedServer.Fault(stage: .mail, action: .drop, connections: 1...1, occasions: 2...2),
            ScriptedServer.Fault(stage: .mail, action: .silence, connections: 1...1, occasions: 2...2),
            ScriptedServer.Fault(stage: .mail, action: .reply("421 bye"), connections: 1...1, occasions: 2...2),
            ScriptedServer.Fault(
                stage: .mail,
                action: .reply("452 4.5.3 too many in this session"),
                connections: 1...1,
                occasions: 2...2
            ),
            ScriptedServer.Fault(stage: .rcpt, action: .drop, connections: 1...1, occasions: 2...2),
            ScriptedServer.Fault(stage: .data, action: .drop, connections: 1...1, occasions: 2...2),
        ]
    )
    func deadBeforeFinalDot(fault: ScriptedServer.Fault) async throws {
        try await ScriptedServer.with(ScriptedServer.Options(faults: [fault])) { server in
            try await withClient(server.url, timeouts: fault.action == .silence ? .impatient(at: .mail) : .patient) {
                client in
                _ = try await client.send(sampleMail, envelope: sampleEnvelope())
                _ = try await client.send(sampleMail, envelope: sampleEnvelope())
            }
            #expect(server.record.connections == 2)
            #expect(server.record.mails.map(\.connection) == [1, 2])
        }
    }

    @Test("that dies after the final dot is not: the message may have been taken")
    func deadAfterFinalDot() async throws {
        let fault = ScriptedServer.Fault(stage: .accepted, action: .drop, connections: 1...1, occasions: 2...2)
        try await ScriptedServer.with(ScriptedServer.Options(faults: [fault])) { server in
            try await withClient(server.url) { client in
                _ = try await client.send(sampleMail, envelope: sampleEnvelope())
                let error = await #expect(throws: SMTPError.self) {
                    try await client.send(sampleMail, envelope: sampleEnvelope())
                }
                #expect(error?.acceptedUnknown == true)
            }
            #expect(server.record.connections == 1)
            #expect(server.record.mails.count == 2)
        }
    }

    @Test("is retried over a new one once and no more")
    func onceOnly() async throws {
        let faults = [
            ScriptedServer.Fault(stage: .mail, action: .drop, connections: 1...1, occasions: 2...2),
            ScriptedServer.Fault(stage: .mail, action: .drop, connections: 2...9),
        ]
        try await ScriptedServer.with(ScriptedServer.Options(faults: faults)) { server in
            try await withClient(server.url) { client in
                _ = try await client.send(sampleMail, envelope: sampleEnvelope())
                let error = await #expect(throws: SMTPError.self) {
                    try await client.send(sampleMail, envelope: sampleEnvelope())
                }
                #expect(error?.code == .connectionLost)
            }
            #expect(server.record.connections == 2)
        }
    }

    @Test(
        "survives a refusal, with RSET where a transaction had begun",
        arguments: [
            (ScriptedServer.Fault.Stage.mail, false), (.rcpt, true), (.data, true), (.body, false),
        ]
    )
    func refusal(stage: ScriptedServer.Fault.Stage, hasReset: Bool) async throws {
        let fault = ScriptedServer.Fault(stage: stage, action: .reply("550 no"), occasions: 1...1)
        try await ScriptedServer.with(ScriptedServer.Options(faults: [fault])) { server in
            try await withClient(server.url) { client in
                await #expect(throws: SMTPError.self) { try await client.send(sampleMail, envelope: sampleEnvelope()) }
                _ = try await client.send(sampleMail, envelope: sampleEnvelope())
            }
            #expect(server.record.connections == 1)
            #expect(server.record.lines.contains("RSET") == hasReset)
        }
    }

    @Test("is given up when RSET fails")
    func failingReset() async throws {
        let faults = [
            ScriptedServer.Fault(stage: .rcpt, action: .reply("550 no such user"), connections: 1...1),
            ScriptedServer.Fault(stage: .rset, action: .reply("500 what")),
        ]
        try await ScriptedServer.with(ScriptedServer.Options(faults: faults)) { server in
            try await withClient(server.url) { client in
                await #expect(throws: SMTPError.self) { try await client.send(sampleMail, envelope: sampleEnvelope()) }
                _ = try await client.send(sampleMail, envelope: sampleEnvelope())
            }
            #expect(server.record.mails.map(\.connection) == [2])
        }
    }

    @Test("is closed with QUIT after the idle time, and a next message opens another")
    func idle() async throws {
        try await ScriptedServer.with { server in
            var timeouts = SMTPTimeouts.patient
            timeouts.idle = .milliseconds(20)
            try await withClient(server.url, timeouts: timeouts) { client in
                _ = try await client.send(sampleMail, envelope: sampleEnvelope())
                await server.wait { $0.lines.last == "QUIT" && $0.closedConnections == 1 }
                _ = try await client.send(sampleMail, envelope: sampleEnvelope())
            }
            #expect(server.record.connections == 2)
        }
    }

    @Test(
        "does not hold up shutting down when the server is silent",
        arguments: [
            ScriptedServer.Fault(stage: .quit, action: .silence), ScriptedServer.Fault(stage: .quit, action: .drop),
        ]
    )
    func silentGoodbye(fault: ScriptedServer.Fault) async throws {
        try await ScriptedServer.with(ScriptedServer.Options(faults: [fault])) { server in
            var timeouts = SMTPTimeouts.patient
            timeouts.quit = .milliseconds(50)
            try await withClient(server.url, timeouts: timeouts) { client in
                _ = try await client.send(sampleMail, envelope: sampleEnvelope())
                await client.shutDown()
                await server.wait { $0.closedConnections == 1 }
            }
        }
    }

    @Test("is closed under a send that does not finish in the time for a goodbye")
    func shutDownDuringSend() async throws {
        let options = ScriptedServer.Options(faults: [.init(stage: .rcpt, action: .silence)])
        try await ScriptedServer.with(options) { server in
            var timeouts = SMTPTimeouts.patient
            timeouts.quit = .milliseconds(50)
            try await withClient(server.url, timeouts: timeouts) { client in
                async let outcome = outcome(of: client, try sampleEnvelope())
                await server.wait { $0.lines.last?.hasPrefix("RCPT") == true }
                await client.shutDown()
                #expect(try await outcome?.code == .connectionLost)
            }
        }
    }

    @Test("is closed as well while it is being opened")
    func shutDownWhileOpening() async throws {
        let options = ScriptedServer.Options(faults: [.init(stage: .ehlo, action: .silence)])
        try await ScriptedServer.with(options) { server in
            var timeouts = SMTPTimeouts.patient
            timeouts.quit = .milliseconds(50)
            try await withClient(server.url, timeouts: timeouts) { client in
                async let outcome = outcome(of: client, try sampleEnvelope())
                await server.wait { $0.lines.last?.hasPrefix("EHLO") == true }
                await client.shutDown()
                #expect(try await outcome?.code == .connectionLost)
            }
        }
    }
}
