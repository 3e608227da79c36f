// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm
import Mail

@testable import SiteDeployment

let stackID = "arn:aws:cloudformation:eu-north-1:123456789012:stack/brevlada/6a1f9ec0-ca2f-11f0-8c1e-0a1b2c3d4e5f"

/// Answers as CloudFormation gives them.
enum Answers {
    static let caller = AWSAnswer.json(
        #"{"UserId":"AIDAEXAMPLE","Account":"123456789012","Arn":"arn:aws:iam::123456789012:user/eva"}"#
    )

    static let outputs = [
        "SiteUrl": "https://d111111abcdef8.cloudfront.net",
        "ApiUrl": "https://a1b2c3d4e5.execute-api.eu-north-1.amazonaws.com/api", "ContactUrl": "/api/contact",
        "SiteBucketName": "brevlada-sitebucket-1x2y3z", "DistributionId": "E1A2B3C4D5E6F7",
        "DistributionDomainName": "d111111abcdef8.cloudfront.net", "TableName": "brevlada-Table-ABC",
        "TableShards": "2",
        "AddContactInfoLogGroup": "/aws/lambda/brevlada-add",
        "SendContactInfoEmailLogGroup": "/aws/lambda/brevlada-send",
        "MailIdentityName": "form@example.com", "LogBucketName": "brevlada-logbucket-1",
        "FailureQueueUrl": "https://sqs.eu-north-1.amazonaws.com/123456789012/failures",
    ]

    /// What every version of the template has among its parameters.
    static let marks = [
        "CodeBucket": "brevlada-artifacts-123456789012-eu-north-1", "AddContactInfoKey": "functions/a.zip",
    ]

    static func stack(
        _ status: String,
        outputs: [String: String] = Answers.outputs,
        parameters: [String: String] = [:],
        isProtected: Bool = false,
        isForeign: Bool = false
    ) -> AWSAnswer {
        let parameters = isForeign ? parameters : parameters.merging(marks) { own, _ in own }
        let pairs = outputs.sorted { $0.key < $1.key }
            .map { #"{"OutputKey":"\#($0.key)","OutputValue":"\#($0.value)","Description":"…"}"# }
        let settings = parameters.sorted { $0.key < $1.key }
            .map { #"{"ParameterKey":"\#($0.key)","ParameterValue":"\#($0.value)"}"# }
        return .json(
            #"{"Stacks":[{"StackId":"\#(stackID)","StackName":"brevlada","CreationTime":"2026-11-25T17:00:00.000000+00:00","#
                + #""StackStatus":"\#(status)","DisableRollback":false,"EnableTerminationProtection":\#(isProtected),"#
                + #""Outputs":[\#(pairs.joined(separator: ","))],"Parameters":[\#(settings.joined(separator: ","))]}]}"#
        )
    }

    /// Events in the order of the list, a second apart, given newest first as CloudFormation does.
    static func events(_ events: [StackEvent]) -> AWSAnswer {
        let list = events.reversed().map { event in
            let reason = event.reason.map { #","ResourceStatusReason":"\#($0.replacing("\"", with: "\\\""))""# } ?? ""
            return #"{"StackId":"\#(stackID)","EventId":"\#(event.id)","StackName":"brevlada","#
                + #""LogicalResourceId":"\#(event.logicalID)","PhysicalResourceId":"\#(event.physicalID)","#
                + #""ResourceType":"\#(event.type.rawValue)","Timestamp":"\#(event.at.utc.iso8601)","#
                + #""ResourceStatus":"\#(event.status.rawValue)"\#(reason)}"#
        }
        return .json(#"{"StackEvents":[\#(list.joined(separator: ","))]}"#)
    }

    static let changeSetMade = AWSAnswer.json(
        #"{"Id":"arn:aws:cloudformation:eu-north-1:123456789012:changeSet/brevlada-1/1","StackId":"\#(stackID)"}"#
    )

    static let emptyChangeSet = AWSAnswer.json(
        #"{"Status":"FAILED","StatusReason":"The submitted information didn't contain changes. Submit different information "#
            + #"to create a change set.","Changes":[]}"#
    )

    static let oneChange = AWSAnswer.json(
        #"{"Status":"CREATE_COMPLETE","ExecutionStatus":"AVAILABLE","Changes":[{"Type":"Resource","ResourceChange":{"Action":"#
            + #""Modify","LogicalResourceId":"AddContactInfo","PhysicalResourceId":"brevlada-AddContactInfo-1","#
            + #""ResourceType":"AWS::Lambda::Function","Replacement":"False","Scope":["Properties"],"Details":[{"Target":{"#
            + #""Attribute":"Properties","Name":"Code","RequiresRecreation":"Never"},"Evaluation":"Static","#
            + #""ChangeSource":"DirectModification"}]}}]}"#
    )
}

/// An event so many seconds after six o'clock.
func event(
    _ second: Int,
    _ name: String,
    _ type: String,
    _ status: String,
    _ reason: String? = nil,
    id: String = ""
) -> StackEvent {
    StackEvent(
        id: "\(name)-\(status)-\(second)",
        at: noon.advanced(by: .seconds(Int64(second))),
        logicalID: name,
        physicalID: name == "brevlada" ? stackID : id,
        type: "AWS::\(type)",
        status: status,
        reason: reason
    )
}

func stackEvent(_ second: Int, _ status: String, _ reason: String? = nil) -> StackEvent {
    event(second, "brevlada", "CloudFormation::Stack", status, reason)
}
