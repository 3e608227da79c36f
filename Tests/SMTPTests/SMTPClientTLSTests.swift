// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import NIOSSL
import Testing

@testable import SMTP

@Suite("With TLS the client", .timeLimit(.minutes(10)))
struct SMTPClientTLSTests {
    private func error(_ server: ScriptedServer, url: String? = nil) async throws -> SMTPError? {
        await #expect(throws: SMTPError.self) {
            try await withClient(url ?? server.url) { try await $0.send(sampleMail, envelope: sampleEnvelope()) }
        }
    }

    static let ways = [ScriptedServer.Options.TLS.implicit, .startTLS]

    @Test("refuses a certificate for another name", arguments: ways)
    func otherName(tls: ScriptedServer.Options.TLS) async throws {
        let options = ScriptedServer.Options(tls: tls, certificate: "other-name.pem", account: "anna:secret")
        try await ScriptedServer.with(options) { server in
            let error = try await error(server)
            #expect(error?.code == .tlsFailed)
            #expect(error?.detail == "the certificate is for another name")
            #expect(error?.needsOperator == true && error?.isPermanent == false)
            #expect(!server.record.lines.contains { $0.hasPrefix("AUTH") })
        }
    }

    @Test("refuses a certificate from an authority it does not know", arguments: ways)
    func unknownAuthority(tls: ScriptedServer.Options.TLS) async throws {
        try await ScriptedServer.with(ScriptedServer.Options(tls: tls)) { server in
            let url = String(server.url.prefix { $0 != "?" })
            let error = try await error(server, url: url)
            #expect(error?.code == .tlsFailed)
            #expect(error?.detail == "the certificate is not from a trusted authority or has expired")
            #expect(error?.needsOperator == true && error?.isPermanent == false)
        }
    }

    @Test("speaks no TLS older than 1.2 (RFC 8996)", arguments: ways)
    func oldTLS(tls: ScriptedServer.Options.TLS) async throws {
        var options = ScriptedServer.Options(tls: tls, account: "anna:secret")
        options.latestTLS = .tlsv12
        try await ScriptedServer.with(options) { server in
            _ = try await withClient(server.url) { try await $0.send(sampleMail, envelope: sampleEnvelope()) }
            #expect(server.record.mails.count == 1)
        }
        options.latestTLS = .tlsv11
        try await ScriptedServer.with(options) { server in
            let error = try await error(server)
            #expect(error?.code == .tlsFailed)
            #expect(!server.record.lines.contains { $0.hasPrefix("AUTH") })
        }
    }

    @Test("checks the certificate against an IP address too")
    func address() async throws {
        try await ScriptedServer.with(ScriptedServer.Options(tls: .implicit)) { server in
            let url = server.url.split(separator: "localhost").joined(separator: "127.0.0.1")
            _ = try await withClient(url) { try await $0.send(sampleMail, envelope: sampleEnvelope()) }
            #expect(server.record.mails.count == 1)
        }
    }

    @Test("refuses bytes that come before the handshake (CVE-2011-0411)", arguments: ["250 injected\r\n", "2", "\0"])
    func injection(bytes: String) async throws {
        var options = ScriptedServer.Options(tls: .startTLS, account: "anna:secret")
        options.behindSTARTTLS = bytes
        try await ScriptedServer.with(options) { server in
            let error = try await error(server)
            #expect(error?.code == .tlsFailed)
            #expect(error?.detail == "the server spoke before the TLS handshake")
            #expect(server.record.lines.count == 2, "nothing is said after STARTTLS")
        }
    }

    @Test("uses only what the server offers over TLS")
    func capabilitiesForgotten() async throws {
        var options = ScriptedServer.Options(tls: .startTLS)
        options.ehlo = ["mail.test", "SIZE 5", "8BITMIME"]
        options.ehloOverTLS = ["mail.test"]
        try await ScriptedServer.with(options) { server in
            _ = try await withClient(server.url) { try await $0.send(sampleMail, envelope: sampleEnvelope()) }
            #expect(server.record.mails.first?.parameters == [])
        }
    }

    @Test("does not send mail when STARTTLS is not offered")
    func notOffered() async throws {
        try await ScriptedServer.with { server in
            let error = try await error(server, url: "smtp://anna:secret@localhost:\(server.port)")
            #expect(error?.code == .tlsNotOffered)
            #expect(error?.needsOperator == true && error?.isPermanent == false)
            await server.wait { $0.closedConnections == 1 }
            #expect(server.record.lines == ["EHLO [127.0.0.1]", "QUIT"])
        }
    }

    @Test("does not send mail when there is no mechanism it knows", arguments: ["", "CRAM-MD5 XOAUTH2"])
    func noMechanism(mechanisms: String) async throws {
        let options = ScriptedServer.Options(tls: .implicit, account: "anna:secret", mechanisms: mechanisms)
        try await ScriptedServer.with(options) { server in
            let error = try await error(server)
            #expect(error?.code == .authenticationNotOffered)
            #expect(error?.needsOperator == true && error?.isPermanent == false)
        }
    }

    @Test("tells an operator that the port is one without TLS")
    func wrongPort() async throws {
        try await ScriptedServer.with { server in
            let error = try await error(server, url: "smtps://localhost:\(server.port)")
            #expect(error?.code == .tlsFailed)
            #expect(error?.remedy.contains("587") == true)
            #expect(!server.record.lines.contains { $0.hasPrefix("EHLO") })
        }
    }

    @Test("says which file of authorities it cannot read, before it connects")
    func missingAuthorityFile() async throws {
        try await ScriptedServer.with(ScriptedServer.Options(tls: .implicit)) { server in
            let url = "smtps://localhost:\(server.port)?ca=/no/such/ca.pem"
            let error = try await error(server, url: url)
            #expect(error?.code == .tlsFailed)
            #expect(error?.needsOperator == true)
            #expect(error?.detail?.contains("/no/such/ca.pem") == true)
            #expect(server.record.connections == 0)
        }
    }
}
