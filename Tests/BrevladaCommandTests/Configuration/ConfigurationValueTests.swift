// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm
import ContactFormServer
import FormConfiguration
import HTTPAddress
import Logging
import Mail
import NIOCore
import SMTP
import Testing

@testable import BrevladaCommand

@Suite("The values of a configuration")
struct ConfigurationValueTests {
    @Test(
        "a webhook's address is one that can be called, over TLS or on this machine, or is refused in its line",
        arguments: [
            ("https://hooks.example.com/t?a=1#b", true), ("https://h:8443", true), ("https://a_b.example.com./", true),
            ("https://[2001:db8::1]:8443/t", true), ("http://localhost:8080/t", true), ("http://[::1]/t", true),
            ("http://127.0.0.1", true), ("https://h:", false), ("https://h:0/", false), ("https://h:65536/", false),
            ("https://h:+80/", false), ("https://[::1/", false), ("https://[]/", false), ("https://::1/", false),
            ("https://[::1]x/", false), ("https://h%41.se/", false), ("https://a,b.se/", false),
            ("https://*.se/", false),
            ("https://å.se/", false), ("https:///t", false), ("https://", false), ("https://me:x@h/", false),
            ("http://localhost:x@h/", false), ("http://localhost.h/", false), ("http://h/", false), ("ftp://h/", false),
        ]
    )
    func webhook(_ address: String, _ isGood: Bool) throws {
        let yaml = """
            mail: {from: a@example.com, to: b@example.com}
            alerts:
              secret: whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw
              webhook: "\(address)"
            """
        guard isGood else {
            let error = #expect(throws: ConfigurationError.self) { try read(yaml) }
            #expect(error.map { "\($0)" }?.contains("brevlada.yaml:4:") == true)
            return
        }
        let location = try #require(HTTPLocation(url: address))
        #expect(try read(yaml).alerts?.address == location)
    }

    @Test("without any configuration the site is tried out on this machine and mail is captured")
    func standards() throws {
        let configuration = try read()
        #expect(configuration.file == nil)
        #expect(configuration.siteFolder == "/home/eva/site")
        #expect(configuration.dataFolder == "/home/eva/data")
        #expect(configuration.databasePath == "/home/eva/data/brevlada.sqlite")
        #expect(configuration.listen == ListenAddress(host: "127.0.0.1", port: 8080))
        #expect(configuration.smtp == nil)
        #expect(configuration.notifications.sender.description == "\"Brevlåda\" <brevlada@localhost>")
        #expect(configuration.notifications.recipients.map(\.description) == ["owner@localhost"])
        #expect(configuration.forms.forms == [.contact: FormDefinition(name: .contact)])
        #expect(configuration.forms.origins == OriginPolicy(allowsLoopback: true))
        #expect(configuration.forms.spam == SpamRules())
        #expect(configuration.forms.limits == IntakeLimits())
        #expect(configuration.notifications.retry == RetrySchedule())
        #expect(configuration.notifications.reminderSpacing == .days(3))
        #expect(configuration.notifications.digest == DigestRule())
        #expect(configuration.notifications.inbox == nil)
        #expect(configuration.notifications.commandOption == nil)
        #expect(configuration.rates == RateSettings())
        #expect(configuration.connections == ConnectionLimits())
        #expect(configuration.challenge == nil)
        #expect(configuration.log == LogSettings())
        #expect(configuration.warnings.isEmpty)
    }

    @Test("mails lead to the inbox where it is served at a known address")
    func inboxAddress() throws {
        let site = "site_url: https://www.example.com/\n"
        #expect(try read(site).notifications.inbox == "https://www.example.com/inbox/")
        #expect(try read(site + "inbox: false\n").notifications.inbox == nil)
    }

    @Test("a whole configuration is read")
    func whole() throws {
        let configuration = try read(
            """
            site: ../public/./html
            data: /var/lib/brevlada
            listen: "[::]:80"
            site_url: HTTPS://Www.Example.com:443/
            origins: [https://shop.example.com]
            trusted_proxies: [unix, 10.0.0.0/8]
            language: sv
            mail:
              from: Min sajt <form@example.com>
              to: [eva@example.com, "Berg, Åsa" <asa@example.com>]
              smtp: smtps://eva:p%40ss@mail.example.com
              digest_batch: 5
              digest_per_hour: 6
              give_up_after_days: 7
              reminder_days: 14
            forms:
              order:
                to: sales@example.com
                next: https://shop.example.com/thanks
                language: en
                honeypot: _trap
                retention_days: 30
                fields:
                  size: {type: select, options: [S, "M, L"], required: yes}
                  note: {label: Anything else, min_length: 2, max_length: 9}
                  colour:
            spam: {threshold: 50, fill_seconds: 0, free_links: 9, repeats: 4, blocked_words: [casino],
                   blocked_addresses: [x.se]}
            limits: {per_address_per_minute: 1, per_address_burst: 2, per_form_per_minute: 3, per_form_burst: 4,
                     body_kilobytes: 8, max_connections: 9, head_seconds: 10, body_seconds: 11, idle_seconds: 12}
            challenge: {kind: hcaptcha, secret: s3}
            log: {level: debug, format: json}
            """.replacing("\"Berg, Åsa\" <asa@example.com>", with: "'\"Berg, Åsa\" <asa@example.com>'")
        )
        #expect(configuration.siteFolder == "/srv/public/html")
        #expect(configuration.dataFolder == "/var/lib/brevlada")
        #expect(configuration.listen == ListenAddress(host: "::", port: 80))
        #expect(configuration.siteURL == "https://www.example.com")
        #expect(configuration.forms.origins.allowed == ["https://www.example.com", "https://shop.example.com"])
        #expect(!configuration.forms.origins.allowsLoopback)
        #expect(try configuration.trustedProxies == TrustedProxies(parsing: ["unix", "10.0.0.0/8"]))
        #expect(configuration.notifications.language == .swedish)
        #expect(configuration.notifications.sender.displayName == "Min sajt")
        #expect(configuration.notifications.recipients.map(\.displayName) == [nil, "Berg, Åsa"])
        #expect(configuration.smtp?.host == "mail.example.com")
        #expect(configuration.smtp?.credentials?.password == "p@ss")
        #expect(configuration.notifications.digest.batch == 5)
        #expect(configuration.notifications.digest.perHour == 6)
        #expect(configuration.notifications.retry.giveUpAfter == .days(7))
        #expect(configuration.notifications.reminderSpacing == .days(14))
        #expect(configuration.forms.forms[.contact]?.language == .swedish)

        let name = try #require(FormName(rawValue: "order"))
        let order = try #require(configuration.forms.forms[name])
        #expect(order.recipients.map(\.address.description) == ["sales@example.com"])
        #expect(order.next == "https://shop.example.com/thanks")
        #expect(order.language == .english)
        #expect(order.honeypot == "_trap")
        #expect(order.retention == .days(30))
        #expect(
            order.fields == [
                FieldRule(name: "size", type: .select, isRequired: true, options: ["S", "M, L"]),
                FieldRule(name: "note", label: "Anything else", minLength: 2, maxLength: 9),
                FieldRule(name: "colour"),
            ]
        )
        #expect(configuration.forms.spam.threshold == 50)
        #expect(configuration.forms.spam.fillTime == .seconds(0))
        #expect(configuration.forms.spam.freeLinks == 9)
        #expect(configuration.forms.spam.repeats == 4)
        #expect(configuration.forms.spam.blockedWords == ["casino"])
        #expect(configuration.forms.spam.blockedAddresses == ["x.se"])
        #expect(configuration.forms.limits.bodyBytes == 8 * 1_024)
        #expect(configuration.rates.perAddressPerMinute == 1)
        #expect(configuration.rates.perAddressBurst == 2)
        #expect(configuration.rates.perFormPerMinute == 3)
        #expect(configuration.rates.perFormBurst == 4)
        #expect(configuration.connections.maximumConnections == 9)
        #expect(configuration.connections.headTimeout == .seconds(10))
        #expect(configuration.connections.bodyTimeout == .seconds(11))
        #expect(configuration.connections.idleTimeout == .seconds(12))
        #expect(configuration.challenge == ChallengeSettings(provider: .hcaptcha, secret: "s3"))
        #expect(configuration.log.level == .debug)
        #expect(configuration.log.format == .json)
    }

    @Test(
        "an empty file, one of comments and one of empty sections are no configuration",
        arguments: [
            "", "# nothing\n", "mail:\nforms:\n  contact:\n    fields:\nspam: ~\nlog: null\n",
        ]
    )
    func empty(_ yaml: String) throws {
        let configuration = try read(yaml)
        #expect(configuration.forms.forms == [.contact: FormDefinition(name: .contact)])
        #expect(configuration.smtp == nil)
    }

    @Test("YAML's own idea of a value does not change a text", arguments: ["no", "0123", "1e3", "2026-11-23", "0x1F"])
    func textsStayTexts(_ text: String) throws {
        let configuration = try read("forms:\n  contact:\n    fields:\n      x: {label: \(text)}")
        #expect(configuration.forms.forms[.contact]?.fields.first?.label == text)
    }

    @Test(
        "however YAML writes a text, it is that text",
        arguments: [
            "|\n  sv\n", ">\n  sv\n\n\n", "|-\n  sv", ">+\n  sv\n\n", "|\r\n  sv\r\n", "\n  sv", "'sv'", "\"sv\"",
            "!!str sv",
            "!!str 'sv'", "&here sv", "&here 'sv'", "sv # a remark", "  sv  ", "\"s\\\n  v\"", "\"\\x73v\"",
            "!!str\n  sv",
        ]
    )
    func spellings(_ yaml: String) throws {
        #expect(try read("language: \(yaml)").notifications.language == .swedish)
    }

    @Test(
        "a text may take several lines, and end with any letter",
        arguments: [
            ("\"Your errand,\n          note: short\"", "Your errand, note: short"),
            ("The sum of\n          x = 5", "The sum of x = 5"),
            ("'to\n          to: you'", "to to: you"), ("England 🏴󠁧󠁢󠁥󠁮󠁧󠁿", "England 🏴󠁧󠁢󠁥󠁮󠁧󠁿"), ("سلام\u{200F}", "سلام\u{200F}"),
        ]
    )
    func labels(_ yaml: String, _ label: String) throws {
        let configuration = try read("forms:\n  contact:\n    fields:\n      x:\n        label: \(yaml)")
        #expect(configuration.forms.forms[.contact]?.fields.first?.label == label)
    }

    @Test("a policy may be written over several lines", arguments: ["\"", "'", ""])
    func policy(mark: String) throws {
        let policy = "default-src 'self'; img-src 'self'\n  https://a.example; style-src 'self'\n  https:;"
        let written = mark == "'" ? policy.replacing("'", with: "''") : policy
        let configuration = try read("content_security_policy: \(mark)\(written)\(mark)")
        #expect(configuration.contentSecurityPolicy == policy.replacing("\n  ", with: " "))
        #expect(try read("inbox: !!bool false").servesInbox == false)
    }

    @Test("in one line a value is cut short by a comment of its own alone")
    func commentsInBraces() throws {
        let mail = "smtp: 'smtps://eva@mail.example.com', smtp_password: abc, from: \"Team #1 <a@b.se>\", to: a@b.se"
        #expect(try read("mail: {\(mail)} #mine").smtp?.credentials?.password == "abc")
    }

    @Test("a form that is closed needs no recipient")
    func closedForm() {
        let yaml = "mail: {smtp: 'smtp://localhost?tls=none', from: a@b.se}\nforms:\n  contact: {active: false}"
        #expect(problems(yaml).isEmpty)
    }

    @Test("a public address ends the trust in loopback origins")
    func loopbackOrigins() throws {
        #expect(try read("site_url: https://example.com").forms.origins.allowsLoopback == false)
        #expect(try read("origins: https://example.com").forms.origins.allowsLoopback == true)
    }

    @Test("the secret of a challenge shows in no description")
    func challengeSecret() throws {
        let challenge = try #require(try read("challenge: {kind: turnstile, secret: hunter2}").challenge)
        var dumped = ""
        dump(challenge, to: &dumped)
        #expect(!"\(challenge) \(String(reflecting: challenge)) \(dumped)".contains("hunter2"))
    }

    @Test(
        "what is blocked can match, or what was meant is said",
        arguments: [
            ("blocked_addresses", "a@b.se", nil), ("blocked_addresses", "b.se", nil), ("blocked_addresses", "ru", nil),
            ("blocked_addresses", "A@Räksmörgås.se", nil), ("blocked_addresses", "räksmörgås.se", nil),
            ("blocked_addresses", "@spam.com", "write spam.com"), ("blocked_addresses", "*.ru", "write ru"),
            ("blocked_addresses", "*@spam.com", "write spam.com"), ("blocked_addresses", ".spam.com", "write spam.com"),
            ("blocked_addresses", "<a@b.se>", "write a@b.se"), ("blocked_addresses", "https://b.se/", "write b.se"),
            ("blocked_addresses", "spammer@", "write it like"), ("blocked_addresses", "foo bar", "write it like"),
            ("blocked_addresses", "*", "write it like"), ("blocked_addresses", "a@b@c.se", "write it like"),
            ("blocked_words", "casino", nil), ("blocked_words", "f*ck", nil), ("blocked_words", "buy backlinks", nil),
            ("blocked_words", "*casino*", "write casino"), ("blocked_words", "buy cas*", "write buy cas"),
            ("blocked_words", "buy * now", "write buy now"), ("blocked_words", "***", "write a word"),
        ]
    )
    func blocked(_ key: String, _ entry: String, _ remedy: String?) {
        let problems = problems("spam: {\(key): [\"\(entry)\"]}")
        #expect(problems.count == (remedy == nil ? 0 : 1))
        #expect(problems.allSatisfy { $0.contains("is \"\(entry)\", ") && $0.contains(remedy ?? "") })
    }
}
