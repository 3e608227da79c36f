// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import SMTP

@Suite("When a server fails the client", .timeLimit(.minutes(10)))
struct SMTPClientFailureTests {
    typealias Stage = ScriptedServer.Fault.Stage

    struct Row: Sendable, CustomTestStringConvertible {
        let stage: Stage
        let action: ScriptedServer.Fault.Action
        let code: SMTPError.Code
        let errorStage: SMTPStage
        var isPermanent = false
        var needsOperator = false
        var acceptedUnknown = false

        var testDescription: String { "\(action) at \(stage.rawValue)" }
    }

    /// Refusals at each stage.
    static let refusals: [Row] = [
        Row(stage: .greeting, action: .reply("450 no"), code: .serviceUnavailable, errorStage: .greeting),
        Row(
            stage: .greeting,
            action: .reply("554 no"),
            code: .serviceUnavailable,
            errorStage: .greeting,
            needsOperator: true
        ),
        Row(stage: .greeting, action: .farewell("421 no"), code: .serviceUnavailable, errorStage: .greeting),
        Row(stage: .mail, action: .farewell("421 no"), code: .serviceUnavailable, errorStage: .mail),
        Row(stage: .ehlo, action: .reply("421 no"), code: .serviceUnavailable, errorStage: .ehlo),
        // Then HELO works but has no STARTTLS.
        Row(stage: .ehlo, action: .reply("502 no"), code: .tlsNotOffered, errorStage: .starttls, needsOperator: true),
        Row(stage: .starttls, action: .reply("454 no"), code: .tlsFailed, errorStage: .starttls),
        Row(stage: .starttls, action: .reply("501 no"), code: .tlsFailed, errorStage: .starttls, needsOperator: true),
        Row(stage: .auth, action: .reply("454 no"), code: .serviceUnavailable, errorStage: .auth),
        Row(
            stage: .auth,
            action: .reply("535 5.7.8 no"),
            code: .authenticationFailed,
            errorStage: .auth,
            needsOperator: true
        ),
        Row(stage: .mail, action: .reply("451 no"), code: .senderRefused, errorStage: .mail),
        Row(stage: .mail, action: .reply("550 no"), code: .senderRefused, errorStage: .mail, needsOperator: true),
        Row(stage: .rcpt, action: .reply("451 no"), code: .recipientRefused, errorStage: .rcpt),
        Row(
            stage: .rcpt,
            action: .reply("550 no such user"),
            code: .recipientRefused,
            errorStage: .rcpt,
            isPermanent: true
        ),
        Row(stage: .data, action: .reply("451 no"), code: .messageRefused, errorStage: .data),
        Row(stage: .data, action: .reply("554 no"), code: .messageRefused, errorStage: .data, needsOperator: true),
        Row(stage: .body, action: .reply("451 no"), code: .messageRefused, errorStage: .body),
        Row(stage: .body, action: .reply("554 no"), code: .messageRefused, errorStage: .body, isPermanent: true),
        Row(
            stage: .body,
            action: .reply("250-\r\n354 no"),
            code: .unexpectedReply,
            errorStage: .body,
            acceptedUnknown: true
        ),
    ]

    /// A dropped connection and silence at each stage.
    static let losses: [Row] = [
        (Stage.greeting, SMTPStage.greeting), (.ehlo, .ehlo), (.starttls, .starttls), (.auth, .auth), (.mail, .mail),
        (.rcpt, .rcpt), (.data, .data), (.body, .body), (.accepted, .body),
    ].flatMap { stage, errorStage in
        let isAfterFinalDot = stage == .body || stage == .accepted
        return [(ScriptedServer.Fault.Action.drop, SMTPError.Code.connectionLost), (.silence, .timedOut)].map {
            Row(stage: stage, action: $0, code: $1, errorStage: errorStage, acceptedUnknown: isAfterFinalDot)
        }
    }

    @Test("it says where, what and whether a retry can help", arguments: refusals + losses)
    func fault(row: Row) async throws {
        let options = ScriptedServer.Options(
            tls: .startTLS,
            account: "anna:secret",
            faults: [.init(stage: row.stage, action: row.action)]
        )
        try await ScriptedServer.with(options) { server in
            let timeouts = row.action == .silence ? SMTPTimeouts.impatient(at: row.errorStage) : .patient
            let error = await #expect(throws: SMTPError.self) {
                try await withClient(server.url, timeouts: timeouts) {
                    try await $0.send(sampleMail, envelope: sampleEnvelope())
                }
            }
            #expect(error?.code == row.code)
            #expect(error?.stage == row.errorStage)
            #expect(error?.isPermanent == row.isPermanent)
            #expect(error?.needsOperator == row.needsOperator)
            #expect(error?.acceptedUnknown == row.acceptedUnknown)
            // The client may have given up before the server came to it.
            await server.wait { $0.connections > 0 && (row.stage != .accepted || !$0.mails.isEmpty) }
            #expect(server.record.connections == 1, "a new connection's failure is not retried")
            #expect(server.record.mails.count == (row.stage == .accepted ? 1 : 0))
        }
    }

    @Test("in the middle of a message, the message is known not to be taken", arguments: [Row.drop, .stall, .verdict])
    func midBody(row: Row) async throws {
        var options = ScriptedServer.Options(faults: [.init(stage: .midBody, action: row.action, occasions: 1...1)])
        options.ehlo = ["mail.test", "SIZE 100000000"]
        try await ScriptedServer.with(options) { server in
            // More than the buffers of both ends hold, so that the client cannot have come to the final dot.
            let message = [UInt8](repeating: UInt8(ascii: "x"), count: 16 << 20)
            var timeouts = SMTPTimeouts.patient
            timeouts.dataBlock = .milliseconds(row.action == .silence ? 250 : 60_000)
            let error = await #expect(throws: SMTPError.self) {
                try await withClient(server.url, timeouts: timeouts) {
                    try await $0.send(message, envelope: sampleEnvelope())
                }
            }
            #expect(error?.code == row.code)
            #expect(error?.stage == .body)
            #expect(error?.isPermanent == row.isPermanent)
            #expect(error?.acceptedUnknown == false)
            #expect(server.record.mails.isEmpty)
        }
    }

    @Test("with a first line that is not SMTP, it says so", arguments: ["HTTP/1.1 400 Bad", "SSH-2.0-x", "\0\0\0"])
    func notSMTP(greeting: String) async throws {
        try await ScriptedServer.with(ScriptedServer.Options(greeting: greeting)) { server in
            let error = await #expect(throws: SMTPError.self) {
                try await withClient(server.url) { try await $0.send(sampleMail, envelope: sampleEnvelope()) }
            }
            #expect(error?.code == .unexpectedReply)
            #expect(error?.isPermanent == false)
        }
    }

    @Test("with 64 KB of greeting, it gives up")
    func endlessGreeting() async throws {
        let greeting = String(repeating: "220-" + String(repeating: "x", count: 1_000) + "\r\n", count: 100)
        try await ScriptedServer.with(ScriptedServer.Options(greeting: greeting)) { server in
            let error = await #expect(throws: SMTPError.self) {
                try await withClient(server.url) { try await $0.send(sampleMail, envelope: sampleEnvelope()) }
            }
            #expect(error?.code == .unexpectedReply)
        }
    }

    @Test("by greylisting, the second attempt goes through")
    func greylisting() async throws {
        let fault = ScriptedServer.Fault(stage: .rcpt, action: .reply("451 4.7.1 greylisted"), occasions: 1...1)
        try await ScriptedServer.with(ScriptedServer.Options(faults: [fault])) { server in
            try await withClient(server.url) { client in
                let error = await #expect(throws: SMTPError.self) {
                    try await client.send(sampleMail, envelope: sampleEnvelope())
                }
                #expect(error?.isPermanent == false)
                _ = try await client.send(sampleMail, envelope: sampleEnvelope())
            }
            #expect(server.record.connections == 1)
            #expect(server.record.lines.contains("RSET"))
            #expect(server.record.mails.count == 1)
        }
    }

    @Test("for want of an extension, the caller learns it before MAIL and the connection stays")
    func smtputf8Fallback() async throws {
        var options = ScriptedServer.Options()
        options.ehlo = ["mail.test", "8BITMIME"]
        try await ScriptedServer.with(options) { server in
            try await withClient(server.url) { client in
                let envelope = try SMTPEnvelope(sender: "s@example.com", recipients: ["å@example.com"])
                let error = await #expect(throws: SMTPError.self) {
                    try await client.send(sampleMail, envelope: envelope)
                }
                #expect(error?.code == .smtputf8NotSupported)
                _ = try await client.send(sampleMail, envelope: sampleEnvelope())
            }
            #expect(server.record.connections == 1)
            #expect(server.record.lines.filter { $0.hasPrefix("MAIL") } == ["MAIL FROM:<site@example.com>"])
        }
    }
}

extension SMTPClientFailureTests.Row {
    fileprivate static let drop = Self(stage: .midBody, action: .drop, code: .connectionLost, errorStage: .body)
    fileprivate static let stall = Self(stage: .midBody, action: .silence, code: .timedOut, errorStage: .body)
    fileprivate static let verdict = Self(
        stage: .midBody,
        action: .reply("552 5.3.4 too big"),
        code: .messageTooLarge,
        errorStage: .body,
        isPermanent: true
    )
}
