// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactFormTesting
import Mail
import Testing

@testable import ContactForm

@Suite("What a mail says beside its messages")
struct MailFooterTests {
    let store = InMemorySubmissionStore()
    let mailer = RecordingMailer()
    let now = Timestamp.sample.advanced(by: .minutes(5))

    private func settings(_ language: Language, inbox: String? = nil) throws -> NotificationSettings {
        try .sample(language, inbox: inbox)
    }

    /// The text and the HTML of the mail about that many messages.
    private func mail(
        _ settings: NotificationSettings,
        about submissions: [Submission] = [.sample()],
        _ unmailed: UnmailedCounts = UnmailedCounts()
    ) async throws -> (text: String, html: String) {
        for submission in submissions { _ = try await store.insert(submission) }
        let sender = NotificationSender(settings: settings, store: store, mailer: mailer)
        _ = await sender.send(about: submissions.map(\.key), unmailed: unmailed, at: now, jitter: 0)
        let mail = try #require(mailer.sent.last)
        return (mail.text, try #require(mail.html))
    }

    private func lastLines(_ text: String, _ count: Int) -> [String] {
        text.split(separator: "\n").suffix(count).map { String($0) }
    }

    private func firstLines(_ text: String, _ count: Int) -> [String] {
        text.split(separator: "\n").prefix(count).map { String($0) }
    }

    @Test("each text of a visitor's is shown in the direction it is written in, alone and in a list")
    func directions() async throws {
        let submissions = [1, 2, 3].map { number in
            var submission = Submission.sample(number)
            (submission.name, submission.fields) = (
                "דנה", FieldList([Field("message", "שלום"), Field("ملاحظة", "سلام")])
            )
            return submission
        }
        let one = try await mail(try settings(.english), about: [submissions[0]])
        let list = try await mail(try settings(.english), about: Array(submissions[1...]))
        for (html, texts) in [(one.html, ["שלום", "ملاحظة", "سلام"]), (list.html, ["דנה", "שלום"])] {
            for text in texts {
                let tag = try #require(html.split(separator: "\n").first { $0.contains(">\(text)") })
                #expect(tag.hasPrefix("<p dir=\"auto\" "), "\(tag)")
            }
        }
    }

    @Test(
        "what was held, and what could not be mailed, is said in each mail, with the command that shows it",
        arguments: [
            (
                Language.english, 1, 1,
                [
                    "1 message was held as suspected spam in the last 30 days. "
                        + "See it with: brevlada inbox list --status held",
                    "1 message could not be mailed to you in the last 30 days. "
                        + "Read it in your inbox, or find it with: brevlada audit",
                ]
            ),
            (
                .english, 3, 1_000,
                [
                    "3 messages were held as suspected spam in the last 30 days. "
                        + "See them with: brevlada inbox list --status held",
                    "At least 1000 messages could not be mailed to you in the last 30 days. "
                        + "Read them in your inbox, or find them with: brevlada audit",
                ]
            ),
            (
                .swedish, 1, 2,
                [
                    "1 meddelande har stoppats som misstänkt skräppost de senaste 30 dagarna. "
                        + "Visa det med kommandot: brevlada inbox list --status held",
                    "2 meddelanden har inte kunnat mejlas till dig de senaste 30 dagarna. "
                        + "Läs dem i din inkorg eller leta upp dem med kommandot: brevlada audit",
                ]
            ),
        ]
    )
    func unmailed(language: Language, held: Int, failed: Int, lines: [String]) async throws {
        let counts = UnmailedCounts(held: [.contact: held], failed: [.contact: failed])
        for submissions in [[Submission.sample(1)], [.sample(2), .sample(3)]] {
            let mail = try await mail(try settings(language), about: submissions, counts)
            // Of a list at its head: Gmail hides the end of a long mail.
            let said = submissions.count == 1 ? lastLines(mail.text, 2) : Array(firstLines(mail.text, 3).dropFirst())
            #expect(said == lines)
            for line in lines { #expect(mail.html.contains(line)) }
        }
    }

    @Test(
        "an answer that goes to another address than the one above is told of, and has no name to hide behind",
        arguments: [
            ("anna@example.com", "anna@example.com", nil), ("Anna@Example.com", "anna@example.com", nil),
            ("anna@example.com", "thief@example.net", "A reply to this mail goes to thief@example.net"),
            (nil, "thief@example.net", nil),
        ] as [(String?, String, String?)]
    )
    func answers(email: String?, replyTo: String, said: String?) async throws {
        var submission = Submission.sample()
        (submission.email, submission.replyTo) = (email, replyTo)
        let mail = try await mail(try settings(.english), about: [submission])
        let sent = try #require(mailer.sent.last?.replyTo)
        #expect(sent.address.description == replyTo)
        #expect((sent.displayName == nil) == (said != nil))
        for text in [mail.text, mail.html] { #expect(text.contains(said ?? "Reply to this mail to answer")) }
    }

    @Test(
        "what is said of a long message stands before it, for Gmail hides the end",
        arguments: [(900, false), (60_000, true)]
    )
    func long(length: Int, isBefore: Bool) async throws {
        var submission = Submission.sample()
        submission.fields = FieldList([Field("message", String(repeating: "a", count: length))])
        let html = try await mail(
            try settings(.english, inbox: "https://example.se/inbox/"),
            about: [submission],
            UnmailedCounts(held: [.contact: 1])
        ).html
        let text = try #require(html.firstRange(of: "aaaa"))
        for said in ["Reply to this mail", "Open it in your inbox", "1 message was held"] {
            let place = try #require(html.firstRange(of: said))
            #expect((place.lowerBound < text.lowerBound) == isBefore)
        }
    }

    @Test("each message is a conversation of its own, whatever its subject, and so is each list")
    func conversations() async throws {
        let settings = try settings(.english)
        for submissions in [[Submission.sample(1)], [.sample(2)], [.sample(3), .sample(4)]] {
            _ = try await mail(settings, about: submissions)
        }
        let threads = mailer.sent.compactMap(\.thread)
        #expect(Set(threads).count == 3)
        #expect(Set(threads).isDisjoint(with: mailer.sent.map(\.messageID)))
    }

    @Test("what the owner asks for once more is another mail of the same conversation, the same at each attempt")
    func resent() async throws {
        let settings = try settings(.english)
        let submission = Submission.sample(1)
        _ = try await mail(settings, about: [submission])
        _ = try await store.apply(.resent, to: submission.key, at: now)
        mailer.failNext(.sampleTransient)
        let sender = NotificationSender(settings: settings, store: store, mailer: mailer)
        for _ in 1...2 { _ = await sender.send(about: [submission.key], at: now, jitter: 0) }
        _ = try await store.apply(.resent, to: submission.key, at: now.advanced(by: .seconds(1)))
        _ = await sender.send(about: [submission.key], at: now, jitter: 0)
        let ids = mailer.tried.map(\.messageID)
        #expect(ids.count == 4 && ids[1] == ids[2] && Set(ids).count == 3)
        #expect(ids[0].description == "<\(submission.id)@example.se>")
        #expect(Set(mailer.tried.map(\.thread)).count == 1)
    }

    @Test("its name outlives a history that grows too long, and a release after it was called spam gives it another")
    func longHistory() async throws {
        let submission = Submission.sample(1)
        _ = try await mail(try settings(.english), about: [submission])
        _ = try await store.apply(.resent, to: submission.key, at: now)
        let name = try #require(try await store.find(submission.key)).mailName
        for _ in 1...120 {
            _ = try await store.apply(.postponed(reason: "busy", nextAttempt: now), to: submission.key, at: now)
        }
        let long = try #require(try await store.find(submission.key))
        #expect(long.mailName == name && long.history.count == Submission.longestHistory)
        #expect(long.history.dropFirst().allSatisfy { $0.what == "postponed" })
        _ = try await store.apply(.markedSpam, to: submission.key, at: now)
        _ = try await store.apply(.released, to: submission.key, at: now.advanced(by: .seconds(1)))
        #expect(try await store.find(submission.key)?.mailName != name)
    }

    @Test("on AWS the command is told to look there")
    func commandOption() async throws {
        var settings = try settings(.english)
        settings.commandOption = "--aws"
        let counts = UnmailedCounts(held: [.contact: 1], failed: [.contact: 1])
        let mail = try await mail(settings, counts)
        #expect(mail.text.contains("brevlada inbox list --status held --aws\n"))
        #expect(mail.text.contains("brevlada audit --aws\n"))
    }

    @Test("what came to other forms counts for those who get the mail of both, and for nobody else")
    func recipients() async throws {
        let other = try #require(FormName(rawValue: "no-longer-configured"))
        let counts = UnmailedCounts(
            held: [.contact: 1, other: 2, .sampleOrder: 40],
            failed: [other: 5, .sampleOrder: 1_000]
        )
        let own = try await mail(try settings(.english), counts)
        #expect(own.text.contains("\n3 messages were held"))
        #expect(own.text.contains("\n5 messages could not"))
        let orders = try await mail(try settings(.english), about: [.sample(7, form: .sampleOrder)], counts)
        #expect(orders.text.contains("\n40 messages were held"))
    }

    @Test("the counts are those of 30 days, of all forms")
    func counted() async throws {
        let day = Interval.days(1)
        var submissions: [Submission] = []
        for (number, (form, status)) in [
            (FormName.contact, SubmissionStatus.held), (.sampleOrder, .held), (.contact, .failed),
            (.sampleOrder, .bounced), (.contact, .received), (.contact, .notified),
        ].enumerated() {
            submissions.append(.sample(number, form: form, status: status))
        }
        for submission in submissions { _ = try await store.insert(submission) }
        for (days, isCounted) in [(1, true), (29, true), (31, false)] {
            let counts = try await store.unmailedCounts(
                at: .sample.advanced(by: Interval(milliseconds: day.milliseconds * Int64(days)))
            )
            let expected = [FormName.contact: 1, .sampleOrder: 1]
            #expect(counts.held == (isCounted ? expected : [:]))
            #expect(counts.failed == (isCounted ? expected : [:]))
        }
    }

    @Test("a mail leads to its message, and to what was not mailed, where the inbox has an address")
    func links() async throws {
        let counts = UnmailedCounts(held: [.contact: 1], failed: [.contact: 2])
        let settings = try settings(.swedish, inbox: "https://example.se/inbox/")
        let submission = Submission.sample()
        let one = try await mail(settings, about: [submission], counts)
        let address = "https://example.se/inbox/#box=all&id=\(submission.id)"
        #expect(
            lastLines(one.text, 3) == [
                "Öppna det i din inkorg: \(address)",
                "1 meddelande har stoppats som misstänkt skräppost de senaste 30 dagarna. "
                    + "Läs det i din inkorg: https://example.se/inbox/#box=held",
                "2 meddelanden har inte kunnat mejlas till dig de senaste 30 dagarna. "
                    + "Läs dem i din inkorg: https://example.se/inbox/#box=failed",
            ]
        )
        let htmlAddress = "https://example.se/inbox/#box=all&amp;id=\(submission.id)"
        #expect(one.html.contains(" href=\"\(htmlAddress)\">Öppna det i din inkorg</a>"))
        #expect(one.html.contains(" href=\"https://example.se/inbox/#box=held\">Läs det i din inkorg</a>"))
        #expect(!one.text.contains("brevlada "))

        let several = [Submission.sample(2), .sample(3)]
        let digest = try await mail(settings, about: several, counts)
        for submission in several {
            #expect(digest.text.contains("\nhttps://example.se/inbox/#box=all&id=\(submission.id)\n"))
            #expect(digest.html.contains(" href=\"https://example.se/inbox/#box=all&amp;id=\(submission.id)\">"))
        }
        #expect(digest.html.contains(" href=\"https://example.se/inbox/#box=failed\">"))
        let plain = try await mail(try self.settings(.swedish), about: [.sample(4), .sample(5)], counts)
        #expect(!plain.html.contains("<a ") && !plain.text.contains("/inbox/"))
    }

    @Test("nothing that a visitor wrote comes into a link")
    func hostileLinks() async throws {
        let settings = try settings(.english, inbox: "https://example.se/inbox/")
        var submissions = [Submission.sample(1), .sample(2)]
        for index in submissions.indices {
            submissions[index].name = "EVIL\">"
            submissions[index].subject = "EVIL"
            submissions[index].page = "https://evil.example/EVIL"
            submissions[index].fields = [Field("EVIL", "EVIL"), Field("message", "<a href=\"EVIL\">EVIL</a>")]
        }
        for mail in [
            try await mail(settings, about: [submissions[0]]), try await mail(settings, about: submissions),
        ] {
            let links = mail.html.split(separator: "<a ").dropFirst()
            for link in links {
                #expect(link.prefix { $0 != ">" }.contains("href=\"https://example.se/inbox/#box="))
                #expect(link.split(separator: "</a>").first?.contains("EVIL") == false)
            }
        }
    }

    @Test("a mail without an address to answer to says so", arguments: [Language.english, .swedish])
    func noAnswer(language: Language) async throws {
        let sentence =
            language == .english ? "There is no address to answer to." : "Det finns ingen adress att svara till."
        var submission = Submission.sample()
        submission.replyTo = nil
        let without = try await mail(try settings(language), about: [submission])
        #expect(without.text.contains("-- \n\(sentence)\n") && without.html.contains(sentence))
        let with = try await mail(try settings(language), about: [.sample(2)])
        #expect(!with.text.contains(sentence))
        let reply =
            language == .english
            ? "Reply to this mail to answer the sender." : "Svara på det här mejlet för att svara avsändaren."
        #expect(with.text.contains(reply))
    }

    @Test(
        "a time is written for people, by the owner's clock at that moment",
        arguments: [
            ("2026-11-26T20:16:46Z", Language.english, 0, "26 November 2026 20:16 UTC"),
            ("2026-11-26T20:16:46Z", .swedish, 0, "26 november 2026 20:16 UTC"),
            ("2026-11-26T20:16:46Z", .swedish, 60, "26 november 2026 21:16 (UTC+1)"),
            ("2026-12-31T23:00:00Z", .english, 60, "1 January 2027 00:00 (UTC+1)"),
            ("2026-03-01T01:05:00Z", .english, -210, "28 February 2026 21:35 (UTC-3:30)"),
            ("2026-05-02T05:05:59Z", .swedish, 345, "2 maj 2026 10:50 (UTC+5:45)"),
        ]
    )
    func moments(moment: String, language: Language, minutes: Int, expected: String) throws {
        let moment = try #require(Timestamp(iso8601: moment))
        #expect(OwnerSentences(language).moment(moment, offset: { _ in .minutes(Int64(minutes)) }) == expected)
    }

    @Test("single mails and digests have the time of the moment that the message came, in summer and in winter")
    func momentsInMails() async throws {
        var settings = try settings(.english)
        let summer = try #require(Timestamp(iso8601: "2026-10-25T01:00:00Z"))
        settings.offset = { $0 < summer ? .hours(2) : .hours(1) }
        var submissions = [Submission.sample(1), .sample(2)]
        submissions[0].receivedAt = summer.advanced(by: .milliseconds(-1))
        submissions[1].receivedAt = summer
        let digest = try await mail(settings, about: submissions)
        for text in [digest.text, digest.html] {
            #expect(text.contains("25 October 2026 02:59 (UTC+2)") && text.contains("25 October 2026 02:00 (UTC+1)"))
        }
        let one = try await mail(settings, about: [.sample(3)])
        #expect(one.text.contains("\nReceived: 23 November 2026 13:00 (UTC+1)\n"))
    }
}
