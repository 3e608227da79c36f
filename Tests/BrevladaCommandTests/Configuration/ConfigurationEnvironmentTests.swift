// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm
import FormConfiguration
import Logging
import Mail
import SMTP
import Testing

@testable import BrevladaCommand

@Suite("The configuration in the environment")
struct ConfigurationEnvironmentTests {
    @Test("a variable goes before the file, and an empty one counts as none")
    func precedence() throws {
        let yaml = "language: sv\nlog: {level: debug}"
        let configuration = try read(yaml, ["BREVLADA_LANGUAGE": "en", "BREVLADA_LOG_LEVEL": ""])
        #expect(configuration.notifications.language == .english)
        #expect(configuration.log.level == .debug)
    }

    @Test("a relative folder starts at the working folder, in the file at the file's")
    func folders() throws {
        let configuration = try read("site: www\ndata: x", ["BREVLADA_DATA": "letters"])
        #expect(configuration.siteFolder == "/srv/site-of-mine/www")
        #expect(configuration.dataFolder == "/home/eva/letters")
    }

    @Test(
        "PORT changes the port alone, unless BREVLADA_LISTEN is set",
        arguments: [
            (nil, ["PORT": "9000"], "127.0.0.1:9000"),
            ("listen: \"[::1]:80\"", ["PORT": "9000"], "[::1]:9000"),
            (nil, ["PORT": "9000", "BREVLADA_LISTEN": "127.0.0.2:81"], "127.0.0.2:81"),
            (nil, ["PORT": ""], "127.0.0.1:8080"),
        ] as [(String?, [String: String], String)]
    )
    func port(_ yaml: String?, _ environment: [String: String], _ expected: String) throws {
        #expect(try read(yaml, environment).listen.description == expected)
    }

    @Test("lists are separated by commas, but not within quotation marks")
    func lists() throws {
        let configuration = try read(
            nil,
            [
                "BREVLADA_MAIL_TO": "\"Berg, Åsa\" <asa@example.com>, eva@example.com,",
                "BREVLADA_ORIGINS": "https://a.example,http://b.example:8080/",
            ]
        )
        #expect(configuration.notifications.recipients.map(\.displayName) == ["Berg, Åsa", nil])
        #expect(configuration.forms.origins.allowed == ["https://a.example", "http://b.example:8080"])
    }

    @Test("a form and a field are named in capitals, other signs as _")
    func forms() throws {
        let configuration = try read(
            "forms:\n  order-form:\n    fields:\n      \"size[]\": {type: text}",
            [
                "BREVLADA_FORMS_ORDER_FORM_TO": "sales@example.com", "BREVLADA_FORMS_CONTACT_ACTIVE": "no",
                "BREVLADA_FORMS_ORDER_FORM_FIELDS_SIZE___REQUIRED": "true",
            ]
        )
        let order = try #require(FormName(rawValue: "order-form").flatMap { configuration.forms.forms[$0] })
        #expect(order.recipients.map(\.address.description) == ["sales@example.com"])
        #expect(order.fields == [FieldRule(name: "size[]", isRequired: true)])
        #expect(configuration.forms.forms[.contact]?.isActive == false)
        #expect(configuration.warnings.isEmpty)
    }

    @Test("a secret is read from a file, without the line end")
    func secretFiles() throws {
        let environment = [
            "BREVLADA_MAIL_SMTP": "smtps://eva@mail.example.com", "BREVLADA_MAIL_SMTP_PASSWORD_FILE": "secrets/smtp",
            "BREVLADA_MAIL_FROM": "a@example.com", "BREVLADA_MAIL_TO": "b@example.com",
        ]
        for ending in ["", "\n", "\r\n"] {
            let secrets = ["/home/eva/secrets/smtp": "p/a@s%s " + ending]
            let configuration = try read(nil, environment, secrets: secrets)
            #expect(configuration.smtp?.credentials?.password == "p/a@s%s ")
        }
    }

    @Test(
        "only a password in the file itself makes the file a secret, and each file of one is known",
        arguments: [
            ("smtps://eva@mail.example.com", ["BREVLADA_MAIL_SMTP_PASSWORD_FILE": "smtp"], false, ["/home/eva/smtp"]),
            ("smtps://eva@mail.example.com", ["BREVLADA_MAIL_SMTP_PASSWORD": "hunter2"], false, []),
            ("smtp://mail.example.com", ["BREVLADA_MAIL_SMTP": "smtps://eva:hunter2@mail.example.com"], false, []),
            ("smtps://eva:hunter2@mail.example.com", [:], true, []),
            (
                "smtps://eva:hunter2@mail.example.com",
                ["BREVLADA_MAIL_SMTP": "smtps://eva@mail.example.com", "BREVLADA_MAIL_SMTP_PASSWORD_FILE": "smtp"],
                true, ["/home/eva/smtp"]
            ),
        ] as [(String, [String: String], Bool, [String])]
    )
    func secretsOfFile(_ smtp: String, _ environment: [String: String], _ holds: Bool, _ files: [String]) throws {
        let yaml = "mail: {from: a@example.com, to: b@example.com, smtp: \"\(smtp)\"}"
        let configuration = try read(yaml, environment, secrets: ["/home/eva/smtp": "hunter2"])
        #expect(configuration.fileHoldsSecrets == holds)
        #expect(configuration.secretFiles == files)
    }

    @Test(
        "what needs no secret runs where there is none to read",
        arguments: [
            [:], ["BREVLADA_MAIL_SMTP_PASSWORD_FILE": "for-the-server-alone"],
            ["BREVLADA_MAIL_SMTP_PASSWORD": "hunter2"],
        ]
    )
    func withoutSecrets(_ environment: [String: String]) throws {
        let yaml = """
            listen: 0.0.0.0:80
            data: messages
            mail:
              from: a@example.com
              to: b@example.com
              smtp: smtps://form%40example.com@mail.example.com
              digest_per_hour: 2
            challenge: {kind: turnstile}
            alerts: {webhook: "https://hooks.example.com/x"}
            """
        var source = source(yaml, environment)
        source.hasSecrets = false
        let configuration = try Configuration.read(source)
        #expect(configuration.dataFolder == "/srv/site-of-mine/messages")
        #expect(configuration.notifications.digest.perHour == 2)
        #expect(configuration.smtp == nil && configuration.challenge == nil && configuration.alerts == nil)
        #expect(configuration.warnings.isEmpty)
        source.hasSecrets = true
        #expect(throws: ConfigurationError.self) { try Configuration.read(source) }
    }

    @Test("a server's address in the environment of the service alone is not missed by what needs no secret")
    func withoutServer() throws {
        var source = source("listen: 0.0.0.0:80\nmail: {from: a@example.com, to: b@example.com}")
        #expect(throws: ConfigurationError.self) { try Configuration.read(source) }
        source.hasSecrets = false
        #expect(try Configuration.read(source).listen.port == 80)
    }

    @Test(
        "what is wrong in the environment is said by the variable's name",
        arguments: [
            (["PORT": "http"], "PORT is \"http\", not a number from 0 to 65535; write one in digits"),
            (
                ["BREVLADA_MAIL_DIGEST_BATCH": "0"],
                "BREVLADA_MAIL_DIGEST_BATCH is \"0\", not a whole number from 1 to 10000; write one in digits"
            ),
            (
                [
                    "BREVLADA_CHALLENGE_SECRET": "hunter2", "BREVLADA_CHALLENGE_SECRET_FILE": "x",
                    "BREVLADA_CHALLENGE_KIND": "hcaptcha",
                ],
                "BREVLADA_CHALLENGE_SECRET and BREVLADA_CHALLENGE_SECRET_FILE are both set; leave out one of the two"
            ),
            (
                ["BREVLADA_CHALLENGE_SECRET_FILE": "/gone", "BREVLADA_CHALLENGE_KIND": "hcaptcha"],
                "BREVLADA_CHALLENGE_SECRET_FILE is \"/gone\", which can't be read: no such file; "
                    + "name a file that the server may read"
            ),
            (
                ["BREVLADA_CHALLENGE_SECRET_FILE": "hunter2", "BREVLADA_CHALLENGE_KIND": "hcaptcha"],
                "BREVLADA_CHALLENGE_SECRET_FILE names a file that can't be read: no such file; write its whole path, "
                    + "or set the secret itself as BREVLADA_CHALLENGE_SECRET"
            ),
            (
                ["BREVLADA_CHALLENGE_SECRET_FILE": "empty", "BREVLADA_CHALLENGE_KIND": "hcaptcha"],
                "BREVLADA_CHALLENGE_SECRET_FILE is \"empty\", which is empty; write the secret into it"
            ),
            (
                ["BREVLADA_MAIL_SMTP": "h:587", "BREVLADA_MAIL_FROM": "a@b.se", "BREVLADA_MAIL_TO": "a@b.se"],
                "BREVLADA_MAIL_SMTP can't be used: the SMTP URL has no scheme; begin it with smtps:// or smtp://"
            ),
            (
                ["BREVLADA_MAIL_SMTP_PASSWORD": "hunter2"],
                "BREVLADA_MAIL_SMTP_PASSWORD is set but mail.smtp is not; set mail.smtp to the server, as in "
                    + "smtps://user@mail.example.com"
            ),
            (
                ["BREVLADA_SITE_URL": "\"https://example.com\""],
                "BREVLADA_SITE_URL stands in quotation marks, which are a part of it; take them away"
            ),
            (
                ["BREVLADA_CHALLENGE_SECRET": "'hunter2'", "BREVLADA_CHALLENGE_KIND": "hcaptcha"],
                "BREVLADA_CHALLENGE_SECRET stands in quotation marks, which are a part of it; take them away; "
                    + "if they belong to it, write it into a file and name that as BREVLADA_CHALLENGE_SECRET_FILE"
            ),
            (
                ["BREVLADA_CHALLENGE_SECRET_FILE": "long", "BREVLADA_CHALLENGE_KIND": "hcaptcha"],
                "BREVLADA_CHALLENGE_SECRET_FILE is \"long\", which has more than one line; leave the secret alone in it"
            ),
        ]
    )
    func variableProblems(_ environment: [String: String], _ expected: String) {
        let secrets = ["/home/eva/empty": "\n", "/home/eva/long": "hunter2\nhunter2\n"]
        #expect(problems(nil, environment, secrets: secrets) == [expected])
    }

    @Test("what is wrong in a variable is not looked for in the file that it goes before")
    func variableBeforeFile() {
        let yaml = "mail:\n  smtp: smtps://u:p@h # mine\n  from: a@b.se\n  to: a@b.se"
        #expect(
            problems(yaml, ["BREVLADA_MAIL_SMTP": "smtps://u@h"]) == [
                "BREVLADA_MAIL_SMTP has a user and no password; set mail.smtp_password, or the variable "
                    + "BREVLADA_MAIL_SMTP_PASSWORD_FILE to a file that holds it"
            ]
        )
        #expect(
            problems(yaml, ["BREVLADA_MAIL_SMTP": "h"]).first?.hasPrefix("BREVLADA_MAIL_SMTP can't be used") == true
        )
    }

    @Test("a variable that two names share is refused")
    func ambiguous() {
        let yaml = "forms:\n  a-b: {active: true}\n  a_b: {active: true}"
        #expect(problems(yaml).isEmpty)
        #expect(
            problems(yaml, ["BREVLADA_FORMS_A_B_NEXT": "/x"]) == [
                "BREVLADA_FORMS_A_B_NEXT may mean \"forms.a-b.next\" or \"forms.a_b.next\"; set both in the file instead"
            ]
        )
    }

    @Test(
        "a variable that is no setting is led to the one that is meant",
        arguments: [
            ("SMTP", "BREVLADA_MAIL_SMTP"), ("SMTP_URL", "BREVLADA_MAIL_SMTP"), ("SMTP_HOST", "BREVLADA_MAIL_SMTP"),
            ("SMTP_PASSWORD", "BREVLADA_MAIL_SMTP_PASSWORD"), ("SMTP_PASS", "BREVLADA_MAIL_SMTP_PASSWORD"),
            ("SMTP_PASSWORD_FILE", "BREVLADA_MAIL_SMTP_PASSWORD_FILE"), ("PASSWORD", "BREVLADA_MAIL_SMTP_PASSWORD"),
            ("FROM", "BREVLADA_MAIL_FROM"), ("TO", "BREVLADA_MAIL_TO"), ("MAIL_FORM", "BREVLADA_MAIL_FROM"),
            ("URL", "BREVLADA_SITE_URL"), ("SITEURL", "BREVLADA_SITE_URL"), ("LOGLEVEL", "BREVLADA_LOG_LEVEL"),
            ("DATA_DIR", "BREVLADA_DATA"), ("PORT", "PORT"), ("mail_from", "BREVLADA_MAIL_FROM"),
        ]
    )
    func meantVariables(_ name: String, _ meant: String) throws {
        let warnings = try read(nil, ["BREVLADA_\(name)": "8080"]).warnings.map(\.description)
        #expect(warnings == ["BREVLADA_\(name) is no setting and does nothing; did you mean \(meant)?"])
    }

    @Test("that only secrets are read from files is said")
    func filesOfOthers() throws {
        let warnings = try read(nil, ["BREVLADA_MAIL_TO_FILE": "/run/secrets/to"]).warnings.map(\.description)
        #expect(
            warnings == [
                "BREVLADA_MAIL_TO_FILE is no setting and does nothing, for only secrets are read from files; "
                    + "set BREVLADA_MAIL_TO itself"
            ]
        )
    }

    @Test("a variable that is no setting brings a warning, one of an orchestrator does not")
    func unknownVariables() throws {
        let configuration = try read(
            nil,
            [
                "BREVLADA_MAIL_SMPT": "x", "BREVLADA_PORT": "tcp://10.0.0.1:80", "BREVLADA_SERVICE_HOST": "10.0.0.1",
                "BREVLADA_PORT_80_TCP": "x", "OTHER": "x",
            ]
        )
        #expect(
            configuration.warnings.map(\.description) == [
                "BREVLADA_MAIL_SMPT is no setting and does nothing; did you mean BREVLADA_MAIL_SMTP?"
            ]
        )
    }
}
