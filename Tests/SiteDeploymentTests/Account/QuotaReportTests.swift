// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import SiteDeployment

@Suite("Quotas")
struct QuotaReportTests {
    @Test("a load is what docs/scale-and-cost.md says of it")
    func load() {
        let other = Load(messagesPerMonth: 10_000_000, isSameOrigin: false, isOneByOne: true)
        let own = Load(messagesPerMonth: 10_000_000, isSameOrigin: true, isOneByOne: false)
        #expect(Int(other.requestsPerSecond.rounded()) == 77 && Int(own.requestsPerSecond.rounded()) == 39)
        #expect(Int(other.mailsPerDay) == 333_333 && Int(own.mailsPerDay) == 6_666)
        #expect(Int(other.mailsPerSecond.rounded()) == 39 && Quota.written(own.mailsPerSecond) == "0.8")
    }

    @Test(
        "figures are written for people",
        arguments: [
            (0.04, "0.1"), (0.8, "0.8"), (9.0, "9"), (9.95, "10.0"), (14.0, "14"), (999.0, "999"), (50_000.0, "50,000"),
            (1_234_567.2, "1,234,568"),
        ]
    )
    func written(_ number: Double, _ text: String) { #expect(Quota.written(number) == text) }

    @Test(
        "what is asked for is half as much again in round figures, and never less than there is",
        arguments: [
            (66.0, 10.0, 99.0), (116.0, 10.0, 180.0), (333_333.0, 50_000.0, 500_000.0), (1.0, 10.0, 10.0),
            (12.0, 17.0, 18.0),
        ]
    )
    func wanted(_ needed: Double, _ current: Double, _ wanted: Double) {
        let quota = Quota(name: "", service: "", code: "", current: current, needed: needed, mayBeRequested: true)
        #expect(quota.wanted == wanted)
    }

    private func report(
        _ rules: [(String, [AWSAnswer])],
        messages: Double,
        reserved: Int = 0
    ) -> (ScriptedAWS, QuotaReport) {
        let aws = ScriptedAWS(
            rules + [
                (
                    "service-quotas get-service-quota --service-code lambda --quota-code L-B99A9384",
                    [.json(#"{"Quota":{"QuotaName":"Concurrent executions","Value":1000.0,"Adjustable":true}}"#)]
                ),
                (
                    "service-quotas get-service-quota",
                    [
                        .refused(
                            "NoSuchResourceException",
                            "GetServiceQuota",
                            "The request failed because the quota does not exist"
                        )
                    ]
                ),
                (
                    "service-quotas get-aws-default-service-quota --service-code apigateway --quota-code L-8A5B8E43",
                    [.json(#"{"Quota":{"Value":10000.0}}"#)]
                ),
            ]
        )
        return (
            aws,
            QuotaReport(
                aws: aws.session,
                load: Load(messagesPerMonth: messages, isSameOrigin: true, isOneByOne: true),
                reserved: reserved
            )
        )
    }

    private func account(isProduction: Bool) -> (String, [AWSAnswer]) {
        (
            "sesv2 get-account",
            [
                .json(
                    #"{"ProductionAccessEnabled":\#(isProduction),"SendQuota":{"Max24HourSend":\#(isProduction ? 50000 : 200).0,"#
                        + #""MaxSendRate":14.0,"SentLast24Hours":0.0},"SendingEnabled":true}"#
                )
            ]
        )
    }

    @Test("are held against the load, AWS's own value where the account has none")
    func quotas() async throws {
        let (_, report) = report([account(isProduction: true)], messages: 10_000_000)
        #expect(
            try await report.quotas().map(\.line.plain) == [
                "  ✓   Lambda, concurrent runs: 1,000 there, 4 needed  L-B99A9384",
                "  ✓   API Gateway, requests a second: 10,000 there, 39 needed  L-8A5B8E43",
                "  ✗   SES, mails a day: 50,000 there, 333,334 needed  L-804C8AE8",
                "  ✗   SES, mails a second: 14 there, 39 needed  L-CDEF9B6B",
            ]
        )
    }

    @Test(
        "of Lambda leave room beside what is kept for the functions, and are those of other accounts for the asking",
        arguments: [
            (10, 0, "  ✓   Lambda, concurrent runs: 10 there, 4 needed  L-B99A9384", "1,000"),
            (10, 5, "  ✗   Lambda, concurrent runs: 10 there, 105 needed  L-B99A9384", "1,000"),
            (1_000, 901, "  ✗   Lambda, concurrent runs: 1,000 there, 1,001 needed  L-B99A9384", "1,600"),
            (1_000, 900, "  ✓   Lambda, concurrent runs: 1,000 there, 1,000 needed  L-B99A9384", nil),
            (2_000, 0, "  ✓   Lambda, concurrent runs: 2,000 there, 4 needed  L-B99A9384", nil),
        ] as [(Int, Int, String, String?)]
    )
    func runs(_ limit: Int, _ reserved: Int, _ line: String, _ asked: String?) async throws {
        let (aws, report) = report(
            [
                account(isProduction: true),
                (
                    "service-quotas get-service-quota --service-code lambda",
                    [.json(#"{"Quota":{"Value":\#(limit).0}}"#)]
                ),
                ("service-quotas request-service-quota-increase", [.json(#"{"RequestedQuota":{"Status":"PENDING"}}"#)]),
            ],
            messages: 10_000_000,
            reserved: reserved
        )
        let runs = try #require(try await report.quotas().first)
        #expect(runs.line.plain == line)
        #expect(
            try await report.request([runs]).map(\.plain)
                == (asked.map { ["  ✓   Lambda, concurrent runs: asked for \($0), pending; AWS answers by mail"] } ?? [])
        )
        #expect(aws.calls(of: "service-quotas request").count == (asked == nil ? 0 : 1))
    }

    @Test("that are too low are asked for, once, and the sandbox is left in another way")
    func request() async throws {
        let asked = (
            "service-quotas request-service-quota-increase --service-code ses --quota-code L-804C8AE8",
            [AWSAnswer.json(#"{"RequestedQuota":{"Id":"1","Status":"PENDING","DesiredValue":500000.0}}"#)]
        )
        let twice = (
            "service-quotas request-service-quota-increase",
            [
                AWSAnswer.refused(
                    "ResourceAlreadyExistsException",
                    "RequestServiceQuotaIncrease",
                    "Only one open request"
                )
            ]
        )
        let (aws, report) = report([account(isProduction: true), asked, twice], messages: 10_000_000)
        #expect(
            try await report.request(try await report.quotas()).map(\.plain) == [
                "  ✓   SES, mails a day: asked for 500,000, pending; AWS answers by mail",
                "  ✓   SES, mails a second: was asked for before and is not answered yet",
            ]
        )
        #expect(aws.calls(of: "service-quotas request").first?.hasSuffix("--desired-value 500000") == true)
        let (_, inSandbox) = self.report([account(isProduction: false)], messages: 100_000)
        #expect(
            try await inSandbox.request(try await inSandbox.quotas()).map(\.plain) == [
                "  →   SES, mails a day: SES is in its sandbox; ask for production access in the SES console, Account dashboard"
            ]
        )
    }
}
