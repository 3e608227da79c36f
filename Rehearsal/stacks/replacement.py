# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""Which properties can't be changed on a resource that is there: a change of one makes it anew.

From CloudFormation's resource schemas (createOnlyProperties); Tests/Template/test_replacement.py holds the table against them.
"""

ALWAYS = {
    "AWS::ApiGateway::Authorizer": ["RestApiId"],
    "AWS::ApiGateway::Deployment": ["DeploymentCanarySettings", "RestApiId"],
    "AWS::ApiGateway::GatewayResponse": ["ResponseType", "RestApiId"],
    "AWS::ApiGateway::Method": ["HttpMethod", "ResourceId", "RestApiId"],
    "AWS::ApiGateway::Resource": ["ParentId", "PathPart", "RestApiId"],
    "AWS::ApiGateway::Stage": ["RestApiId", "StageName"],
    "AWS::Budgets::Budget": ["Budget/BudgetName", "NotificationsWithSubscribers"],
    "AWS::CertificateManager::Certificate": [
        "CertificateAuthorityArn", "CertificateExport", "DomainName", "DomainValidationOptions", "KeyAlgorithm",
        "SubjectAlternativeNames",
    ],
    "AWS::CloudFront::Function": ["Name"],
    "AWS::CloudTrail::Trail": ["TrailName"],
    "AWS::CloudWatch::Alarm": ["AlarmName"],
    "AWS::CloudWatch::Dashboard": ["DashboardName"],
    "AWS::CodeBuild::Project": ["Name"],
    "AWS::CodeConnections::Connection": ["ConnectionName", "HostArn", "ProviderType"],
    "AWS::CodePipeline::Pipeline": ["Name"],
    "AWS::CodePipeline::Webhook": ["Name"],
    "AWS::Cognito::UserPoolClient": ["GenerateSecret", "UserPoolId"],
    "AWS::Cognito::UserPoolDomain": ["Domain", "UserPoolId"],
    "AWS::Cognito::UserPoolUser": [
        "ClientMetadata", "DesiredDeliveryMediums", "ForceAliasCreation", "MessageAction", "UserAttributes", "UserPoolId",
        "Username", "ValidationData",
    ],
    "AWS::DynamoDB::GlobalTable": ["TableName"],
    "AWS::Events::Rule": ["Name"],
    "AWS::IAM::Role": ["Path", "RoleName"],
    "AWS::IAM::RolePolicy": ["PolicyName", "RoleName"],
    "AWS::Lambda::EventInvokeConfig": ["FunctionName", "Qualifier"],
    "AWS::Lambda::EventSourceMapping": [
        "EventSourceArn", "SelfManagedEventSource", "StartingPosition", "StartingPositionTimestamp",
    ],
    "AWS::Lambda::Function": ["FunctionName", "PackageType", "TenancyConfig"],
    "AWS::Lambda::Permission": [
        "Action", "EventSourceToken", "FunctionName", "FunctionUrlAuthType", "InvokedViaFunctionUrl", "Principal",
        "PrincipalOrgID", "SourceAccount", "SourceArn",
    ],
    "AWS::Logs::LogGroup": ["LogGroupName"],
    "AWS::Route53::RecordSetGroup": ["HostedZoneId", "HostedZoneName"],
    "AWS::S3::Bucket": ["BucketName", "BucketNamePrefix", "BucketNamespace"],
    "AWS::S3::BucketPolicy": ["Bucket"],
    "AWS::SES::ConfigurationSet": ["Name"],
    "AWS::SES::ConfigurationSetEventDestination": ["ConfigurationSetName"],
    "AWS::SES::EmailIdentity": ["EmailIdentity"],
    "AWS::SNS::Topic": ["FifoTopic", "TopicName"],
    "AWS::SQS::Queue": ["FifoQueue", "QueueName"],
    "AWS::WAFv2::LoggingConfiguration": ["ResourceArn"],
    "AWS::WAFv2::WebACL": ["Name", "Scope"],
    "AWS::WAFv2::WebACLAssociation": ["ResourceArn", "WebACLArn"],
}

SOMETIMES = {
    "AWS::DynamoDB::GlobalTable": ["GlobalTableSourceArn", "KeySchema", "LocalSecondaryIndexes"],
    "AWS::Events::Rule": ["EventBusName"],
    "AWS::Lambda::Function": ["DurableConfig"],
    "AWS::SES::ConfigurationSetEventDestination": ["EventDestination/Name"],
}

NEVER, CONDITIONALLY, ALWAYS_NEW = "Never", "Conditionally", "Always"


def recreation(type: str, name: str, old: dict, new: dict) -> str:
    """Whether a change of the top-level property `name` makes the resource anew, as change sets say it."""
    for table, answer in ((ALWAYS, ALWAYS_NEW), (SOMETIMES, CONDITIONALLY)):
        for path in table.get(type, []):
            first, _, rest = path.partition("/")
            if first == name and (not rest or _at(old, path) != _at(new, path)):
                return answer
    return NEVER


def _at(properties: dict, path: str):
    for key in path.split("/"):
        properties = properties.get(key, {}) if isinstance(properties, dict) else {}
    return properties
