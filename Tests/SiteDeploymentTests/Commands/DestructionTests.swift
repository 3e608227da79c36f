// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import SiteDeployment

@Suite("Taking a site off AWS")
struct DestructionTests {
    private let gone = [
        stackEvent(-50, "CREATE_COMPLETE"), stackEvent(1, "DELETE_IN_PROGRESS", "User Initiated"),
        event(2, "Api", "ApiGateway::RestApi", "DELETE_IN_PROGRESS"),
        event(5, "Api", "ApiGateway::RestApi", "DELETE_COMPLETE"),
        event(6, "Table", "DynamoDB::GlobalTable", "DELETE_SKIPPED", id: "brevlada-Table-ABC"),
        event(6, "ArtifactBucket", "S3::Bucket", "DELETE_SKIPPED", id: "brevlada-artifactbucket-1"),
        event(6, "ApiLoggingRoleForAccount", "IAM::Role", "DELETE_SKIPPED", id: "brevlada-Role-1"),
        event(7, "OwnerPool", "Cognito::UserPool", "DELETE_SKIPPED"), stackEvent(9, "DELETE_COMPLETE"),
    ]

    private var standard: [(String, [AWSAnswer])] {
        [
            ("cloudformation describe-stacks --stack-name brevlada", [Answers.stack("UPDATE_COMPLETE")]),
            ("cloudformation describe-stacks", [Answers.stack("DELETE_COMPLETE", outputs: [:])]),
            ("cloudformation describe-stack-events", [Answers.events(Array(gone[..<1])), Answers.events(gone)]),
            ("cloudformation delete-stack", [.nothing]), ("sts get-caller-identity", [Answers.caller]),
            ("s3 rm", [.nothing]), ("s3 cp s3://", [.refused("404", "HeadObject", "Not Found")]),
            ("s3 cp /stage", [.nothing]),
        ]
    }

    private func destroy(
        _ rules: [(String, [AWSAnswer])] = [],
        table: Bool = false,
        site: Bool = false,
        isConfirmed: Bool = true,
        staging: MemoryStaging = MemoryStaging(),
        console: RecordingConsole = RecordingConsole()
    ) async -> (aws: ScriptedAWS, text: String, error: String?) {
        let aws = ScriptedAWS(rules + standard)
        let destruction = Destruction(
            wish: .init(stackName: "brevlada", deletesTable: table, deletesSite: site, isConfirmed: isConfirmed),
            aws: aws.session,
            staging: staging,
            console: console,
            clock: StandingClock(noon).clock
        )
        do {
            try await destruction.run()
            return (aws, await console.text, nil)
        } catch {
            return (aws, await console.text, "\(error)")
        }
    }

    @Test("says what is kept and how to get at it, and touches no data")
    func kept() async throws {
        let (aws, text, error) = await destroy()
        #expect(error == nil)
        try expectGolden("destroy.txt", text)
        #expect(aws.calls(of: "dynamodb").isEmpty && aws.calls(of: "s3api").isEmpty)
    }

    @Test("leaves a stack that somebody else made alone")
    func foreign() async {
        for status in ["CREATE_COMPLETE", "DELETE_IN_PROGRESS", "ROLLBACK_COMPLETE"] {
            let stack = Answers.stack(status, parameters: ["VpcId": "vpc-1"], isForeign: true)
            let (aws, _, error) = await destroy([("cloudformation describe-stacks", [stack])])
            #expect(error?.hasPrefix("the stack \"brevlada\" in eu-north-1 is not one of Brevlåda's") == true)
            #expect(aws.calls.count == 1)
        }
    }

    @Test("leaves a stack alone that somebody else has only planned, which shows by the names of its change sets")
    func foreignPlan() async {
        for (name, isOurs) in [("eva", false), ("brevlada-1", true)] {
            let (aws, _, error) = await destroy([
                (
                    "cloudformation describe-stacks",
                    [Answers.stack("REVIEW_IN_PROGRESS", outputs: [:], isForeign: true)]
                ),
                (
                    "cloudformation list-change-sets --stack-name \(stackID)",
                    [.json(#"{"Summaries":[{"ChangeSetName":"\#(name)","ChangeSetId":"arn:set"}]}"#)]
                ),
            ])
            #expect((error?.contains("is not one of Brevlåda's") == true) != isOurs, "\(error ?? "no error")")
            if !isOurs { #expect(aws.calls.count == 2) }
        }
    }

    @Test("names what else is kept, and what costs while it is")
    func keptByOptions() async {
        let outputs = Answers.outputs.merging([
            "DataKeyArn": "arn:aws:kms:eu-north-1:123456789012:key/k1", "PipelineUrl": "https://x",
            "OwnerPoolId": "pool",
        ]) { $1 }
        let parameters = [
            "ApiLoggingRole": "Create", "ChallengeSecretName": "my-challenge", "GitHubSecretName": "",
            "MailHostedZoneId": "Z1", "MailIdentity": "Domain",
        ]
        let stack = (
            "cloudformation describe-stacks --stack-name brevlada",
            [
                Answers.stack("UPDATE_COMPLETE", outputs: outputs, parameters: parameters)
            ]
        )
        let (_, kept, _) = await destroy([stack])
        for line in [
            "kept: what the pipeline built, in its bucket ArtifactBucket",
            "kept: the role by which API Gateway writes logs",
            "kept: the secret my-challenge, which you made, 40 cents a month",
            "kept: the DNS records that show that SES may sign its mail", "do not delete it: without it the messages",
            "kept: the owners' accounts, in the user pool pool",
        ] { #expect(kept.contains(line), "\(line)") }
        #expect(!kept.contains("the secret ,"))
        let missing = AWSAnswer.refused("ResourceNotFoundException", "DescribeTable", "not found")
        let (_, gone, _) = await destroy(
            [stack, ("dynamodb describe-table", [missing])],
            table: true,
            console: RecordingConsole(answers: ["brevlada"])
        )
        #expect(gone.contains("AWS keeps a backup of it for 35 days, brevlada-Table-ABC$DeletedTableBackup"))
        #expect(!gone.contains("do not delete it"))
        #expect(
            gone.contains(
                "aws kms schedule-key-deletion --key-id arn:aws:kms:eu-north-1:123456789012:key/k1 --region eu-north-1"
            )
        )
    }

    @Test("leaves the copies alone and says when to come back while DynamoDB would refuse to delete the table")
    func youngCopy() async {
        func table(_ made: String) -> AWSAnswer {
            .json(
                #"{"Table":{"TableStatus":"ACTIVE","DeletionProtectionEnabled":false,"CreationDateTime":\#(made),"Replicas":"#
                    + #"[{"RegionName":"eu-north-1"},{"RegionName":"eu-west-1"}]}}"#
            )
        }
        // As the second version of the CLI, in three zones, and the first one write it. 23 hours and 50 minutes ago at most.
        for made in [
            "\"2026-11-25T00:00:00.000000+00:00\"", "\"2026-11-24T20:10:00.000000+02:00\"",
            "\"2026-11-24T10:10:00.000000-08:00\"", "1795564800.5",
        ] {
            let (aws, _, error) = await destroy(
                [("dynamodb describe-table", [table(made)])],
                table: true,
                console: RecordingConsole(answers: ["brevlada"])
            )
            #expect(
                error
                    == "the copy of the table brevlada-Table-ABC in eu-west-1 is not a day old, and DynamoDB deletes no table "
                    + "that one was made of within 24 hours; run the same command again tomorrow, with the same options"
            )
            #expect(aws.calls(of: "dynamodb update").isEmpty && aws.calls(of: "cloudformation delete").isEmpty)
        }
    }

    @Test(
        "lets a copy that is a day old go, whatever the zone its time is told in",
        arguments: ["2026-11-24T19:50:00.000000+02:00", "2026-11-24T09:50:00.000000-08:00"]
    )
    func oldCopy(_ made: String) async {
        func table(_ replicas: String) -> AWSAnswer {
            .json(#"{"Table":{"TableStatus":"ACTIVE","CreationDateTime":"\#(made)","Replicas":[\#(replicas)]}}"#)
        }
        let copy = table(#"{"RegionName":"eu-west-1"}"#)
        let (aws, _, error) = await destroy(
            [("dynamodb describe-table", [copy, copy, copy, copy, table("")]), ("dynamodb", [.nothing])],
            table: true,
            console: RecordingConsole(answers: ["brevlada"])
        )
        #expect(error == nil && aws.calls(of: "dynamodb delete-table").count == 1)
    }

    @Test("says when to come back when DynamoDB refuses to delete the table")
    func refusedForADay() async {
        let refusal = AWSAnswer.refused(
            "ValidationException",
            "DeleteTable",
            "Replica cannot be deleted because it has acted as a source region for new replica(s) being added to the table in "
                + "the last 24 hours."
        )
        let (aws, _, error) = await destroy(
            [
                ("dynamodb describe-table", [.json(#"{"Table":{"TableStatus":"ACTIVE"}}"#)]),
                ("dynamodb delete-table", [refusal]),
            ],
            table: true,
            console: RecordingConsole(answers: ["brevlada"])
        )
        #expect(error?.contains("run the same command again tomorrow, with the same options") == true)
        #expect(aws.calls(of: "cloudformation delete").isEmpty)
    }

    @Test("asks, and does nothing when the answer is no or nobody can answer")
    func asks() async {
        let console = RecordingConsole(isInteractive: true, answers: ["n"])
        let no = await destroy(isConfirmed: false, console: console)
        #expect(no.error == "nothing was removed" && no.aws.calls(of: "cloudformation delete").isEmpty)
        let nobody = await destroy(isConfirmed: false)
        #expect(nobody.error?.hasSuffix("there is no terminal to ask at; add --yes") == true)
    }

    @Test("removes the messages only when told twice", arguments: [nil, "y", "brevlada2", "yes"])
    func notTwice(_ answer: String?) async {
        let console = RecordingConsole(answers: answer.map { [$0] } ?? [])
        let (aws, _, error) = await destroy(table: true, console: console)
        #expect(error?.hasPrefix("nothing was removed: --delete-table takes the stack's name") == true)
        #expect(aws.calls(of: "dynamodb").isEmpty && aws.calls(of: "cloudformation delete").isEmpty)
    }

    @Test("removes the messages when told twice: each protection first, then copies, then the table, then the stack")
    func table() async {
        func table(_ isProtected: Bool, _ replicas: String, _ status: String = "ACTIVE") -> AWSAnswer {
            .json(
                #"{"Table":{"TableStatus":"\#(status)","DeletionProtectionEnabled":\#(isProtected),"Replicas":[\#(replicas)]}}"#
            )
        }
        let both = #"{"RegionName":"eu-north-1"},{"RegionName":"eu-west-1"}"#
        let own = #"{"RegionName":"eu-north-1"}"#
        let (aws, text, error) = await destroy(
            [
                (
                    "dynamodb describe-table",
                    [
                        // At home, then in the other Region until it is done there, then at home.
                        table(true, both), table(true, both), table(true, both, "UPDATING"), table(false, both),
                        table(true, both), table(false, both), table(false, both, "UPDATING"),
                        table(false, own, "UPDATING"), table(false, own),
                    ]
                ),
                ("dynamodb", [.nothing]),
            ],
            table: true,
            console: RecordingConsole(answers: ["brevlada"])
        )
        #expect(error == nil)
        #expect(text.contains("-   DELETED with every message in it: the table brevlada-Table-ABC"))
        let deeds = aws.calls.filter { !$0.contains("describe") && !$0.contains("sts") && !$0.contains("s3 rm") }
        #expect(
            deeds == [
                "dynamodb update-table --table-name brevlada-Table-ABC --no-deletion-protection-enabled --output json "
                    + "--region eu-west-1",
                "dynamodb update-table --table-name brevlada-Table-ABC --no-deletion-protection-enabled",
                #"dynamodb update-table --table-name brevlada-Table-ABC --replica-updates [{"Delete":{"RegionName":"eu-west-1"}}]"#,
                "dynamodb delete-table --table-name brevlada-Table-ABC",
                "cloudformation delete-stack --stack-name \(stackID)",
            ]
        )
    }

    @Test("ends cleanly when it is run again after an interruption")
    func again() async {
        let missing = AWSAnswer.refused("ResourceNotFoundException", "DescribeTable", "not found")
        let (_, _, error) = await destroy(
            [
                ("dynamodb describe-table", [missing]),
                ("s3api list-object-versions", [.refused("NoSuchBucket", "ListObjectVersions", "no")]),
            ],
            table: true,
            site: true,
            console: RecordingConsole(answers: ["brevlada"])
        )
        #expect(error == nil)
        let (aws, text, none) = await destroy([("cloudformation describe-stacks", [.noStack])])
        #expect(none == nil && aws.calls.count == 1)
        #expect(text == "  ✓   there is no stack \"brevlada\" in eu-north-1")
    }

    @Test("follows a removal that is under way")
    func underWay() async {
        let (aws, text, error) = await destroy([
            ("cloudformation describe-stacks --stack-name brevlada", [Answers.stack("DELETE_IN_PROGRESS")])
        ])
        #expect(error == nil && text.contains("following it"))
        #expect(aws.calls(of: "cloudformation delete-stack").isEmpty)
    }

    private func resume(_ table: [AWSAnswer], answers: [String] = []) async -> (
        aws: ScriptedAWS, text: String, error: String?
    ) {
        await destroy(
            [
                (
                    "cloudformation describe-stacks --stack-name brevlada",
                    [Answers.stack("DELETE_IN_PROGRESS", outputs: [:])]
                ),
                ("dynamodb describe-table", table), ("dynamodb", [.nothing]),
                ("s3 cp s3://", [AWSAnswer(output: "brevlada-artifactbucket-1\n")]),
                ("s3api list-object-versions", [.nothing]), ("s3api delete-bucket", [.nothing]),
            ],
            table: true,
            site: true,
            console: RecordingConsole(answers: answers)
        )
    }

    private let kept = "Table (table): brevlada-Table-ABC"

    @Test("does the rest of a removal that is under way: the table, when that is confirmed, the bucket and the record")
    func restOfRemoval() async {
        let there = AWSAnswer.json(#"{"Table":{"TableStatus":"ACTIVE"}}"#)
        let (aws, text, error) = await resume([there], answers: ["brevlada"])
        #expect(error == nil && !text.contains(kept) && !text.contains("ArtifactBucket (bucket): "))
        #expect(text.contains("-   the table brevlada-Table-ABC with its messages"))
        #expect(text.contains("-   the bucket brevlada-artifactbucket-1 with the site's files"))
        #expect(aws.calls(of: "dynamodb delete-table --table-name brevlada-Table-ABC").count == 1)
        #expect(aws.calls(of: "s3 rm").contains { $0.contains(ArtifactBucket.recordKey("brevlada")) })
        #expect(aws.calls(of: "cloudformation delete-stack").isEmpty)
    }

    @Test(
        "leaves out of what is left a table that an earlier run removed, and asks nothing about it",
        arguments: [
            AWSAnswer.refused("ResourceNotFoundException", "DescribeTable", "not found"),
            .json(#"{"Table":{"TableStatus":"DELETING"}}"#),
        ]
    )
    func removedBefore(_ answer: AWSAnswer) async {
        let (aws, text, error) = await resume([answer])
        #expect(error == nil && !text.contains(kept) && text.contains("ApiLoggingRoleForAccount (role)"))
        #expect(aws.calls(of: "dynamodb delete-table").isEmpty)
    }

    @Test("names a table that is still there when it may not or can't be removed", arguments: [nil, "yes", "brevlada"])
    func stillThere(_ answer: String?) async {
        let copied = AWSAnswer.json(
            #"{"Table":{"TableStatus":"ACTIVE","CreationDateTime":"2026-11-25T00:00:00Z","Replicas":[{"RegionName":"eu-west-1"}]}}"#
        )
        let (aws, text, error) = await resume([copied], answers: answer.map { [$0] } ?? [])
        #expect(text.contains(kept) && aws.calls(of: "dynamodb delete-table").isEmpty)
        #expect(
            answer == "brevlada"
                ? error?.hasSuffix("within 24 hours; remove it tomorrow, as it is said above") == true
                : error?.hasPrefix("the messages were not removed: --delete-table takes the stack's name") == true
        )
    }

    @Test("finishes with the bucket when it was interrupted after the stack was gone")
    func bucketLater() async {
        let (aws, text, error) = await destroy(
            [
                ("cloudformation describe-stacks", [.noStack]),
                (
                    "s3 cp s3://brevlada-artifacts-123456789012-eu-north-1/removals/brevlada.txt -",
                    [AWSAnswer(output: "brevlada-sitebucket-1x2y3z")]
                ),
                ("s3api list-object-versions", [.nothing]),
                ("s3api delete-bucket --bucket brevlada-sitebucket-1x2y3z", [.nothing]),
            ],
            site: true
        )
        #expect(error == nil && text.contains("-   the bucket brevlada-sitebucket-1x2y3z with the site's files"))
        #expect(
            aws.calls.last
                == "s3 rm s3://brevlada-artifacts-123456789012-eu-north-1/removals/brevlada.txt --only-show-errors"
        )
    }

    @Test("removes every version of every file, then the bucket, after the stack that needs it")
    func site() async {
        let versions = AWSAnswer.json(
            #"{"Versions":[{"Key":"index.html","VersionId":"v1"}],"DeleteMarkers":[{"Key":"old.html","VersionId":"v2"}]}"#
        )
        let (aws, text, error) = await destroy(
            [
                ("s3api list-object-versions", [versions, .nothing]), ("s3api delete-objects", [.nothing]),
                ("s3api delete-bucket --bucket brevlada-sitebucket-1x2y3z", [.nothing]),
                ("s3 cp s3://", [AWSAnswer(output: "brevlada-sitebucket-1x2y3z\n")]),
            ],
            site: true
        )
        #expect(error == nil && text.contains("-   the bucket brevlada-sitebucket-1x2y3z with the site's files"))
        #expect(aws.calls(of: "s3api list-object-versions").count == 2)
        let deleted = aws.calls.firstIndex { $0.hasPrefix("cloudformation delete-stack") } ?? .max
        let written = aws.calls.firstIndex { $0.hasPrefix("s3 cp /stage/removal.txt") } ?? .max
        #expect(written < deleted && deleted < aws.calls.firstIndex { $0.hasPrefix("s3api delete-bucket") } ?? 0)
    }

    @Test(
        "removes at most a thousand in a call, versions and markers together",
        arguments: [(1, 0, [1]), (1_000, 0, [1_000]), (1_000, 1, [1_000, 1]), (1_000, 1_400, [1_000, 1_000, 400])]
    )
    func many(_ versions: Int, _ markers: Int, _ calls: [Int]) async {
        func list(_ count: Int, _ kind: String) -> String {
            (0..<count).map { #"{"Key":"\#($0).html","VersionId":"\#(kind)\#($0)"}"# }.joined(separator: ",")
        }
        let listing = AWSAnswer.json(
            #"{"Versions":[\#(list(versions, "v"))],"DeleteMarkers":[\#(list(markers, "m"))]}"#
        )
        let staging = MemoryStaging()
        let (aws, _, error) = await destroy(
            [
                ("s3api list-object-versions", [listing, .nothing]), ("s3api delete-objects", [.nothing]),
                ("s3api delete-bucket", [.nothing]),
                ("s3 cp s3://", [AWSAnswer(output: "brevlada-sitebucket-1x2y3z\n")]),
            ],
            site: true,
            staging: staging
        )
        #expect(error == nil)
        #expect(aws.calls(of: "s3api delete-objects").count == calls.count)
        for (index, count) in calls.enumerated() {
            let asked = staging.files["removed-\(index * 1_000).json"] ?? ""
            #expect(asked.split(separator: "VersionId").count - 1 == count)
        }
    }

    @Test("says which file S3 keeps, and leaves the bucket")
    func keptByS3() async {
        let (aws, _, error) = await destroy(
            [
                ("s3api list-object-versions", [.json(#"{"Versions":[{"Key":"a.html","VersionId":"v1"}]}"#)]),
                (
                    "s3api delete-objects",
                    [.json(#"{"Errors":[{"Key":"a.html","Code":"AccessDenied","Message":"Access Denied"}]}"#)]
                ),
                ("s3 cp s3://", [AWSAnswer(output: "brevlada-sitebucket-1x2y3z\n")]),
            ],
            site: true
        )
        #expect(error?.contains("\"a.html\" can't be removed: Access Denied") == true)
        #expect(aws.calls(of: "s3api delete-bucket").isEmpty)
    }

    @Test("is refused by a stack that is protected, and says what to do about one that can't be removed")
    func refused() async {
        let protected = await destroy([
            ("cloudformation describe-stacks", [Answers.stack("UPDATE_COMPLETE", isProtected: true)])
        ])
        #expect(protected.error?.contains("--no-enable-termination-protection") == true)
        let stuck = [
            stackEvent(1, "DELETE_IN_PROGRESS"),
            event(3, "LogBucket", "S3::Bucket", "DELETE_FAILED", "The bucket you tried to delete is not empty"),
            stackEvent(4, "DELETE_FAILED", "The following resource(s) failed to delete: [LogBucket]."),
        ]
        let (_, text, error) = await destroy([
            ("cloudformation describe-stacks --stack-name arn", [Answers.stack("DELETE_FAILED")]),
            ("cloudformation describe-stack-events", [Answers.events([]), Answers.events(stuck)]),
        ])
        #expect(error == "the stack \"brevlada\" is not removed; mend the cause, then run the same command again")
        #expect(text.contains("LogBucket (bucket) could not be done: The bucket you tried to delete is not empty"))
    }
}
