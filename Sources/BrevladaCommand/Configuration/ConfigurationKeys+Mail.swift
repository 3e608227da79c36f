// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm
import Mail

extension ConfigurationKeys {
    enum Mail {
        static let from = ConfigurationKey(
            "mail.from",
            .mailbox,
            standard: .described("Brevlåda <brevlada@localhost> while mail is captured"),
            "The address that mail to you comes from: the site's own, never the visitor's. It must be one that your "
                + "mail account may send from.",
            example: "My site <form@example.com>"
        )
        static let to = ConfigurationKey(
            "mail.to",
            .mailboxes,
            standard: .described("owner@localhost while mail is captured"),
            "Who gets the messages. A form may name its own recipients instead.",
            example: "[you@example.com]"
        )
        static let smtp = ConfigurationKey(
            "mail.smtp",
            .text,
            isSecret: true,
            "Your mail provider's server: smtps:// for TLS from the start, smtp:// for STARTTLS. In user and password "
                + "write @ as %40, / as %2F and % as %25.",
            example: "smtps://user@mail.example.com:465"
        )
        static let smtpPassword = ConfigurationKey(
            "mail.smtp_password",
            .text,
            isSecret: true,
            "The password of the mail account, when it does not stand in mail.smtp. Nothing needs to be escaped here.",
            example: "correct-horse-battery"
        )
        static let digestBatch = ConfigurationKey(
            "mail.digest_batch",
            .number(1...10_000),
            standard: .value("\(DigestRule().batch)"),
            "When more messages than this wait at once, one mail lists them.",
            example: "20"
        )
        static let digestPerHour = ConfigurationKey(
            "mail.digest_per_hour",
            .number(1...100_000),
            standard: .value("\(DigestRule().perHour)"),
            "After so many mails within an hour, messages share a mail.",
            example: "60"
        )
        static let giveUpAfterDays = ConfigurationKey(
            "mail.give_up_after_days",
            .number(1...30),
            standard: .value("\(RetrySchedule().giveUpAfter.milliseconds / Interval.days(1).milliseconds)"),
            "How long a mail that can't be delivered is tried. Then the message is marked failed, kept, and shown by "
                + "\"brevlada audit\".",
            example: "3"
        )
    }

    enum Challenge {
        static let kind = ConfigurationKey<ChallengeSettings.Kind>(
            "challenge.kind",
            .choice,
            "The service that checks the visitor. Its widget must stand in the form.",
            example: "turnstile"
        )
        static let secret = ConfigurationKey(
            "challenge.secret",
            .text,
            isSecret: true,
            "The secret key that the service gave you. Not the site key, which stands in the page.",
            example: "0x4AAAAAAA"
        )
    }

    enum Log {
        static let level = ConfigurationKey<LogSettings.Level>(
            "log.level",
            .choice,
            standard: .value(LogSettings().level.rawValue),
            "The least important lines that are written. info has one for each message and each mail.",
            example: "warning"
        )
        static let format = ConfigurationKey<LogSettings.Format>(
            "log.format",
            .choice,
            standard: .value(LogSettings().format.rawValue),
            "text for people, json for programs that collect logs.",
            example: "json"
        )
    }
}
