// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import Glibc
import NIOCore
import TestSupport
import Testing

@testable import SMTP

@Suite("An SMTP error")
struct SMTPErrorTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let stage: SMTPStage
        let reply: String
        let code: SMTPError.Code
        var isPermanent = false
        var needsOperator = false
        var acceptedUnknown = false

        var testDescription: String { "\(reply) at \(stage.rawValue)" }
    }

    static let rows = [
        Row(stage: .greeting, reply: "554 no", code: .serviceUnavailable, needsOperator: true),
        Row(stage: .greeting, reply: "450 no", code: .serviceUnavailable),
        Row(stage: .ehlo, reply: "550 no", code: .serviceUnavailable, needsOperator: true),
        Row(stage: .starttls, reply: "454 later", code: .tlsFailed),
        Row(stage: .starttls, reply: "502 what", code: .tlsFailed, needsOperator: true),
        Row(stage: .auth, reply: "535 5.7.8 no", code: .authenticationFailed, needsOperator: true),
        Row(stage: .auth, reply: "454 4.7.0 later", code: .serviceUnavailable),
        Row(stage: .mail, reply: "550 5.1.8 no", code: .senderRefused, needsOperator: true),
        Row(stage: .mail, reply: "451 4.3.0 later", code: .senderRefused),
        Row(stage: .mail, reply: "530 5.7.0 authenticate", code: .authenticationRequired, needsOperator: true),
        Row(stage: .mail, reply: "552 5.3.4 too big", code: .messageTooLarge, isPermanent: true),
        Row(stage: .mail, reply: "552 too big", code: .messageTooLarge, isPermanent: true),
        Row(stage: .mail, reply: "421 4.3.2 closing", code: .serviceUnavailable),
        Row(stage: .rcpt, reply: "550 5.1.1 no", code: .recipientRefused, isPermanent: true),
        Row(stage: .rcpt, reply: "554 5.7.1 relaying denied", code: .recipientRefused, needsOperator: true),
        Row(stage: .rcpt, reply: "450 4.2.1 later", code: .recipientRefused),
        Row(stage: .rcpt, reply: "452 4.5.3 too many", code: .recipientRefused),
        Row(stage: .rcpt, reply: "552 too many", code: .recipientRefused),
        Row(stage: .rcpt, reply: "354 what", code: .unexpectedReply),
        Row(stage: .data, reply: "554 5.5.1 no", code: .messageRefused, needsOperator: true),
        Row(stage: .data, reply: "451 later", code: .messageRefused),
        Row(stage: .data, reply: "250 what", code: .unexpectedReply),
        Row(stage: .body, reply: "554 5.7.1 spam", code: .messageRefused, isPermanent: true),
        Row(stage: .body, reply: "451 4.7.1 greylisted", code: .messageRefused),
        Row(stage: .rcpt, reply: "550 5.2.2 mailbox full", code: .recipientRefused),
        Row(stage: .rcpt, reply: "554 5.3.1 system full", code: .recipientRefused),
        Row(stage: .rcpt, reply: "550 5.2.1 mailbox disabled", code: .recipientRefused, isPermanent: true),
        Row(stage: .body, reply: "552 5.2.2 mailbox full", code: .messageRefused),
        Row(stage: .body, reply: "552 5.2.3 too long", code: .messageTooLarge, isPermanent: true),
        // What it is about goes before where it is said.
        Row(stage: .rcpt, reply: "550 5.1.8 domain not found", code: .senderRefused, needsOperator: true),
        Row(stage: .rcpt, reply: "550 5.1.7 bad sender", code: .senderRefused, needsOperator: true),
        Row(
            stage: .rcpt,
            reply: "550 5.1.0 <***>: Sender address rejected: User unknown",
            code: .senderRefused,
            needsOperator: true
        ),
        Row(stage: .rcpt, reply: "550 relay not permitted", code: .recipientRefused, needsOperator: true),
        Row(
            stage: .rcpt,
            reply: "550 Please turn on SMTP Authentication in your mail client.",
            code: .recipientRefused,
            needsOperator: true
        ),
        Row(stage: .rcpt, reply: "550 no such user", code: .recipientRefused, isPermanent: true),
        Row(stage: .rcpt, reply: "503 5.5.1 need MAIL command", code: .serviceUnavailable, needsOperator: true),
        Row(stage: .rcpt, reply: "550 5.4.1 Access denied", code: .recipientRefused, isPermanent: true),
        Row(stage: .rcpt, reply: "550 5.4.3 no answer from the directory", code: .recipientRefused),
        Row(stage: .rcpt, reply: "550 5.4.4 no such domain", code: .recipientRefused, isPermanent: true),
        Row(stage: .rcpt, reply: "550 5.4.5 daily limit", code: .serviceUnavailable, needsOperator: true),
        Row(
            stage: .body,
            reply: "550 5.4.5 Daily user sending limit exceeded",
            code: .serviceUnavailable,
            needsOperator: true
        ),
        Row(stage: .body, reply: "550 5.4.6 Unusual sending activity", code: .messageRefused),
        Row(stage: .body, reply: "554 5.2.252 SendAsDenied; form", code: .senderRefused, needsOperator: true),
        Row(
            stage: .body,
            reply: "554 5.2.0 STOREDRV; SendAsDeniedException",
            code: .senderRefused,
            needsOperator: true
        ),
        Row(stage: .body, reply: "550 5.7.60 may not send as this sender", code: .senderRefused, needsOperator: true),
        Row(stage: .body, reply: "550 5.7.708 traffic not accepted", code: .senderRefused, needsOperator: true),
        Row(stage: .body, reply: "550 5.7.26 SPF and DKIM failed", code: .senderRefused, needsOperator: true),
        Row(stage: .body, reply: "550 5.1.8 bad outbound sender", code: .senderRefused, needsOperator: true),
        Row(
            stage: .body,
            reply: "550 5.7.0 From address is not one of your addresses",
            code: .senderRefused,
            needsOperator: true
        ),
        Row(stage: .body, reply: "550 5.1.1 no such user", code: .recipientRefused, isPermanent: true),
        Row(stage: .body, reply: "550 5.6.0 bad content", code: .messageRefused, isPermanent: true),
        Row(
            stage: .body,
            reply: "550 The from address does not match a verified Sender Identity.",
            code: .senderRefused,
            needsOperator: true
        ),
        Row(
            stage: .body,
            reply: "554 Message rejected: Email address is not verified.",
            code: .senderRefused,
            needsOperator: true
        ),
        Row(
            stage: .rcpt,
            reply: "450 4.7.1 <pi.example>: Helo command rejected: Host not found",
            code: .serviceUnavailable,
            needsOperator: true
        ),
        // What it quotes of the mail is no word of its own.
        Row(
            stage: .body,
            reply: "554 5.7.1 Message blocked, listed in URIBL: relay.example",
            code: .messageRefused,
            isPermanent: true
        ),
        Row(
            stage: .body,
            reply: "554 https://sendas.example/authenticate is blocked",
            code: .messageRefused,
            isPermanent: true
        ),
        Row(
            stage: .body,
            reply: "554 5.7.1 Message content rejected, rule 'please resend as soon'",
            code: .messageRefused,
            isPermanent: true
        ),
        Row(
            stage: .body,
            reply: "554 5.7.1 Message content rejected, rule 'send as gift'",
            code: .messageRefused,
            isPermanent: true
        ),
        Row(
            stage: .body,
            reply: "554 5.7.1 rejected, rule 'a hundred per hour'",
            code: .messageRefused,
            isPermanent: true
        ),
        Row(
            stage: .body,
            reply: "550 5.7.0 Daily sending limit exceeded",
            code: .serviceUnavailable,
            needsOperator: true
        ),
        Row(stage: .rcpt, reply: "550 resend as you like, no such user", code: .recipientRefused, isPermanent: true),
        Row(stage: .body, reply: "550 Send As permission is missing", code: .senderRefused, needsOperator: true),
        Row(
            stage: .body,
            reply: "550 5.7.0 <a@b.c>: Sender address rejected",
            code: .senderRefused,
            needsOperator: true
        ),
        Row(
            stage: .body,
            reply: "554 5.2.0 STOREDRV.Submission.Exception:SendAsDeniedException.MapiExceptionSendAsDenied; Failed",
            code: .senderRefused,
            needsOperator: true
        ),
        // One too many for the transaction, whatever the first digit.
        Row(stage: .rcpt, reply: "550 5.5.3 too many recipients", code: .recipientRefused),
        Row(stage: .rcpt, reply: "550 too many recipients", code: .recipientRefused),
        Row(stage: .body, reply: "500 line too long", code: .messageRefused, isPermanent: true),
        Row(stage: .body, reply: "554 blocked as spam", code: .messageRefused, isPermanent: true),
        Row(stage: .body, reply: "354 what", code: .unexpectedReply, acceptedUnknown: true),
    ]

    @Test("says from the reply whether a retry can help", arguments: rows)
    func classification(row: Row) throws {
        let reply = SMTPReply(code: try #require(Int(row.reply.prefix(3))), lines: [String(row.reply.dropFirst(4))])
        let error = SMTPError.refusal(reply, at: row.stage)
        #expect(error.code == row.code)
        #expect(error.isPermanent == row.isPermanent)
        #expect(error.needsOperator == row.needsOperator)
        #expect(error.acceptedUnknown == row.acceptedUnknown)
        #expect(error.stage == row.stage)
        #expect(error.replyCode == reply.code)
    }

    /// Of hosters' panels and of mail servers that give no status.
    static let limits = [
        "550 Domain example.com has exceeded the max emails per hour (150/150 (100%)) allowed. Message discarded.",
        "550 Email account form@example.com is sending too many emails - rate overlimit",
        "550 exceeded hour limit",
        "550 sorry, too many emails (#5.7.1)",
        "554 hostinger_out_ratelimit",
        "550 User has reached the daily limit of 200 messages",
        "552 Sending limit exceeded, try tomorrow",
    ]

    @Test("about an account that has sent what it may waits, at whatever command it is said", arguments: limits)
    func limit(text: String) throws {
        let reply = SMTPReply(code: try #require(Int(text.prefix(3))), lines: [String(text.dropFirst(4))])
        for stage in [SMTPStage.rcpt, .data, .body] {
            let error = SMTPError.refusal(reply, at: stage)
            // RFC 5321 §4.5.3.1.10: 552 to RCPT is about this transaction.
            let isAboutTransaction = reply.code == 552 && stage == .rcpt
            #expect(error.code == (isAboutTransaction ? .recipientRefused : .serviceUnavailable))
            #expect(!error.isPermanent)
        }
    }

    @Test(
        "about a mailbox that is full is not taken for one about the account",
        arguments: [
            "550 mailbox quota exceeded", "550 The mailbox has exceeded the max size", "550 user is over quota",
            "550 mailbox has too many messages",
        ]
    )
    func fullMailbox(text: String) {
        let error = SMTPError.refusal(SMTPReply(code: 550, lines: [String(text.dropFirst(4))]), at: .rcpt)
        #expect(error.code == .recipientRefused)
    }

    @Test(
        "says what helps",
        arguments: [
            (SMTPStage.ehlo, "421 4.7.0 Try again later, closing connection. (EHLO)", "?helo=www.example.com"),
            (.ehlo, "501 5.5.4 Invalid domain name", "?helo=www.example.com"),
            (.ehlo, "550 no", "?helo=www.example.com"),
            (.ehlo, "450 no", "?helo=www.example.com"),
            (.mail, "550 5.7.1 Helo command rejected", "?helo=www.example.com"),
            (.rcpt, "504 5.5.2 <***>: Helo command rejected: need fully-qualified hostname", "?helo=www.example.com"),
            (.rcpt, "550 Access denied - Invalid HELO name (See RFC2821 4.1.1.1)", "?helo=www.example.com"),
            (.mail, "550 5.7.23 SPF check failed", "publish SPF and DKIM for the domain of mail.from"),
            (.rcpt, "550 5.7.25 no reverse DNS", "publish SPF and DKIM for the domain of mail.from"),
            (.body, "550 5.7.20 no DKIM signature", "publish SPF and DKIM for the domain of mail.from"),
            (.body, "550 5.7.29 ARC failed", "publish SPF and DKIM for the domain of mail.from"),
            (.body, "550 5.7.28 mail flood", "as many mails as it may"),
            (.rcpt, "550 exceeded hour limit", "as many mails as it may"),
            (.body, "550 5.7.60 may not send as this sender", "may send from this address"),
            (.rcpt, "503 5.5.1 send HELO first", "the server's words say why"),
            (.rcpt, "451 4.7.1 greylisted", "another attempt later"),
        ]
    )
    func remedy(stage: SMTPStage, text: String, remedy: String) throws {
        let reply = SMTPReply(code: try #require(Int(text.prefix(3))), lines: [String(text.dropFirst(4))])
        let error = SMTPError.refusal(reply, at: stage)
        #expect(error.remedy.contains(remedy), "\(error.remedy)")
        #expect(!error.isPermanent)
    }

    /// As servers say it; a line of several begins with the code and a hyphen, as on the wire.
    static let curable: [(stages: [SMTPStage], text: String, code: SMTPError.Code?, remedy: String)] = [
        // Exim, which asks the sender's server, and panels of hosters.
        (
            [.rcpt], "550-Verification failed for <form@example.com>\n550-No Such User Here\n550 Sender verify failed",
            .senderRefused, "may send from this address"
        ),
        (
            [.rcpt], "550-Verification failed for <form@example.com>\n550 Unrouteable address", .senderRefused,
            "may send from this address"
        ),
        ([.rcpt], "550 Sender verify failed", .senderRefused, "may send from this address"),
        (
            [.rcpt],
            "550-Postmaster verification failed while checking <form@example.com>\n550 No such user",
            .senderRefused, "may send from this address"
        ),
        (
            [.rcpt],
            "550-Callback setup failed while verifying <form@example.com>\n550-The initial connection, or a HELO or MAIL "
                + "FROM:<> command was\n550 rejected. Refusing MAIL FROM:<> does not help fight spam",
            .senderRefused, "may send from this address"
        ),
        ([.rcpt], "550 5.1.0 <form@example.com> sender rejected", .senderRefused, "may send from this address"),
        (
            [.rcpt], "553 5.7.1 <form@example.com>: Sender address rejected: not owned by user anna@example.com",
            .senderRefused, "may send from this address"
        ),
        // About the machine or the account.
        (
            [.rcpt],
            "550 \"JunkMail rejected - [192.0.2.1] is in an RBL: https://www.spamhaus.org/query/ip/192.0.2.1\"",
            nil, "may not send it"
        ),
        (
            [.rcpt, .body], "554 Service unavailable; Client host [192.0.2.1] blocked using zen.spamhaus.org", nil,
            "may not send it"
        ),
        (
            [.rcpt, .body], "550 5.7.1 Service unavailable; client [192.0.2.1] blocked using zen.spamhaus.org", nil,
            "may not send it"
        ),
        ([.rcpt], "550 rejected because 192.0.2.1 is in a black list at dnsbl.example", nil, "may not send it"),
        ([.rcpt], "553 sorry, that domain isn't in my list of allowed rcpthosts (#5.7.1)", nil, "may not send it"),
        ([.rcpt, .body], "550 Outgoing mail from \"form@example.com\" has been suspended.", nil, "may not send it"),
        (
            [.body],
            "550-5.7.1 [192.0.2.1      18] Our system has detected an unusual rate of\n550-5.7.1 unsolicited mail "
                + "originating from your IP address. To protect our\n550 5.7.1 users from spam, it has been blocked.",
            nil, "may not send it"
        ),
        (
            [.body],
            "550-5.7.1 [2001:db8::1] The IP you're using to send mail is not authorized\n550 5.7.1 to send email directly "
                + "to our servers.",
            nil, "may not send it"
        ),
        (
            [.body],
            "550 5.7.1 Unfortunately, messages from [192.0.2.1] weren't sent. Please contact your Internet service provider "
                + "since part of their network is on our block list (S3140).",
            nil, "may not send it"
        ),
        // About what the domain publishes.
        (
            [.rcpt, .body], "550 SPF check failed: [192.0.2.1] is not allowed to send mail from example.com",
            .senderRefused, "publish SPF and DKIM"
        ),
        (
            [.rcpt], "550 5.1.0 192.0.2.1 is not allowed to send from <example.com> per it's SPF Record.",
            .senderRefused,
            "publish SPF and DKIM"
        ),
        (
            [.rcpt], "550 5.7.1 <you@example.net>: Recipient address rejected: Message rejected due to: SPF fail",
            .senderRefused, "publish SPF and DKIM"
        ),
        ([.body], "550 5.7.1 rejected by DMARC policy for example.com", .senderRefused, "publish SPF and DKIM"),
        (
            [.body],
            "550-5.7.1 Unauthenticated email from example.com is not accepted due to\n550 5.7.1 domain's DMARC policy.",
            .senderRefused, "publish SPF and DKIM"
        ),
        (
            [.body],
            "550-5.7.1 [2001:db8::1] Our system has detected that this message does\n550-5.7.1 not meet IPv6 sending "
                + "guidelines regarding PTR records and\n550 5.7.1 authentication.",
            .senderRefused, "publish SPF and DKIM"
        ),
        (
            [.body], "550 5.7.1 Your message was rejected due to example.com's DMARC policy.", .senderRefused,
            "publish SPF and DKIM"
        ),
        ([.body], "550 5.2.0 Message rejected due to DMARC.", .senderRefused, "publish SPF and DKIM"),
        (
            [.body],
            "550 5.7.9 This mail has been blocked because the sender is unauthenticated. Yahoo requires all senders to "
                + "authenticate with either SPF or DKIM.",
            .senderRefused, "publish SPF and DKIM"
        ),
        (
            [.body],
            "550 5.7.515 Access denied, sending domain example.com doesn't meet the required authentication level.",
            .senderRefused, "publish SPF and DKIM"
        ),
        // That says nothing of the recipient, and may be about anything.
        ([.rcpt], "550 Administrative prohibition", nil, "the address, the sender or the account"),
        ([.rcpt], "554 Transaction failed", nil, "the address, the sender or the account"),
        ([.rcpt], "550 5.0.0 Command rejected", nil, "the address, the sender or the account"),
    ]

    @Test("about what somebody can mend waits, and says what helps", arguments: curable)
    func mendable(stages: [SMTPStage], text: String, code: SMTPError.Code?, remedy: String) throws {
        for stage in stages {
            let error = SMTPError.refusal(try Self.reply(text), at: stage)
            #expect(!error.isPermanent)
            #expect(error.needsOperator)
            #expect(error.code == code ?? (stage == .rcpt ? .recipientRefused : .messageRefused))
            #expect(error.remedy.contains(remedy), "\(error.remedy)")
        }
    }

    @Test(
        "about a recipient who is not there is for good, also without a status",
        arguments: [
            "550 No Such User Here", "550 <anna@example.com>: user unknown", "550 unknown user",
            "550 User does not exist",
            "550 Requested action not taken: mailbox unavailable", "550 Invalid Recipient - https://example.com/help",
            "550 sorry, no mailbox here by that name. (#5.1.1)", "550 Mailbox not found", "550 Unrouteable address",
            "550 #5.1.0 Address rejected.", "554 delivery error: dd This user doesn't have an example.com account",
            "551 User not local; please try <anna@example.net>", "550 5.5.0 mailbox unavailable",
            "550 No such user <dmarc@spf.example.com>", "550-No such user here\n550 see https://spf.example.com/rbl",
            "550 mailbox disabled", "550 nonexistent user", "550 This address does not exist",
        ]
    )
    func noRecipient(text: String) throws {
        let error = SMTPError.refusal(try Self.reply(text), at: .rcpt)
        #expect(error.code == .recipientRefused)
        #expect(error.isPermanent)
    }

    @Test(
        "about the name, the domain or the way back of who sends waits, though something is not found",
        arguments: [
            "550 No mail accepted from dynamic hosts", "550 No valid rDNS for 192.0.2.1",
            "550 Return-path domain does not exist", "550 Your host doesn't have a valid rDNS",
            "550 Reverse lookup not found", "553 sorry, your envelope sender is not a valid address", "550 no",
        ]
    )
    func noSender(text: String) throws {
        let error = SMTPError.refusal(try Self.reply(text), at: .rcpt)
        #expect(!error.isPermanent, "\(error)")
    }

    @Test(
        "about what a mail holds is for good, whatever it quotes",
        arguments: [
            "554 5.7.1 Message content rejected, rule 'spf and dkim'", "554 5.7.1 rejected: help with DMARC",
            "550 5.7.1 Blocked, holds \"your IP\"", "554 5.7.1 https://dmarc.example/spf is blocked",
            "554 5.7.1 This message is blacklisted by its links",
            "554 5.7.1 Spam message rejected, score 16 (DKIM_SIGNED,SPF_PASS,URIBL_BLACK)",
            "554 rejected by SpamAssassin, tests BAYES_99,SPF_HELO_NONE", "554 5.7.1 blocked (spf, dkim)",
            "552 5.7.0 Message content rejected, your IP phrase found in text",
            "550-5.7.1 [192.0.2.1] Our system has detected that this\n"
                + "550 5.7.1 message is likely unsolicited mail.",
        ]
    )
    func content(text: String) throws {
        let error = SMTPError.refusal(try Self.reply(text), at: .body)
        #expect(error.code == .messageRefused)
        #expect(error.isPermanent)
    }

    private static func reply(_ text: String) throws -> SMTPReply {
        SMTPReply(
            code: try #require(Int(text.prefix(3))),
            lines: text.split(separator: "\n").map { String($0.dropFirst(4)) }
        )
    }

    @Test("is described with place, reply and remedy, and shortly for metrics")
    func description() {
        let error = SMTPError.refusal(SMTPReply(code: 535, lines: ["5.7.8 bad"]), at: .auth)
        #expect(
            error.description == "the SMTP server refused the credentials (auth): 535 \"5.7.8 bad\"; "
                + "check user and password; many providers want an app password or an API key here"
        )
        #expect(
            error.loggableDescription == "the SMTP server refused the credentials (auth): 535 5.7.8; "
                + "check user and password; many providers want an app password or an API key here"
        )
        #expect(error.shortDescription == "authenticationFailed")
        #expect(error.enhancedStatus == SMTPEnhancedStatus(class: 5, subject: 7, detail: 8))
    }

    @Test(
        "without a connection says of which server, and the system's words in a sentence",
        arguments: [
            (ECONNREFUSED, "the server refused the connection"),
            (EHOSTUNREACH, "the server can't be reached: no route to host"),
            (ENETUNREACH, "the server can't be reached: network is unreachable"),
        ]
    )
    func connecting(number: Int32, detail: String) {
        let error = SMTPError(connecting: IOError(errnoCode: number, reason: "connection reset (error set)"))
        #expect(error.code == .connectionFailed)
        #expect(error.detail == detail)
        #expect(!error.loggableDescription.contains(detail))
    }

    @Test("after the final dot warns of duplicates")
    func afterFinalDot() {
        let error = SMTPError(.connectionLost, stage: .body).afterFinalDot()
        #expect(error.acceptedUnknown)
        #expect(!error.isPermanent)
        #expect(error.remedy.contains("twice"))
    }
}

@Suite("A peer's text in a log")
struct SMTPTextTests {
    @Test(
        "is printable, short and without addresses",
        arguments: [
            ("plain text", "plain text"),
            ("a\r\nb\tc\u{1B}[31m", "a  b c?[31m"),
            ("för <anna@x.se> ok", "f?r <***> ok"),
            ("user=anna@x.se;", "***;"),
            ("(\"anna\"@x.se)", "(\"anna\"***)"),
            ("å@ö.se", "***"),
            ("\u{0}\u{7F}\u{FFFD}", "???"),
        ]
    )
    func loggable(text: String, expected: String) {
        #expect(SMTPText.loggable(text) == expected)
    }

    @Test("hides whole words, in any case, and leaves words that merely contain them")
    func secrets() {
        let text = "Anna, ANNA and annabel; pass-w0rd!"
        #expect(SMTPText.loggable(text, hiding: ["anna", "pass-w0rd!"]) == "***, *** and annabel; ***")
        #expect(SMTPText.loggable("an is short", hiding: ["an", ""]) == "an is short")
    }

    @Test("is cut after the addresses are hidden")
    func cut() {
        let text = String(repeating: "x", count: 190) + " anna.berg@example.com"
        let shown = SMTPText.loggable(text)
        #expect(shown == String(repeating: "x", count: 190) + " ***")
        #expect(SMTPText.loggable(String(repeating: "y", count: 100_000)).utf8.count == 200)
    }

    @Test("is so for 1,000 random texts")
    func fuzz() {
        var generator = SplitMix64(seed: 3)
        for _ in 0..<1_000 {
            let count = Int.random(in: 0...600, using: &generator)
            let bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
            let shown = SMTPText.loggable(String(decoding: bytes, as: UTF8.self), hiding: ["abc"])
            let isFit = shown.utf8.allSatisfy { (0x20..<0x7F).contains($0) && $0 != UInt8(ascii: "@") }
            if !isFit || shown.utf8.count > 200 { Issue.record("\(bytes)") }
        }
    }
}

@Suite("The words of a reply")
struct SMTPReplyWordsTests {
    @Test(
        "are found whole, whatever stands between them, and the status is none of them",
        arguments: [
            (["5.7.1 Please re-send as, soon"], "send as", true), (["Please resend as soon"], "send as", false),
            (["send asap"], "send as", false), (["5.7.1 RATE_limit"], "rate limit", true),
            (["5.7.1 too many", "5.7.1 recipients"], "too many recipients", true), ([""], "send as", false),
            (["5.7.1"], "1", false), (["skicka för mycket"], "f", true),
        ]
    )
    func say(lines: [String], phrase: String, isSaid: Bool) {
        #expect(SMTPReplyWords(SMTPReply(code: 550, lines: lines)).say([phrase]) == isSaid)
    }

    @Test(
        "begin behind the status and the address they are about",
        arguments: [
            ("5.7.1 Send as denied", true), ("Send as denied", true), ("<a@b.c>: Send as denied", true),
            ("5.7.1 <a@b.c>: Send as denied", true), ("may not send as", false), ("<send as", true),
        ]
    )
    func begin(line: String, doesBegin: Bool) {
        #expect(SMTPReplyWords(SMTPReply(code: 550, lines: [line])).begin(with: ["send as"]) == doesBegin)
    }
}

@Suite("The machine's name")
struct SMTPMachineNameTests {
    @Test(
        "is given when strangers can make something of it",
        arguments: [
            ("www.example.com", true), ("a-1.Example.com", true), ("vm", false), ("", false), ("localhost", false),
            ("localhost.localdomain", false), ("mac.local", false), ("ip-10-0-0-1.eu-north-1.compute.internal", false),
            ("nas.LAN", false), ("pi.home.arpa", false), ("nas.fritz.box", false), ("10.0.0.1", false),
            ("www.example.com.", false), (".example.com", false),
            ("-a.example.com", false), ("a-.example.com", false), ("a_b.example.com", false), ("å.example.com", false),
            (String(repeating: "a", count: 64) + ".com", false), ("a b.example.com", false), ("a.com\r\nQUIT", false),
            (Array(repeating: "a.", count: 127).joined() + "com", false),
        ]
    )
    func qualified(name: String, isGiven: Bool) {
        #expect(SMTPMachineName.qualified(name) == (isGiven ? name : nil))
    }
}
