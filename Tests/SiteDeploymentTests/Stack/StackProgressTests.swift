// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm
import Testing

@testable import SiteDeployment

@Suite("The progress of a stack")
struct StackProgressTests {
    private let events = [
        stackEvent(0, "CREATE_IN_PROGRESS", "User Initiated"),
        event(2, "Table", "DynamoDB::GlobalTable", "CREATE_IN_PROGRESS"),
        event(2, "SiteBucket", "S3::Bucket", "CREATE_IN_PROGRESS"),
        event(4, "Table", "DynamoDB::GlobalTable", "CREATE_IN_PROGRESS", "Resource creation Initiated"),
        event(17, "SiteBucket", "S3::Bucket", "CREATE_COMPLETE"),
        event(18, "Distribution", "CloudFront::Distribution", "CREATE_IN_PROGRESS"),
        event(25, "Table", "DynamoDB::GlobalTable", "CREATE_COMPLETE"),
        event(211, "Distribution", "CloudFront::Distribution", "CREATE_COMPLETE"),
        stackEvent(215, "CREATE_COMPLETE"),
    ]

    @Test("is a line for each resource that is done, with its own time, whatever the order and however often they come")
    func lines() throws {
        var progress = StackProgress(stackID: stackID)
        var text = plain(progress.take(Array(events[..<5].reversed())))
        text += "\n-- after 20 s\n" + plain(progress.block(now: noon.advanced(by: .seconds(20)), since: noon))
        text += "\n--\n" + plain(progress.take(Array(events.reversed())))
        text += "\n--\n" + plain(progress.block(now: noon.advanced(by: .seconds(215)), since: noon))
        #expect(progress.take(events).isEmpty)
        try expectGolden("progress.txt", text)
    }

    @Test(
        "tells once of a certificate that waits for ten minutes, and how to stop it",
        arguments: ["CREATE", "UPDATE"]
    )
    func certificate(_ operation: String) {
        var progress = StackProgress(stackID: stackID)
        _ = progress.take([
            event(0, "Certificate", "CertificateManager::Certificate", "CREATE_IN_PROGRESS"),
            event(0, "Distribution", "CloudFront::Distribution", "CREATE_IN_PROGRESS"),
        ])
        let stack = Stack(id: stackID, name: "shop", status: StackStatus(rawValue: "\(operation)_IN_PROGRESS"))
        func hints(_ seconds: Int64) -> [String] {
            progress.hints(now: noon.advanced(by: .seconds(seconds)), of: stack, in: "us-east-1").map(\.plain)
        }
        #expect(hints(600).isEmpty)
        let told = hints(601)
        #expect(told.first == "  !   the certificate waits until the Internet sees its record in the domain's zone")
        let command = operation == "CREATE" ? "delete-stack" : "cancel-update-stack"
        #expect(
            told.last == "  →   or stop it: aws cloudformation \(command) --stack-name shop --region us-east-1"
        )
        #expect(hints(900).isEmpty)
    }

    @Test("says nothing of a certificate that was proven, or goes")
    func provenCertificate() {
        var progress = StackProgress(stackID: stackID)
        _ = progress.take([
            event(0, "Certificate", "CertificateManager::Certificate", "CREATE_IN_PROGRESS"),
            event(300, "Certificate", "CertificateManager::Certificate", "CREATE_COMPLETE"),
            event(300, "Other", "CertificateManager::Certificate", "DELETE_IN_PROGRESS"),
        ])
        let stack = Stack(id: stackID, name: "shop", status: StackStatus(rawValue: "CREATE_IN_PROGRESS"))
        #expect(progress.hints(now: noon.advanced(by: .hours(1)), of: stack, in: "us-east-1").isEmpty)
    }

    @Test("leaves out what belongs to an earlier operation")
    func seen() {
        var progress = StackProgress(stackID: stackID, seen: Set(events[..<7].map(\.id)))
        #expect(progress.take(events).map(\.plain) == ["  +   created Distribution (CloudFront distribution), 0 s"])
    }

    @Test("shows at most so many at once, and counts the rest")
    func many() {
        var progress = StackProgress(stackID: stackID)
        _ = progress.take((1...12).map { event($0, "Alarm\($0)", "CloudWatch::Alarm", "CREATE_IN_PROGRESS") })
        let block = progress.block(now: noon.advanced(by: .seconds(3)), since: noon, most: 3)
        #expect(
            block.map(\.plain) == [
                "  …   creating Alarm1 (alarm), 2 s", "  …   creating Alarm2 (alarm), 1 s",
                "  …   creating Alarm3 (alarm), 0 s", "  …   and 9 more", "  0 done, 12 under way, 3 s",
            ]
        )
    }

    @Test("never shows a time below none, for the clocks of two machines differ")
    func clocks() {
        #expect(Interval(milliseconds: -5_000).words == "0 s")
        #expect(Interval.seconds(59).words == "59 s")
        #expect(Interval.seconds(65).words == "1 min 05 s")
    }
}

@Suite("The cause of a failure")
struct FailureCauseTests {
    @Test("is the first failure that is no consequence, not the last event")
    func first() throws {
        let events = [
            stackEvent(0, "CREATE_IN_PROGRESS", "User Initiated"),
            event(5, "AddContactInfoLogs", "Logs::LogGroup", "CREATE_COMPLETE"),
            event(
                9,
                "AddContactInfo",
                "Lambda::Function",
                "CREATE_FAILED",
                "Resource handler returned message: \"Specified ReservedConcurrentExecutions for function decreases account's "
                    + "UnreservedConcurrentExecution below its minimum value of [10]. (Service: Lambda, Status Code: 400, "
                    + "Request ID: 0a1b2c3d-0000-4000-8000-000000000000) (SDK Attempt Count: 1)\" (RequestToken: "
                    + "1f2e3d4c-0000-4000-8000-000000000000, HandlerErrorCode: InvalidRequest)"
            ),
            event(9, "Table", "DynamoDB::GlobalTable", "CREATE_FAILED", "Resource creation cancelled"),
            event(10, "SiteBucket", "S3::Bucket", "CREATE_FAILED", "Resource creation cancelled"),
            stackEvent(
                11,
                "ROLLBACK_IN_PROGRESS",
                "The following resource(s) failed to create: [Table, SiteBucket, AddContactInfo]. Rollback requested by user."
            ),
            event(20, "AddContactInfoLogs", "Logs::LogGroup", "DELETE_COMPLETE"),
            stackEvent(25, "ROLLBACK_COMPLETE"),
        ]
        let cause = try #require(FailureCause(of: events.reversed(), stackID: stackID))
        #expect(cause.logicalID == "AddContactInfo")
        var progress = StackProgress(stackID: stackID)
        try expectGolden("failure.txt", plain(progress.take(events.reversed())) + "\n\n" + plain(cause.lines))
    }

    @Test("is none when nothing failed, and the stack's own words when no resource has any")
    func others() {
        #expect(FailureCause(of: [stackEvent(1, "CREATE_COMPLETE")], stackID: stackID) == nil)
        let events = [stackEvent(1, "UPDATE_ROLLBACK_FAILED", "Role is not authorized to perform iam:PassRole")]
        #expect(FailureCause(of: events, stackID: stackID)?.remedy.contains("profile may not do that") == true)
        let only = [event(1, "Table", "DynamoDB::Table", "CREATE_FAILED", "Resource creation cancelled")]
        #expect(FailureCause(of: only, stackID: stackID) == nil)
    }

    @Test(
        "comes with what to do",
        arguments: [
            (
                "S3::BucketPolicy",
                "API: s3:PutBucketPolicy User is not authorized to perform: s3:PutBucketPolicy because public policies are "
                    + "blocked by the BlockPublicPolicy block public access setting.",
                "set aws.parameters.Hosting to CloudFront"
            ),
            (
                "S3::Bucket", "public policies are blocked by the BlockPublicPolicy setting",
                "switch that off in the S3 console"
            ),
            (
                "Lambda::Function", "Error occurred while GetObject. S3 Error Code: NoSuchKey.",
                "the function's zip is not in the bucket"
            ),
            (
                "ApiGateway::Stage", "CloudWatch Logs role ARN must be set in account settings to enable logging",
                "set aws.parameters.ApiLoggingRole to Create"
            ),
            ("SES::EmailIdentity", "Email identity form@example.com already exist.", "MailIdentity to Existing"),
            (
                "CloudFront::Distribution",
                "Your account must be verified before you can add new CloudFront resources.", "AWS Support"
            ),
            (
                "CloudFront::Distribution",
                "One or more of the CNAMEs you provided are already associated with a "
                    + "different resource.", "another distribution has that domain"
            ),
            (
                "CloudFront::Distribution",
                "You can't delete this distribution while it's subscribed to a pricing plan. Cancel the pricing plan, then you "
                    + "can delete the distribution.", "cancel the plan in the CloudFront console"
            ),
            (
                "CloudFront::Distribution",
                "You can't remove or replace the web ACL for your distribution. Distributions with a pricing plan subscription "
                    + "must have a web ACL resource.", "cancel the plan in the CloudFront console"
            ),
            (
                "Route53::RecordSetGroup",
                "[Tried to create resource record set [name='www.example.com.', type='A'] but it already exists]",
                "leave HostedZoneId empty, deploy, try the site"
            ),
            (
                "Route53::RecordSetGroup",
                "[Tried to create resource record set [name='4hq._domainkey.example.com.', type='CNAME'] but it already exists]",
                "set aws.parameters.MailHostedZoneId to nothing"
            ),
            (
                "CodeBuild::Project",
                "Project-level concurrent build limit cannot exceed the account-level concurrent build limit of 0.",
                "Concurrently running builds"
            ),
            (
                "CodeBuild::Project", "Cannot have more than 0 builds in queue for the account",
                "Concurrently running builds"
            ),
            ("CloudTrail::Trail", "User: 1 already has 5 trails per region", "set aws.parameters.Trail to None"),
            ("IAM::Role", "User: x is not authorized to perform: iam:CreateRole", "the profile may not do that"),
            ("SNS::Topic", "Topic limit exceeded", "a quota of the account is used up"),
            ("Logs::LogGroup", "Resource of type 'AWS::Logs::LogGroup' already exists", "kept by an earlier stack"),
            ("SQS::Queue", "Rate exceeded", "that passes by itself"),
            ("SQS::Queue", "Something new", "mend that, then run the same command again"),
        ]
    )
    func remedies(_ type: String, _ reason: String, _ remedy: String) {
        let cause = FailureCause(logicalID: "It", type: ResourceType(rawValue: "AWS::\(type)"), saying: reason)
        #expect(cause.remedy.contains(remedy), "\(cause.remedy)")
    }

    @Test("every type of the template has words for it")
    func types() {
        #expect(ResourceType(rawValue: "AWS::DynamoDB::GlobalTable").words == "table")
        #expect(ResourceType(rawValue: "AWS::Brand::NewThing").words == "Brand NewThing")
    }
}
