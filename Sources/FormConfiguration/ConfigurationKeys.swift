// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

package import ContactForm
package import Mail

/// The keys of the configuration that hold on one machine and on AWS alike; the command adds those of its server.
package enum ConfigurationKeys {
    package static let siteURL = ConfigurationKey(
        "site_url",
        .origin,
        "The public address of the site. Mails lead to your inbox there. It is needed when requests come in with another "
            + "one, as behind some proxies.",
        example: "https://www.example.com"
    )
    package static let origins = ConfigurationKey(
        "origins",
        .origins,
        "Other sites whose pages may post to these forms, and to which visitors may be sent afterwards.",
        example: "[https://example.com, https://shop.example.com]"
    )
    package static let language = ConfigurationKey<Language>(
        "language",
        .choice,
        standard: .value(Language.english.rawValue),
        "The language of mail to you, and of answers to a visitor whose browser asks for neither.",
        example: "sv"
    )

    package static let bodyKilobytes = ConfigurationKey(
        "limits.body_kilobytes",
        .number(1...(IntakeLimits().bodyBytes / 1_024)),
        standard: .value("\(IntakeLimits().bodyBytes / 1_024)"),
        "The largest message, all fields together.",
        example: "64"
    )

    package enum Mail {
        package static let from = ConfigurationKey(
            "mail.from",
            .mailbox,
            standard: .described("Brevlåda <brevlada@localhost> while mail is captured"),
            "The address that mail to you comes from: the site's own, never the visitor's. It must be one that your "
                + "mail account may send from.",
            example: "My site <form@example.com>",
            otherNames: ["sender"]
        )
        package static let to = ConfigurationKey(
            "mail.to",
            .mailboxes,
            standard: .described("owner@localhost while mail is captured"),
            "Who gets the messages. A form may name its own recipients instead.",
            example: "[you@example.com]",
            otherNames: ["recipient", "recipients", "receiver"]
        )
        package static let digestBatch = ConfigurationKey(
            "mail.digest_batch",
            .number(1...10_000),
            standard: .value("\(DigestRule().batch)"),
            "When more messages than this wait at once, one mail lists them.",
            example: "20"
        )
        package static let digestPerHour = ConfigurationKey(
            "mail.digest_per_hour",
            .number(1...100_000),
            standard: .value("\(DigestRule().perHour)"),
            "After this many mails within an hour, further messages are collected and sent together at evenly spaced "
                + "intervals (with 60: one mail a minute).",
            example: "60"
        )
        package static let giveUpAfterDays = ConfigurationKey(
            "mail.give_up_after_days",
            .number(1...30),
            standard: .value("\(RetrySchedule().giveUpAfter.days)"),
            "How long a mail that can't be delivered is tried. Then the message is marked failed, kept, and shown by "
                + "\"brevlada audit\".",
            example: "3"
        )
        package static let reminderDays = ConfigurationKey(
            "mail.reminder_days",
            .number(0...30),
            standard: .value("\(NotificationSettings.standardReminderSpacing.days)"),
            "When messages are held as suspected spam that you have not looked at, or could not be mailed, and no other mail says "
                + "so, a mail does; at least so many days apart. 0 sends none.",
            example: "7"
        )
    }

    package enum Challenge {
        package static let kind = ConfigurationKey<ChallengeProvider>(
            "challenge.kind",
            .choice,
            "The service that checks the visitor. Its widget must stand in the form.",
            example: "turnstile"
        )
        package static let secret = ConfigurationKey(
            "challenge.secret",
            .text,
            isSecret: true,
            "The secret key that the service gave you. Not the site key, which stands in the page.",
            example: "0x4AAAAAAA"
        )
    }
}
