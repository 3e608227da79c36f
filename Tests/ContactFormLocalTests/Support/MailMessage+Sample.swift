// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import Mail

extension MailMessage {
    /// A notification; its Message-ID and date are what a test chooses.
    static func sample(
        id: String = "01KAR0000000000000000000AA",
        seconds: Int64 = 1_795_435_200,
        replyTo: String = "astrid@example.com",
        to: [String] = ["owner@example.com"],
        text: String = "Is the workshop open?"
    ) throws -> MailMessage {
        MailMessage(
            from: try Mailbox(parsing: "Brevlåda <form@example.com>"),
            to: try to.map { try Mailbox(parsing: $0) },
            replyTo: try Mailbox(parsing: replyTo),
            subject: "Nytt meddelande från Astrid",
            date: UTCDateTime(unixSeconds: seconds),
            messageID: MessageID(name: id, sender: try EmailAddress(parsing: "form@example.com")),
            text: text
        )
    }
}
