// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@testable import SMTP

@Suite("The handshake's state machine")
struct SMTPHandshakeTests {
    private typealias Action = SMTPHandshake.Action

    private func machine(_ url: String) throws -> SMTPHandshake {
        SMTPHandshake(endpoint: try SMTPEndpoint(url: url), heloName: "client.test")
    }

    private func reply(_ code: Int, _ lines: String...) -> SMTPReply {
        SMTPReply(code: code, lines: lines.isEmpty ? ["ok"] : lines)
    }

    private func line(_ action: Action) -> String? {
        if case .send(let command) = action { command.line } else { nil }
    }

    @Test("in plain text says EHLO and is ready")
    func plaintext() throws {
        var machine = try machine("smtp://h?tls=none")
        #expect(machine.start() == .awaitGreeting)
        #expect(line(try machine.receive(reply(220))) == "EHLO client.test")
        guard case .ready(let capabilities) = try machine.receive(reply(250, "h", "SIZE 5")) else {
            Issue.record("not ready")
            return
        }
        #expect(capabilities.maximumMessageSize == 5)
    }

    @Test("with TLS from the start encrypts before the greeting")
    func implicitTLS() throws {
        var machine = try machine("smtps://u:p@h")
        #expect(machine.start() == .upgradeToTLS)
        #expect(machine.tlsEstablished() == .awaitGreeting)
        #expect(line(try machine.receive(reply(220))) == "EHLO client.test")
        #expect(line(try machine.receive(reply(250, "h", "AUTH PLAIN"))) == "AUTH PLAIN \(base64("\0u\0p"))")
        guard case .ready = try machine.receive(reply(235)) else {
            Issue.record("not ready")
            return
        }
    }

    @Test("with STARTTLS asks again over TLS and forgets what was said before")
    func startTLS() throws {
        var machine = try machine("smtp://u:p@h")
        _ = machine.start()
        _ = try machine.receive(reply(220))
        #expect(line(try machine.receive(reply(250, "h", "STARTTLS", "AUTH PLAIN", "SMTPUTF8"))) == "STARTTLS")
        #expect(try machine.receive(reply(220)) == .upgradeToTLS)
        #expect(line(machine.tlsEstablished()) == "EHLO client.test")
        #expect(line(try machine.receive(reply(250, "h", "STARTTLS", "AUTH LOGIN"))) == "AUTH LOGIN")
        _ = try machine.receive(reply(334))
        _ = try machine.receive(reply(334))
        guard case .ready(let capabilities) = try machine.receive(reply(235)) else {
            Issue.record("not ready")
            return
        }
        #expect(!capabilities.offersSMTPUTF8)
    }

    @Test("falls back to HELO when EHLO is not known, and has no extensions then", arguments: [500, 502, 504, 550])
    func helo(code: Int) throws {
        var machine = try machine("smtp://h?tls=none")
        _ = machine.start()
        _ = try machine.receive(reply(220))
        #expect(line(try machine.receive(reply(code))) == "HELO client.test")
        #expect(try machine.receive(reply(250, "h", "SIZE 5")) == .ready(SMTPCapabilities()))
    }

    @Test("never goes on without TLS when TLS is wanted", arguments: ["smtp://u:p@h", "smtp://h"])
    func noDowngrade(url: String) throws {
        for ehlo in [reply(250, "h", "AUTH PLAIN LOGIN"), reply(502)] {
            var machine = try machine(url)
            _ = machine.start()
            _ = try machine.receive(reply(220))
            let error = #expect(throws: SMTPError.self) {
                _ = try machine.receive(ehlo)
                _ = try machine.receive(reply(250, "h", "AUTH PLAIN LOGIN"))
            }
            #expect(error?.code == .tlsNotOffered)
            #expect(error?.needsOperator == true && error?.isPermanent == false)
        }
    }

    @Test(
        "stops at a refusal, which is never the message's fault",
        arguments: [
            (0, 554, SMTPError.Code.serviceUnavailable, true), (0, 421, .serviceUnavailable, false),
            (0, 354, .unexpectedReply, false), (1, 421, .serviceUnavailable, false),
            (1, 450, .serviceUnavailable, false), (2, 454, .tlsFailed, false), (2, 501, .tlsFailed, true),
            (3, 535, .authenticationFailed, true), (3, 454, .serviceUnavailable, false),
            (3, 250, .unexpectedReply, false),
        ]
    )
    func refusals(step: Int, code: Int, expected: SMTPError.Code, needsOperator: Bool) throws {
        var machine = try machine("smtp://u:p@h")
        _ = machine.start()
        let good = [reply(220), reply(250, "h", "STARTTLS"), reply(220), reply(250, "h", "AUTH PLAIN")]
        let error = #expect(throws: SMTPError.self) {
            for index in 0..<step { _ = try machine.receive(good[index]) }
            if step == 3 {
                _ = machine.tlsEstablished()
                _ = try machine.receive(good[3])
            }
            _ = try machine.receive(reply(code))
        }
        #expect(error?.code == expected)
        #expect(error?.isPermanent == false)
        #expect(error?.needsOperator == needsOperator)
        #expect(error?.replyCode == code)
    }

    @Test(
        "says what is offered where that is no way to sign in, and where no password is one",
        arguments: [
            ("AUTH XOAUTH2 OAUTHBEARER", "AUTH XOAUTH2 OAUTHBEARER", true), ("AUTH XOAUTH2", "AUTH XOAUTH2", true),
            ("AUTH GSSAPI XOAUTH2", "AUTH GSSAPI XOAUTH2", false), ("AUTH", nil, false), ("SIZE", nil, false),
        ]
    )
    func notOffered(line: String, detail: String?, wantsToken: Bool) throws {
        var machine = try machine("smtps://u:p@h")
        _ = machine.start()
        _ = machine.tlsEstablished()
        _ = try machine.receive(reply(220))
        let error = #expect(throws: SMTPError.self) { _ = try machine.receive(reply(250, "h", line)) }
        #expect(error?.code == .authenticationNotOffered)
        #expect(error?.detail == detail)
        #expect(error?.remedy.contains("takes no passwords") == wantsToken)
    }

    @Test("refuses replies that it has not asked for")
    func unasked() throws {
        var machine = try machine("smtp://h?tls=none")
        #expect(throws: SMTPError.self) { _ = try machine.receive(reply(220)) }
    }
}

@Suite("Authentication")
struct SMTPAuthenticationTests {
    private func exchange(
        _ username: String,
        _ password: String,
        mechanisms: String,
        replies: [Int]
    ) throws -> [String] {
        let offered = SMTPCapabilities(ehlo: SMTPReply(code: 250, lines: ["h", "AUTH \(mechanisms)"]))
        let credentials = SMTPCredentials(username: username, password: password)
        var authentication = try #require(SMTPAuthentication(credentials, offered: offered))
        var lines = [authentication.firstCommand.line]
        for code in replies {
            if let next = try authentication.receive(SMTPReply(code: code, lines: ["x"])) { lines.append(next.line) }
        }
        return lines
    }

    @Test("prefers PLAIN, in one line")
    func plain() throws {
        let lines = try exchange("anna", "läsk", mechanisms: "LOGIN PLAIN", replies: [235])
        #expect(lines == ["AUTH PLAIN AGFubmEAbMOkc2s="])
    }

    @Test("uses LOGIN when there is no PLAIN")
    func login() throws {
        let lines = try exchange("anna", "x", mechanisms: "LOGIN CRAM-MD5", replies: [334, 334, 235])
        #expect(lines == ["AUTH LOGIN", "YW5uYQ==", "eA=="])
    }

    @Test("turns to LOGIN when the server does not know PLAIN after all")
    func fallback() throws {
        let lines = try exchange("anna", "xy", mechanisms: "PLAIN LOGIN", replies: [504, 334, 334, 235])
        #expect(lines == ["AUTH PLAIN AGFubmEAeHk=", "AUTH LOGIN", "YW5uYQ==", "eHk="])
    }

    @Test("sends long credentials after the challenge, to keep lines under 512 bytes")
    func long() throws {
        let password = String(repeating: "p", count: 400)
        let lines = try exchange("anna", password, mechanisms: "PLAIN", replies: [334, 235])
        #expect(lines == ["AUTH PLAIN", base64("\0anna\0\(password)")])
    }

    @Test("never logs what is secret")
    func loggable() {
        #expect(SMTPCommand.auth("PLAIN", initialResponse: "c2VjcmV0").loggableLine == "AUTH PLAIN ***")
        #expect(SMTPCommand.authResponse("c2VjcmV0").loggableLine == "***")
    }

    @Test(
        "hides credentials that the server repeats",
        arguments: ["annaberg", "hunter2", base64("\0annaberg\0hunter2")]
    )
    func echo(secret: String) throws {
        let offered = SMTPCapabilities(ehlo: SMTPReply(code: 250, lines: ["h", "AUTH PLAIN"]))
        let credentials = SMTPCredentials(username: "annaberg", password: "hunter2")
        var authentication = try #require(SMTPAuthentication(credentials, offered: offered))
        let error = #expect(throws: SMTPError.self) {
            _ = try authentication.receive(SMTPReply(code: 535, lines: ["5.7.8 not good: \(secret), sorry"]))
        }
        #expect(error?.description.contains(secret) == false)
        #expect(error?.detail == "5.7.8 not good: ***, sorry")
    }

    @Test("is not possible when neither mechanism is offered", arguments: ["CRAM-MD5", "XOAUTH2 GSSAPI"])
    func none(mechanisms: String) {
        let offered = SMTPCapabilities(ehlo: SMTPReply(code: 250, lines: ["h", "AUTH \(mechanisms)"]))
        #expect(SMTPAuthentication(SMTPCredentials(username: "a", password: "b"), offered: offered) == nil)
    }

    @Test("agrees with another base64 on random texts")
    func base64Agreement() throws {
        var generator = SplitMix64(seed: 11)
        for length in 0..<200 {
            let user = String((0..<length).map { _ in "abcåäö😀".randomElement(using: &generator) ?? "a" })
            let lines = try exchange(user, "p", mechanisms: "LOGIN", replies: [334])
            #expect(lines.last == base64(user))
        }
    }
}
