// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import FormConfiguration
import SiteDeployment
import StackTemplate
import Testing

@testable import BrevladaCommand

@Suite("What of the configuration goes to AWS")
struct CloudSettingsTests {
    private func parameters(_ yaml: String, _ environment: [String: String] = [:]) throws -> [String: String] {
        try read(yaml, environment).cloud.parameters.values.mapValues(\.text)
    }

    @Test("nothing but the language, when the file says nothing")
    func standard() throws {
        let cloud = try read().cloud
        #expect(cloud.stackName == "brevlada" && cloud.region == nil && cloud.profile == nil && cloud.problems.isEmpty)
        #expect(try parameters("") == ["Language": "en"])
    }

    @Test("each key that has a parameter of its own")
    func mapping() throws {
        let yaml = """
            language: sv
            site_url: https://www.example.com
            origins: [https://shop.example.com, https://example.org]
            mail:
              from: "Verkstan <form@räksmörgås.se>"
              to: [eva@example.com, "Ann <ann@example.com>"]
              digest_batch: 7
              digest_per_hour: 8
              give_up_after_days: 9
              reminder_days: 0
            forms:
              contact:
              jobs:
                to: [jobs@example.com, eva@example.com]
                fields:
                  phone: {required: true, max_length: 020}
            spam:
              blocked_words: [casino, "say \\"hi\\""]
            limits: {per_form_per_minute: 61, per_form_burst: 5, body_kilobytes: 32}
            log: {level: warning}
            """
        #expect(
            try parameters(yaml) == [
                "Language": "sv", "DomainName": "www.example.com",
                "AllowedOrigins": "https://shop.example.com,https://example.org",
                "MailFromAddress": "form@xn--rksmrgs-5wao1o.se", "MailFromName": "Verkstan",
                "MailTo": "eva@example.com,ann@example.com", "OwnerEmail": "eva@example.com", "DigestBatch": "7",
                "DigestPerHour": "8", "GiveUpAfterDays": "9", "ReminderDays": "0",
                "FormRecipients": "jobs@example.com,eva@example.com",
                "Forms":
                    #"{"contact":null,"jobs":{"to":["jobs@example.com","eva@example.com"],"fields":{"phone":{"required":"true","max_length":"020"}}}}"#,
                "Spam": #"{"blocked_words":["casino","say \"hi\""]}"#, "FormRate": "2", "FormBurst": "5",
                "BodyKilobytes": "32",
                "LogLevel": "warning",
            ]
        )
    }

    @Test("what stands under aws.parameters goes before what the rest says, and a list gets commas")
    func precedence() throws {
        let yaml = """
            site_url: https://www.example.com
            mail: {to: eva@example.com}
            aws:
              stack: workshop
              region: eu-west-1
              profile: eva
              parameters:
                DomainName: ""
                MailTo: [a@example.com, b@example.com]
                Waf: yes
            """
        let cloud = try read(yaml).cloud
        #expect(cloud.stackName == "workshop" && cloud.region == "eu-west-1" && cloud.profile == "eva")
        #expect(cloud.parameters["DomainName"] == "" && cloud.parameters["Waf"] == "yes")
        #expect(cloud.parameters["MailTo"] == "a@example.com,b@example.com")
        #expect(cloud.parameters["OwnerEmail"] == "eva@example.com")
        #expect(try read(yaml, ["BREVLADA_AWS_STACK": "other"]).cloud.stackName == "other")
    }

    @Test(
        "only an own name over HTTPS is the site's domain",
        arguments: [
            ("https://www.example.com", "www.example.com"), ("http://www.example.com", nil), ("https://localhost", nil),
            ("https://www.example.com:8443", nil), ("https://192.0.2.1", nil),
        ]
    )
    func domains(_ url: String, _ domain: String?) throws {
        #expect(try parameters("site_url: \(url)")["DomainName"] == domain)
        let website = "site_url: \(url)\naws: {parameters: {Hosting: S3Website}}"
        #expect(try parameters(website)["DomainName"] == nil)
    }

    @Test("a challenge goes with the name of its secret, which never leaves the machine")
    func challenge() throws {
        let yaml = "challenge: {kind: turnstile, secret: s3cret}\naws: {parameters: {NAME}}"
        let without = try read(yaml.replacing("NAME", with: "")).cloud
        #expect(without.parameters["ChallengeKind"] == "turnstile")
        #expect(without.problems.map(\.description).first?.contains("aws secretsmanager create-secret") == true)
        let with = try read(yaml.replacing("NAME", with: "ChallengeSecretName: brevlada/challenge")).cloud
        #expect(with.problems.isEmpty)
        #expect(!with.parameters.values.values.contains { $0.text.contains("s3cret") })
    }

    @Test("a webhook goes with the name of its secret, and neither its address nor its key leave the machine")
    func webhook() throws {
        let yaml = """
            alerts: {webhook: https://hooks.example.com/t0ken, secret: whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw}
            aws: {parameters: {NAME}}
            """
        let without = try read(yaml.replacing("NAME", with: "")).cloud
        #expect(without.problems.map(\.description).first?.contains("aws secretsmanager create-secret") == true)
        for name in ["AlertWebhookSecretName: brevlada/alerts", "AlertWebhookSecretName: ''"] {
            let with = try read(yaml.replacing("NAME", with: name)).cloud
            #expect(with.problems.isEmpty)
            #expect(!with.parameters.values.values.contains { $0.text.contains("t0ken") || $0.text.contains("MfKQ") })
        }
    }

    @Test(
        "a Region of every part of AWS is one",
        arguments: ["eu-north-1", "us-east-1", "us-gov-west-1", "cn-northwest-1", "eusc-de-east-1"]
    )
    func regions(_ region: String) throws {
        #expect(try read("aws: {region: \(region)}").cloud.region == region)
    }

    @Test(
        "what can't be is said with its place",
        arguments: [
            ("aws: {stack: 1a}", "brevlada.yaml:1:14: aws.stack is \"1a\", not a name that a stack may have"),
            ("aws: {region: Stockholm}", "brevlada.yaml:1:15: aws.region is \"Stockholm\", not the code of a Region"),
            ("aws: {regoin: eu-north-1}", "brevlada.yaml:1:7: \"aws.regoin\" is no key; did you mean \"region\"?"),
            (
                "aws: {parameters: {CodeBucket: x}}",
                "brevlada.yaml:1:20: aws.parameters.CodeBucket is set by \"brevlada deploy\" itself; take it out"
            ),
            ("aws: {parameters: {Waf: {a: b}}}", "brevlada.yaml:1:25: aws.parameters.Waf is a section, not a value"),
        ]
    )
    func faults(_ yaml: String, _ problem: String) {
        let found = problems(yaml)
        #expect(found.count == 1 && found[0].hasPrefix(problem), "\(found)")
    }

    @Test("a variable of this machine for a form or for spam is refused, for it would not reach AWS")
    func variables() throws {
        let cloud = try read(
            "forms: {jobs: {active: true}}",
            ["BREVLADA_FORMS_JOBS_ACTIVE": "false", "BREVLADA_SPAM_REPEATS": ""]
        ).cloud
        #expect(
            cloud.problems.map(\.description) == [
                "BREVLADA_FORMS_JOBS_ACTIVE is set, and a variable of this machine does not reach AWS; write it under forms in "
                    + "the configuration file"
            ]
        )
    }

    @Test("the template's parameters are read as they are, and each standard fits its own parameter")
    func template() throws {
        let template = TemplateParameter.all(in: StackTemplate.text)
        #expect(template.count > 60)
        for parameter in template {
            if let standard = parameter.standard {
                #expect(parameter.fault(of: standard, from: "") == nil, "\(parameter.name)")
            }
            #expect(parameter.allowedPattern.map { (try? Regex($0)) != nil } ?? true, "\(parameter.name)")
        }
        let required = template.filter { $0.standard == nil }.map(\.name)
        #expect(
            required == [
                "MailFromAddress", "MailTo", "CodeBucket", "AddContactInfoKey", "SendContactInfoEmailKey", "OwnerEmail",
            ]
        )
    }
}
