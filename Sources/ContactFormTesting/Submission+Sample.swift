// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

package import ContactForm

extension Submission {
    /// A submission as a visitor might send it; another `number` gives another one, a second younger.
    ///
    /// Its delivery record fits its status, so that every store can hold it.
    package static func sample(
        _ number: Int = 1,
        form: FormName = .contact,
        status: SubmissionStatus = .received,
        nextAttempt: Timestamp? = nil,
        expiresAt: Timestamp? = nil
    ) -> Submission {
        let receivedAt = Timestamp.sample.advanced(by: .seconds(Int64(number)))
        let fields: FieldList = [
            Field("name", "Astrid Öberg"), Field("email", "astrid@example.com"),
            Field("message", "Is the workshop open on Sunday? This is question \(number)."),
        ]
        return Submission(
            id: SubmissionID(
                form: form,
                token: "sample-\(number)",
                started: receivedAt,
                fields: fields,
                receivedAt: receivedAt
            ),
            form: form,
            receivedAt: receivedAt,
            name: "Astrid Öberg",
            email: "astrid@example.com",
            replyTo: "astrid@example.com",
            fields: fields,
            page: "https://example.com/contact.html",
            origin: "https://example.com",
            status: status,
            spamReasons: status == .held ? [.honeypot] : [],
            delivery: .sample(status, at: nextAttempt ?? receivedAt),
            expiresAt: expiresAt
        )
    }

    /// Submissions that differ in everything a store could get wrong: absent and empty values, repeated fields,
    /// every status, and text in several scripts.
    package static let variety: [Submission] =
        [bare, full, awkward]
        + SubmissionStatus.allCases.enumerated().map {
            Submission.sample(100 + $0, form: .sampleOrder, status: $1)
        }

    private static let bare = Submission(
        id: SubmissionID(milliseconds: 0, entropy: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
        form: .contact,
        receivedAt: Timestamp(milliseconds: 0),
        fields: []
    )

    private static var full: Submission {
        var submission = Submission.sample(200, form: .sampleOrder, status: .bounced)
        submission.subject = "Order from the web"
        submission.language = .swedish
        submission.spamReasons = [.links, .missingOrigin, SpamReason(rawValue: "a-reason-of-tomorrow")]
        submission.fields = [
            Field("name", "Åsa Öst"), Field(name: "size[]", values: ["S", "XL", ""]),
            Field(name: "colour", values: []), Field("message", "Two of each, please."),
        ]
        submission.expiresAt = .sample.advanced(by: .days(365))
        submission.region = "eu-north-1"
        return submission
    }

    private static var awkward: Submission {
        var submission = Submission.sample(300)
        submission.name = ""
        submission.email = "jörg@пример.example"
        submission.subject = #"'); DROP TABLE submission; -- "quoted" \ back"#
        submission.page = ""
        submission.fields = [
            Field("", ""), Field("message", "line\r\nline\n\ttab \u{1}\u{7F}\u{FEFF}\u{2028}"),
            Field("emoji", "👩🏽‍🚒🇸🇪 e\u{301} \u{E9}"), Field("rtl", "שלום مرحبا"), Field("cjk", "你好，世界"),
            Field("message[Services][]", "</script><!-- {{ }} ${x}"),
            Field("long", String(repeating: "ö", count: 20_000)),
        ]
        return submission
    }
}

extension Delivery {
    /// What is known of the mail of a submission with that status; `moment` is when a waiting mail is due.
    package static func sample(_ status: SubmissionStatus, at moment: Timestamp) -> Delivery {
        var delivery = Delivery()
        switch status {
        case .received: delivery.nextAttempt = moment
        case .held: break
        case .failed:
            delivery.attempts = 9
            delivery.lastError = "smtp.example answered 550 to RCPT"
        case .notified, .bounced:
            delivery.attempts = 2
            delivery.providerMessageID = "250 2.0.0 queued as 4bW"
            delivery.notifiedAt = moment.advanced(by: .seconds(2))
            if status == .bounced { delivery.lastError = "mailbox full" }
        }
        return delivery
    }
}

extension Timestamp {
    /// 2026-11-23T12:00:00Z
    package static let sample = Timestamp(milliseconds: 1_795_435_200_000)

    /// 9999-12-31T23:59:59Z
    package static let farFuture = Timestamp(milliseconds: 253_402_300_799_000)
}

extension FormName {
    /// A second form.
    package static let sampleOrder: FormName = {
        guard let name = FormName(rawValue: "order_2-B") else { preconditionFailure("not the name of a form") }
        return name
    }()
}

extension PartialDelivery {
    /// One has the mail, and one was refused for good.
    package static let sample = PartialDelivery(
        reached: ["\"a b\"@example.se"],
        refused: [UnreachedRecipient(address: "c@example.se", reason: "550 5.1.1 \"ingen sådan låda\"")]
    )
}
