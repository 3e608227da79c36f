// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactFormServer
import FormConfiguration

extension ConfigurationKeys {
    /// Every key there is, in the order of the sample file.
    static let all: [ConfigurationKeyDocumentation] =
        [
            site.documentation, data.documentation, listen.documentation, siteURL.documentation, origins.documentation,
            trustedProxies.documentation, language.documentation, inbox.documentation,
            contentSecurityPolicy.documentation,

            Mail.from.documentation, Mail.to.documentation, Mail.smtp.documentation, Mail.smtpPassword.documentation,
            Mail.digestBatch.documentation, Mail.digestPerHour.documentation, Mail.giveUpAfterDays.documentation,
            Mail.reminderDays.documentation,
        ] + Form.all + Spam.all + [
            Limits.perAddressPerMinute.documentation, Limits.perAddressBurst.documentation,
            Limits.perFormPerMinute.documentation, Limits.perFormBurst.documentation,
            bodyKilobytes.documentation, Limits.maxConnections.documentation,
            Limits.headSeconds.documentation, Limits.bodySeconds.documentation, Limits.idleSeconds.documentation,

            Challenge.kind.documentation, Challenge.secret.documentation,

            Alerts.webhook.documentation, Alerts.secret.documentation,

            Log.level.documentation, Log.format.documentation,

            AWS.stack.documentation, AWS.region.documentation, AWS.profile.documentation, AWS.parameter.documentation,
        ]

    /// What stands above each section of the sample file.
    static let sections: [(name: String, text: String)] = [
        (
            "mail",
            "How messages reach you. Without mail.smtp nothing is sent: while neither site_url nor trusted_proxies is set, "
                + "mail is captured and shown at /_mail; on a public site it waits until mail.smtp is set."
        ),
        (
            "forms",
            "The forms of the site. The form \"contact\" is always there; write it here to change it, and others to "
                + "add them. A form asks for email and message unless it has fields here, which then take their place; "
                + "fields that are not named here are kept as sent."
        ),
        ("spam", "What is taken for spam. It is held, never dropped: see \"brevlada inbox list --status held\"."),
        ("limits", "How much is taken from whom. The standard values suit a site of any usual size."),
        ("challenge", "A puzzle before sending, from Cloudflare Turnstile or hCaptcha. Few sites need one."),
        (
            "alerts",
            "How you learn that mail itself is broken: a webhook that is called when mails wait, were given up or came back, "
                + "and when that is over."
        ),
        ("log", "What is written to standard error while the server runs."),
        (
            "aws",
            "Where \"brevlada deploy\" puts the site. Parameters here go before what the rest of the file says of the same "
                + "thing; docs/deploying.md has a list of both."
        ),
    ]

    static let site = ConfigurationKey(
        "site",
        .folder,
        standard: .value("site"),
        "The folder of the web site. A relative path starts at this file.",
        example: "site"
    )
    static let data = ConfigurationKey(
        "data",
        .folder,
        standard: .value("data"),
        "The folder of the database and of captured mail. It must lie outside the site's folder.",
        example: "data"
    )
    static let listen = ConfigurationKey(
        "listen",
        .listenAddress,
        standard: .value("127.0.0.1:8080"),
        "Where the server listens; [::]:8080 is every address of the machine. The environment variable PORT changes "
            + "the port alone, unless BREVLADA_LISTEN is set.",
        example: "\"[::]:8080\"",
        otherNames: ["port", "host", "address", "bind"]
    )
    static let trustedProxies = ConfigurationKey(
        "trusted_proxies",
        .networks,
        "The networks of the reverse proxies in front of the server. Only they are believed about a visitor's address. "
            + "Write unix for a proxy that connects through a Unix domain socket.",
        example: "[127.0.0.1, 10.0.0.0/8]"
    )
    static let inbox = ConfigurationKey(
        "inbox",
        .flag,
        standard: .value("true"),
        "Your inbox at /inbox/, behind the password that \"brevlada passwd\" sets; over https, or on this machine. With "
            + "false there is neither the page nor its API.",
        example: "false"
    )
    static let contentSecurityPolicy = ConfigurationKey(
        "content_security_policy",
        .contentSecurityPolicy,
        "The Content-Security-Policy of the site's pages, whole. Without it they may use what the site itself has, and "
            + "neither inline scripts and styles nor anything from elsewhere, such as fonts, maps and films.",
        example: "\"default-src 'self'; style-src 'self' 'unsafe-inline'; frame-src https://www.openstreetmap.org\""
    )
}
