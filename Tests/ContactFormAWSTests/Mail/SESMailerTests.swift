// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import AWSServices
import ContactForm
import ContactFormAWS
import Mail
import NIOPosix
import OutgoingHTTP
import Testing

/// On moto, which `scripts/with-moto` starts.
@Suite("mail through SES")
struct SESMailerTests {
    private static func message(from: String, to: [String]) throws -> MailMessage {
        MailMessage(
            from: Mailbox(displayName: "Kontakt", address: try EmailAddress(parsing: from)),
            to: try to.map { Mailbox(address: try EmailAddress(parsing: $0)) },
            subject: "En fråga",
            date: UTCDateTime(unixSeconds: 1_795_435_200),
            messageID: MessageID(name: "1", sender: try EmailAddress(parsing: "form@example.com")),
            text: "Är verkstaden öppen?\n"
        )
    }

    private static func mailer() throws -> SESMailer {
        let client = SESClient(
            configuration: try Moto.configuration(),
            eventLoop: MultiThreadedEventLoopGroup.singleton.next(),
            policy: Moto.policy,
            logger: Moto.logger
        )
        return SESMailer(client: client, configurationSet: nil)
    }

    @Test("a mail of a verified sender is taken, and SES's id of it kept")
    func taken() async throws {
        let configuration = try Moto.configuration()
        let eventLoop = MultiThreadedEventLoopGroup.singleton.next()
        let admin = AWSClient(
            .ses,
            configuration: configuration,
            eventLoop: eventLoop,
            policy: Moto.policy,
            logger: Moto.logger
        )
        let request = HTTPRequest(
            method: "POST",
            target: "/v2/email/identities",
            headers: [HTTPHeaderField("content-type", "application/json")],
            body: Array(#"{"EmailIdentity":"verified.example"}"#.utf8)
        )
        try await admin.call(request) { _ in () }
        let message = try Self.message(from: "shop@verified.example", to: ["owner@example.net"])
        let receipt = try await Self.mailer().send(message)
        #expect(receipt.providerMessageID.count > 20)
    }

    @Test("a sender that is not verified is told apart")
    func unverified() async throws {
        let message = try Self.message(from: "nobody@unverified.example", to: ["owner@example.net"])
        let mailer = try Self.mailer()
        let error = await #expect(throws: MailerError.self) { try await mailer.send(message) }
        #expect(error?.code == "ses-unverified")
        #expect(error?.isPermanent == false)
    }

    static let unusable: [(from: String, to: [String], code: String, affectsAllMail: Bool)] = [
        ("öppet@example.com", ["owner@example.net"], "ses-address-unusable", true),
        ("a@example.com", ["ägare@example.net"], "ses-address-unusable", false),
        ("a@example.com", (1...51).map { "owner\($0)@example.net" }, "ses-too-many-recipients", false),
        ("a@example.com", [], "no-recipients", false),
    ]

    @Test("addresses that SES can't carry, and none at all, wait for others before any call", arguments: unusable)
    func addresses(from: String, to: [String], code: String, affectsAllMail: Bool) async throws {
        let mailer = try Self.mailer()
        let message = try Self.message(from: from, to: to)
        let error = await #expect(throws: MailerError.self) { try await mailer.send(message) }
        #expect(error?.code == code && error?.affectsAllMail == affectsAllMail)
        #expect(error?.isPermanent == false && error?.needsOperator == true)
        #expect(error?.isForRecipients == !affectsAllMail)
    }

    @Test("fifty recipients are asked for, and it is SES that answers")
    func fifty() async throws {
        let message = try Self.message(from: "a@unverified.example", to: (1...50).map { "owner\($0)@example.net" })
        let mailer = try Self.mailer()
        let error = await #expect(throws: MailerError.self) { try await mailer.send(message) }
        #expect(error?.code == "ses-unverified")
    }
}
