// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// A type of resource, such as `AWS::DynamoDB::GlobalTable`, and what a person calls it.
struct ResourceType: RawRepresentable, Sendable, Hashable {
    var rawValue: String

    static let stack = ResourceType(rawValue: "AWS::CloudFormation::Stack")
    static let alarm = ResourceType(rawValue: "AWS::CloudWatch::Alarm")
    static let certificate = ResourceType(rawValue: "AWS::CertificateManager::Certificate")
    static let method = ResourceType(rawValue: "AWS::ApiGateway::Method")

    /// Whether it holds the messages.
    var isTable: Bool { rawValue == "AWS::DynamoDB::GlobalTable" || rawValue == "AWS::DynamoDB::Table" }

    /// In words; for a type that is not in the template, its own parts.
    var words: String {
        if let words = Self.names[rawValue] { return words }
        let parts = rawValue.split(separator: ":", omittingEmptySubsequences: true).dropFirst()
        return parts.joined(separator: " ")
    }

    /// What it holds that can't be made again; nil when the template makes it again as it was.
    var data: String? { Self.holders[rawValue] }

    private static let holders = [
        "AWS::DynamoDB::GlobalTable": "the messages", "AWS::DynamoDB::Table": "the messages",
        "AWS::S3::Bucket": "files", "AWS::Cognito::UserPool": "the owners' accounts",
        "AWS::Cognito::UserPoolUser": "the owner's account",
        "AWS::KMS::Key": "the key without which encrypted messages can't be read",
        "AWS::Logs::LogGroup": "logs", "AWS::SQS::Queue": "records of mails that failed",
    ]

    private static let names = [
        "AWS::ApiGateway::Account": "account's API settings", "AWS::ApiGateway::Authorizer": "API sign-in",
        "AWS::ApiGateway::Deployment": "API deployment", "AWS::ApiGateway::GatewayResponse": "API error answer",
        "AWS::ApiGateway::Method": "API method", "AWS::ApiGateway::RequestValidator": "API validator",
        "AWS::ApiGateway::Resource": "API path", "AWS::ApiGateway::RestApi": "API",
        "AWS::ApiGateway::Stage": "API stage", "AWS::Budgets::Budget": "budget",
        "AWS::CertificateManager::Certificate": "certificate", "AWS::CloudFormation::Stack": "stack",
        "AWS::CloudFront::Distribution": "CloudFront distribution", "AWS::CloudFront::Function": "CloudFront function",
        "AWS::CloudFront::OriginAccessControl": "access to the bucket",
        "AWS::CloudFront::ResponseHeadersPolicy": "security headers", "AWS::CloudTrail::Trail": "trail",
        "AWS::CloudWatch::Alarm": "alarm", "AWS::CloudWatch::Dashboard": "dashboard",
        "AWS::CodeBuild::Project": "build", "AWS::CodeConnections::Connection": "connection to GitHub",
        "AWS::CodePipeline::Pipeline": "pipeline", "AWS::CodePipeline::Webhook": "webhook of the pipeline",
        "AWS::Cognito::UserPool": "user pool", "AWS::Cognito::UserPoolClient": "user pool client",
        "AWS::Cognito::UserPoolDomain": "sign-in address", "AWS::Cognito::UserPoolUser": "first account",
        "AWS::DynamoDB::GlobalTable": "table", "AWS::DynamoDB::Table": "table", "AWS::Events::Rule": "schedule or rule",
        "AWS::IAM::Policy": "permissions", "AWS::IAM::RolePolicy": "permissions", "AWS::IAM::Role": "role",
        "AWS::KMS::Alias": "name of the key",
        "AWS::KMS::Key": "key", "AWS::Lambda::EventSourceMapping": "stream to the function",
        "AWS::Lambda::EventInvokeConfig": "function's retries", "AWS::Lambda::Function": "function",
        "AWS::Lambda::Permission": "permission to call",
        "AWS::Logs::LogGroup": "log", "AWS::Route53::RecordSetGroup": "DNS records", "AWS::S3::Bucket": "bucket",
        "AWS::S3::BucketPolicy": "bucket's policy", "AWS::SES::ConfigurationSet": "mail settings",
        "AWS::SES::ConfigurationSetEventDestination": "mail events", "AWS::SES::EmailIdentity": "sender of the mail",
        "AWS::SNS::Subscription": "subscription", "AWS::SNS::Topic": "topic", "AWS::SNS::TopicPolicy": "topic's policy",
        "AWS::SQS::Queue": "queue", "AWS::SQS::QueuePolicy": "queue's policy", "AWS::WAFv2::WebACL": "firewall",
        "AWS::WAFv2::WebACLAssociation": "firewall on the API",
        "AWS::WAFv2::LoggingConfiguration": "firewall's log",
    ]
}
