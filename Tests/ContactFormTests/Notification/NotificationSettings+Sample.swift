// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactFormTesting
import Mail

@testable import ContactForm

extension NotificationSettings {
    /// Two forms, of which the orders have recipients of their own.
    static func sample(_ language: Language, inbox: String? = nil) throws -> NotificationSettings {
        var order = FormDefinition(name: .sampleOrder)
        order.recipients = [try Mailbox(parsing: "orders@example.se")]
        var settings = NotificationSettings(
            sender: try Mailbox(parsing: "form@example.se"),
            recipients: [try Mailbox(parsing: "owner@example.se")],
            language: language,
            forms: [.contact: FormDefinition(name: .contact), .sampleOrder: order]
        )
        settings.inbox = inbox
        return settings
    }
}
