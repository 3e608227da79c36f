// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import JSON

/// Why a change of the stack did not work: the event that began it, in plain words, with what to do.
///
/// CloudFormation stops everything else when one resource fails, and says of each of those that it was cancelled; the
/// last event is never the cause.
struct FailureCause: Sendable, Hashable {
    var logicalID: String
    var type: ResourceType
    /// What the service said, without CloudFormation's wrapping.
    var reason: String
    var remedy: String

    /// The first failure in time that is no consequence of another; nil when no event tells of one.
    ///
    /// - Parameter stackID: Events of the stack itself sum up what its resources said.
    init?(of events: [StackEvent], stackID: String) {
        let failures = events.filter { $0.status.isFailure }
        let ofResources = failures.filter { event in
            !event.isOfStack(stackID) && !(event.reason.map(Self.isConsequence) ?? true)
        }
        let ofStack = failures.filter { $0.isOfStack(stackID) && $0.reason != nil }
        guard let first = ofResources.min(by: { $0.at < $1.at }) ?? ofStack.min(by: { $0.at < $1.at }) else {
            return nil
        }
        self.init(logicalID: first.logicalID, type: first.type, saying: first.reason ?? "")
    }

    /// Reads an element of `OperationEvents` in the answer of DescribeEvents, and nil when it is no check that failed: one that
    /// only warns does not stop a change set.
    /// https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_OperationEvent.html
    init?(validation json: JSONValue) {
        guard let logicalID = json.text("LogicalResourceId"),
            let reason = json.text("ValidationStatusReason") ?? json.text("HookStatusReason"),
            (json.text("ValidationFailureMode") ?? json.text("HookFailureMode")) != "WARN"
        else { return nil }
        let place = json.text("ValidationPath").map { " (\($0))" } ?? ""
        self.init(
            logicalID: logicalID,
            type: ResourceType(rawValue: json.text("ResourceType") ?? ""),
            saying: reason + place
        )
    }

    init(logicalID: String, type: ResourceType, saying reason: String) {
        self.logicalID = logicalID
        self.type = type
        self.reason = Self.words(of: reason)
        let known = Self.remedies.first { remedy in
            (remedy.type == nil || type.rawValue.hasPrefix("AWS::\(remedy.type ?? "")"))
                && remedy.signs.contains { reason.lowercased().firstRange(of: $0) != nil }
        }
        remedy = known?.text ?? "mend that, then run the same command again"
    }

    var lines: [ReportLine] {
        let kind = type.words.isEmpty ? "" : " (\(type.words))"
        return [
            ReportLine(.failed, "\(logicalID)\(kind) could not be done: \(reason)"),
            ReportLine(.todo, remedy),
        ]
    }

    static func isConsequence(_ reason: String) -> Bool {
        let reason = reason.lowercased()
        return ["cancelled", "canceled", "the following resource(s) failed"].contains {
            reason.firstRange(of: $0) != nil
        }
    }

    /// The service's own sentence: without `Resource handler returned message: "…" (RequestToken: …)` around it and
    /// without the ids that only AWS can look up.
    static func words(of reason: String) -> String {
        var text = reason[...]
        if let start = text.firstRange(of: "Resource handler returned message: \"") {
            text = text[start.upperBound...]
            if let end = text.firstRange(of: "\" (RequestToken:") { text = text[..<end.lowerBound] }
        }
        for tail in [" (Service: ", " (RequestToken: ", "; Proxy: null", " (Request ID: "] {
            if let end = text.firstRange(of: tail) { text = text[..<end.lowerBound] }
        }
        let words = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        return words.isEmpty ? "AWS gave no reason" : words
    }

    private struct Remedy {
        /// The start of the type after `AWS::`; nil for any.
        var type: String?
        /// Any of these in the reason, in lower case.
        var signs: [String]
        var text: String
    }

    private static let remedies: [Remedy] = [
        Remedy(
            type: "Lambda::Function",
            signs: ["unreservedconcurrentexecution", "unreserved concurrent", "reservedconcurrentexecutions"],
            text:
                "the account has too few concurrent runs to keep some for a function; set AddContactInfoConcurrency and "
                + "SendContactInfoEmailConcurrency to 0, or raise the quota with \"brevlada quotas --request\""
        ),
        Remedy(
            type: "Lambda::Function",
            signs: ["nosuchkey", "s3 error code", "getobject", "specified key does not exist"],
            text: "the function's zip is not in the bucket; run the same command again, which uploads it"
        ),
        Remedy(
            type: "S3::Bucket",
            signs: ["blockpublicpolicy", "public policies are blocked", "public access block"],
            text:
                "the account blocks public buckets; switch that off in the S3 console, Block Public Access settings for "
                + "this account, or set aws.parameters.Hosting to CloudFront"
        ),
        Remedy(
            type: "ApiGateway",
            signs: ["cloudwatch logs role arn must be set"],
            text: "set aws.parameters.ApiLoggingRole to Create, so that API Gateway may write logs"
        ),
        Remedy(
            type: "SES::EmailIdentity",
            signs: ["already exist"],
            text:
                "SES has that sender already; set aws.parameters.MailIdentity to Existing, and leave MailHostedZoneId empty"
        ),
        Remedy(
            // https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/HowToDeleteDistribution.html
            signs: ["pricing plan"],
            text:
                "the distribution is in a flat-rate plan, which needs it and its firewall; cancel the plan in the CloudFront "
                + "console, and run the same command again when it has ended, for a paid plan with its billing cycle"
        ),
        Remedy(
            // They stay when the stack has them no more, for others may send from the domain.
            type: "Route53",
            signs: ["_domainkey"],
            text: "the sender's records are there already, and stay; set aws.parameters.MailHostedZoneId to nothing"
        ),
        Remedy(
            type: "Route53",
            signs: ["already exist"],
            text:
                "the domain has such a record, perhaps of a site that is live; set aws.parameters.CertificateArn, leave "
                + "HostedZoneId empty, deploy, try the site, and then change the record yourself"
        ),
        Remedy(
            type: "CloudFront::Distribution",
            signs: ["must be verified"],
            text: "AWS checks new accounts before they may use CloudFront; open a case with AWS Support, which costs "
                + "nothing, then run the same command again"
        ),
        Remedy(
            type: "CloudFront::Distribution",
            signs: ["cnames you provided are already", "cnamealreadyexists"],
            text: "another distribution has that domain; take it away there, then run the same command again"
        ),
        Remedy(
            type: "CloudFront::Distribution",
            signs: ["certificate"],
            text: "CloudFront takes a certificate in us-east-1 that is issued for the domain; check "
                + "aws.parameters.CertificateArn"
        ),
        Remedy(
            type: "CloudTrail",
            signs: ["maximum number of trails", "trails per region"],
            text: "the Region has its five trails already; set aws.parameters.Trail to None"
        ),
        Remedy(
            // https://docs.aws.amazon.com/codebuild/latest/userguide/limits.html
            signs: ["builds in queue", "concurrent build limit", "concurrentbuildlimit"],
            text:
                "the account may not run so many builds at once, a new one often none; ask for \"Concurrently running "
                + "builds\" of its machine in the Service Quotas console, CodeBuild, or set aws.parameters.PipelineSource to None"
        ),
        Remedy(
            signs: ["can't find the specified secret", "secrets manager can"],
            text: "make the secret in Secrets Manager in this Region, under the name that the parameter says"
        ),
        Remedy(
            signs: ["is not authorized to perform", "accessdenied", "access denied", "unauthorized"],
            text: "the profile may not do that; use one that may, or have it allowed, then run the same command again"
        ),
        Remedy(
            signs: ["limit exceeded", "limitexceeded", "quota", "too many", "maximum number of"],
            text:
                "a quota of the account is used up; remove what is no longer needed, or raise the quota in the Service "
                + "Quotas console, then run the same command again"
        ),
        Remedy(
            signs: ["already exists"],
            text: "something of that name is there from before, perhaps kept by an earlier stack; remove or rename it, "
                + "or choose another name with --stack"
        ),
        Remedy(
            signs: [
                "throttl", "rate exceeded", "internal failure", "internalfailure", "service unavailable", "timed out",
                "did not stabilize", "notstabilized", "internal error",
            ],
            text: "that passes by itself; run the same command again"
        ),
    ]
}
