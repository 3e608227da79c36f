// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@testable import SiteDeployment

/// A deployment with everything in place, in which a test changes what it is about.
private struct Scene {
    var rules: [(String, [AWSAnswer])] = []
    var isConfirmed = true
    var console = RecordingConsole()
    var staging = MemoryStaging()
    var parameters = [
        "MailFromAddress": "form@example.com", "MailTo": "eva@example.com", "MailIdentity": "Existing",
    ]
    var smoke: [Finding] = [.passed("the site answers with a page")]

    static let describe = "cloudformation describe-stacks --stack-name"
    static let byName = "cloudformation describe-stacks --stack-name brevlada"
    static let byID = "cloudformation describe-stacks --stack-name arn:"
    static let events = "cloudformation describe-stack-events"

    private static let record = SiteRecord(files: files, listing: ["index.html": "\"1\""])
    private static let files = [PublishedFile(key: "index.html", bytes: Array("<p>home".utf8))]

    /// What is asked of an account that has all, after the rules of the test.
    private static let standard: [(String, [AWSAnswer])] = [
        ("sts get-caller-identity", [Answers.caller]),
        (
            "sesv2 get-account",
            [
                .json(
                    #"{"ProductionAccessEnabled":true,"SendingEnabled":true,"SendQuota":{"Max24HourSend":50000.0,"MaxSendRate":14.0}}"#
                )
            ]
        ),
        ("sesv2 get-email-identity", [.json(#"{"VerifiedForSendingStatus":true}"#)]),
        ("lambda get-account-settings", [.json(#"{"AccountLimit":{"ConcurrentExecutions":1000}}"#)]),
        ("s3api get-bucket-tagging", [.json(#"{"TagSet":[{"Key":"brevlada:ready","Value":"1"}]}"#)]),
        ("s3api list-objects-v2 --bucket brevlada-artifacts", [.json("{}")]),
        ("s3api list-objects-v2", [.json(#"{"Contents":[{"Key":"index.html","ETag":"\"1\""}]}"#)]),
        ("s3 cp s3://", [AWSAnswer(output: record.json)]),
        ("s3 cp", [.nothing]),
        ("cloudformation create-change-set", [Answers.changeSetMade]),
        ("cloudformation delete-change-set", [.nothing]), ("cloudformation execute-change-set", [.nothing]),
        ("cloudformation delete-stack", [.nothing]),
        (
            "cloudformation describe-change-set",
            [.json(#"{"Status":"CREATE_PENDING"}"#), .json(#"{"Status":"CREATE_IN_PROGRESS"}"#), Answers.oneChange]
        ),
    ]

    func run() async -> (aws: ScriptedAWS, text: String, error: String?) {
        var parameters = StackParameters()
        for (name, value) in self.parameters { parameters.set(name, value, source: name) }
        let aws = ScriptedAWS(rules + Self.standard)
        let smoke = smoke
        let plan = DeploymentPlan(
            stackName: "brevlada",
            parameters: parameters,
            template: [],
            templateText: "AWSTemplateFormatVersion: '2010-09-09'",
            packages: [],
            isConfirmed: isConfirmed,
            files: { _ in Self.files },
            smokeTest: { _ in smoke }
        )
        let deployment = Deployment(
            plan: plan,
            aws: aws.session,
            staging: staging,
            console: console,
            clock: StandingClock(noon).clock
        )
        do {
            try await deployment.run()
            return (aws, await console.text, nil)
        } catch {
            return (aws, await console.text, "\(error)")
        }
    }
}

@Suite("A deployment")
struct DeploymentTests {
    private let before = [stackEvent(-100, "CREATE_COMPLETE")]
    private let updated = [
        stackEvent(-100, "CREATE_COMPLETE"), stackEvent(1, "UPDATE_IN_PROGRESS", "User Initiated"),
        event(2, "AddContactInfo", "Lambda::Function", "UPDATE_IN_PROGRESS"),
        event(6, "AddContactInfo", "Lambda::Function", "UPDATE_COMPLETE"), stackEvent(8, "UPDATE_COMPLETE"),
    ]

    @Test("of a new stack goes from nothing to a site that was tried out")
    func new() async throws {
        var scene = Scene()
        let created = [
            stackEvent(1, "CREATE_IN_PROGRESS", "User Initiated"),
            event(2, "Table", "DynamoDB::GlobalTable", "CREATE_IN_PROGRESS"),
            event(20, "Table", "DynamoDB::GlobalTable", "CREATE_COMPLETE"), stackEvent(30, "CREATE_COMPLETE"),
        ]
        scene.rules = [
            (Scene.byName, [.noStack]),
            (Scene.byID, [Answers.stack("CREATE_IN_PROGRESS", outputs: [:]), Answers.stack("CREATE_COMPLETE")]),
            (
                Scene.events,
                [
                    Answers.events([stackEvent(0, "REVIEW_IN_PROGRESS")]), Answers.events(Array(created[..<2])),
                    Answers.events(created),
                ]
            ),
            ("s3 cp s3://", [.refused("404", "HeadObject", "Not Found")]),
            (
                "s3api list-objects-v2 --bucket brevlada-site",
                [.nothing, .json(#"{"Contents":[{"Key":"index.html","ETag":"\"1\""}]}"#)]
            ),
        ]
        let (aws, text, error) = await scene.run()
        #expect(error == nil)
        try expectGolden("deploy-new.txt", text)
        let made = try #require(aws.calls(of: "cloudformation create-change-set").first)
        #expect(made.contains("--change-set-type CREATE "))
        #expect(
            made.contains(
                "--template-url https://brevlada-artifacts-123456789012-eu-north-1.s3.eu-north-1.amazonaws.com/templates/"
            )
        )
        #expect(made.contains("--parameters file:///stage/parameters.json"))
    }

    @Test(
        "with a key of the owner's uploads the files once more, but those of a public website",
        arguments: [true, false]
    )
    func ownKey(isInCloudFront: Bool) async {
        var outputs = Answers.outputs
        outputs["DataKeyArn"] = "arn:aws:kms:eu-north-1:123456789012:key/1"
        outputs["DistributionId"] = isInCloudFront ? "E1" : nil
        var scene = Scene()
        scene.rules = [
            (Scene.describe, [Answers.stack("UPDATE_COMPLETE", outputs: outputs)]),
            ("cloudformation describe-change-set", [Answers.emptyChangeSet]),
            ("cloudfront create-invalidation", [.nothing]),
        ]
        let (aws, text, error) = await scene.run()
        #expect(error == nil)
        #expect(text.contains(isInCloudFront ? "site: 1 file uploaded" : "the site is as it was"))
        #expect(aws.calls(of: "s3 cp /stage/site-0/").count == (isInCloudFront ? 1 : 0))
    }

    @Test("with nothing changed does nothing, and tries nothing out")
    func unchanged() async {
        var scene = Scene()
        scene.isConfirmed = false
        scene.rules = [
            (Scene.describe, [Answers.stack("UPDATE_COMPLETE")]),
            ("cloudformation describe-change-set", [Answers.emptyChangeSet]),
            (
                "s3api list-objects-v2 --bucket brevlada-artifacts",
                [.json(#"{"Contents":[{"Key":"\#(Self.templateKey)"}]}"#)]
            ),
        ]
        scene.smoke = [.failed("must not be asked")]
        let (aws, text, error) = await scene.run()
        #expect(error == nil)
        #expect(text.contains("✓   the stack is as it should be\n  ✓   the site is as it was, 1 file"))
        #expect(!text.contains("must not be asked"))
        #expect(aws.calls(of: "cloudformation execute").isEmpty && aws.calls(of: "s3 cp /").isEmpty)
        #expect(aws.calls(of: "cloudformation delete-change-set").count == 1)
    }

    private static let templateKey = ArtifactBucket.templateKey("AWSTemplateFormatVersion: '2010-09-09'")

    @Test("of a changed stack shows the change, makes it, and says what is left to do")
    func update() async {
        var scene = Scene()
        scene.rules = [
            (
                Scene.describe,
                [
                    Answers.stack("CREATE_COMPLETE"), Answers.stack("UPDATE_IN_PROGRESS"),
                    Answers.stack("UPDATE_COMPLETE"),
                ]
            ),
            (Scene.events, [Answers.events(before), Answers.events(Array(updated[..<3])), Answers.events(updated)]),
        ]
        let (_, text, error) = await scene.run()
        #expect(error == nil)
        #expect(text.contains("1 to change\n\n  ~   function                 AddContactInfo: Code"))
        #expect(text.contains("~   updated AddContactInfo (function), 4 s"))
        #expect(text.contains("✓   the stack is updated"))
        #expect(text.contains("Site       https://d111111abcdef8.cloudfront.net"))
        #expect(text.contains("Form       https://d111111abcdef8.cloudfront.net/api/contact"))
    }

    private static let renewal = "apigateway create-deployment --rest-api-id a1b2c3d4e5 --stage-name api"
    private static let apiRules: [(String, [AWSAnswer])] = [
        (
            "cloudformation describe-stack-resource --stack-name \(stackID) --logical-resource-id Api",
            [.json(#"{"StackResourceDetail":{"PhysicalResourceId":"a1b2c3d4e5"}}"#)]
        ),
        (
            "cloudformation describe-stack-resource --stack-name \(stackID) --logical-resource-id Stage",
            [.json(#"{"StackResourceDetail":{"PhysicalResourceId":"api"}}"#)]
        ),
        ("apigateway create-deployment", [.json(#"{"id":"d1"}"#)]),
    ]

    @Test(
        "has the API's stage show the routes that are left, when some were removed and the change is done",
        arguments: [
            ("ApiGateway::Method", "DELETE_COMPLETE", "UPDATE_COMPLETE", true),
            ("ApiGateway::Method", "CREATE_COMPLETE", "UPDATE_COMPLETE", false),
            ("ApiGateway::Method", "DELETE_FAILED", "UPDATE_COMPLETE", false),
            ("ApiGateway::Deployment", "DELETE_COMPLETE", "UPDATE_COMPLETE", false),
            ("ApiGateway::Method", "DELETE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE", false),
        ]
    )
    func routes(_ type: String, _ status: String, _ end: String, _ isRenewed: Bool) async {
        var scene = Scene()
        let events = [
            stackEvent(1, "UPDATE_IN_PROGRESS", "User Initiated"), event(9, "SubmissionsGet", type, status),
            stackEvent(10, end),
        ]
        scene.rules =
            [
                (Scene.describe, [Answers.stack("CREATE_COMPLETE"), Answers.stack(end)]),
                (Scene.events, [Answers.events(before), Answers.events(before + events)]),
            ] + Self.apiRules
        let (aws, text, _) = await scene.run()
        #expect(aws.calls(of: Self.renewal).count == (isRenewed ? 1 : 0))
        #expect(text.contains("the routes that were removed answer no more") == isRenewed)
    }

    @Test("does so too after an update that an earlier run began")
    func routesLater() async {
        var scene = Scene()
        let events = [
            stackEvent(-90, "UPDATE_IN_PROGRESS", "User Initiated"),
            event(-20, "SubmissionsGet", "ApiGateway::Method", "DELETE_COMPLETE"), stackEvent(-10, "UPDATE_COMPLETE"),
        ]
        scene.rules =
            [
                (
                    Scene.describe,
                    [
                        Answers.stack("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS"),
                        Answers.stack("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS"), Answers.stack("UPDATE_COMPLETE"),
                    ]
                ),
                (Scene.events, [Answers.events(before + events[..<1]), Answers.events(before + events)]),
                ("cloudformation describe-change-set", [Answers.emptyChangeSet]),
            ] + Self.apiRules
        let (aws, _, error) = await scene.run()
        #expect(error == nil && aws.calls(of: Self.renewal).count == 1)
    }

    @Test("says what is left to do about removed routes when it may not, and goes on")
    func routesRefused() async {
        var scene = Scene()
        let events = [
            stackEvent(1, "UPDATE_IN_PROGRESS", "User Initiated"),
            event(9, "SubmissionsGet", "ApiGateway::Method", "DELETE_COMPLETE"), stackEvent(10, "UPDATE_COMPLETE"),
        ]
        scene.rules =
            [
                (Scene.describe, [Answers.stack("CREATE_COMPLETE"), Answers.stack("UPDATE_COMPLETE")]),
                (Scene.events, [Answers.events(before), Answers.events(before + events)]),
                (
                    "apigateway create-deployment",
                    [.refused("AccessDeniedException", "CreateDeployment", "not authorized")]
                ),
            ] + Self.apiRules
        let (_, text, error) = await scene.run()
        #expect(error == nil)
        #expect(text.contains("!   routes that were removed still answer: the profile may not call CreateDeployment"))
        #expect(text.contains("→   deploy the API \"brevlada\" to its stage in the API Gateway console of eu-north-1"))
    }

    @Test("asks first, and takes back the change set when the answer is no", arguments: ["n", "", "yes please"])
    func declined(_ answer: String) async {
        var scene = Scene()
        scene.isConfirmed = false
        scene.console = RecordingConsole(isInteractive: true, answers: [answer])
        scene.rules = [(Scene.describe, [Answers.stack("CREATE_COMPLETE")])]
        let (aws, _, error) = await scene.run()
        #expect(error == "nothing was changed")
        #expect(await scene.console.questions == ["Make these changes? [y/N] "])
        #expect(aws.calls(of: "cloudformation delete-change-set").count == 1)
        #expect(aws.calls(of: "cloudformation execute").isEmpty && aws.calls(of: "cloudformation delete-stack").isEmpty)
    }

    /// Why a deployment ended before anything was changed: what CloudFormation says of the change set, and what is told.
    private static let refusals: [(AWSAnswer, String)] = [
        (Answers.oneChange, "deploy asks before it changes anything, and there is no terminal to ask at; add --yes"),
        (.json(#"{"Status":"FAILED","StatusReason":"Macro x is not there"}"#), "CloudFormation can't do this: Macro x"),
        (
            .json(#"{"Status":"CREATE_IN_PROGRESS"}"#),
            "CloudFormation did not work out the change in time; run the same command again"
        ),
        (
            .refused("Throttling", "DescribeChangeSet", "Rate exceeded"),
            "AWS refused DescribeChangeSet with Throttling: Rate exceeded"
        ),
    ]

    @Test("takes back what it planned whyever it ends, of a new stack and of one that is there", arguments: refusals)
    func takenBack(_ changeSet: AWSAnswer, _ sentence: String) async {
        for isNew in [true, false] {
            var scene = Scene()
            scene.isConfirmed = false
            scene.rules = [
                (Scene.byName, [isNew ? .noStack : Answers.stack("CREATE_COMPLETE")]),
                (Scene.byID, [Answers.stack("REVIEW_IN_PROGRESS", outputs: [:])]),
                ("cloudformation describe-change-set", [changeSet]),
            ]
            let (aws, text, error) = await scene.run()
            #expect(error?.hasPrefix(sentence) == true, "\(error ?? "no error")")
            #expect(aws.calls(of: "cloudformation delete-change-set").count == 1)
            #expect(aws.calls(of: "cloudformation delete-stack").count == (isNew ? 1 : 0))
            #expect(!text.contains("taken back"))
        }
    }

    @Test("tells why it ended although the change set can't be deleted, and what stays", arguments: refusals)
    func notTakenBack(_ changeSet: AWSAnswer, _ sentence: String) async {
        for isNew in [true, false] {
            var scene = Scene()
            scene.isConfirmed = false
            scene.rules = [
                (Scene.byName, [isNew ? .noStack : Answers.stack("CREATE_COMPLETE")]),
                ("cloudformation describe-change-set", [changeSet]),
                ("cloudformation delete-change-set", [.refused("AccessDenied", "DeleteChangeSet", "not authorized")]),
            ]
            let (_, text, error) = await scene.run()
            #expect(error?.hasPrefix(sentence) == true, "\(error ?? "no error")")
            #expect(
                text.contains(
                    "!   the planned change \"brevlada-1795629600000\" could not be taken back: the profile may not call "
                        + "DeleteChangeSet: not authorized"
                )
            )
            #expect(text.contains("→   it does nothing by itself, and the next change that is made takes it away"))
        }
    }

    @Test("with nothing changed goes on although the empty change set can't be deleted")
    func emptyChangeSetStays() async {
        var scene = Scene()
        scene.rules = [
            (Scene.describe, [Answers.stack("UPDATE_COMPLETE")]),
            ("cloudformation describe-change-set", [Answers.emptyChangeSet]),
            ("cloudformation delete-change-set", [.refused("AccessDenied", "DeleteChangeSet", "not authorized")]),
        ]
        let (_, text, error) = await scene.run()
        #expect(error == nil)
        #expect(text.contains("could not be taken back") && text.contains("✓   the stack is as it should be"))
    }

    @Test("leaves nothing planned when CloudFormation finds nothing to create")
    func nothingToCreate() async {
        var scene = Scene()
        scene.rules = [
            (Scene.byName, [.noStack]), (Scene.byID, [Answers.stack("REVIEW_IN_PROGRESS", outputs: [:])]),
            ("cloudformation describe-change-set", [Answers.emptyChangeSet]),
        ]
        let (aws, _, error) = await scene.run()
        #expect(error?.hasPrefix("CloudFormation finds nothing in the template to create") == true)
        #expect(aws.calls(of: "cloudformation delete-stack").count == 1)
    }

    @Test("goes ahead when the answer is yes, and shows what is under way", arguments: ["y", "YES"])
    func accepted(_ answer: String) async {
        var scene = Scene()
        scene.isConfirmed = false
        scene.console = RecordingConsole(isInteractive: true, answers: [answer])
        scene.rules = [
            (
                Scene.describe,
                [
                    Answers.stack("CREATE_COMPLETE"), Answers.stack("UPDATE_IN_PROGRESS"),
                    Answers.stack("UPDATE_COMPLETE"),
                ]
            ),
            (Scene.events, [Answers.events(before), Answers.events(Array(updated[..<3])), Answers.events(updated)]),
        ]
        let (_, _, error) = await scene.run()
        #expect(error == nil)
        let frames = await scene.console.frames
        #expect(
            frames.contains(["  …   updating AddContactInfo (function), 4 s", "  0 done, 1 under way, 0 s"])
                || frames.count > 1
        )
        #expect(frames.last == [])
    }

    @Test("refuses to ask where nobody can answer, and leaves no planned stack behind")
    func noTerminal() async {
        var scene = Scene()
        scene.isConfirmed = false
        scene.rules = [
            (Scene.byName, [.noStack]), (Scene.byID, [Answers.stack("REVIEW_IN_PROGRESS", outputs: [:])]),
        ]
        let (aws, _, error) = await scene.run()
        #expect(
            error == "deploy asks before it changes anything, and there is no terminal to ask at; add --yes"
        )
        #expect(aws.calls(of: "cloudformation delete-stack").count == 1)
    }

    @Test("that fails says the first cause, and that all is as before")
    func failed() async throws {
        var scene = Scene()
        let events = [
            stackEvent(1, "UPDATE_IN_PROGRESS", "User Initiated"),
            event(
                3,
                "WebAcl",
                "WAFv2::WebACL",
                "CREATE_FAILED",
                "Resource handler returned message: \"User: arn:aws:iam::1:user/eva is not authorized to perform: "
                    + "wafv2:CreateWebACL (Service: Wafv2, Status Code: 400)\" (RequestToken: 1, HandlerErrorCode: AccessDenied)"
            ),
            event(3, "AddContactInfo", "Lambda::Function", "UPDATE_FAILED", "Resource update cancelled"),
            stackEvent(4, "UPDATE_ROLLBACK_IN_PROGRESS", "The following resource(s) failed to create: [WebAcl]."),
            stackEvent(9, "UPDATE_ROLLBACK_COMPLETE"),
        ]
        scene.rules = [
            (Scene.describe, [Answers.stack("CREATE_COMPLETE"), Answers.stack("UPDATE_ROLLBACK_COMPLETE")]),
            (Scene.events, [Answers.events(before), Answers.events(before + events)]),
        ]
        let (aws, text, error) = await scene.run()
        #expect(error == "the stack \"brevlada\" is undone; all is as it was before")
        try expectGolden("deploy-failed.txt", text)
        #expect(aws.calls(of: "s3api list-objects-v2 --bucket brevlada-site").isEmpty, "nothing is published then")
    }

    @Test("that was undone names what the template never lets CloudFormation delete", arguments: [true, false])
    func leftByUndoing(isNew: Bool) async {
        var scene = Scene()
        let operation = isNew ? "CREATE" : "UPDATE"
        let undone = isNew ? "ROLLBACK" : "UPDATE_ROLLBACK"
        let events = [
            stackEvent(1, "\(operation)_IN_PROGRESS", "User Initiated"),
            event(3, "Api", "ApiGateway::RestApi", "CREATE_FAILED", "Rate exceeded"),
            stackEvent(4, "\(undone)_IN_PROGRESS", "The following resource(s) failed to create: [Api]."),
            event(5, "DataKey", "KMS::Key", "DELETE_SKIPPED", id: "0a1b"), stackEvent(9, "\(undone)_COMPLETE"),
        ]
        scene.rules = [
            (Scene.byName, [isNew ? .noStack : Answers.stack("CREATE_COMPLETE")]),
            (Scene.byID, [Answers.stack("\(undone)_COMPLETE")]),
            (Scene.events, [Answers.events(before), Answers.events(before + events)]),
        ]
        let (_, text, _) = await scene.run()
        #expect(text.contains("  ✓   DataKey (key): 0a1b\n       a dollar a month."), "\(text)")
    }

    @Test("finishes what an earlier run began: follows it, then goes on")
    func interrupted() async {
        var scene = Scene()
        let created = [stackEvent(-90, "CREATE_IN_PROGRESS", "User Initiated"), stackEvent(-10, "CREATE_COMPLETE")]
        scene.rules = [
            (
                Scene.describe,
                [
                    Answers.stack("CREATE_IN_PROGRESS", outputs: [:]),
                    Answers.stack("CREATE_IN_PROGRESS", outputs: [:]),
                    Answers.stack("CREATE_COMPLETE"),
                ]
            ),
            (Scene.events, [Answers.events(Array(created[..<1])), Answers.events(created)]),
            ("cloudformation describe-change-set", [Answers.emptyChangeSet]),
        ]
        let (_, text, error) = await scene.run()
        #expect(error == nil)
        #expect(text.contains("…   CloudFormation is still at it from before (creating); following it"))
        #expect(text.contains("the stack is as it should be"))
    }

    @Test(
        "removes what a creation that failed left behind, then begins anew",
        arguments: ["ROLLBACK_COMPLETE", "ROLLBACK_FAILED"]
    )
    func leftover(_ status: String) async {
        var scene = Scene()
        let gone = [stackEvent(5, "DELETE_IN_PROGRESS", "User Initiated"), stackEvent(9, "DELETE_COMPLETE")]
        let created = [stackEvent(20, "CREATE_IN_PROGRESS", "User Initiated"), stackEvent(30, "CREATE_COMPLETE")]
        scene.rules = [
            (Scene.byName, [Answers.stack(status, outputs: [:]), .noStack]),
            (Scene.byID, [Answers.stack("DELETE_COMPLETE", outputs: [:]), Answers.stack("CREATE_COMPLETE")]),
            (
                Scene.events,
                [
                    Answers.events(before), Answers.events(before + gone), Answers.events(before + gone),
                    Answers.events(before + gone + created),
                ]
            ),
        ]
        let (aws, text, error) = await scene.run()
        #expect(error == nil)
        #expect(text.contains("-   removing what an earlier try left behind"))
        #expect(aws.calls(of: "cloudformation create-change-set").first?.contains("--change-set-type CREATE ") == true)
    }

    @Test("undoes the rest of a change that was half undone")
    func halfUndone() async {
        var scene = Scene()
        let undone = [stackEvent(5, "UPDATE_ROLLBACK_IN_PROGRESS"), stackEvent(9, "UPDATE_ROLLBACK_COMPLETE")]
        scene.rules = [
            (
                Scene.describe,
                [Answers.stack("UPDATE_ROLLBACK_FAILED"), Answers.stack("UPDATE_ROLLBACK_COMPLETE")]
            ),
            ("cloudformation continue-update-rollback --stack-name brevlada", [.nothing]),
            (Scene.events, [Answers.events(before), Answers.events(before + undone)]),
            ("cloudformation describe-change-set", [Answers.emptyChangeSet]),
        ]
        let (aws, text, error) = await scene.run()
        #expect(error == nil)
        #expect(text.contains("an earlier change is half undone; undoing the rest"))
        #expect(aws.calls(of: "cloudformation continue-update-rollback").count == 1)
    }

    @Test("says why it can't undo the rest")
    func staysHalfUndone() async {
        var scene = Scene()
        let stuck = [
            event(
                5,
                "SendContactInfoEmail",
                "Lambda::Function",
                "UPDATE_FAILED",
                "S3 Error Code: NoSuchKey. GetObject"
            ),
            stackEvent(
                6,
                "UPDATE_ROLLBACK_FAILED",
                "The following resource(s) failed to update: [SendContactInfoEmail]."
            ),
        ]
        scene.rules = [
            (Scene.describe, [Answers.stack("UPDATE_ROLLBACK_FAILED")]),
            ("cloudformation continue-update-rollback", [.nothing]),
            (Scene.events, [Answers.events(before), Answers.events(before + stuck)]),
        ]
        let (_, text, error) = await scene.run()
        #expect(error == "the stack \"brevlada\" is half undone; mend the cause above, then run the same command again")
        #expect(text.contains("the function's zip is not in the bucket"))
    }

    @Test("deletes its own change sets of a stack that was only planned, and plans it anew")
    func planned() async {
        var scene = Scene()
        let created = [stackEvent(1, "CREATE_IN_PROGRESS", "User Initiated"), stackEvent(2, "CREATE_COMPLETE")]
        scene.rules = [
            (Scene.byName, [Answers.stack("REVIEW_IN_PROGRESS", outputs: [:], isForeign: true)]),
            (Scene.byID, [Answers.stack("CREATE_COMPLETE")]),
            (
                "cloudformation list-change-sets",
                [
                    Self.changeSets(["brevlada-1": "arn:old", "brevlada-2": "arn:older"])
                ]
            ),
            (Scene.events, [Answers.events([stackEvent(0, "REVIEW_IN_PROGRESS")]), Answers.events(created)]),
        ]
        let (aws, _, error) = await scene.run()
        #expect(error == nil)
        #expect(
            aws.calls(of: "cloudformation delete-change-set") == [
                "cloudformation delete-change-set --change-set-name arn:old",
                "cloudformation delete-change-set --change-set-name arn:older",
            ]
        )
    }

    private static func changeSets(_ list: [String: String]) -> AWSAnswer {
        let entries = list.sorted { $0.key < $1.key }.map {
            #"{"ChangeSetName":"\#($0.key)","ChangeSetId":"\#($0.value)"}"#
        }
        return .json(#"{"Summaries":[\#(entries.joined(separator: ","))]}"#)
    }

    @Test(
        "leaves a stack alone that somebody else has planned, be it beside a change of its own",
        arguments: [["eva": "arn:hers"], ["brevlada-1": "arn:old", "eva": "arn:hers"]]
    )
    func plannedByOthers(_ list: [String: String]) async {
        var scene = Scene()
        scene.isConfirmed = false
        scene.console = RecordingConsole(isInteractive: true, answers: ["n"])
        scene.rules = [
            (Scene.describe, [Answers.stack("REVIEW_IN_PROGRESS", outputs: [:], isForeign: true)]),
            ("cloudformation list-change-sets", [Self.changeSets(list)]),
        ]
        let (aws, _, error) = await scene.run()
        #expect(error?.contains("is not one of Brevlåda's, and is left as it is") == true, "\(error ?? "no error")")
        #expect(aws.calls(of: "cloudformation delete").isEmpty)
        #expect(await scene.console.questions.isEmpty)
    }

    @Test("takes back its own plan alone when somebody else has planned something of that name meanwhile")
    func plannedMeanwhile() async {
        var scene = Scene()
        scene.isConfirmed = false
        scene.console = RecordingConsole(isInteractive: true, answers: ["n"])
        scene.rules = [
            (Scene.byName, [.noStack]),
            (Scene.byID, [Answers.stack("REVIEW_IN_PROGRESS", outputs: [:], isForeign: true)]),
            ("cloudformation list-change-sets", [Self.changeSets(["eva": "arn:hers"])]),
        ]
        let (aws, _, error) = await scene.run()
        #expect(error == "nothing was changed")
        #expect(aws.calls(of: "cloudformation delete-change-set").count == 1)
        #expect(aws.calls(of: "cloudformation delete-stack").isEmpty)
    }

    @Test(
        "leaves a stack that is half removed or half made to the command that removes",
        arguments: [
            (
                "DELETE_FAILED",
                "the stack \"brevlada\" was being removed and is not wholly gone; finish that with \"brevlada destroy\" first"
            ),
            (
                "CREATE_FAILED",
                "the stack \"brevlada\" is half made, and what was made of it runs; remove it with \"brevlada destroy\" first"
            ),
        ]
    )
    func half(_ status: String, _ sentence: String) async {
        var scene = Scene()
        scene.rules = [(Scene.describe, [Answers.stack(status)])]
        let (aws, _, error) = await scene.run()
        #expect(error == sentence)
        #expect(aws.calls(of: "cloudformation delete-stack").isEmpty)
    }

    @Test("changes nothing when the look before it finds a fault")
    func unfit() async {
        var scene = Scene()
        scene.rules = [
            (Scene.describe, [.noStack]),
            ("sesv2 get-email-identity", [.refused("NotFoundException", "GetEmailIdentity", "no")]),
        ]
        let (aws, text, error) = await scene.run()
        #expect(error == "nothing was changed; mend what is marked ✗ above, then run the same command again")
        #expect(text.contains("✗   SES has not verified the sender"))
        #expect(aws.calls(of: "s3").isEmpty && aws.calls(of: "cloudformation create").isEmpty)
    }

    @Test("tells what CloudFormation does not take, at once or after a while")
    func refused() async {
        var scene = Scene()
        scene.rules = [
            (Scene.describe, [Answers.stack("CREATE_COMPLETE")]),
            (
                "cloudformation create-change-set",
                [.refused("ValidationError", "CreateChangeSet", "Template error: DomainName needs a certificate")]
            ),
        ]
        #expect(
            await scene.run().error
                == "CloudFormation does not take the template so: Template error: DomainName needs a certificate"
        )
        scene.rules = [
            (Scene.describe, [Answers.stack("CREATE_COMPLETE")]),
            (
                "cloudformation describe-change-set",
                [.json(#"{"Status":"FAILED","StatusReason":"Macro x is not there"}"#)]
            ),
        ]
        let (aws, _, error) = await scene.run()
        #expect(error == "CloudFormation can't do this: Macro x is not there")
        #expect(aws.calls(of: "cloudformation delete-change-set").count == 1)
    }

    @Test("bears that CloudFormation can't be asked for a while")
    func throttled() async {
        var scene = Scene()
        scene.rules = [
            (
                Scene.describe,
                [
                    Answers.stack("CREATE_COMPLETE"), .refused("Throttling", "DescribeStacks", "Rate exceeded"),
                    AWSAnswer(exitCode: 255, error: "Could not connect to the endpoint URL: \"https://x/\""),
                    Answers.stack("UPDATE_COMPLETE"),
                ]
            ),
            (Scene.events, [Answers.events(before), Answers.events(updated)]),
        ]
        #expect(await scene.run().error == nil)
    }

    @Test("fails when the site does not answer, after all is done and said")
    func smoke() async {
        var scene = Scene()
        scene.rules = [
            (Scene.describe, [Answers.stack("CREATE_COMPLETE"), Answers.stack("UPDATE_COMPLETE")]),
            (Scene.events, [Answers.events(before), Answers.events(updated)]),
        ]
        scene.smoke = [.failed("the site answers 503", remedy: "open it yourself")]
        let (_, text, error) = await scene.run()
        #expect(error?.hasPrefix("all is deployed, but the site does not answer as it should") == true)
        #expect(text.contains("✗   the site answers 503") && text.contains("Site       https://"))
    }

    @Test(
        "leaves a stack that somebody else made alone, whatever it is at",
        arguments: [
            "CREATE_COMPLETE", "UPDATE_IN_PROGRESS", "ROLLBACK_COMPLETE", "UPDATE_ROLLBACK_FAILED", "DELETE_FAILED",
            "REVIEW_IN_PROGRESS",
        ]
    )
    func foreign(_ status: String) async {
        for parameters in [["VpcId": "vpc-1"], ["CodeBucket": "theirs"], ["AddContactInfoKey": "theirs"]] {
            var scene = Scene()
            scene.rules = [(Scene.describe, [Answers.stack(status, parameters: parameters, isForeign: true)])]
            let (aws, _, error) = await scene.run()
            #expect(
                error
                    == "the stack \"brevlada\" in eu-north-1 is not one of Brevlåda's, and is left as it is; choose another "
                    + "name with --stack or aws.stack, or another Region with --region"
            )
            #expect(aws.calls == ["sts get-caller-identity", "\(Scene.byName)"])
        }
    }

    @Test("says so of a stack of its own that has nowhere to publish to")
    func withoutBucket() async {
        var scene = Scene()
        scene.rules = [
            (Scene.describe, [Answers.stack("CREATE_COMPLETE", outputs: [:])]),
            ("cloudformation describe-change-set", [Answers.emptyChangeSet]),
        ]
        #expect(await scene.run().error?.contains("has no output SiteBucketName") == true)
    }

    /// What an earlier try left, what is said of it and asked, and the call that would change it.
    private static let leftovers = [
        (
            "ROLLBACK_COMPLETE",
            "!   an earlier try left the stack \"brevlada\" behind (undone; nothing of it runs); it is removed before a new one "
                + "is made",
            "Remove what an earlier try left behind? [y/N] ", "cloudformation delete-stack"
        ),
        (
            "UPDATE_ROLLBACK_FAILED",
            "!   an earlier change of the stack \"brevlada\" is half undone; the rest of it is undone first",
            "Undo the rest of the earlier change? [y/N] ", "cloudformation continue-update-rollback"
        ),
    ]

    @Test(
        "asks before it takes away what an earlier try left, and does nothing without an answer",
        arguments: leftovers
    )
    func unfinished(_ status: String, _ fact: String, _ question: String, _ call: String) async {
        for answer in [nil, "n"] {
            var scene = Scene()
            scene.isConfirmed = false
            scene.console = RecordingConsole(isInteractive: answer != nil, answers: answer.map { [$0] } ?? [])
            scene.rules = [(Scene.describe, [Answers.stack(status)])]
            let (aws, text, error) = await scene.run()
            #expect(
                error
                    == (answer == nil
                        ? "deploy asks before it changes anything, and there is no terminal to ask at; add --yes"
                        : "nothing was changed")
            )
            #expect(text.contains(fact))
            #expect(await scene.console.questions == (answer == nil ? [] : [question]))
            #expect(aws.calls(of: call).isEmpty && aws.calls(of: "s3").isEmpty)
        }
    }

    @Test("leaves what an earlier try left as it is when the look before it finds a fault", arguments: leftovers)
    func unfinishedAndUnfit(_ status: String, _ fact: String, _ question: String, _ call: String) async {
        var scene = Scene()
        scene.rules = [
            (Scene.describe, [Answers.stack(status)]),
            ("sesv2 get-email-identity", [.refused("NotFoundException", "GetEmailIdentity", "no")]),
        ]
        let (aws, _, error) = await scene.run()
        #expect(error == "nothing was changed; mend what is marked ✗ above, then run the same command again")
        #expect(aws.calls(of: call).isEmpty)
    }

    /// The calls of a run that takes away what a creation left, with what CloudFormation then says of the change.
    private func cleared(_ changeSet: AWSAnswer) -> [(String, [AWSAnswer])] {
        let gone = [stackEvent(5, "DELETE_IN_PROGRESS", "User Initiated"), stackEvent(9, "DELETE_COMPLETE")]
        return [
            (Scene.byName, [Answers.stack("ROLLBACK_COMPLETE", outputs: [:]), .noStack]),
            (
                Scene.byID,
                [
                    Answers.stack("DELETE_COMPLETE", outputs: [:]),
                    Answers.stack("REVIEW_IN_PROGRESS", outputs: [:]),
                ]
            ),
            (Scene.events, [Answers.events(before), Answers.events(before + gone)]),
            ("cloudformation describe-change-set", [changeSet]),
            (
                "cloudformation describe-events",
                [
                    .json(
                        #"{"OperationEvents":[{"EventType":"VALIDATION_ERROR","LogicalResourceId":"SiteBucket","#
                            + #""ResourceType":"AWS::S3::Bucket","ValidationFailureMode":"FAIL","#
                            + #""ValidationStatusReason":"It is there"}]}"#
                    )
                ]
            ),
        ]
    }

    @Test("does not say that nothing was changed after it took away what an earlier try left")
    func nothingMore() async {
        var scene = Scene()
        scene.isConfirmed = false
        scene.console = RecordingConsole(isInteractive: true, answers: ["y", "n"])
        scene.rules = cleared(Answers.oneChange)
        let (aws, _, error) = await scene.run()
        #expect(error == "nothing more was changed")
        #expect(aws.calls(of: "cloudformation delete-stack").count == 2, "what was left, and what was only planned")
        scene.isConfirmed = true
        scene.rules = cleared(Self.validationFailed)
        #expect(
            await scene.run().error
                == "CloudFormation's checks found what is marked ✗ above, and nothing more was changed; mend it, then run the "
                + "same command again"
        )
    }

    private static let validationFailed = AWSAnswer.json(
        #"{"Status":"FAILED","StatusReason":"The following hook(s)/validation failed: "#
            + #"[AWS::EarlyValidation::ResourceExistenceCheck]. To troubleshoot Early Validation errors, use the DescribeEvents "#
            + #"API for detailed failure information.","Changes":[]}"#
    )

    @Test("names what CloudFormation's checks found, before it takes back what they found it in")
    func validation() async throws {
        var scene = Scene()
        scene.rules = [
            (Scene.describe, [Answers.stack("CREATE_COMPLETE")]),
            ("cloudformation describe-change-set", [Self.validationFailed]),
            (
                "cloudformation describe-events --change-set-name arn:aws:cloudformation:eu-north-1:123456789012:changeSet/"
                    + "brevlada-1/1 --filters FailedEvents=true",
                [
                    .json(
                        #"{"OperationEvents":[{"EventId":"1","EventType":"STACK_EVENT","OperationStatus":"FAILED"},{"EventId":"#
                            + #""2","EventType":"VALIDATION_ERROR","LogicalResourceId":"Identity","ResourceType":"#
                            + #""AWS::SES::EmailIdentity","ValidationFailureMode":"FAIL","ValidationName":"NAME_CONFLICT_VALIDATION","#
                            + #""ValidationStatusReason":"Resource of type 'AWS::SES::EmailIdentity' with identifier "#
                            + #"'form@example.com' already exists.","ValidationPath":"/Resources/Identity"},{"EventId":"3","#
                            + #""EventType":"VALIDATION_ERROR","LogicalResourceId":"SiteBucket","ValidationFailureMode":"WARN","#
                            + #""ValidationStatusReason":"The bucket is not empty"}]}"#
                    )
                ]
            ),
        ]
        let (aws, text, error) = await scene.run()
        #expect(
            error
                == "CloudFormation's checks found what is marked ✗ above, and nothing was changed; mend it, then run the same "
                + "command again"
        )
        #expect(
            text.contains(
                """
                  ✗   Identity (sender of the mail) could not be done: Resource of type 'AWS::SES::EmailIdentity' with identifier \
                'form@example.com' already exists. (/Resources/Identity)
                  →   SES has that sender already; set aws.parameters.MailIdentity to Existing, and leave MailHostedZoneId empty
                """
            ),
            "\(text)"
        )
        #expect(!text.contains("SiteBucket"))
        let order = aws.calls.filter { $0.contains("describe-events") || $0.contains("delete-change-set") }
        #expect(order.count == 2 && order[0].contains("describe-events"))
    }

    @Test(
        "says what most likely is the matter when it can't look at what those checks found",
        arguments: [
            (
                AWSAnswer(
                    exitCode: 252,
                    error: "aws: [ERROR]: argument operation: Found invalid choice 'describe-events'"
                ),
                "the AWS CLI is too old for this"
            ),
            (.refused("AccessDenied", "DescribeEvents", "not authorized"), "the profile may not call DescribeEvents"),
        ]
    )
    func validationUnseen(_ answer: AWSAnswer, _ why: String) async {
        var scene = Scene()
        scene.rules = [
            (Scene.describe, [Answers.stack("CREATE_COMPLETE")]),
            ("cloudformation describe-change-set", [Self.validationFailed]),
            ("cloudformation describe-events", [answer]),
        ]
        let (aws, text, error) = await scene.run()
        #expect(error?.hasPrefix("CloudFormation can't do this: The following hook(s)/validation failed") == true)
        #expect(text.contains("what it found can't be looked at: \(why)"), "\(text)")
        #expect(text.contains("something of the same name is in the account already"))
        #expect(aws.calls(of: "cloudformation delete-change-set").count == 1)
    }

    @Test(
        "tells the alarm how many mails a day SES allows, unless the file does, and leaves it as it is when SES does not say",
        arguments: [
            (nil, nil, .json(#"{"ProductionAccessEnabled":true,"SendQuota":{"Max24HourSend":200.0}}"#), "200"),
            (nil, "500", .json(#"{"ProductionAccessEnabled":true,"SendQuota":{"Max24HourSend":200.0}}"#), "200"),
            ("1000", "500", .json(#"{"ProductionAccessEnabled":true,"SendQuota":{"Max24HourSend":200.0}}"#), "1000"),
            (nil, "500", .json(#"{"ProductionAccessEnabled":true,"SendQuota":{"Max24HourSend":-1.0}}"#), nil),
            (nil, nil, .refused("AccessDeniedException", "GetAccount", "no"), nil),
            (nil, "500", .refused("AccessDeniedException", "GetAccount", "no"), "500"),
            ("1000", "500", .refused("AccessDeniedException", "GetAccount", "no"), "1000"),
        ] as [(String?, String?, AWSAnswer, String?)]
    )
    func dailyQuota(_ written: String?, _ before: String?, _ account: AWSAnswer, _ expected: String?) async throws {
        var scene = Scene()
        scene.parameters["SesDailyQuota"] = written
        let stack = Answers.stack("UPDATE_COMPLETE", parameters: before.map { ["SesDailyQuota": $0] } ?? [:])
        scene.rules = [
            (Scene.describe, [stack]), ("sesv2 get-account", [account]),
            ("cloudformation describe-change-set", [Answers.emptyChangeSet]),
        ]
        let (aws, _, error) = await scene.run()
        #expect(error == nil)
        #expect(aws.calls(of: "sesv2 get-account").count == 2, "before the change, and for what is left to do")
        let file = try #require(scene.staging.files["parameters.json"])
        let given = #""ParameterKey":"SesDailyQuota","ParameterValue":"\#(expected ?? "")""#
        #expect(file.contains(given) == (expected != nil), "\(file)")
    }
}
