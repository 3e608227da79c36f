// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import SiteDeployment

@Suite("The look before a deployment")
struct PreflightTests {
    private static let production = AWSAnswer.json(
        #"{"DedicatedIpAutoWarmupEnabled":false,"EnforcementStatus":"HEALTHY","ProductionAccessEnabled":true,"SendQuota":"#
            + #"{"Max24HourSend":50000.0,"MaxSendRate":14.0,"SentLast24Hours":12.0},"SendingEnabled":true}"#
    )
    private static let sandbox = AWSAnswer.json(
        #"{"EnforcementStatus":"HEALTHY","ProductionAccessEnabled":false,"SendQuota":{"Max24HourSend":200.0,"MaxSendRate":1.0,"#
            + #""SentLast24Hours":0.0},"SendingEnabled":true}"#
    )
    private static let stopped = AWSAnswer.json(
        #"{"EnforcementStatus":"SHUTDOWN","ProductionAccessEnabled":true,"SendQuota":{"Max24HourSend":50000.0,"MaxSendRate":1"#
            + #".0,"SentLast24Hours":0.0},"SendingEnabled":false}"#
    )
    private static let unknown = AWSAnswer.refused(
        "NotFoundException",
        "GetEmailIdentity",
        "Email identity does not exist."
    )
    private static let verified = AWSAnswer.json(#"{"IdentityType":"DOMAIN","VerifiedForSendingStatus":true}"#)
    private static let waiting = AWSAnswer.json(#"{"IdentityType":"EMAIL_ADDRESS","VerifiedForSendingStatus":false}"#)

    private static func limit(_ count: Int, unreserved: Int? = nil) -> AWSAnswer {
        .json(
            #"{"AccountLimit":{"TotalCodeSize":80530636800,"CodeSizeUnzipped":262144000,"CodeSizeZipped":52428800,"#
                + #""ConcurrentExecutions":\#(count),"UnreservedConcurrentExecutions":\#(unreserved ?? count)},"AccountUsage":{}}"#
        )
    }

    private func findings(
        _ rules: [(String, [AWSAnswer])] = [],
        parameters: [String: String] = [:],
        stack: Stack? = nil
    ) async throws -> [String] {
        var values = StackParameters()
        for (name, value) in parameters { values.set(name, value, source: name) }
        for (name, value) in [
            "MailFromAddress": "form@example.com", "MailTo": "eva@example.com", "MailIdentity": "Domain",
        ] {
            values.set(name, value, source: name)
        }
        let aws = ScriptedAWS(
            rules + [
                ("sesv2 get-account", [Self.production]), ("sesv2 get-email-identity", [Self.unknown]),
                ("lambda get-account-settings", [Self.limit(1_000)]),
            ]
        )
        return try await Preflight(aws: aws.session, account: "1", parameters: values, template: [], stack: stack)
            .look().findings
            .flatMap(\.lines).map(\.plain)
    }

    @Test("finds a good account good")
    func good() async throws {
        #expect(
            try await findings() == [
                "  ✓   SES is out of its sandbox, 50000 mails a day",
                "  ✓   Lambda has 1000 concurrent runs for the account",
            ]
        )
    }

    @Test(
        "takes for the stack's own what a creation that was half undone left behind, and of one that was undone nothing",
        arguments: [
            ("ROLLBACK_COMPLETE", false), ("ROLLBACK_FAILED", true), ("REVIEW_IN_PROGRESS", false),
            ("UPDATE_ROLLBACK_COMPLETE", true),
        ]
    )
    func leftover(_ status: String, _ isThere: Bool) async throws {
        let parameters = [
            "HostedZoneId": "Z1", "DomainName": "www.example.com", "AddContactInfoConcurrency": "50",
            "SendContactInfoEmailConcurrency": "",
        ]
        let found = try await findings(
            [
                (
                    "route53 list-resource-record-sets",
                    [.json(#"{"ResourceRecordSets":[{"Name":"www.example.com.","Type":"A"}]}"#)]
                ), ("lambda get-account-settings", [Self.limit(1_000, unreserved: 100)]),
            ],
            parameters: parameters,
            stack: Stack(
                id: "id",
                name: "brevlada",
                status: StackStatus(rawValue: status),
                parameters: parameters
            )
        )
        #expect(found.contains { $0.contains("has a record for www.example.com already") } == !isThere)
        #expect(found.contains { $0.contains("Lambda keeps 50 concurrent runs") } == !isThere)
    }

    @Test(
        "holds a new stack against nothing of one that is removed before, whose table goes or is no longer its own",
        arguments: ["ROLLBACK_COMPLETE", "ROLLBACK_FAILED"]
    )
    func newTable(_ status: String) async throws {
        let stack = Stack(
            id: "id",
            name: "brevlada",
            status: StackStatus(rawValue: status),
            parameters: ["TableShards": "8", "ReplicaRegion": "eu-west-1"]
        )
        let wanted = ["TableShards": "4", "ReplicaRegion": "eu-west-2"]
        #expect(try await findings(parameters: wanted, stack: stack).count == 2)
    }

    @Test("does not take a domain for verified for the sake of the one above it, or of its own address")
    func ownDomain() async throws {
        let stack = Stack(
            id: stackID,
            name: "brevlada",
            status: StackStatus(rawValue: "CREATE_COMPLETE"),
            outputs: ["MailIdentityName": "post.example.com"]
        )
        let found = try await findings(
            [
                ("sesv2 get-email-identity --email-identity post.example.com", [Self.waiting]),
                ("sesv2 get-email-identity", [Self.verified]),
            ],
            parameters: ["MailFromAddress": "form@post.example.com", "MailIdentity": "Domain"],
            stack: stack
        )
        #expect(
            found.first
                == "  !   SES has not verified the sender \"post.example.com\" yet: messages are kept, mails wait"
        )
    }

    @Test("explains the sandbox of SES, and which recipient gets nothing in it")
    func sandbox() async throws {
        let found = try await findings(
            [
                ("sesv2 get-account", [Self.sandbox]),
                ("sesv2 get-email-identity --email-identity eva@", [Self.waiting]),
                ("sesv2 get-email-identity --email-identity shop.example", [Self.verified]),
            ],
            parameters: [
                "MailTo": "eva@home.example, ann@shop.example, bo@a.post.shop.example",
                "FormRecipients": "eva@home.example",
            ]
        )
        #expect(
            found.prefix(4) == [
                "  !   SES is in its sandbox: 200 mails a day, and only to addresses that are verified",
                "  →   ask for production access in the SES console, Account dashboard; AWS answers within a day or two",
                "  !   the recipient \"eva@home.example\" is not verified, so the sandbox sends it nothing",
                "  →   aws sesv2 create-email-identity --region eu-north-1 --email-identity eva@home.example, then click the "
                    + "link in the mail",
            ]
        )
        #expect(found.count == 5)
    }

    @Test(
        "asks nobody to verify by hand what the stack will have verified, which could then not be made",
        arguments: [
            ("Address", "form@example.com", false), ("Address", "eva@example.com", true),
            ("Domain", "form@example.com", false), ("Domain", "eva@Example.com", false),
            ("Domain", "eva@post.example.com", false), ("Domain", "eva@home.example", true),
            ("Existing", "form@example.com", true),
        ]
    )
    func ownRecipient(_ identity: String, _ recipient: String, _ isAsked: Bool) async throws {
        let found = try await findings(
            [("sesv2 get-account", [Self.sandbox])],
            parameters: ["MailIdentity": identity, "MailTo": recipient]
        )
        #expect(found.contains { $0.contains("create-email-identity") } == isAsked, "\(found)")
    }

    @Test(
        "knows what an identity of SES covers once it is verified",
        arguments: [
            ("form@example.com", "form@example.com", true), ("example.com", "form@example.com", true),
            ("Example.com", "form@example.COM", true), ("example.com", "form@a.post.example.com", true),
            ("example.com", "post.example.com", true), ("post.example.com", "form@example.com", false),
            ("form@example.com", "eva@example.com", false), ("form@example.com", "example.com", false),
            ("ample.com", "form@example.com", false), ("com", "form@example.com", false),
        ]
    )
    func covering(_ name: String, _ other: String, _ isCovered: Bool) {
        #expect(MailIdentity.covers(name, other) == isCovered)
    }

    @Test("says that SES stopped the account")
    func stopped() async throws {
        let found = try await findings([("sesv2 get-account", [Self.stopped])])
        #expect(found[0] == "  !   SES has stopped sending for this account (SHUTDOWN): messages are kept, mails wait")
    }

    @Test(
        "knows whether the sender is verified, may be made, or is in the way",
        arguments: [
            (
                "Existing", unknown, unknown, false,
                "  ✗   SES has not verified the sender \"form@example.com\", and MailIdentity is Existing"
            ),
            (
                "Existing", waiting, unknown, false,
                "  ✗   SES has not verified the sender \"form@example.com\", and MailIdentity is Existing"
            ),
            ("Existing", unknown, verified, false, "  ✓   SES has verified the sender form@example.com"),
            ("Existing", verified, unknown, true, "  ✓   SES has verified the sender form@example.com"),
            ("Address", unknown, verified, false, "  ✓   SES has verified the sender form@example.com"),
            (
                "Address", waiting, unknown, false,
                "  ✗   SES has the sender \"form@example.com\" already, so the stack can't make it"
            ),
            (
                "Address", waiting, unknown, true,
                "  !   SES has not verified the sender \"form@example.com\" yet: messages are kept, mails wait"
            ),
            ("Address", verified, unknown, true, "  ✓   SES has verified the sender form@example.com"),
            (
                "Domain", unknown, waiting, false,
                "  ✗   SES has the sender \"example.com\" already, so the stack can't make it"
            ),
            (
                "Domain", unknown, waiting, true,
                "  !   SES has not verified the sender \"example.com\" yet: messages are kept, mails wait"
            ),
        ]
    )
    func sender(_ identity: String, _ address: AWSAnswer, _ domain: AWSAnswer, _ isOurs: Bool, _ line: String)
        async throws
    {
        let name = identity == "Domain" ? "example.com" : "form@example.com"
        let stack = Stack(
            id: stackID,
            name: "brevlada",
            status: StackStatus(rawValue: "CREATE_COMPLETE"),
            outputs: ["MailIdentityName": name]
        )
        let found = try await findings(
            [
                ("sesv2 get-email-identity --email-identity form@example.com", [address]),
                ("sesv2 get-email-identity --email-identity example.com", [domain]),
            ],
            parameters: ["MailIdentity": identity],
            stack: isOurs ? stack : nil
        )
        #expect(found.first == line)
        // Mail is signed for the domain only when that is what SES has verified.
        #expect(
            found.contains { $0.hasPrefix("  !   SES does not sign mail for example.com") }
                == (identity != "Domain" && domain != Self.verified)
        )
    }

    @Test("knows that a domain which SES has verified signs for those below it")
    func senderBelowDomain() async throws {
        let found = try await findings(
            [("sesv2 get-email-identity --email-identity example.com", [Self.verified])],
            parameters: ["MailFromAddress": "form@a.post.example.com", "MailIdentity": "Existing"]
        )
        #expect(found.first == "  ✓   SES has verified the sender form@a.post.example.com")
        #expect(!found.contains { $0.contains("does not sign") })
    }

    @Test("knows that a sender which the stack found there can't be made by it now")
    func senderOfBefore() async throws {
        let stack = Stack(
            id: stackID,
            name: "brevlada",
            status: StackStatus(rawValue: "UPDATE_COMPLETE"),
            outputs: ["MailIdentityName": "form@example.com"],
            parameters: ["MailIdentity": "Existing"]
        )
        let found = try await findings(
            [("sesv2 get-email-identity", [Self.verified])],
            parameters: ["MailIdentity": "Address"],
            stack: stack
        )
        #expect(found.first == "  ✗   SES has the sender \"form@example.com\" already, so the stack can't make it")
    }

    @Test(
        "holds what is kept for the functions against the account's quota",
        arguments: [
            (10, "0", "  !   the account has 10 concurrent runs of Lambda for all its functions, as new accounts have"),
            (
                10, "5",
                "  ✗   Lambda keeps 5 concurrent runs for the functions, and the account has 10, of which 10 must stay unreserved"
            ),
            (1_000, "900", "  ✓   Lambda has 1000 concurrent runs for the account"),
            (
                1_000, "901",
                "  ✗   Lambda keeps 901 concurrent runs for the functions, and the account has 1000, of which 100 must stay "
                    + "unreserved"
            ),
        ]
    )
    func concurrency(_ limit: Int, _ reserved: String, _ line: String) async throws {
        let found = try await findings(
            [("lambda get-account-settings", [Self.limit(limit)])],
            parameters: ["AddContactInfoConcurrency": reserved]
        )
        #expect(found.contains(line), "\(found)")
    }

    @Test(
        "reckons with what is kept for others, and takes what the stack keeps for its own",
        arguments: [
            (150, "", "50", "  ✓   Lambda has 1000 concurrent runs for the account"),
            (
                150, "", "60",
                "  ✗   Lambda keeps 60 concurrent runs for the functions, and the account has 1000, of which 850 are kept for "
                    + "other functions and 100 must stay unreserved"
            ),
            (100, "50", "50", "  ✓   Lambda has 1000 concurrent runs for the account"),
            (100, "50", "20", "  ✓   Lambda has 1000 concurrent runs for the account"),
        ]
    )
    func concurrencyOfOthers(_ unreserved: Int, _ before: String, _ now: String, _ line: String) async throws {
        let found = try await findings(
            [("lambda get-account-settings", [Self.limit(1_000, unreserved: unreserved)])],
            parameters: ["AddContactInfoConcurrency": now],
            stack: before.isEmpty ? nil : Self.stack(["AddContactInfoConcurrency": before])
        )
        #expect(found.contains(line), "\(found)")
    }

    private static func stack(_ parameters: [String: String]) -> Stack {
        Stack(
            id: stackID,
            name: "brevlada",
            status: StackStatus(rawValue: "UPDATE_COMPLETE"),
            outputs: ["TableName": "table"],
            parameters: parameters
        )
    }

    @Test(
        "refuses a warmth that DynamoDB does not take or can't lower, and asks for no table that is not there",
        arguments: [
            (nil, "0", nil), (nil, "4000", nil), (nil, "1", "WarmWriteUnits is 1, and a table is ready for 4000"),
            (nil, "3999", "WarmWriteUnits is 3999, and a table is ready for 4000"), ("20000", "0", nil),
            ("20000", "20000", nil), ("20000", "40000", nil), ("0", "30000", nil),
            ("20000", "10000", "WarmWriteUnits is 10000, and the table is ready for 30000 writes a second"),
            ("0", "20000", "WarmWriteUnits is 20000, and the table is ready for 30000 writes a second"),
        ] as [(String?, String, String?)]
    )
    func warmth(_ before: String?, _ now: String, _ fault: String?) async throws {
        // Grown by itself beyond what was asked for, and its index more than the table.
        let table =
            #"{"Table":{"WarmThroughput":{"WriteUnitsPerSecond":25000,"Status":"ACTIVE"},"GlobalSecondaryIndexes":"#
            + #"[{"IndexName":"waiting","WarmThroughput":{"WriteUnitsPerSecond":30000}}]}}"#
        let found = try await findings(
            before == nil ? [] : [("dynamodb describe-table --table-name table", [.json(table)])],
            parameters: ["WarmWriteUnits": now],
            stack: before.map { Self.stack(["WarmWriteUnits": $0]) }
        )
        #expect(found.count == (fault == nil ? 2 : 4))
        if let fault { #expect(found[0].hasPrefix("  ✗   \(fault)"), "\(found)") }
    }

    @Test("finds the records that are in the way of the domain's own, unless the stack made them")
    func records() async throws {
        let zone = AWSAnswer.json(
            #"{"ResourceRecordSets":[{"Name":"example.com.","Type":"NS","TTL":1},{"Name":"example.com.","Type":"MX","TTL":1},"#
                + #"{"Name":"www.example.com.","Type":"A","TTL":1},{"Name":"www.example.com.","Type":"AAAA","TTL":1},"#
                + #"{"Name":"shop.example.com.","Type":"CNAME","TTL":1}]}"#
        )
        let rule = [("route53 list-resource-record-sets --hosted-zone-id Z1", [zone])]
        let wanted = ["HostedZoneId": "Z1", "DomainName": "WWW.example.com", "AlternateDomainName": "example.com"]
        let found = try await findings(rule, parameters: wanted)
        #expect(
            found.first
                == "  ✗   the zone has a record for www.example.com already (A, AAAA), so the stack can't make it"
        )
        #expect(found.count == 4)
        let own = wanted.merging(["DomainName": "www.example.com"]) { $1 }
        // No rule: not asked for either.
        #expect(try await findings(parameters: own, stack: Self.stack(own)).count == 2)
        let moved = own.merging(["DomainName": "shop.example.com"]) { $1 }
        #expect(try await findings(rule, parameters: moved, stack: Self.stack(own))[0].contains("(CNAME)"))
        let missing = AWSAnswer.refused(
            "NoSuchHostedZone",
            "ListResourceRecordSets",
            "No hosted zone found with ID: Z1"
        )
        let none = try await findings([("route53", [missing])], parameters: wanted)
        #expect(none[0] == "  ✗   there is no hosted zone \"Z1\" in the account")
    }

    @Test("says what goes with MailIdentity Existing when the zone gets records too")
    func existingWithZone() async throws {
        let found = try await findings(
            [("sesv2 get-email-identity --email-identity example.com", [Self.waiting])],
            parameters: ["MailIdentity": "Domain", "MailHostedZoneId": "Z1"]
        )
        #expect(found[1] == "  →   set aws.parameters.MailIdentity to Existing, and take MailHostedZoneId out")
    }

    @Test("holds the public bucket of S3Website against the account's block, and does not ask with CloudFront")
    func publicAccess() async throws {
        let blocked = AWSAnswer.json(
            #"{"PublicAccessBlockConfiguration":{"BlockPublicAcls":true,"IgnorePublicAcls":true,"BlockPublicPolicy":true,"#
                + #""RestrictPublicBuckets":true}}"#
        )
        let none = AWSAnswer.refused(
            "NoSuchPublicAccessBlockConfiguration",
            "GetPublicAccessBlock",
            "The public access block configuration was not found"
        )
        let rule = "s3control get-public-access-block --account-id 1"
        #expect(
            try await findings([(rule, [blocked])], parameters: ["Hosting": "S3Website"]).first
                == "  ✗   the account blocks public buckets, and Hosting S3Website needs one"
        )
        #expect(
            try await findings([(rule, [none])], parameters: ["Hosting": "S3Website"]).first
                == "  ✓   the account allows the public bucket that S3Website needs"
        )
        #expect(try await findings(parameters: ["Hosting": "CloudFront"]).count == 2)
    }

    @Test("refuses to give up partitions of the table")
    func shards() async throws {
        let stack = Stack(
            id: stackID,
            name: "brevlada",
            status: StackStatus(rawValue: "UPDATE_COMPLETE"),
            parameters: ["TableShards": "8"]
        )
        let found = try await findings(parameters: ["TableShards": "4"], stack: stack)
        #expect(found.first?.hasPrefix("  ✗   TableShards is 4 and was 8") == true)
        #expect(try await findings(parameters: ["TableShards": "16"], stack: stack).count == 2)
    }

    @Test(
        "has copies of the table come and go one at a time, and says which is first",
        arguments: [
            (["", ""], ["eu-west-1", ""], nil, nil),
            (["eu-west-1", ""], ["eu-west-1", "eu-west-2"], nil, nil),
            (["eu-west-1", "eu-west-2"], ["eu-west-2", ""], nil, nil),
            (["eu-west-1", "eu-west-2"], ["eu-west-2", "eu-west-1"], nil, nil),
            (["", ""], ["eu-west-1", "eu-west-2"], "2: none to eu-west-1, eu-west-2", ["eu-west-1", ""]),
            (["eu-west-1", "eu-west-2"], ["", ""], "2: eu-west-1, eu-west-2 to none", ["eu-west-1", ""]),
            (["eu-west-1", ""], ["eu-west-2", ""], "2: eu-west-1 to eu-west-2", ["eu-west-1", "eu-west-2"]),
            (
                ["eu-west-1", "eu-west-2"], ["eu-west-3", "eu-west-2"],
                "2: eu-west-1, eu-west-2 to eu-west-3, eu-west-2", ["eu-west-2", ""]
            ),
            (
                ["eu-west-1", ""], ["eu-west-2", "eu-west-3"], "3: eu-west-1 to eu-west-2, eu-west-3",
                ["eu-west-1", "eu-west-2"]
            ),
        ] as [([String], [String], String?, [String]?)]
    )
    func replicas(_ before: [String], _ wanted: [String], _ change: String?, _ step: [String]?) async throws {
        func named(_ regions: [String]) -> [String: String] {
            ["ReplicaRegion": regions[0], "SecondReplicaRegion": regions[1]]
        }
        let stack = Stack(
            id: stackID,
            name: "brevlada",
            status: StackStatus(rawValue: "UPDATE_COMPLETE"),
            parameters: named(before)
        )
        let found = try await findings(parameters: named(wanted), stack: stack)
        guard let change, let step else {
            #expect(found.count == 2)
            return
        }
        #expect(
            found.prefix(2) == [
                "  ✗   DynamoDB adds or removes one copy of a table in an update, and this would be \(change)",
                "  →   deploy with aws.parameters.ReplicaRegion as \"\(step[0])\" and aws.parameters.SecondReplicaRegion as "
                    + "\"\(step[1])\", then again with what is set now",
            ]
        )
        // The step is one that is taken, and leads on.
        #expect(try await findings(parameters: named(step), stack: stack).count == 2)
        #expect(try await findings(parameters: named(wanted)).count == 2, "a new table gets all its copies at once")
    }

    @Test("reminds of the key of a copy where the table has a key of the owner's")
    func replicasWithKeys() async throws {
        let stack = Stack(id: stackID, name: "brevlada", status: StackStatus(rawValue: "UPDATE_COMPLETE"))
        let found = try await findings(
            parameters: [
                "ReplicaRegion": "eu-west-1", "SecondReplicaRegion": "eu-west-2", "EncryptionKey": "CustomerManaged",
            ],
            stack: stack
        )
        #expect(found[1].hasSuffix("SecondReplicaRegion as \"\", each with its key, then again with what is set now"))
    }

    @Test("goes on when the profile may not look, and stops when AWS can't be asked at all")
    func denied() async throws {
        let denied = AWSAnswer.refused("AccessDeniedException", "GetAccount", "User: x is not authorized")
        let found = try await findings([("sesv2 get-account", [denied])])
        #expect(found[0] == "  !   SES can't be looked at: the profile may not call GetAccount")
        let broken = AWSAnswer(exitCode: 255, error: "Could not connect to the endpoint URL: \"https://x/\"")
        await #expect(throws: AWSFailure.self) { try await findings([("lambda", [broken])]) }
    }
}
