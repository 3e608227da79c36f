// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm
import FormConfiguration
import Logging

extension ConfigurationKeys.Mail {
    static let smtp = ConfigurationKey(
        "mail.smtp",
        .text,
        isSecret: true,
        "Your mail provider's server: smtps:// for TLS from the start, smtp:// for STARTTLS. In user and password "
            + "write @ as %40, / as %2F, ? as %3F, # as %23 and % as %25.",
        example: "smtps://user@mail.example.com:465",
        otherNames: ["host", "hostname", "server", "port", "user", "username", "login", "url", "tls", "secure"]
    )
    static let smtpPassword = ConfigurationKey(
        "mail.smtp_password",
        .text,
        isSecret: true,
        "The password of the mail account, as it is, when it does not stand in mail.smtp. In the file put it in single "
            + "quotation marks: YAML leaves out what follows a #.",
        example: "correct-horse-battery"
    )
}

extension ConfigurationKeys {
    enum Log {
        static let level = ConfigurationKey<Logger.Level>(
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
