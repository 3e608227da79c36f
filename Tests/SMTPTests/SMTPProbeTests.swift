// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import Synchronization
import Testing

@testable import SMTP

@Suite("The probe", .timeLimit(.minutes(10)))
struct SMTPProbeTests {
    private func probe(
        _ options: ScriptedServer.Options,
        url: String? = nil,
        sender: String = "site@example.com",
        recipients: [String] = ["owner@example.com"]
    ) async throws -> (steps: [SMTPProbeStep], error: SMTPError?, record: ScriptedServer.Record) {
        try await ScriptedServer.with(options) { server in
            let steps = Mutex<[SMTPProbeStep]>([])
            let error: SMTPError? = try await withClient(url ?? server.url) { client in
                do throws(SMTPError) {
                    try await client.probe(sender: sender, recipients: recipients) { step in
                        steps.withLock { $0.append(step) }
                    }
                    return nil
                } catch {
                    return error
                }
            }
            return (steps.withLock { $0 }, error, server.record)
        }
    }

    @Test("walks through the whole conversation and sends no mail")
    func success() async throws {
        let (steps, error, record) = try await probe(.init(tls: .startTLS, account: "anna:secret"))
        #expect(error == nil)
        #expect(
            steps.map(\.name) == [
                "connection", "greeting", "capabilities", "encryption", "capabilities", "account", "sender",
                "recipient", "goodbye",
            ]
        )
        #expect(steps.allSatisfy { $0.outcome == .passed })
        #expect(steps[0].detail.hasPrefix("127.0.0.1:"))
        #expect(steps[1].detail == "mail.test ESMTP")
        #expect(steps[2].detail.contains("STARTTLS"))
        #expect(steps[3].detail == "TLS 1.3, certificate for localhost, valid until 2126-10-30")
        #expect(record.mails.isEmpty)
        #expect(
            record.lines.suffix(7) == [
                "MAIL FROM:<site@example.com> SIZE=0", "RCPT TO:<owner@example.com>", "RSET",
                "MAIL FROM:<site@example.com> SIZE=0", "RCPT TO:<site@example.com>", "RSET", "QUIT",
            ]
        )
    }

    @Test("begins with encryption when the URL says so, and has no account without credentials")
    func implicitTLS() async throws {
        let (steps, _, _) = try await probe(.init(tls: .implicit))
        #expect(
            steps.map(\.stage) == [.connect, .starttls, .greeting, .ehlo, .mail, .rcpt, .quit]
        )
    }

    @Test(
        "stops at the first failure and says what to do",
        arguments: [
            (ScriptedServer.Fault.Stage.greeting, "554 no", SMTPStage.greeting, 1),
            (.starttls, "454 no", .starttls, 3), (.auth, "535 no", .auth, 5), (.mail, "550 no", .mail, 6),
            (.rset, "500 no", .quit, 8),
        ]
    )
    func failure(stage: ScriptedServer.Fault.Stage, reply: String, failed: SMTPStage, passed: Int) async throws {
        let fault = ScriptedServer.Fault(stage: stage, action: .reply(reply))
        let (steps, error, _) = try await probe(.init(tls: .startTLS, account: "anna:secret", faults: [fault]))
        #expect(steps.dropLast().allSatisfy { $0.outcome == .passed })
        #expect(steps.count == passed + 1)
        #expect(steps.last?.stage == failed)
        #expect(steps.last?.outcome == .failed(remedy: try #require(error).remedy))
        #expect(steps.last?.detail.contains(reply.prefix(3)) == true)
        #expect(error?.stage == failed)
    }

    @Test("tells what a server offers that takes no passwords, and then what is wrong with it")
    func noPasswords() async throws {
        let (steps, error, _) = try await probe(
            .init(tls: .implicit, account: "u:p", mechanisms: "XOAUTH2 OAUTHBEARER")
        )
        #expect(error?.code == .authenticationNotOffered)
        #expect(steps.map(\.stage) == [.connect, .starttls, .greeting, .ehlo, .auth])
        #expect(steps.last?.detail.contains("AUTH XOAUTH2 OAUTHBEARER") == true)
    }

    @Test(
        "asks in a further transaction about recipients who are too many for one",
        arguments: ["452 4.5.3 too many", "451 4.3.0 Multiple destination domains per transaction is unsupported."]
    )
    func surplus(reply: String) async throws {
        let fault = ScriptedServer.Fault(stage: .rcpt, action: .reply(reply), occasions: 2...2)
        let (steps, error, record) = try await probe(
            .init(faults: [fault]),
            recipients: ["a@example.com", "b@example.org"]
        )
        #expect(error == nil)
        #expect(steps.allSatisfy { $0.outcome == .passed })
        #expect(
            steps.filter { $0.stage == .rcpt }.map(\.detail) == ["a@example.com accepted", "b@example.org accepted"]
        )
        // The third is about the sender.
        #expect(record.lines.filter { $0 == "RSET" }.count == 3)
    }

    @Test(
        "asks about each recipient, and only a refusal that stays is a failure",
        arguments: [
            ("550 5.1.1 nobody", SMTPError.Code.recipientRefused), ("550 relay not permitted", .recipientRefused),
            ("450 4.7.1 greylisted", nil),
        ]
    )
    func recipients(reply: String, code: SMTPError.Code?) async throws {
        let fault = ScriptedServer.Fault(stage: .rcpt, action: .reply(reply), recipient: "a@example.com")
        let (steps, error, record) = try await probe(
            .init(faults: [fault]),
            recipients: ["a@example.com", #""b c"@example.com"#]
        )
        #expect(error?.code == code)
        let told = steps.filter { $0.stage == .rcpt }
        #expect(told.map { $0.outcome == .passed } == [false, true])
        let later = SMTPProbeStep.Outcome.warned(remedy: "the server asks for another attempt later")
        #expect((told[0].outcome == later) == (code == nil))
        #expect(told[0].detail.hasPrefix("a@example.com") && told[0].detail.contains(reply.prefix(3)))
        #expect(told[1].detail == #""b c"@example.com accepted"#)
        #expect(steps.last?.stage == .quit)
        #expect(record.lines.filter { $0.hasPrefix("RCPT") && !$0.contains("site@example.com") }.count == 2)
        #expect(record.mails.isEmpty)
    }

    @Test(
        "warns of a sender that the server knows not to be there, and of nothing else",
        arguments: [
            ("550 5.1.1 no such user", true), ("550 relay not permitted", false), ("550 Sender verify failed", false),
            ("451 4.3.0 later", false), ("421 4.3.2 closing", false),
        ]
    )
    func unknownSender(reply: String, isTold: Bool) async throws {
        let fault = ScriptedServer.Fault(stage: .rcpt, action: .reply(reply), recipient: "site@example.com")
        let (steps, error, record) = try await probe(.init(faults: [fault]))
        #expect(error == nil)
        let told = steps.filter { $0.outcome != .passed }
        #expect(
            told.map(\.outcome)
                == (isTold ? [.warned(remedy: "make that mailbox, or set mail.from to one that somebody reads")] : [])
        )
        if isTold {
            #expect(
                told[0].detail.contains("comes back to mail.from, site@example.com, and the server doesn't know it")
            )
            #expect(told[0].detail.contains("550"))
        }
        #expect(steps.last?.stage == .quit)
        #expect(record.mails.isEmpty)
    }

    @Test("asks once about a sender who is a recipient")
    func senderIsRecipient() async throws {
        let (_, error, record) = try await probe(.init(), sender: "owner@example.com")
        #expect(error == nil)
        #expect(record.lines.filter { $0.hasPrefix("RCPT") }.count == 1)
    }

    @Test(
        "of a server that won't take the sender does not say to check the recipient",
        arguments: [
            ("550 Sender verify failed", SMTPError.Code.senderRefused), ("550 SPF check failed", .senderRefused),
            ("550 Outgoing mail from \"site\" has been suspended.", .recipientRefused),
        ]
    )
    func senderAtFault(reply: String, code: SMTPError.Code) async throws {
        let (steps, error, _) = try await probe(.init(faults: [.init(stage: .rcpt, action: .reply(reply))]))
        #expect(error?.code == code)
        let failed = steps.filter { $0.outcome != .passed }
        #expect(failed.count == 1)
        #expect(failed.allSatisfy { $0.outcome != .failed(remedy: SMTPError.Code.recipientRefused.remedy) })
    }

    @Test("tells of a connection that cannot be made")
    func noConnection() async throws {
        let (steps, error, _) = try await probe(.init(), url: "smtp://no-such-host.invalid?tls=none")
        #expect(steps.map(\.stage) == [.connect])
        #expect(error?.code == .hostNotFound)
    }

    @Test("refuses a sender that is no address")
    func badSender() async throws {
        let (steps, error, _) = try await probe(.init(), sender: "not an address")
        #expect(error?.code == .senderRefused)
        #expect(steps.last?.stage == .mail)
    }

    @Test("forgives a server that does not answer QUIT")
    func noGoodbye() async throws {
        let (steps, error, _) = try await probe(.init(faults: [.init(stage: .quit, action: .drop)]))
        #expect(error == nil)
        #expect(steps.last?.detail == "the server closed without an answer")
    }
}
