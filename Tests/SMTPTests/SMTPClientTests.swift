// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import NIOPosix
import TestSupport
import Testing

@testable import SMTP

@Suite("The client", .timeLimit(.minutes(10)))
struct SMTPClientTests {
    static let ways: [ScriptedServer.Options] = [
        ScriptedServer.Options(),
        ScriptedServer.Options(tls: .implicit),
        ScriptedServer.Options(tls: .startTLS),
        ScriptedServer.Options(tls: .implicit, account: "anna@example.com:på+ss"),
        ScriptedServer.Options(tls: .startTLS, account: "anna:secret", mechanisms: "LOGIN"),
    ]

    @Test("delivers the message over every kind of connection", arguments: ways)
    func delivers(options: ScriptedServer.Options) async throws {
        try await ScriptedServer.with(options) { server in
            let receipt = try await withClient(server.url) { client in
                try await client.send(sampleMail, envelope: sampleEnvelope("a@example.com", "b@example.com"))
            }
            #expect(receipt.reply == "250 2.0.0 queued as 4711")
            #expect(receipt.accepted == ["a@example.com", "b@example.com"])
            let mail = try #require(server.record.mails.first)
            #expect(mail.text == sampleText)
            #expect(mail.sender == "site@example.com")
            #expect(mail.recipients == receipt.accepted)
            #expect(mail.parameters == ["SIZE=\(sampleMail.count)"])
            #expect(server.record.lines.last == "QUIT")
        }
    }

    @Test("gives the name it is told, else the machine's, else its address")
    func helo() async throws {
        try await ScriptedServer.with { server in
            for (option, machineName) in [
                ("", nil), ("", "vps.example.com"), ("&helo=web.example.com", "vps.example.com"),
            ] {
                _ = try await withClient(server.url + option, machineName: machineName) {
                    try await $0.send(sampleMail, envelope: sampleEnvelope())
                }
            }
            let names = server.record.lines.filter { $0.hasPrefix("EHLO") }
            #expect(names == ["EHLO [127.0.0.1]", "EHLO vps.example.com", "EHLO web.example.com"])
        }
    }

    @Test("delivers a message of many blocks whole")
    func large() async throws {
        var options = ScriptedServer.Options()
        options.ehlo = ["mail.test", "SIZE 10000000"]
        try await ScriptedServer.with(options) { server in
            let line = ".a line that begins with a dot and has a number after it\r\n"
            let message = String(repeating: line, count: 20_000)
            _ = try await withClient(server.url) {
                try await $0.send(Array(message.utf8), envelope: sampleEnvelope())
            }
            #expect(server.record.mails.first?.text == message)
        }
    }

    @Test("speaks HELO with a server that knows no EHLO")
    func oldServer() async throws {
        let options = ScriptedServer.Options(faults: [.init(stage: .ehlo, action: .reply("502 5.5.1 what"))])
        try await ScriptedServer.with(options) { server in
            _ = try await withClient(server.url) { try await $0.send(sampleMail, envelope: sampleEnvelope()) }
            #expect(server.record.mails.first?.parameters == [])
            #expect(server.record.lines[1] == "HELO [127.0.0.1]")
        }
    }

    @Test("reports recipients that were refused while others were not")
    func partlyRefused() async throws {
        let options = ScriptedServer.Options(
            faults: [.init(stage: .rcpt, action: .reply("550 5.1.1 no"), recipient: "b@example.com")]
        )
        try await ScriptedServer.with(options) { server in
            let receipt = try await withClient(server.url) {
                try await $0.send(sampleMail, envelope: sampleEnvelope("a@example.com", "b@example.com"))
            }
            #expect(receipt.accepted == ["a@example.com"])
            #expect(receipt.refused.map(\.address) == ["b@example.com"])
            #expect(server.record.mails.first?.recipients == ["a@example.com"])
        }
    }

    @Test("says that there is no server, or no such host, and that a retry may help")
    func noServer() async throws {
        let port = try UnansweredPort()
        for (url, code, detail) in [
            (
                "smtp://127.0.0.1:\(port.number)?tls=none", SMTPError.Code.connectionFailed,
                "127.0.0.1:\(port.number) refused the connection"
            ),
            ("smtp://no-such-host.invalid?tls=none", .hostNotFound, "no-such-host.invalid"),
        ] {
            let error = await #expect(throws: SMTPError.self) {
                try await withClient(url) { try await $0.send(sampleMail, envelope: sampleEnvelope()) }
            }
            #expect(error?.code == code)
            #expect(error?.detail == detail)
            #expect(error?.stage == .connect)
            #expect(error?.isPermanent == false)
        }
    }

    @Test("writes neither addresses nor credentials nor the message into its log, at any level")
    func log() async throws {
        let (logger, lines) = LogRecorder.make()
        let refusal = ScriptedServer.Fault(
            stage: .rcpt,
            action: .reply("550 5.1.1 <no@example.com> no"),
            recipient: "no@example.com"
        )
        let options = ScriptedServer.Options(
            tls: .startTLS,
            account: "annaberg:hunter2",
            mechanisms: "LOGIN",
            faults: [refusal]
        )
        try await ScriptedServer.with(options) { server in
            _ = try await withClient(server.url, logger: logger) {
                try await $0.send(sampleMail, envelope: sampleEnvelope("owner@example.com", "no@example.com"))
            }
        }
        let log = lines.all.joined(separator: "\n")
        #expect(log.contains("trace smtp sends smtp.line=MAIL FROM:<***>"))
        #expect(log.contains("trace smtp sends smtp.line=AUTH LOGIN\n"))
        #expect(log.contains("smtp.code=550"))
        for secret in ["@", "annaberg", "hunter2", base64("annaberg"), base64("hunter2"), "hello"] {
            #expect(!log.contains(secret))
        }
        #expect(lines.all.allSatisfy { $0.hasPrefix("trace") || $0.hasPrefix("debug") })
    }

    @Test("refuses to send once it is shut down")
    func shutDown() async throws {
        try await ScriptedServer.with { server in
            try await withClient(server.url) { client in
                _ = try await client.send(sampleMail, envelope: sampleEnvelope())
                await client.shutDown()
                #expect(server.record.lines.last == "QUIT")
                let error = await #expect(throws: SMTPError.self) {
                    try await client.send(sampleMail, envelope: sampleEnvelope())
                }
                #expect(error?.code == .clientShutDown)
                #expect(error?.isPermanent == false)
            }
            #expect(server.record.connections == 1)
        }
    }

    @Test("closes a connection that is cancelled, and the message is not sent")
    func cancellation() async throws {
        let options = ScriptedServer.Options(faults: [.init(stage: .rcpt, action: .silence)])
        try await ScriptedServer.with(options) { server in
            try await withClient(server.url) { client in
                let envelope = try sampleEnvelope()
                let error = await withTaskGroup(of: SMTPError?.self) { group in
                    group.addTask { await outcome(of: client, envelope) }
                    await server.wait { $0.lines.last?.hasPrefix("RCPT") == true }
                    group.cancelAll()
                    return await group.next() ?? nil
                }
                #expect(error?.code == .cancelled)
                #expect(error?.acceptedUnknown == false)
                await server.wait { $0.closedConnections == 1 }
            }
        }
    }

    @Test("says that a message may have gone when it is cancelled after the final dot")
    func lateCancellation() async throws {
        let options = ScriptedServer.Options(faults: [.init(stage: .accepted, action: .silence)])
        try await ScriptedServer.with(options) { server in
            try await withClient(server.url) { client in
                let envelope = try sampleEnvelope()
                let error = await withTaskGroup(of: SMTPError?.self) { group in
                    group.addTask { await outcome(of: client, envelope) }
                    await server.wait { !$0.mails.isEmpty }
                    group.cancelAll()
                    return await group.next() ?? nil
                }
                #expect(error?.code == .cancelled)
                #expect(error?.acceptedUnknown == true)
            }
        }
    }
}
