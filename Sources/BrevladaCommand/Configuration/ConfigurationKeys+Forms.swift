// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm

extension ConfigurationKeys {
    enum Form {
        private static let standard = FormDefinition(name: .contact)

        static let active = ConfigurationKey(
            "forms.<form>.active",
            .flag,
            standard: .value("\(standard.isActive)"),
            "false closes the form: it takes nothing and says so.",
            example: "false"
        )
        static let to = ConfigurationKey(
            "forms.<form>.to",
            .mailboxes,
            standard: .described("as mail.to"),
            "Who gets the messages of this form.",
            example: "[sales@example.com]"
        )
        static let next = ConfigurationKey(
            "forms.<form>.next",
            .location,
            standard: .value(standard.next),
            "Where the visitor goes after sending, unless the form itself says so with _next.",
            example: "/thank-you.html"
        )
        static let language = ConfigurationKey<Language>(
            "forms.<form>.language",
            .choice,
            standard: .described("as language"),
            "The language of answers from this form to a visitor whose browser asks for neither.",
            example: "sv"
        )
        static let honeypot = ConfigurationKey(
            "forms.<form>.honeypot",
            .honeypot,
            standard: .value(standard.honeypot),
            "A hidden field of the form that only robots fill in.",
            example: "_trap"
        )
        static let retentionDays = ConfigurationKey(
            "forms.<form>.retention_days",
            .number(1...36_500),
            standard: .described("kept for ever"),
            "How long messages are kept before they are deleted.",
            example: "365"
        )

        enum Field {
            static let label = ConfigurationKey(
                "forms.<form>.fields.<field>.label",
                .text,
                standard: .described("the field's name"),
                "What the field is called in mail and beside errors.",
                example: "Your errand"
            )
            static let type = ConfigurationKey<FieldRule.FieldType>(
                "forms.<form>.fields.<field>.type",
                .choice,
                standard: .value(FieldRule.FieldType.text.rawValue),
                "What the field must hold.",
                example: "select"
            )
            static let required = ConfigurationKey(
                "forms.<form>.fields.<field>.required",
                .flag,
                standard: .value("false"),
                "Whether the field must be filled in.",
                example: "true"
            )
            static let minLength = ConfigurationKey(
                "forms.<form>.fields.<field>.min_length",
                .number(0...IntakeLimits().valueCharacters),
                "The fewest characters that may be typed.",
                example: "2"
            )
            static let maxLength = ConfigurationKey(
                "forms.<form>.fields.<field>.max_length",
                .number(1...IntakeLimits().valueCharacters),
                "The most characters that may be typed.",
                example: "40"
            )
            static let options = ConfigurationKey(
                "forms.<form>.fields.<field>.options",
                .texts,
                standard: .described("anything"),
                "What may be chosen, for select and checkbox.",
                example: "[Repair, Rebuild]"
            )
        }
    }

    enum Spam {
        private static let standard = SpamRules()

        static let threshold = ConfigurationKey(
            "spam.threshold",
            .number(1...100_000),
            standard: .value("\(standard.threshold)"),
            "The score from which a message is held. A blocked word, a blocked address and a filled honeypot always "
                + "hold it; weaker signs weigh 20 to 60 each.",
            example: "120"
        )
        static let fillSeconds = ConfigurationKey(
            "spam.fill_seconds",
            .number(0...3_600),
            standard: .value("\(standard.fillTime.milliseconds / 1_000)"),
            "A form that was filled in faster than this is a sign of a robot. 0 turns the sign off.",
            example: "2"
        )
        static let freeLinks = ConfigurationKey(
            "spam.free_links",
            .number(0...1_000),
            standard: .value("\(standard.freeLinks)"),
            "So many links in a message are nothing special.",
            example: "4"
        )
        static let repeats = ConfigurationKey(
            "spam.repeats",
            .number(2...1_000_000),
            standard: .value("\(standard.repeats)"),
            "The same text so many times within an hour is a sign.",
            example: "5"
        )
        static let blockedWords = ConfigurationKey(
            "spam.blocked_words",
            .texts,
            "Words and phrases that hold a message, in any case, matched whole.",
            example: "[casino, \"buy backlinks\"]"
        )
        static let blockedAddresses = ConfigurationKey(
            "spam.blocked_addresses",
            .texts,
            "Senders that are held: addresses and domains.",
            example: "[spammer@example.org, example.net]"
        )
    }

    enum Limits {
        private static let standard = RateSettings()
        private static let connections = ConnectionSettings()
        private static let largestBody = IntakeLimits().bodyBytes / 1_024

        static let perAddressPerMinute = ConfigurationKey(
            "limits.per_address_per_minute",
            .number(1...1_000_000),
            standard: .value("\(standard.perAddressPerMinute)"),
            "How many messages one address may send in the long run.",
            example: "6"
        )
        static let perAddressBurst = ConfigurationKey(
            "limits.per_address_burst",
            .number(1...1_000_000),
            standard: .value("\(standard.perAddressBurst)"),
            "How many it may send at once.",
            example: "10"
        )
        static let perFormPerMinute = ConfigurationKey(
            "limits.per_form_per_minute",
            .number(1...1_000_000),
            standard: .value("\(standard.perFormPerMinute)"),
            "How many messages everybody together may send to one form in the long run.",
            example: "600"
        )
        static let perFormBurst = ConfigurationKey(
            "limits.per_form_burst",
            .number(1...1_000_000),
            standard: .value("\(standard.perFormBurst)"),
            "How many they may send at once.",
            example: "1000"
        )
        static let bodyKilobytes = ConfigurationKey(
            "limits.body_kilobytes",
            .number(1...largestBody),
            standard: .value("\(largestBody)"),
            "The largest message, all fields together.",
            example: "64"
        )
        static let maxConnections = ConfigurationKey(
            "limits.max_connections",
            .number(1...1_000_000),
            standard: .value("\(connections.maximum)"),
            "How many connections are served at the same time.",
            example: "2000"
        )
        static let headSeconds = ConfigurationKey(
            "limits.head_seconds",
            .number(1...3_600),
            standard: .value("\(connections.headSeconds)"),
            "How long a visitor may take to send the head of a request.",
            example: "5"
        )
        static let bodySeconds = ConfigurationKey(
            "limits.body_seconds",
            .number(1...3_600),
            standard: .value("\(connections.bodySeconds)"),
            "How long a visitor may take to send a message.",
            example: "60"
        )
        static let idleSeconds = ConfigurationKey(
            "limits.idle_seconds",
            .number(1...3_600),
            standard: .value("\(connections.idleSeconds)"),
            "How long a quiet connection is kept.",
            example: "30"
        )
    }
}
