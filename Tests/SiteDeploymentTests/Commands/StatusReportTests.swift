// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm
import Testing

@testable import SiteDeployment

@Suite("The status of a site")
struct StatusReportTests {
    /// Of CloudFormation: each alarm with its status.
    private static func resources(_ alarms: [String: String]) -> AWSAnswer {
        let entries = alarms.sorted { $0.key < $1.key }
            .map { name, status in
                let id = status == "CREATE_IN_PROGRESS" ? "" : #""PhysicalResourceId":"brevlada-\#(name)-1","#
                return #"{"LogicalResourceId":"\#(name)",\#(id)"ResourceType":"AWS::CloudWatch::Alarm","#
                    + #""ResourceStatus":"\#(status)"}"#
            }
        let table =
            #"{"LogicalResourceId":"Table","PhysicalResourceId":"brevlada-Table-ABC","#
            + #""ResourceType":"AWS::DynamoDB::GlobalTable","ResourceStatus":"CREATE_COMPLETE"}"#
        return .json(#"{"StackResourceSummaries":[\#(([table] + entries).joined(separator: ","))]}"#)
    }

    private static let made = resources(["SweepAlarm": "CREATE_COMPLETE", "ErrorAlarm": "UPDATE_COMPLETE"])

    private static func alarm(
        _ name: String,
        _ description: String,
        _ state: String,
        topic: String = "arn:topic",
        more: String = ""
    ) -> String {
        #"{"AlarmName":"brevlada-\#(name)-1","AlarmDescription":"\#(description)","StateValue":"\#(state)","#
            + #""AlarmActions":["\#(topic)"]\#(more)}"#
    }

    private static func alarms(_ list: String...) -> AWSAnswer {
        .json(#"{"MetricAlarms":[\#(list.joined(separator: ","))]}"#)
    }

    private static let quiet = alarms(alarm("SweepAlarm", "The sweep", "OK"), alarm("ErrorAlarm", "Errors", "OK"))

    private static func subscriptions(_ list: [String: String], protocol name: String = "email") -> AWSAnswer {
        let entries = list.sorted { $0.key < $1.key }
            .map { #"{"SubscriptionArn":"\#($0.key)","Protocol":"\#(name)","Endpoint":"\#($0.value)"}"# }
        return .json(#"{"Subscriptions":[\#(entries.joined(separator: ","))]}"#)
    }

    private func status(
        _ rules: [(String, [AWSAnswer])] = [],
        outputs more: [String: String] = [:]
    ) async throws -> (StatusReport.Status, ScriptedAWS) {
        let outputs = Answers.outputs.merging(more) { $1 }
        let aws = ScriptedAWS(
            rules + [
                ("cloudformation describe-stacks", [Answers.stack("UPDATE_COMPLETE", outputs: outputs)]),
                (
                    "sesv2 get-account",
                    [
                        .json(
                            #"{"ProductionAccessEnabled":true,"SendingEnabled":true,"SendQuota":{"Max24HourSend":50000.0,"#
                                + #""MaxSendRate":14.0,"SentLast24Hours":17.0}}"#
                        )
                    ]
                ),
                ("sesv2 get-email-identity", [.json(#"{"VerifiedForSendingStatus":true}"#)]),
                ("dynamodb query", [.json(#"{"Items":[],"Count":0}"#)]),
                ("sqs get-queue-attributes", [.json(#"{"Attributes":{"ApproximateNumberOfMessages":"0"}}"#)]),
                ("cloudformation list-stack-resources --stack-name \(stackID)", [Self.made]),
                (
                    "cloudwatch describe-alarms --alarm-names brevlada-ErrorAlarm-1 brevlada-SweepAlarm-1", [Self.quiet]
                ),
                (
                    "sns list-subscriptions-by-topic --topic-arn arn:topic",
                    [Self.subscriptions(["arn:sub": "eva@example.com"])]
                ),
            ]
        )
        let report = StatusReport(
            aws: aws.session,
            stackName: "brevlada",
            forms: ["contact"],
            clock: StandingClock(noon).clock
        )
        return (try await report.status(), aws)
    }

    @Test("shows the stack, the mail, the last messages, what rings and what was given up")
    func whole() async throws {
        func item(_ id: String, _ status: String, _ received: Int64, _ notified: Int64?) -> String {
            let more = notified.map { #","notifiedAt":{"N":"\#($0)"}"# } ?? ""
            return #"{"sk":{"S":"\#(id)"},"status":{"S":"\#(status)"},"receivedAt":{"N":"\#(received)"}\#(more)}"#
        }
        let start = noon.milliseconds
        let contact = #"dynamodb query --table-name brevlada-Table-ABC"#
        let first = [item("01KAZ1", "notified", start, start + 2_300), item("01KAZ3", "failed", start + 60_000, nil)]
        let (status, aws) = try await status(
            [
                (
                    contact,
                    [
                        .json(#"{"Items":[\#(first.joined(separator: ","))]}"#),
                        .json(#"{"Items":[\#(item("01KAZ2", "held", start, nil))]}"#),
                    ]
                ),
                (
                    "cloudwatch describe-alarms",
                    [
                        Self.alarms(
                            Self.alarm("SweepAlarm", "The sweep has not run", "ALARM"),
                            Self.alarm("ErrorAlarm", "Errors", "OK")
                        )
                    ]
                ),
                ("sqs", [.json(#"{"Attributes":{"ApproximateNumberOfMessages":"3"}}"#)]),
                (
                    "codepipeline get-pipeline-state --name brevlada-Pipeline-1",
                    [
                        .json(
                            #"{"stageStates":[{"stageName":"Source","latestExecution":{"status":"Succeeded"}},{"stageName":"#
                                + #""Build","latestExecution":{"status":"Failed"}},{"stageName":"Deploy"}]}"#
                        )
                    ]
                ),
            ],
            outputs: [
                "AlarmTopicArn": "arn:topic",
                "PipelineUrl":
                    "https://eu-north-1.console.aws.amazon.com/codesuite/codepipeline/pipelines/brevlada-Pipeline-1/view?region=eu-north-1",
            ]
        )
        #expect(!status.isWell)
        try expectGolden("status.txt", plain(status.lines))
        let queries = aws.calls(of: "dynamodb query")
        #expect(queries.count == 2, "one for each partition")
        // What has expired DynamoDB may not have removed yet.
        #expect(
            queries.allSatisfy {
                $0.contains("--filter-expression #s = :received OR NOT expiresAtMilliseconds <= :clock ")
                    && $0.contains(#"":received":{"S":"received"}"#)
            }
        )
        #expect(queries.allSatisfy { $0.contains(#"":clock":{"N":"\#(start)"}"#) })
    }

    private static let subscribing =
        "  →   subscribe to the alarms, which reach nobody, and confirm within 48 hours by the link in AWS's mail:\n"
        + "       aws sns subscribe --topic-arn arn:topic --protocol email --notification-endpoint bo@example.com "
        + "--region eu-north-1"
    private static let clicking =
        "  →   click the link in AWS's mail to eva@example.com within 48 hours of it; until then no alarm comes"

    @Test(
        "needs a person while nobody gets the alarms, and says how they are had",
        arguments: [
            (subscriptions(["arn:sub": "eva@example.com"]), true, "  ✓   eva@example.com"),
            (subscriptions(["PendingConfirmation": "eva@example.com"]), false, clicking),
            (
                subscriptions(["arn:sub": "ann@example.com", "PendingConfirmation": "eva@example.com"]), true,
                "  ✓   ann@example.com\n" + clicking
            ),
            (subscriptions([:]), false, subscribing),
            (subscriptions(["Deleted": "eva@example.com"]), false, subscribing),
            (subscriptions(["arn:sub": "arn:queue"], protocol: "sqs"), true, "  ✓   arn:queue, by sqs"),
            (
                subscriptions(["arn:sub": "https://pager.example"], protocol: "https"), true,
                "  ✓   https://pager.example"
            ),
            (subscriptions(["PendingConfirmation": "https://pager.example"], protocol: "https"), false, subscribing),
        ]
    )
    func recipients(_ subscriptions: AWSAnswer, _ isWell: Bool, _ lines: String) async throws {
        let outputs = Answers.outputs.merging(["AlarmTopicArn": "arn:topic"]) { $1 }
        let (status, aws) = try await status([
            (
                "cloudformation describe-stacks",
                [Answers.stack("UPDATE_COMPLETE", outputs: outputs, parameters: ["OwnerEmail": "bo@example.com"])]
            ), ("sns list-subscriptions-by-topic", [subscriptions]),
        ])
        #expect(status.isWell == isWell)
        #expect(plain(status.lines).contains("Who gets the alarms\n"))
        #expect(plain(status.lines).contains(lines), "\(plain(status.lines))")
        #expect(plain(status.lines).contains("  ✗   nobody has confirmed to get the alarms") == !isWell)
        let remaining = Remaining(
            aws: aws.session,
            outputs: ["AlarmTopicArn": "arn:topic"],
            parameters: ["OwnerEmail": "bo@example.com"]
        )
        #expect(
            plain(try await remaining.lines())
                == lines.split(separator: "\n").filter { !$0.contains("✓") }.joined(separator: "\n")
        )
    }

    /// How many minutes ago the alarm was last set up and began to ring, which alarm it is, and whether that is expected.
    @Test(
        "expects of new alarms that the one rings which a new stack sets off by itself, and no other",
        arguments: [
            (19, 4, "SweepAlarm", true), (20, 19, "SweepAlarm", false), (10, 9, "ErrorAlarm", false),
            // An update has set it up again, and it rang before.
            (10, 300, "SweepAlarm", false),
        ] as [(Int64, Int64, String, Bool)]
    )
    func firstAlarms(_ made: Int64, _ rang: Int64, _ name: String, _ isExpected: Bool) async throws {
        func at(_ minutes: Int64) -> Timestamp { noon.advanced(by: .minutes(-minutes)) }
        // The second version of the CLI writes a text, the first one a number.
        for (made, rang) in [
            ("\"\(at(made).iso8601)\"", "\"\(at(rang).iso8601)\""),
            ("\(at(made).milliseconds / 1_000).0", "\(at(rang).milliseconds / 1_000).5"),
        ] {
            let times = #","AlarmConfigurationUpdatedTimestamp":\#(made),"StateUpdatedTimestamp":\#(rang)"#
            let (status, _) = try await status(
                [
                    ("cloudformation list-stack-resources", [Self.resources([name: "CREATE_COMPLETE"])]),
                    ("cloudwatch describe-alarms", [Self.alarms(Self.alarm(name, "It rings", "ALARM", more: times))]),
                ],
                outputs: ["AlarmTopicArn": "arn:topic"]
            )
            #expect(status.isWell == isExpected)
            #expect(
                plain(status.lines).contains(
                    isExpected
                        ? "  …   It rings: so it rings once when it is new, and is over a quarter of an hour after that"
                        : "  ✗   It rings\n"
                ),
                "\(plain(status.lines))"
            )
        }
    }

    private static let anew =
        "  →   set aws.parameters.Alarms to \"false\" and deploy, then take that out, deploy again, and click the link in AWS's "
        + "mail"
    private static let aloud =
        "  →   have them told again:\n"
        + "       aws cloudwatch enable-alarm-actions --alarm-names brevlada-SweepAlarm-1 --region eu-north-1"

    @Test(
        "needs a person when an alarm of the stack is gone, silenced or cut off from its topic, and says how it is mended",
        arguments: [
            (made, quiet, true, "  ✓   none of 2 rings\n"),
            (
                made, alarms(), false,
                "  ✓   none of 2 rings\n  ✗   ErrorAlarm was deleted\n  ✗   SweepAlarm was deleted\n" + anew
            ),
            (
                made,
                alarms(
                    alarm("SweepAlarm", "The sweep", "OK", more: #","ActionsEnabled":false"#),
                    alarm("ErrorAlarm", "Errors", "OK", more: #","ActionsEnabled":true"#)
                ),
                false, "  ✓   none of 2 rings\n  ✗   SweepAlarm is silenced: it rings, and tells nobody\n" + aloud
            ),
            (
                made,
                alarms(
                    alarm("SweepAlarm", "The sweep", "ALARM", topic: "arn:other"),
                    alarm("ErrorAlarm", "Errors", "OK")
                ),
                false,
                "  ✗   The sweep\n  ✗   SweepAlarm no longer tells the topic of the alarms\n" + anew
            ),
            (
                resources([
                    "SweepAlarm": "CREATE_IN_PROGRESS", "ErrorAlarm": "CREATE_COMPLETE",
                    "OldAlarm": "DELETE_IN_PROGRESS",
                ]), alarms(alarm("ErrorAlarm", "Errors", "OK")), true,
                "  ✓   none of 1 rings\n  …   1 more: not made yet\n"
            ),
        ]
    )
    func faults(_ resources: AWSAnswer, _ alarms: AWSAnswer, _ isWell: Bool, _ lines: String) async throws {
        let outputs = Answers.outputs.merging(["AlarmTopicArn": "arn:topic"]) { $1 }
        let (status, _) = try await status([
            ("cloudformation describe-stacks", [Answers.stack("UPDATE_IN_PROGRESS", outputs: outputs)]),
            ("cloudformation list-stack-resources", [resources]), ("cloudwatch describe-alarms", [alarms]),
        ])
        #expect(status.isWell == isWell)
        #expect((plain(status.lines) + "\n").contains("Alarms\n" + lines), "\(plain(status.lines))")
    }

    @Test(
        "says of what a stack has no outputs yet, and not that it is switched off",
        arguments: [
            (
                "CREATE_IN_PROGRESS", [:], true,
                [
                    "  …   the sender: not made yet", "Last messages\n  …   not made yet",
                    "Batches that were given up\n  …   not made yet", "Alarms\n  …   not made yet",
                ]
            ),
            ("CREATE_IN_PROGRESS", ["PipelineSource": "GitHub"], true, ["Pipeline\n  …   not made yet"]),
            ("CREATE_IN_PROGRESS", ["Alarms": "false"], true, ["Alarms\n  switched off"]),
            ("UPDATE_ROLLBACK_COMPLETE", ["Alarms": "true"], true, ["Alarms\n  !   not made yet; deploy again"]),
            ("ROLLBACK_IN_PROGRESS", [:], true, ["  !   undoing\n  mail, messages and alarms are not looked at while"]),
            ("DELETE_IN_PROGRESS", [:], true, ["  !   removing\n  mail, messages and alarms are not looked at while"]),
            (
                "ROLLBACK_COMPLETE", [:], false,
                [
                    "  ✗   undone; nothing of it runs\n  →   \"brevlada deploy\" asks, removes it and begins anew\n"
                        + "  mail, messages"
                ]
            ),
            ("DELETE_FAILED", [:], false, ["  →   remove what there is of it with \"brevlada destroy\" first"]),
            (
                "UPDATE_ROLLBACK_FAILED", [:], false,
                ["  ✗   half undone\n  →   \"brevlada deploy\" goes on from there\n\nMail"]
            ),
        ] as [(String, [String: String], Bool, [String])]
    )
    func unmade(_ state: String, _ parameters: [String: String], _ isWell: Bool, _ lines: [String]) async throws {
        let (status, _) = try await status([
            ("cloudformation describe-stacks", [Answers.stack(state, outputs: [:], parameters: parameters)])
        ])
        #expect(status.isWell == isWell)
        for line in lines { #expect(plain(status.lines).contains(line), "\(plain(status.lines))") }
    }

    @Test("knows a sender by a domain above its own, for its mail and for what is left to do")
    func senderBelowDomain() async throws {
        let (status, aws) = try await status(
            [
                (
                    "sesv2 get-email-identity --email-identity example.com",
                    [.json(#"{"VerifiedForSendingStatus":true}"#)]
                ), ("sesv2 get-email-identity", [.refused("NotFoundException", "GetEmailIdentity", "no")]),
            ],
            outputs: ["MailIdentityName": "form@post.example.com"]
        )
        #expect(plain(status.lines).contains("✓   the sender form@post.example.com is verified"))
        let outputs = ["MailIdentityName": "form@post.example.com"]
        #expect(try await Remaining(aws: aws.session, outputs: outputs, parameters: [:]).lines().isEmpty)
    }

    @Test("has the records of the stack's own domain set, though SES has verified the one above it")
    func ownDomain() async throws {
        let outputs = ["MailIdentityName": "post.example.com", "DkimRecord1": "a._domainkey.post.example.com CNAME a"]
        let (status, aws) = try await status(
            [
                (
                    "sesv2 get-email-identity --email-identity post.example.com",
                    [.json(#"{"VerifiedForSendingStatus":false}"#)]
                )
            ],
            outputs: outputs
        )
        #expect(plain(status.lines).contains("✗   the sender post.example.com is not verified: mails wait"))
        #expect(
            plain(try await Remaining(aws: aws.session, outputs: outputs, parameters: [:]).lines()) == """
                  →   set these DNS records for post.example.com; until then no mail goes out
                       a._domainkey.post.example.com CNAME a
                """
        )
    }

    @Test("says how another link is had when the one to an address is too old")
    func expiredLink() async throws {
        let aws = ScriptedAWS([
            ("sesv2 get-email-identity", [.json(#"{"VerifiedForSendingStatus":false}"#)]),
            ("sesv2 get-account", [.json(#"{"ProductionAccessEnabled":true}"#)]),
        ])
        let outputs = ["MailIdentityName": "form@example.com"]
        #expect(
            plain(try await Remaining(aws: aws.session, outputs: outputs, parameters: [:]).lines()) == """
                  →   click the link in AWS's mail to form@example.com; until then no mail goes out
                       it works for 24 hours; have another mailed: aws ses verify-email-identity --email-address \
                form@example.com --region eu-north-1
                """
        )
    }

    @Test("of a stack that somebody else made is not told")
    func foreign() async {
        let failure = await #expect(throws: DeploymentFailure.self) {
            try await status([("cloudformation describe-stacks", [Answers.stack("CREATE_COMPLETE", isForeign: true)])])
        }
        #expect(failure?.description.hasPrefix("the stack \"brevlada\" in eu-north-1 is not one of Brevlåda's") == true)
    }

    @Test("is well when nothing needs a person")
    func well() async throws {
        let (status, _) = try await status(outputs: ["AlarmTopicArn": "arn:topic"])
        #expect(status.isWell)
        #expect(plain(status.lines).contains("none of 2 rings"))
        #expect(plain(status.lines).contains("17 of 50000 mails sent in 24 hours"))
        #expect(plain(status.lines).contains("none yet"))
    }

    @Test(
        "shows the rest when a part can't be seen, and needs a person unless the profile may not see it",
        arguments: [
            ("AccessDeniedException", "User: x is not authorized", true, "  !   the profile may not call Query", 2),
            (
                "AccessDeniedException", "KMS key access denied error (Service: AWSKMS; Error Code: DisabledException)",
                false, "  ✗   AWS refused Query with AccessDeniedException: KMS key access denied", 2
            ),
            (
                "ResourceNotFoundException", "gone", false,
                "  ✗   AWS refused Query with ResourceNotFoundException: gone", 2
            ),
            ("ThrottlingException", "slow", false, "  ✗   AWS refused Query with ThrottlingException: slow", 4),
        ]
    )
    func refused(_ code: String, _ message: String, _ isWell: Bool, _ line: String, _ calls: Int) async throws {
        let (status, aws) = try await status([("dynamodb query", [.refused(code, "Query", message)])])
        #expect(status.isWell == isWell)
        #expect(plain(status.lines).contains(line), "\(plain(status.lines))")
        #expect(plain(status.lines).contains("SES is out of its sandbox"))
        #expect(aws.calls(of: "dynamodb query").count == calls, "both partitions, and once more when that may help")
    }

    @Test("asks again when AWS is throttling for a moment")
    func passing() async throws {
        let (status, aws) = try await status(
            [("sqs", [.refused("Throttling", "GetQueueAttributes", "slow"), .json(#"{"Attributes":{}}"#)])]
        )
        #expect(status.isWell && !plain(status.lines).contains("Throttling"))
        #expect(aws.calls(of: "sqs").count == 2)
    }

    @Test("of a stack that is not there says so")
    func none() async {
        let failure = await #expect(throws: DeploymentFailure.self) {
            try await status([("cloudformation describe-stacks", [.noStack])])
        }
        #expect(failure?.description.hasPrefix("there is no stack \"brevlada\" in eu-north-1") == true)
    }

    @Test("what is left to do is what waits for a click or a record")
    func remaining() async throws {
        let aws = ScriptedAWS([
            ("sesv2 get-email-identity --email-identity example.com", [.json(#"{"VerifiedForSendingStatus":false}"#)]),
            ("sesv2 get-account", [.json(#"{"ProductionAccessEnabled":false,"SendQuota":{"Max24HourSend":200.0}}"#)]),
            (
                "sns list-subscriptions-by-topic --topic-arn arn:topic",
                [
                    .json(
                        #"{"Subscriptions":[{"SubscriptionArn":"PendingConfirmation","Protocol":"email","Endpoint":"#
                            + #""eva@example.com"},{"SubscriptionArn":"arn:done","Protocol":"email","Endpoint":"#
                            + #""ann@example.com"}]}"#
                    )
                ]
            ),
            (
                #"cognito-idp list-users --user-pool-id pool --filter cognito:user_status = "FORCE_CHANGE_PASSWORD""#,
                [
                    .json(
                        #"{"Users":[{"Username":"7d1c","Attributes":[{"Name":"email_verified","Value":"true"},"#
                            + #"{"Name":"email","Value":"eva@example.com"}],"UserStatus":"FORCE_CHANGE_PASSWORD"}]}"#
                    )
                ]
            ),
            (
                "codeconnections get-connection --connection-arn arn:connection",
                [.json(#"{"Connection":{"ConnectionStatus":"PENDING"}}"#)]
            ),
        ])
        let remaining = Remaining(
            aws: aws.session,
            outputs: [
                "MailIdentityName": "example.com", "DkimRecord1": "a._domainkey.example.com CNAME a.dkim.amazonses.com",
                "AlarmTopicArn": "arn:topic", "OwnerPoolId": "pool", "ConnectionArn": "arn:connection",
                "DistributionDomainName": "d1.cloudfront.net",
            ],
            parameters: ["DomainName": "www.example.com", "AlternateDomainName": "example.com", "HostedZoneId": ""]
        )
        try expectGolden("remaining.txt", plain(try await remaining.lines()))
    }

    @Test("nothing is left to do when all was done, or when the profile may not ask")
    func nothingRemains() async throws {
        let aws = ScriptedAWS([
            (
                "sesv2 get-email-identity --email-identity form@",
                [.refused("NotFoundException", "GetEmailIdentity", "no")]
            ),
            ("sesv2 get-email-identity --email-identity example.com", [.json(#"{"VerifiedForSendingStatus":true}"#)]),
            ("sesv2 get-account", [.json(#"{"ProductionAccessEnabled":true}"#)]),
            ("sns", [.refused("AuthorizationError", "ListSubscriptionsByTopic", "not authorized")]),
            ("cognito-idp", [.json(#"{"Users":[]}"#)]),
        ])
        let outputs = ["MailIdentityName": "form@example.com", "AlarmTopicArn": "arn:topic", "OwnerPoolId": "pool"]
        #expect(try await Remaining(aws: aws.session, outputs: outputs, parameters: [:]).lines().isEmpty)
    }
}

@Suite("The functions' logs")
struct LogReadingTests {
    @Test("are one, by time, and found by a request's id")
    func reading() async throws {
        let aws = ScriptedAWS([
            (
                "logs filter-log-events --log-group-name /aws/lambda/brevlada-add",
                [
                    .json(
                        #"{"events":[{"eventId":"1","timestamp":1795629600000,"message":"a"},{"eventId":"3","timestamp":1795629602000,"message":"c"}]}"#
                    )
                ]
            ),
            (
                "logs filter-log-events --log-group-name /aws/lambda/brevlada-send",
                [.json(#"{"events":[{"eventId":"2","timestamp":1795629601000,"message":"b"}]}"#)]
            ),
        ])
        let reading = LogReading(aws: aws.session, outputs: Answers.outputs, requestID: "0a\"1b")
        #expect(reading.hasLogs)
        #expect(try await reading.lines(since: noon).map(\.message) == ["a", "b", "c"])
        #expect(aws.calls[0].hasSuffix("--start-time 1795629600000 --filter-pattern \"0a1b\""))
        #expect(!LogReading(aws: aws.session, outputs: [:], requestID: nil).hasLogs)
    }

    @Test("of a function that never ran are none")
    func none() async throws {
        let aws = ScriptedAWS([("logs", [.refused("ResourceNotFoundException", "FilterLogEvents", "no such group")])])
        #expect(
            try await LogReading(aws: aws.session, outputs: Answers.outputs, requestID: nil).lines(since: noon).isEmpty
        )
    }

    @Test(
        "are written for people",
        arguments: [
            (
                #"{"timestamp":"2026-11-25T18:00:00Z","level":"INFO","message":"message stored","requestId":"0a","form.name":"contact","n":2}"#,
                "2026-11-25T18:00:00Z  AddContactInfo        info  message stored  requestId=0a  form.name=contact  n=2"
            ),
            (
                "REPORT RequestId: 0a Duration: 3 ms\n",
                "2026-11-25T18:00:00Z  AddContactInfo        REPORT RequestId: 0a Duration: 3 ms"
            ),
            (#"{"time":"x"}"#, #"2026-11-25T18:00:00Z  AddContactInfo        {"time":"x"}"#),
            (
                #"{"message":"m","error":{"a":[1,true,null]}}"#,
                "2026-11-25T18:00:00Z  AddContactInfo        info  m  error={a: [1, true, null]}"
            ),
        ]
    )
    func text(_ message: String, _ text: String) {
        #expect(LogLine(id: "1", at: noon, function: "AddContactInfo", message: message).text == text)
    }

    @Test("are shown once each, also those that come late")
    func cursor() {
        func line(_ id: String, _ second: Int64) -> LogLine {
            LogLine(id: id, at: noon.advanced(by: .seconds(second)), function: "f", message: id)
        }
        var cursor = LogCursor(start: noon)
        #expect(cursor.new([line("a", 1), line("b", 100)]).map(\.id) == ["a", "b"])
        #expect(cursor.start == noon.advanced(by: .seconds(40)))
        #expect(cursor.new([line("late", 70), line("b", 100)]).map(\.id) == ["late"])
        #expect(cursor.new([line("b", 100), line("c", 300)]).map(\.id) == ["c"])
        #expect(cursor.new([]).isEmpty)
    }
}

@Suite("Trying a site out")
struct SmokeTestTests {
    typealias Answer = SmokeTest.Answer

    private let outputs = [
        "SiteUrl": "https://www.example.com", "ContactUrl": "/api/contact",
        "ApiUrl": "https://a.execute-api.eu-north-1.amazonaws.com/api",
    ]

    private func good(_ request: SmokeTest.Request) -> SmokeTest.Answer {
        switch request.method {
        case "GET": .init(status: 200, fields: ["content-type": "text/html; charset=utf-8"])
        case "OPTIONS": .init(status: 204, fields: ["access-control-allow-origin": request.fields["Origin"] ?? ""])
        default: .init(status: 422)
        }
    }

    @Test("visits the page, asks as a browser does, and sends what must be refused")
    func passes() async throws {
        let test = SmokeTest(outputs: outputs, clock: StandingClock(noon).clock) { request in
            let known = [
                "GET https://www.example.com/", "OPTIONS https://a.execute-api.eu-north-1.amazonaws.com/api/contact",
                "POST https://www.example.com/api/contact",
            ]
            guard known.contains("\(request.method) \(request.url)") else { return nil }
            guard request.method == "GET" || request.fields["Origin"] == "https://www.example.com" else { return nil }
            return good(request)
        }
        let findings = try await test.findings()
        #expect(findings.map(\.outcome) == [.passed, .passed, .passed])
    }

    @Test("is patient with a name that is not known yet, and says at last what came instead")
    func patience() async throws {
        let clock = StandingClock(noon)
        let test = SmokeTest(outputs: outputs, clock: clock.clock) { request in
            let isEarly = clock.clock.now() < noon.advanced(by: .seconds(30))
            if request.method == "GET" { return isEarly ? nil : good(request) }
            return request.method == "OPTIONS" ? good(request) : SmokeTest.Answer(status: 502)
        }
        let findings = try await test.findings()
        #expect(findings.map(\.outcome) == [.passed, .passed, .failed])
        #expect(
            findings[2].text
                == "not so: the form refuses what has no message; it answers 502 to POST https://www.example.com/api/contact"
        )
    }

    @Test("finds fault with leave that another origin would get, with a page that is none, and with silence")
    func faults() async throws {
        let test = SmokeTest(outputs: outputs, clock: StandingClock(noon).clock) { request in
            switch request.method {
            case "GET": SmokeTest.Answer(status: 200, fields: ["content-type": "application/json"])
            case "OPTIONS":
                SmokeTest.Answer(status: 204, fields: ["access-control-allow-origin": "https://evil.example"])
            default: nil
            }
        }
        let findings = try await test.findings()
        #expect(findings.map(\.outcome) == [.failed, .failed, .failed])
        #expect(findings[2].text.contains("there is no answer"))
    }

    private static let distribution = "d111111abcdef8.cloudfront.net"

    @Test(
        "goes to the distribution where the site's own name gives no answer, and says which record is to be set",
        arguments: [
            (
                Answer(status: 200, fields: ["content-type": "text/html"]), Finding.Outcome.passed,
                "the site shows its home page"
            ),
            (
                Answer(status: 301, fields: ["location": "https://www.example.com/"]), .passed,
                "the site sends visitors from \(distribution) on to www.example.com"
            ),
            (
                Answer(status: 301, fields: ["location": "https://elsewhere.example/"]), .failed,
                "not so: the site shows its home page; it answers 301 to GET https://\(distribution)/"
            ),
            (
                nil, .failed,
                "not so: the site shows its home page; there is no answer to GET https://\(distribution)/"
            ),
        ] as [(Answer?, Finding.Outcome, String)]
    )
    func elsewhere(_ home: Answer?, _ outcome: Finding.Outcome, _ text: String) async throws {
        let clock = StandingClock(noon)
        let site = "https://" + Self.distribution
        let test = SmokeTest(
            outputs: outputs.merging(["DistributionDomainName": Self.distribution]) { $1 },
            clock: clock.clock
        ) {
            request in
            if request.url.hasPrefix("https://www.example.com") { return nil }
            if request.method == "GET" { return home }
            guard request.fields["Origin"] == site else { return SmokeTest.Answer(status: 403) }
            guard request.method == "OPTIONS" || request.url == site + "/api/contact" else { return nil }
            return good(request)
        }
        let findings = try await test.findings()
        #expect(findings.map(\.outcome) == [.warning, outcome, .passed, .passed])
        #expect(
            findings[0].lines.map(\.plain) == [
                "  !   www.example.com does not lead to the site yet; it is tried out as \(Self.distribution)",
                "  →   set this record in the DNS of www.example.com: www.example.com CNAME (or ALIAS) \(Self.distribution)",
            ]
        )
        #expect(findings[1].text == text)
    }

    @Test(
        "waits two minutes for a site that gives no answer, and not again for its form",
        arguments: [nil, "www.example.com"]
    )
    func silence(_ distribution: String?) async throws {
        let clock = StandingClock(noon)
        let test = SmokeTest(
            outputs: outputs.merging(distribution.map { ["DistributionDomainName": $0] } ?? [:]) { $1 },
            clock: clock.clock
        ) { _ in nil }
        let findings = try await test.findings()
        #expect(findings.map(\.outcome) == [.failed, .failed, .failed])
        #expect(clock.clock.now() < noon.advanced(by: .seconds(120)))
    }

    @Test("keeps to the site's own name when that answers, be it wrongly")
    func ownName() async throws {
        let test = SmokeTest(
            outputs: outputs.merging(["DistributionDomainName": Self.distribution]) { $1 },
            clock: StandingClock(noon).clock
        ) { request in
            #expect(!request.url.contains(Self.distribution))
            return request.method == "GET" ? SmokeTest.Answer(status: 404) : good(request)
        }
        #expect(try await test.findings().map(\.outcome) == [.failed, .passed, .passed])
    }
}
