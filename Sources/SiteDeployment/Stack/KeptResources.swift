// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// What CloudFormation left in the account when it removed a stack, undid a change or made it: no stack knows it any more.
struct KeptResources: Sendable {
    private let events: [StackEvent]
    private let region: String
    private let stack: String

    /// - Parameters:
    ///   - events: Of one operation.
    ///   - removed: What was removed by other means, by the names that AWS has for it.
    init(of events: [StackEvent], removed: Set<String> = [], stack: String, in region: String) {
        var seen = removed
        // One may be told of twice, and one that was never made has no name.
        self.events = events.filter { event in
            event.status == .deleteSkipped && !event.physicalID.isEmpty && seen.insert(event.physicalID).inserted
        }
        self.region = region
        self.stack = stack
    }

    /// Of what CloudFormation did to a stack.
    init(of outcome: StackWatch.Outcome, removed: Set<String> = [], stack: String, in region: String) {
        var events = outcome.events
        // The sender that an option made somebody else's: the stack mails from it as before.
        if let parameters = outcome.stack?.parameters, parameters["MailIdentity"] == "Existing",
            let sender = parameters["MailFromAddress"],
            let kept = events.first(where: { $0.isIdentity(of: sender) && $0.status == .deleteSkipped })
        {
            events.removeAll {
                $0.physicalID == kept.physicalID || $0.type.rawValue == "AWS::Route53::RecordSetGroup"
            }
        }
        self.init(of: events, removed: removed, stack: stack, in: region)
    }

    /// Each with what AWS calls it and how it is removed; none when nothing was kept.
    var lines: [ReportLine] {
        guard !events.isEmpty else { return [] }
        return [ReportLine(""), ReportLine(.heading, "Left in the account by \"\(stack)\", in no stack any more")]
            + events.flatMap { event in
                [ReportLine(.passed, "\(event.logicalID) (\(event.type.words)): \(event.physicalID)")]
                    + removal(of: event).map { ReportLine("     \($0)") }
            }
    }

    private func removal(of event: StackEvent) -> [String] {
        let id = event.physicalID
        switch event.type.rawValue {
        case "AWS::DynamoDB::GlobalTable", "AWS::DynamoDB::Table":
            return [
                "remove it, with every message in it: aws dynamodb update-table --table-name \(id) --no-deletion-protection-enabled --region \(region)",
                "then: aws dynamodb delete-table --table-name \(id) --region \(region)",
            ]
        case "AWS::S3::Bucket":
            // "s3 rb --force" leaves the older versions, and then the bucket.
            return ["empty it in the S3 console, then: aws s3api delete-bucket --bucket \(id) --region \(region)"]
        case "AWS::KMS::Key":
            return [
                "a dollar a month. When nothing it encrypted is wanted: aws kms schedule-key-deletion --key-id \(id) "
                    + "--region \(region)"
            ]
        case "AWS::SES::EmailIdentity":
            return [
                "when nothing sends from it any more: aws sesv2 delete-email-identity --email-identity \(id) --region \(region)"
            ]
        case "AWS::Cognito::UserPool":
            return [
                "remove it with: aws cognito-idp update-user-pool --user-pool-id \(id) --deletion-protection INACTIVE "
                    + "--region \(region)",
                "then: aws cognito-idp delete-user-pool --user-pool-id \(id) --region \(region)",
            ]
        case "AWS::Cognito::UserPoolUser": return ["goes with its user pool"]
        case "AWS::Route53::RecordSetGroup":
            return ["without the records SES stops sending; remove them in the Route 53 console when the sender goes"]
        case "AWS::ApiGateway::Account", "AWS::IAM::Role":
            return ["costs nothing; all APIs of the account in \(region) write their logs with it"]
        default: return ["remove it in the AWS console when it is no longer wanted"]
        }
    }
}

extension StackWatch {
    /// Says what CloudFormation left in the account; nothing when it left nothing.
    func sayKept(after outcome: Outcome, removed: Set<String> = []) async {
        let kept = KeptResources(of: outcome, removed: removed, stack: stackName, in: cloudFormation.aws.region)
        await console.say(kept.lines)
    }
}

extension StackEvent {
    /// Of what SES verifies an address by.
    fileprivate func isIdentity(of address: String) -> Bool {
        type.rawValue == "AWS::SES::EmailIdentity" && MailIdentity.covers(physicalID, address)
    }
}
