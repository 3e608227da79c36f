// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import Mail
import Testing

/// A mail whose every octet is kept in `Fixtures/<name>.eml`, with what its reader must get in `Fixtures/<name>.json`.
///
/// The two are recorded by `scripts/regenerate-golden-mails`; `Tests/EndToEnd/test_golden_mails.py` reads them with
/// Python's `email` package, which shares no code with this one.
struct GoldenMail: CustomTestStringConvertible {
    let name: String
    let message: MailMessage
    let utf8Headers: Bool
    let intent: Intent

    var testDescription: String { name }

    /// What the reader must get, said here by hand wherever it is not what was put in.
    struct Intent: Encodable {
        struct Correspondent: Encodable {
            var name: String
            var address: String
        }

        var from: Correspondent
        var to: [Correspondent]
        var replyTo: Correspondent?
        var subject: String
        var text: String
        var html: String?
        var date: String
        var messageID: String
        var references: String?
        var language: String?
        var utf8Headers: Bool
        /// The words of fields of the program's own.
        var customFields: [String: [String]]?
    }

    init(
        _ name: String,
        from: Mailbox? = nil,
        to: [Mailbox]? = nil,
        replyTo: Mailbox?? = .none,
        subject: String = "New message from Bo",
        text: String = "Hello!\n",
        html: String? = "<p>Hello!</p>\n",
        language: String? = "en",
        utf8Headers: Bool = false,
        thread: String? = nil,
        customFields: [MailMessage.CustomField] = [],
        readerGets change: (inout Intent) -> Void = { _ in }
    ) throws {
        let from = try from ?? Self.mailbox("The site", "form@example.com")
        let to = try to ?? [Self.mailbox("Anna Owner", "anna@example.com")]
        let replyTo = try replyTo ?? Self.mailbox("Bo Visitor", "bo@example.net")
        self.name = name
        self.utf8Headers = utf8Headers
        message = MailMessage(
            from: from,
            to: to,
            replyTo: replyTo,
            subject: subject,
            date: UTCDateTime(unixSeconds: 1_795_475_480),
            messageID: MessageID(
                name: "01KAS3NDEKTSV4RRFFQ69G5FAV",
                sender: try EmailAddress(parsing: "form@example.com")
            ),
            thread: try thread.map { MessageID(name: $0, sender: try EmailAddress(parsing: "form@example.com")) },
            text: text,
            html: html,
            language: language,
            customFields: customFields
        )
        var intent = Intent(
            from: Self.correspondent(from),
            to: to.map(Self.correspondent),
            replyTo: replyTo.map(Self.correspondent),
            subject: subject,
            text: text,
            html: html,
            date: "2026-11-23T23:11:20+00:00",
            messageID: "<01KAS3NDEKTSV4RRFFQ69G5FAV@example.com>",
            references: thread.map { "<\($0)@example.com>" },
            language: language,
            utf8Headers: utf8Headers,
            customFields: customFields.isEmpty
                ? nil : Dictionary(customFields.map { ($0.name, $0.words) }) { first, _ in first }
        )
        change(&intent)
        self.intent = intent
    }

    private static func correspondent(_ mailbox: Mailbox) -> Intent.Correspondent {
        Intent.Correspondent(name: mailbox.displayName ?? "", address: mailbox.address.description)
    }

    static func mailbox(_ name: String?, _ address: String) throws -> Mailbox {
        Mailbox(displayName: name, address: try EmailAddress(parsing: address))
    }
}
