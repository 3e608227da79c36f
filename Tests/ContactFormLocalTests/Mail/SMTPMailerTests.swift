// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm
import Logging
import Mail
import Synchronization
import Testing

@testable import ContactFormLocal
@testable import SMTP

@Suite("The SMTP mailer")
struct SMTPMailerTests {
    @Test("a mail goes to the server as it is written, and its reply is the receipt")
    func send() async throws {
        let server = ScriptedServer([.success("250 2.0.0 queued as 4bW")])
        let message = try MailMessage.sample(to: ["owner@example.com", "other@räksmörgås.example"])
        let receipt = try await server.mailer.send(message)
        #expect(receipt == MailerReceipt(providerMessageID: "250 2.0.0 queued as 4bW"))
        let sent = try #require(server.sent.first)
        #expect(server.sent.count == 1)
        #expect(sent.message == message.serialized())
        #expect(sent.envelope.sender == "form@example.com")
        #expect(sent.envelope.recipients == ["owner@example.com", "other@xn--rksmrgs-5wao1o.example"])
        #expect(!sent.envelope.needsSMTPUTF8)
    }

    @Test("a Reply-To beyond ASCII is left out, for a server behind this one might return the mail for it")
    func replyToBeyondASCII() async throws {
        let server = ScriptedServer([.success("250 ok")])
        _ = try await server.mailer.send(.sample(replyTo: "jöran@example.com"))
        #expect(server.sent.count == 1)
        #expect(ParsedMail(server.sent[0].message).header("Reply-To") == nil)
        #expect(server.sent[0].message.allSatisfy { $0 < 0x80 })
    }

    @Test("a recipient that was refused is told of, with whether it is for good", arguments: [true, false])
    func refusedRecipient(isPermanent: Bool) async throws {
        let error = SMTPError(.recipientRefused, stage: .rcpt, isPermanent: isPermanent)
        let server = ScriptedServer([.success("250 ok")], refusing: error)
        let message = try MailMessage.sample(to: ["a@example.com", "b@example.com"])
        let receipt = try await server.mailer.send(message)
        #expect(
            receipt.refused == [
                RefusedRecipient(
                    UnreachedRecipient(address: "b@example.com", reason: error.description),
                    isPermanent: isPermanent
                )
            ]
        )
    }

    @Test(
        "a mail for some of its recipients goes to them alone and names them all, which asks for what the names do",
        arguments: [("a@example.com", false), ("åsa@example.com", true)]
    )
    func onlyFor(other: String, needsSMTPUTF8: Bool) async throws {
        let server = ScriptedServer([.success("250 ok")])
        var message = try MailMessage.sample(to: [other, "b@example.com"])
        message.onlyFor = [message.to[1]]
        _ = try await server.mailer.send(message)
        #expect(server.sent.map(\.envelope.recipients) == [["b@example.com"]])
        #expect(ParsedMail(server.sent[0].message).header("To") == "\(other), b@example.com")
        #expect(server.sent.map(\.envelope.needsSMTPUTF8) == [needsSMTPUTF8])
    }

    @Test("an owner's address beyond ASCII needs a server that takes it, and waits for one")
    func recipientBeyondASCII() async throws {
        let server = ScriptedServer([.failure(SMTPError(.smtputf8NotSupported, stage: .mail, needsOperator: true))])
        let message = try MailMessage.sample(replyTo: "jöran@example.com", to: ["ägare@example.com"])
        let error = await #expect(throws: MailerError.self) {
            try await server.mailer.send(message)
        }
        #expect(error?.code == "smtputf8NotSupported")
        #expect(error?.isPermanent == false)
        #expect(error?.isForRecipients == true)
        #expect(server.sent.map(\.envelope.needsSMTPUTF8) == [true])
        #expect(ParsedMail(server.sent[0].message).header("Reply-To") == "jöran@example.com")
    }

    @Test(
        "what any other mail would meet is told apart from what is this one's",
        arguments: [
            (SMTPError(.connectionFailed, stage: .connect), true),
            (SMTPError(.timedOut, stage: .mail), true),
            (SMTPError(.connectionLost, stage: .mail), true),
            (SMTPError(.serviceUnavailable, stage: .rcpt), true),
            (SMTPError(.serviceUnavailable, stage: .body), true),
            (SMTPError(.authenticationRequired, stage: .mail), true),
            (SMTPError(.senderRefused, stage: .body), true),
            (SMTPError(.timedOut, stage: .rcpt), false),
            (SMTPError(.connectionLost, stage: .body, acceptedUnknown: true), false),
            (SMTPError(.recipientRefused, stage: .rcpt), false),
            (SMTPError(.messageRefused, stage: .body, isPermanent: true), false),
        ]
    )
    func affectsAllMail(error: SMTPError, affectsAllMail: Bool) async throws {
        let server = ScriptedServer([.failure(error)])
        let thrown = await #expect(throws: MailerError.self) {
            try await server.mailer.send(.sample())
        }
        #expect(thrown?.affectsAllMail == affectsAllMail)
        #expect(thrown?.mayHaveArrived == error.acceptedUnknown)
    }

    @Test(
        "a failure keeps whether it is permanent, with a code for metrics and words for the operator",
        arguments: [
            SMTPError(.recipientRefused, stage: .rcpt, isPermanent: true, detail: "no such user"),
            SMTPError(.recipientRefused, stage: .rcpt, detail: "greylisted"),
            SMTPError(.authenticationFailed, stage: .auth, needsOperator: true),
            SMTPError(.connectionLost, stage: .data, acceptedUnknown: true),
            SMTPError(.timedOut, stage: .connect),
        ]
    )
    func failure(_ error: SMTPError) async throws {
        let server = ScriptedServer([.failure(error)])
        let thrown = await #expect(throws: MailerError.self) {
            try await server.mailer.send(.sample())
        }
        #expect(thrown?.isPermanent == error.isPermanent)
        #expect(thrown?.needsOperator == error.needsOperator)
        #expect(thrown?.code == error.shortDescription)
        #expect(thrown?.reason == error.description)
        #expect(thrown?.loggableReason == error.loggableDescription)
    }

    @Test(
        "421 to a recipient holds back all mail, but not when others have this one already",
        arguments: [(SMTPStage.rcpt, true, false), (.rcpt, false, true), (.mail, true, true), (.body, true, true)]
    )
    func endAtRest(stage: SMTPStage, isForRest: Bool, affectsAllMail: Bool) async throws {
        let reply = SMTPReply(code: 421, lines: ["4.7.0 closing"])
        let server = ScriptedServer([.failure(.refusal(reply, at: stage))])
        var message = try MailMessage.sample(to: ["a@example.com", "b@example.com"])
        message.onlyFor = isForRest ? [message.to[1]] : message.to
        let error = await #expect(throws: MailerError.self) { try await server.mailer.send(message) }
        #expect(error?.affectsAllMail == affectsAllMail)
        #expect(error?.isForRecipients == !affectsAllMail)
        #expect(error?.isPermanent == false)
    }

    @Test("421 to one recipient holds back no other mail when the server has refused all others since")
    func endBesideRefused() async throws {
        var end = SMTPError.refusal(SMTPReply(code: 421, lines: ["4.7.0 closing"]), at: .rcpt)
        end.othersWereRefused = true
        let server = ScriptedServer([.failure(end)])
        let message = try MailMessage.sample(to: ["a@example.com", "b@example.com"])
        let error = await #expect(throws: MailerError.self) { try await server.mailer.send(message) }
        #expect(error?.affectsAllMail == false)
        #expect(error?.isForRecipients == true && error?.isPermanent == false)
    }

    @Test("a mail for nobody waits until somebody is named, and never reaches the server")
    func nobody() async throws {
        let server = ScriptedServer([])
        let message = try MailMessage.sample(to: [])
        let error = await #expect(throws: MailerError.self) {
            try await server.mailer.send(message)
        }
        #expect(error == .noRecipients)
        #expect(error?.isPermanent == false && error?.needsOperator == true && error?.affectsAllMail == false)
        #expect(server.sent.isEmpty)
    }
}

/// Answers each message with the next of its replies.
private final class ScriptedServer: Sendable {
    private struct State {
        var replies: [Result<String, SMTPError>]
        var sent: [(message: [UInt8], envelope: SMTPEnvelope)] = []
    }

    private let state: Mutex<State>

    /// Why the last recipient of each message is refused; nil when it is not.
    private let refusal: SMTPError?

    init(_ replies: [Result<String, SMTPError>], refusing refusal: SMTPError? = nil) {
        state = Mutex(State(replies: replies))
        self.refusal = refusal
    }

    var sent: [(message: [UInt8], envelope: SMTPEnvelope)] { state.withLock { $0.sent } }

    var mailer: SMTPMailer {
        SMTPMailer(logger: Logger(label: "test")) { message, envelope async throws(SMTPError) in
            let reply = self.state.withLock { state in
                state.sent.append((message, envelope))
                return state.replies.removeFirst()
            }
            guard let refusal = self.refusal, let last = envelope.recipients.last else {
                return SMTPReceipt(reply: try reply.get(), accepted: envelope.recipients, refused: [])
            }
            return SMTPReceipt(
                reply: try reply.get(),
                accepted: Array(envelope.recipients.dropLast()),
                refused: [SMTPRefusedRecipient(address: last, error: refusal)]
            )
        }
    }
}
