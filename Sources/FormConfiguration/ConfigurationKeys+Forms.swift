// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

package import ContactForm
package import Mail

extension ConfigurationKeys {
    package enum Form {
        /// In the order of the sample file.
        package static let all: [ConfigurationKeyDocumentation] = [
            active.documentation, to.documentation, next.documentation, language.documentation,
            honeypot.documentation, retentionDays.documentation,
            Field.label.documentation, Field.type.documentation, Field.required.documentation,
            Field.minLength.documentation, Field.maxLength.documentation, Field.options.documentation,
        ]

        private static let standard = FormDefinition(name: .contact)

        package static let active = ConfigurationKey(
            "forms.<form>.active",
            .flag,
            standard: .value("\(standard.isActive)"),
            "false closes the form: it takes nothing and says so.",
            example: "false"
        )
        package static let to = ConfigurationKey(
            "forms.<form>.to",
            .mailboxes,
            standard: .described("as mail.to"),
            "Who gets the messages of this form.",
            example: "[sales@example.com]"
        )
        package static let next = ConfigurationKey(
            "forms.<form>.next",
            .location,
            standard: .value(standard.next),
            "Where the visitor goes after sending, unless the form itself says so with _next.",
            example: "/thank-you.html"
        )
        package static let language = ConfigurationKey<Language>(
            "forms.<form>.language",
            .choice,
            standard: .described("as language"),
            "The language of answers from this form to a visitor whose browser asks for neither.",
            example: "sv"
        )
        package static let honeypot = ConfigurationKey(
            "forms.<form>.honeypot",
            .honeypot,
            standard: .value(standard.honeypot),
            "A hidden field of the form that only robots fill in.",
            example: "_trap"
        )
        package static let retentionDays = ConfigurationKey(
            "forms.<form>.retention_days",
            .number(1...36_500),
            standard: .described("kept for ever"),
            "How long messages are kept before they are deleted; one that still waits for its mail, until that is out or given up.",
            example: "365"
        )

        package enum Field {
            package static let label = ConfigurationKey(
                "forms.<form>.fields.<field>.label",
                .text,
                standard: .described("the field's name"),
                "What the field is called in mail and beside errors.",
                example: "Your errand"
            )
            package static let type = ConfigurationKey<FieldRule.FieldType>(
                "forms.<form>.fields.<field>.type",
                .choice,
                standard: .value(FieldRule.FieldType.text.rawValue),
                "What the field must hold.",
                example: "select"
            )
            package static let required = ConfigurationKey(
                "forms.<form>.fields.<field>.required",
                .flag,
                standard: .value("false"),
                "Whether the field must be filled in.",
                example: "true"
            )
            package static let minLength = ConfigurationKey(
                "forms.<form>.fields.<field>.min_length",
                .number(0...IntakeLimits().valueCharacters),
                "The fewest characters that may be typed.",
                example: "2"
            )
            package static let maxLength = ConfigurationKey(
                "forms.<form>.fields.<field>.max_length",
                .number(1...IntakeLimits().valueCharacters),
                "The most characters that may be typed.",
                example: "40"
            )
            package static let options = ConfigurationKey(
                "forms.<form>.fields.<field>.options",
                .texts,
                standard: .described("anything"),
                "What may be chosen, for select and checkbox.",
                example: "[Repair, Rebuild]"
            )
        }
    }

    package enum Spam {
        /// In the order of the sample file.
        package static let all: [ConfigurationKeyDocumentation] = [
            threshold.documentation, fillSeconds.documentation, freeLinks.documentation, repeats.documentation,
            blockedWords.documentation, blockedAddresses.documentation,
        ]

        private static let standard = SpamRules()

        package static let threshold = ConfigurationKey(
            "spam.threshold",
            .number(1...100_000),
            standard: .value("\(standard.threshold)"),
            "The score from which a message is held. A blocked word, a blocked address and a filled honeypot always "
                + "hold it; weaker signs weigh 20 to 60 each.",
            example: "120"
        )
        package static let fillSeconds = ConfigurationKey(
            "spam.fill_seconds",
            .number(0...3_600),
            standard: .value("\(standard.fillTime.milliseconds / 1_000)"),
            "A form that was filled in faster than this is a sign of a robot. 0 turns the sign off.",
            example: "2"
        )
        package static let freeLinks = ConfigurationKey(
            "spam.free_links",
            .number(0...1_000),
            standard: .value("\(standard.freeLinks)"),
            "So many links in a message are nothing special.",
            example: "4"
        )
        package static let repeats = ConfigurationKey(
            "spam.repeats",
            .number(2...1_000_000),
            standard: .value("\(standard.repeats)"),
            "The same text so many times within an hour is a sign.",
            example: "5"
        )
        package static let blockedWords = ConfigurationKey(
            "spam.blocked_words",
            .blockedWords,
            "Words and phrases that hold a message, in any case, matched whole; where words are written without spaces, as in "
                + "Chinese, wherever they stand.",
            example: "[casino, \"buy backlinks\"]"
        )
        package static let blockedAddresses = ConfigurationKey(
            "spam.blocked_addresses",
            .blockedAddresses,
            "Senders that are held: addresses and domains.",
            example: "[spammer@example.org, example.net]"
        )
    }
}
