// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import AWSLambda
import ContactForm
import FormConfiguration
import HTTPAddress
import Mail
import Testing

@testable import ContactFormLambda

@Suite("settings from the environment")
struct SettingsTests {
    static let add = ["TABLE_NAME": "submissions", "AWS_REGION": "eu-north-1"]
    static let send = add.merging(["BREVLADA_MAIL_FROM": "f@example.se", "BREVLADA_MAIL_TO": "o@example.se"]) { $1 }

    @Test("little is needed, and the rest has the standards of brevlada.yaml")
    func standards() throws {
        let add = try AddContactInfoSettings(environment: Self.add)
        #expect(add.table == TableSettings(name: "submissions", shards: 8, region: "eu-north-1"))
        #expect(add.forms.forms.keys.map(\.rawValue) == ["contact"])
        #expect(add.forms.region == "eu-north-1")
        #expect(add.forms.spam.threshold == SpamRules().threshold)
        #expect(add.forms.limits == IntakeLimits())
        #expect(add.forms.origins == OriginPolicy())
        #expect(add.challenge == nil)
        let send = try SendContactInfoEmailSettings(environment: Self.send)
        #expect(send.notifications.digest == DigestRule())
        #expect(send.notifications.retry == RetrySchedule())
        #expect(send.notifications.commandOption == "--aws")
        #expect(send.configurationSet == nil)
        let read = try ReadContactInfoSettings(environment: Self.add)
        #expect(read.table == add.table)
        #expect(read.forms.keys.map(\.rawValue) == ["contact"])
        #expect(read.language == .english)
    }

    @Test("everything that the file can say of forms and spam, the variables can")
    func everything() throws {
        let forms = """
            {"order":{"active":true,"to":["a@example.se","B <b@example.se>"],"next":"/tack.html","language":"sv",\
            "honeypot":"_trap","retention_days":30,"fields":{"errand":{"label":"Ärende","type":"select",\
            "required":true,"options":["Repair","Other, more"]},"text":{"min_length":2,"max_length":40}}}}
            """
        let add = try AddContactInfoSettings(
            environment: Self.add.merging([
                "TABLE_SHARDS": "16", "BREVLADA_SITE_URL": "https://Example.se/",
                "BREVLADA_ORIGINS": "https://shop.example.se,https://b.example.se:443", "BREVLADA_LANGUAGE": "sv",
                "BREVLADA_FORMS": forms, "BREVLADA_SPAM": #"{"threshold":120,"blocked_words":["casino","a, b"]}"#,
                "BREVLADA_LIMITS_BODY_KILOBYTES": "32", "BREVLADA_CHALLENGE_KIND": "turnstile",
                "BREVLADA_CHALLENGE_SECRET": "s3cret",
            ]) { $1 }
        )
        #expect(add.table.shards == 16)
        #expect(
            add.forms.origins.allowed == ["https://example.se", "https://shop.example.se", "https://b.example.se"]
        )
        #expect(add.forms.siteURL == "https://example.se")
        #expect(add.forms.forms[.contact]?.language == .swedish)
        let order = try #require(FormName(rawValue: "order").flatMap { add.forms.forms[$0] })
        #expect(order.recipients.map(\.address.description) == ["a@example.se", "b@example.se"])
        #expect(order.next == "/tack.html")
        #expect(order.honeypot == "_trap")
        #expect(order.retention == .days(30))
        #expect(order.fields.map(\.name) == ["errand", "text"])
        #expect(order.fields[0].options == ["Repair", "Other, more"])
        #expect(order.fields[0].isRequired)
        #expect(order.fields[1].maxLength == 40)
        #expect(add.forms.spam.threshold == 120)
        #expect(add.forms.spam.blockedWords == ["casino", "a, b"])
        #expect(add.forms.limits.bodyBytes == 32 * 1_024)
        #expect(add.challenge?.provider == .turnstile)
        #expect(add.challenge?.secret == "s3cret")
    }

    @Test("an empty variable counts as none")
    func empty() throws {
        var environment = Self.add
        for variable in AddContactInfoSettings.variables where environment[variable] == nil {
            environment[variable] = ""
        }
        #expect(try AddContactInfoSettings(environment: environment).table.shards == 8)
        environment = Self.send
        for variable in SendContactInfoEmailSettings.variables where environment[variable] == nil {
            environment[variable] = ""
        }
        #expect(try SendContactInfoEmailSettings(environment: environment).configurationSet == nil)
    }

    @Test("all that is wrong is said at once, each with its remedy")
    func problems() {
        let environment = [
            "TABLE_SHARDS": "none", "BREVLADA_LANGUAGE": "de", "BREVLADA_ORIGINS": "example.se",
            "BREVLADA_FORMS": #"{"order":{"actve":true,"fields":{"a":{"type":"selekt"}}}}"#, "BREVLADA_SPAM": "[]",
            "BREVLADA_CHALLENGE_KIND": "turnstile",
        ]
        let expected = [
            "BREVLADA_SPAM is no json object", "\"forms.order.actve\" is no key; did you mean \"active\"?",
            "TABLE_NAME is not set; set it to the DynamoDB table name", "TABLE_SHARDS is \"none\"",
            "AWS_REGION is not set", "BREVLADA_ORIGINS is \"example.se\"", "BREVLADA_LANGUAGE is \"de\"",
            "forms.order.fields.a.type is \"selekt\"", "challenge.secret",
        ]
        #expect {
            try AddContactInfoSettings(environment: environment)
        } throws: { error in
            guard let failure = error as? LambdaFailure, failure.type == "Configuration.Invalid" else { return false }
            return expected.allSatisfy(failure.message.contains)
        }
    }

    @Test("mail needs a sender, and a recipient for every form that is open")
    func mailProblems() {
        #expect {
            try SendContactInfoEmailSettings(environment: Self.add)
        } throws: { error in
            let message = (error as? LambdaFailure)?.message ?? ""
            return message.contains("BREVLADA_MAIL_FROM is not set") && message.contains("BREVLADA_MAIL_TO is not set")
        }
    }

    @Test("a webhook needs an address and a secret, and tells neither")
    func webhook() throws {
        let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
        let url = "https://hooks.example.com/token?code=1"
        func settings(_ more: [String: String]) throws -> SendContactInfoEmailSettings {
            try SendContactInfoEmailSettings(environment: Self.send.merging(more) { $1 })
        }
        let whole = try settings(["BREVLADA_ALERTS_WEBHOOK": url, "BREVLADA_ALERTS_SECRET": secret])
        let address = try #require(whole.alerts?.address)
        #expect("\(address.endpoint)\(address.target)" == url)
        #expect(!"\(whole)".contains("token") && !"\(whole)".contains("MfKQ"))
        #expect(try settings(["BREVLADA_ALERTS_WEBHOOK": "", "BREVLADA_ALERTS_SECRET": ""]).alerts == nil)
        for (more, expected) in [
            (["BREVLADA_ALERTS_WEBHOOK": url], "alerts.secret is not"),
            (["BREVLADA_ALERTS_SECRET": secret], "alerts.webhook is not"),
            (["BREVLADA_ALERTS_WEBHOOK": "ftp://token", "BREVLADA_ALERTS_SECRET": secret], "not an https address"),
            (["BREVLADA_ALERTS_WEBHOOK": "https://me:token@x.se/", "BREVLADA_ALERTS_SECRET": secret], "a user name"),
            (
                ["BREVLADA_ALERTS_WEBHOOK": "http://localhost:token@x.se/", "BREVLADA_ALERTS_SECRET": secret],
                "a user name"
            ),
            (["BREVLADA_ALERTS_WEBHOOK": url, "BREVLADA_ALERTS_SECRET": "token"], "not whsec_"),
        ] {
            #expect {
                try settings(more)
            } throws: { error in
                let message = (error as? LambdaFailure)?.message ?? ""
                return message.contains(expected) && !message.contains("token") && !message.contains(secret)
            }
        }
    }

    @Test("what is wrong with BREVLADA_FORMS as JSON is said without its text", arguments: ["{", "7", "{\"a\":}"])
    func brokenJSON(text: String) {
        #expect {
            try AddContactInfoSettings(environment: Self.add.merging(["BREVLADA_FORMS": text]) { $1 })
        } throws: { error in
            ((error as? LambdaFailure)?.message ?? "").hasPrefix("BREVLADA_FORMS ")
        }
    }
}
