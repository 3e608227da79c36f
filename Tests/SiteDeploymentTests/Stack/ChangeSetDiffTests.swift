// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import JSON
import Testing

@testable import SiteDeployment

@Suite("A change set")
struct ChangeSetDiffTests {
    private func changeSet(_ json: String) throws -> ChangeSet {
        ChangeSet(try JSONParser.parse(Array(json.utf8), maximumDepth: 32))
    }

    @Test("shows what is added, changed, replaced and removed in marks of their own, and the data at stake")
    func update() throws {
        let set = try changeSet(
            #"""
            {"Status": "CREATE_COMPLETE", "Changes": [
             {"Type": "Resource", "ResourceChange": {"Action": "Add", "LogicalResourceId": "WebAcl",
              "ResourceType": "AWS::WAFv2::WebACL", "Scope": [], "Details": []}},
             {"Type": "Resource", "ResourceChange": {"Action": "Modify", "LogicalResourceId": "AddContactInfo",
              "PhysicalResourceId": "brevlada-AddContactInfo-1", "ResourceType": "AWS::Lambda::Function",
              "Replacement": "False", "Scope": ["Properties"], "Details": [
               {"Target": {"Attribute": "Properties", "Name": "Code", "RequiresRecreation": "Never"}},
               {"Target": {"Attribute": "Properties", "Name": "Environment", "RequiresRecreation": "Never"}},
               {"Target": {"Attribute": "Properties", "Name": "Environment", "RequiresRecreation": "Never"}}]}},
             {"Type": "Resource", "ResourceChange": {"PolicyAction": "ReplaceAndRetain", "Action": "Modify",
              "LogicalResourceId": "Table", "ResourceType": "AWS::DynamoDB::GlobalTable", "Replacement": "True",
              "Details": [{"Target": {"Attribute": "Properties", "Name": "KeySchema", "RequiresRecreation": "Always"}}]}},
             {"Type": "Resource", "ResourceChange": {"Action": "Modify", "LogicalResourceId": "Deployment7f3a",
              "ResourceType": "AWS::ApiGateway::Deployment", "Replacement": "Conditional",
              "Details": [{"Target": {"Attribute": "Tags", "RequiresRecreation": "Never"}}]}},
             {"Type": "Resource", "ResourceChange": {"PolicyAction": "Delete", "Action": "Remove",
              "LogicalResourceId": "FailureQueue", "ResourceType": "AWS::SQS::Queue"}},
             {"Type": "Resource", "ResourceChange": {"PolicyAction": "Retain", "Action": "Remove",
              "LogicalResourceId": "OwnerPool", "ResourceType": "AWS::Cognito::UserPool"}},
             {"Type": "Resource", "ResourceChange": {"Action": "Remove", "LogicalResourceId": "BounceRateAlarm",
              "ResourceType": "AWS::CloudWatch::Alarm"}}]}
            """#
        )
        #expect(set.state == .ready)
        try expectGolden("diff-update.txt", plain(ChangeSetDiff(changes: set.changes).lines))
    }

    @Test("counts what is many in a new stack")
    func creation() throws {
        let kinds = [
            ("AWS::CloudWatch::Alarm", 18), ("AWS::Lambda::Function", 2), ("AWS::DynamoDB::GlobalTable", 1),
            ("AWS::S3::Bucket", 2), ("AWS::New::Thing", 1),
        ]
        let changes = kinds.flatMap { type, count in
            (1...count).map { StackChange(.added, "\(type.split(separator: ":").last ?? "")\($0)", type) }
        }
        try expectGolden("diff-new.txt", plain(ChangeSetDiff(changes: changes).lines))
    }

    @Test(
        "without changes is empty, whichever sentence says so",
        arguments: [
            "The submitted information didn't contain changes. Submit different information to create a change set.",
            "No updates are to be performed.",
        ]
    )
    func empty(_ reason: String) throws {
        #expect(try changeSet(#"{"Status":"FAILED","StatusReason":"\#(reason)"}"#).state == .empty)
        #expect(try changeSet(#"{"Status":"CREATE_COMPLETE","Changes":[]}"#).state == .empty)
    }

    @Test("that can't be made says why, and one that is being made is waited for")
    func others() throws {
        #expect(
            try changeSet(#"{"Status":"FAILED","StatusReason":"Transform is not allowed"}"#).state
                == .failed("Transform is not allowed")
        )
        for status in ["CREATE_PENDING", "CREATE_IN_PROGRESS"] {
            #expect(try changeSet(#"{"Status":"\#(status)"}"#).state == .working)
        }
    }

    @Test("says what becomes of data", arguments: StackChange.Fate.all)
    func fates(_ fate: StackChange.Fate?) throws {
        let removed = StackChange(.removed, "Table", "AWS::DynamoDB::Table", fate: fate).warning
        let replaced = StackChange(.replaced(isCertain: true), "Table", "AWS::DynamoDB::Table", fate: fate).warning
        let maybe = StackChange(.replaced(isCertain: false), "Table", "AWS::DynamoDB::Table", fate: fate).warning
        #expect(removed?.contains("DELETED") == (fate == .deleted))
        #expect(replaced?.contains("DELETED") == (fate == .replacedAndDeleted))
        #expect(maybe?.contains("new, empty one") == true)
        #expect(StackChange(.changed, "Table", "AWS::DynamoDB::Table", fate: fate).warning == nil)
        #expect(StackChange(.removed, "Role", "AWS::IAM::Role", fate: fate).warning == nil)
    }
}

extension StackChange.Fate {
    static let all: [StackChange.Fate?] = [
        nil, .deleted, .retained, .snapshot, .replacedAndDeleted, .replacedAndRetained, .replacedAndSnapshot,
    ]
}
