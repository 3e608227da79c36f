# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""Every type that the template uses, and how one of it is made here."""

import secrets
import uuid

from . import compute, messaging, rights, storage, watching, web
from .kind import Failed, Kind, Making


class Named(Kind):
    """A record whose id is its ARN, its name or a number, as the type has it; nothing else is made."""

    def __init__(self, id, **attributes):
        self._id = id
        self._attributes = attributes

    def create(self, making: Making):
        id = self._id(making)
        arn = id if id.startswith("arn:") else making.arn(making.type.split("::")[1].lower(), id)
        return id, {"Arn": arn, "Id": id} | self._attributes


def _connection(making: Making) -> str:
    return making.arn("codeconnections", f"connection/{uuid.uuid4()}")


def _certificate(making: Making) -> str:
    return making.arn("acm", f"certificate/{uuid.uuid4()}")


def _web_acl(making: Making) -> str:
    return f"{making.name()}|{uuid.uuid4()}|{making.properties['Scope']}"


class WebAcl(Named):
    def create(self, making: Making):
        id, attributes = super().create(making)
        name, number, scope = id.split("|")
        place = "global" if scope == "CLOUDFRONT" else "regional"
        return id, attributes | {"Arn": making.arn("wafv2", f"{place}/webacl/{name}/{number}")}


KINDS: dict[str, Kind] = {
    "AWS::S3::Bucket": storage.Bucket(),
    "AWS::S3::BucketPolicy": storage.BucketPolicy(),
    "AWS::DynamoDB::GlobalTable": storage.GlobalTable(),
    "AWS::SES::EmailIdentity": messaging.EmailIdentity(),
    "AWS::SES::ConfigurationSet": messaging.ConfigurationSet(),
    "AWS::SQS::Queue": messaging.Queue(),
    "AWS::SQS::QueuePolicy": messaging.QueuePolicy(),
    "AWS::SNS::Topic": messaging.Topic(),
    "AWS::SNS::TopicPolicy": messaging.TopicPolicy(),
    "AWS::IAM::Role": rights.Role(),
    "AWS::IAM::RolePolicy": rights.RolePolicy(),
    "AWS::KMS::Key": rights.Key(),
    "AWS::Cognito::UserPool": rights.UserPool(),
    "AWS::Cognito::UserPoolClient": rights.UserPoolClient(),
    "AWS::Cognito::UserPoolDomain": rights.UserPoolDomain(),
    "AWS::Cognito::UserPoolUser": rights.UserPoolUser(),
    "AWS::Lambda::Function": compute.Function(),
    "AWS::Lambda::EventSourceMapping": compute.EventSourceMapping(),
    "AWS::Events::Rule": compute.Rule(),
    "AWS::Logs::LogGroup": compute.LogGroup(),
    "AWS::CloudWatch::Alarm": watching.Alarm(),
    "AWS::ApiGateway::RestApi": web.RestApi(),
    "AWS::ApiGateway::Resource": web.ApiPart(),
    "AWS::ApiGateway::Method": web.ApiPart(),
    "AWS::ApiGateway::Authorizer": web.ApiPart(),
    "AWS::ApiGateway::GatewayResponse": web.ApiPart(),
    "AWS::ApiGateway::Deployment": web.Deployment(),
    "AWS::ApiGateway::Stage": web.Stage(),
    "AWS::CloudFront::Function": web.EdgeFunction(),
    "AWS::CloudFront::OriginAccessControl": web.Identified(),
    "AWS::CloudFront::ResponseHeadersPolicy": web.Identified(),
    "AWS::CloudFront::Distribution": web.CloudFront(),
    # Only records from here on.
    "AWS::ApiGateway::Account": Kind(),
    "AWS::Lambda::Permission": Kind(),
    "AWS::Lambda::EventInvokeConfig": Kind(),
    "AWS::SES::ConfigurationSetEventDestination": Kind(),
    "AWS::CertificateManager::Certificate": Named(_certificate),
    "AWS::Route53::RecordSetGroup": Kind(),
    "AWS::Budgets::Budget": Kind(),
    "AWS::CloudTrail::Trail": Kind(),
    "AWS::CloudWatch::Dashboard": Kind(),
    "AWS::CodeBuild::Project": Kind(),
    "AWS::CodeConnections::Connection": Named(_connection, ConnectionStatus="PENDING"),
    "AWS::CodePipeline::Pipeline": Named(lambda making: making.name(100), Version="1"),
    "AWS::CodePipeline::Webhook": Named(lambda making: making.name(100), Url="https://webhooks.example/" + secrets.token_hex(4)),
    "AWS::WAFv2::WebACL": WebAcl(_web_acl),
    "AWS::WAFv2::WebACLAssociation": Kind(),
    "AWS::WAFv2::LoggingConfiguration": Kind(),
}


def kind_of(type: str) -> Kind:
    if type not in KINDS:
        raise Failed(f"Resource type {type} is not played by the rehearsal; add it to Rehearsal/resources/types.py")
    return KINDS[type]
