// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import SMTP

@Suite("The transaction's state machine")
struct SMTPTransactionTests {
    private let everything = Self.capabilities("SIZE 1000", "8BITMIME", "SMTPUTF8")

    private static func capabilities(_ lines: String...) -> SMTPCapabilities {
        SMTPCapabilities(ehlo: SMTPReply(code: 250, lines: ["h"] + lines))
    }

    /// Answers each command in turn and gives the lines that were sent.
    private func run(
        _ transaction: inout SMTPTransaction,
        _ replies: [(Int, String)]
    ) throws(SMTPError) -> (lines: [String], receipt: SMTPReceipt?) {
        var lines: [String] = []
        var action = transaction.start()
        for (code, text) in replies {
            switch action {
            case .send(let command): lines.append(command.line)
            case .sendMessage: lines.append("(message)")
            case .finished: break
            }
            action = try transaction.receive(SMTPReply(code: code, lines: [text]))
        }
        if case .finished(let receipt) = action { return (lines, receipt) }
        return (lines, nil)
    }

    private func transaction(
        _ recipients: String...,
        message: String = "a\r\n",
        capabilities: SMTPCapabilities? = nil
    ) throws -> SMTPTransaction {
        try SMTPTransaction(
            message: SMTPMessage(Array(message.utf8)),
            envelope: SMTPEnvelope(sender: "s@x.se", recipients: recipients),
            capabilities: capabilities ?? everything
        )
    }

    @Test("sends MAIL, RCPT, DATA and the message")
    func accepted() throws {
        var transaction = try transaction("a@x.se", "b@x.se")
        let replies = [(250, ""), (250, ""), (251, ""), (354, ""), (250, "2.0.0 queued")]
        let (lines, receipt) = try run(&transaction, replies)
        #expect(lines == ["MAIL FROM:<s@x.se> SIZE=3", "RCPT TO:<a@x.se>", "RCPT TO:<b@x.se>", "DATA", "(message)"])
        #expect(receipt == SMTPReceipt(reply: "250 2.0.0 queued", accepted: ["a@x.se", "b@x.se"], refused: []))
    }

    @Test("goes on when one recipient of several is refused, and reports it")
    func partlyRefused() throws {
        var transaction = try transaction("a@x.se", "b@x.se", "c@x.se")
        let replies = [(250, ""), (550, "5.1.1 no"), (250, ""), (452, "too many"), (354, ""), (250, "ok")]
        let receipt = try #require(try run(&transaction, replies).receipt)
        #expect(receipt.accepted == ["b@x.se"])
        #expect(receipt.refused.map(\.address) == ["a@x.se", "c@x.se"])
        #expect(receipt.refused.map(\.error.isPermanent) == [true, false])
        #expect(receipt.refused.map(\.error.replyCode) == [550, 452])
    }

    @Test(
        "one that is only too many for the transaction is told from one that is refused",
        arguments: [
            (452, "4.5.3 too many", true), (452, "too many", true), (552, "too many", true), (550, "5.5.3 x", true),
            (451, "4.3.0 Multiple destination domains per transaction is unsupported. Please try again.", true),
            (451, "too many recipients", true),
            // Another transaction would not take them either.
            (452, "4.2.2 full", false), (452, "Mailbox full", false), (552, "Insufficient system storage", false),
            (451, "4.3.0 lookup failed", false), (451, "4.7.1 greylisted", false),
        ]
    )
    func surplus(code: Int, text: String, isSurplus: Bool) throws {
        var transaction = try transaction("a@x.se", "b@y.se")
        let replies = [(250, ""), (250, ""), (code, text), (354, ""), (250, "ok")]
        let receipt = try #require(try run(&transaction, replies).receipt)
        #expect(receipt.accepted == ["a@x.se"])
        #expect(receipt.refused.map(\.address) == ["b@y.se"])
        #expect(receipt.surplus == (isSurplus ? ["b@y.se"] : []))
    }

    @Test("nobody is too many before one is taken")
    func noSurplus() throws {
        var transaction = try transaction("a@x.se", "b@x.se")
        let replies = [(250, ""), (452, "4.5.3 x"), (250, ""), (354, ""), (250, "ok")]
        #expect(try run(&transaction, replies).receipt?.surplus == [])
    }

    @Test(
        "fails when all recipients are refused, for good only if each was",
        arguments: [
            ([550, 553], true), ([550, 451], false), ([450, 550], false), ([552, 552], false), ([550, 552], false),
        ]
    )
    func allRefused(codes: [Int], isPermanent: Bool) throws {
        var transaction = try transaction("a@x.se", "b@x.se")
        let error = #expect(throws: SMTPError.self) {
            _ = try run(&transaction, [(250, "")] + codes.map { ($0, "no such user") })
        }
        #expect(error?.code == .recipientRefused)
        #expect(error?.isPermanent == isPermanent)
        #expect(transaction.needsReset)
    }

    @Test(
        "adds the parameters that the message needs and the server knows",
        arguments: [
            ("a", ["SIZE 9"], " SIZE=3"), ("a", [], ""), ("å", ["8BITMIME"], " BODY=8BITMIME"),
            ("å", ["SIZE", "8BITMIME"], " SIZE=4 BODY=8BITMIME"), ("a", ["8BITMIME", "SMTPUTF8"], ""),
        ]
    )
    func parameters(message: String, offered: [String], expected: String) throws {
        let capabilities = SMTPCapabilities(ehlo: SMTPReply(code: 250, lines: ["h"] + offered))
        var transaction = try transaction("a@x.se", message: message, capabilities: capabilities)
        let action = transaction.start()
        guard case .send(let mail) = action else {
            Issue.record("\(action)")
            return
        }
        #expect(mail.line == "MAIL FROM:<s@x.se>\(expected)")
    }

    @Test("takes a message of exactly the size that the server does")
    func largest() throws {
        let text = String(repeating: "x", count: 998) + "\r\n"
        var transaction = try transaction("a@x.se", message: text)
        let (lines, receipt) = try run(&transaction, [(250, ""), (250, ""), (354, ""), (250, "ok")])
        #expect(lines.first == "MAIL FROM:<s@x.se> SIZE=1000")
        #expect(receipt?.accepted == ["a@x.se"])
    }

    @Test("adds SMTPUTF8 for an address outside ASCII")
    func smtputf8() throws {
        var transaction = try transaction("å@x.se")
        let action = transaction.start()
        guard case .send(let mail) = action else {
            Issue.record("\(action)")
            return
        }
        #expect(mail.line == "MAIL FROM:<s@x.se> SIZE=3 SMTPUTF8")
    }

    @Test(
        "is refused before a word is said when the server cannot take it",
        arguments: [
            ("a@x.se", String(repeating: "x", count: 999), ["SIZE 1000"], SMTPError.Code.messageTooLarge),
            ("a@x.se", "å", ["SIZE 1000"], .eightBitNotSupported),
            ("å@x.se", "a", ["8BITMIME"], .smtputf8NotSupported),
        ]
    )
    func impossible(recipient: String, message: String, offered: [String], code: SMTPError.Code) {
        let capabilities = SMTPCapabilities(ehlo: SMTPReply(code: 250, lines: ["h"] + offered))
        let error = #expect(throws: SMTPError.self) {
            _ = try SMTPTransaction(
                message: SMTPMessage(Array(message.utf8)),
                envelope: SMTPEnvelope(sender: "s@x.se", recipients: [recipient]),
                capabilities: capabilities
            )
        }
        #expect(error?.code == code)
        // Another address, or another server, mends the others.
        #expect(error?.isPermanent == (code == .messageTooLarge))
        #expect(error?.leavesConnectionUsable == true)
    }

    @Test(
        "needs a reset after MAIL and before the message",
        arguments: [(0, false), (1, true), (2, true), (3, false)]
    )
    func reset(step: Int, needsReset: Bool) throws {
        var transaction = try transaction("a@x.se")
        let good = [(250, ""), (250, ""), (354, "")]
        #expect(throws: SMTPError.self) { _ = try run(&transaction, good[..<step] + [(550, "no")]) }
        #expect(transaction.needsReset == needsReset)
    }

    @Test("ends at once when a recipient's reply is about the connection", arguments: [421, 530, 354])
    func wholeTransaction(code: Int) throws {
        var transaction = try transaction("a@x.se", "b@x.se")
        let error = #expect(throws: SMTPError.self) { _ = try run(&transaction, [(250, ""), (250, ""), (code, "x")]) }
        #expect(error?.code != .recipientRefused)
        #expect(error?.isPermanent == false)
        #expect(error?.leavesConnectionUsable == false)
    }

    @Test("does not show the addresses that a server repeats")
    func masked() throws {
        var transaction = try transaction("anna.berg@x.se")
        let error = #expect(throws: SMTPError.self) {
            _ = try run(&transaction, [(250, ""), (550, "5.1.1 <anna.berg@x.se>: no user Anna.Berg here")])
        }
        #expect(error?.detail == "5.1.1 <***>: no user *** here")
    }

    @Test("refuses replies that it has not asked for")
    func unasked() throws {
        var transaction = try transaction("a@x.se")
        #expect(throws: SMTPError.self) { _ = try transaction.receive(SMTPReply(code: 250, lines: ["x"])) }
    }
}
