# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""Buckets and tables, in moto."""

import json

from ..account import Account
from ..front.website import Website
from ..records import Record
from .kind import Failed, Kind, Making

# Where a website's host has a hyphen before the Region; later Regions have a dot.
# https://docs.aws.amazon.com/general/latest/gr/s3.html#s3_website_region_endpoints
_HYPHEN = {
    "us-east-1", "us-west-1", "us-west-2", "ap-southeast-1", "ap-southeast-2", "ap-northeast-1", "eu-west-1", "sa-east-1",
}


class Bucket(Kind):
    def create(self, making: Making):
        account, properties = making.account, making.properties
        name = properties.get("BucketName") or making.name(63, lower=True)
        region = account.region
        where = {} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}
        account.client("s3").create_bucket(Bucket=name, ObjectOwnership=_ownership(properties), **where)
        self._set_up(account, name, properties)
        mark = "-" if region in _HYPHEN else "."
        return name, {
            "Arn": f"arn:aws:s3:::{name}", "DomainName": f"{name}.s3.amazonaws.com",
            "RegionalDomainName": f"{name}.s3.{region}.amazonaws.com",
            "WebsiteURL": f"http://{name}.s3-website{mark}{region}.amazonaws.com",
        }

    @staticmethod
    def _set_up(account: Account, name: str, properties: dict):
        s3 = account.client("s3")
        if status := properties.get("VersioningConfiguration", {}).get("Status"):
            s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": status})
        if block := properties.get("PublicAccessBlockConfiguration"):
            s3.put_public_access_block(Bucket=name, PublicAccessBlockConfiguration=block)
        if rules := properties.get("BucketEncryption", {}).get("ServerSideEncryptionConfiguration"):
            one = rules[0]["ServerSideEncryptionByDefault"]
            default = {"SSEAlgorithm": one["SSEAlgorithm"]}
            default |= {"KMSMasterKeyID": one["KMSMasterKeyID"]} if "KMSMasterKeyID" in one else {}
            s3.put_bucket_encryption(
                Bucket=name,
                ServerSideEncryptionConfiguration={"Rules": [{"ApplyServerSideEncryptionByDefault": default}]},
            )

    def made(self, account: Account, record: Record):
        if "WebsiteConfiguration" in record.properties and record.running is None:
            record.running = Website(account, record, account.take_site_port())
            account.addresses.put(_host(record), record.running.port)

    def update(self, account: Account, record: Record, old: dict):
        self._set_up(account, record.id, record.properties)
        if "WebsiteConfiguration" in record.properties:
            self.made(account, record)
        else:
            self._close(account, record)
        return record.attributes

    def delete(self, account: Account, record: Record):
        account.client("s3").delete_bucket(Bucket=record.id)
        self._close(account, record)

    @staticmethod
    def _close(account: Account, record: Record):
        if record.running:
            account.addresses.forget(_host(record))
            record.running.close()
            record.running = None


def _host(record: Record) -> str:
    return record.attributes["WebsiteURL"].removeprefix("http://")


def _ownership(properties: dict) -> str:
    rules = properties.get("OwnershipControls", {}).get("Rules", [{}])
    return rules[0].get("ObjectOwnership", "BucketOwnerEnforced")


class BucketPolicy(Kind):
    """The policy is kept with the bucket; what a block of public access refuses, at the bucket or the account, fails."""

    def create(self, making: Making):
        self._put(making.account, making.properties)
        return making.properties["Bucket"], {}

    @staticmethod
    def _put(account: Account, properties: dict):
        bucket, policy = properties["Bucket"], properties["PolicyDocument"]
        public = any(
            one["Effect"] == "Allow" and one.get("Principal") in ("*", {"AWS": "*"}) and not one.get("Condition")
            for one in policy["Statement"]
        )
        blocks = [_block(account, bucket), _account_block(account)]
        if public and any(one.get("BlockPublicPolicy") for one in blocks):
            raise Failed(
                "API: s3:PutBucketPolicy Access Denied: because public policies are prevented by the BlockPublicPolicy setting "
                "in S3 Block Public Access."
            )
        account.client("s3").put_bucket_policy(Bucket=bucket, Policy=json.dumps(policy))

    def update(self, account: Account, record: Record, old: dict):
        self._put(account, record.properties)
        return record.attributes

    def delete(self, account: Account, record: Record):
        account.client("s3").delete_bucket_policy(Bucket=record.properties["Bucket"])


def _block(account: Account, bucket: str) -> dict:
    s3 = account.client("s3")
    try:
        return s3.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"]
    except s3.exceptions.ClientError:
        return {}


def _account_block(account: Account) -> dict:
    s3control = account.client("s3control")
    try:
        return s3control.get_public_access_block(AccountId=account.id)["PublicAccessBlockConfiguration"]
    except s3control.exceptions.ClientError:
        return {}


class GlobalTable(Kind):
    """One table with a stream, in this Region; moto keeps no copies in others."""

    def create(self, making: Making):
        account, properties = making.account, making.properties
        name = properties.get("TableName") or making.name(255)
        dynamodb = account.client("dynamodb")
        stream = properties.get("StreamSpecification", {}).get("StreamViewType")
        indexes = [
            {key: index[key] for key in ("IndexName", "KeySchema", "Projection")}
            for index in properties.get("GlobalSecondaryIndexes", [])
        ]
        described = dynamodb.create_table(
            TableName=name, BillingMode=properties.get("BillingMode", "PAY_PER_REQUEST"),
            AttributeDefinitions=properties["AttributeDefinitions"], KeySchema=properties["KeySchema"],
            DeletionProtectionEnabled=_own(account, properties).get("DeletionProtectionEnabled", False),
            **({"StreamSpecification": {"StreamEnabled": True, "StreamViewType": stream}} if stream else {}),
            **({"GlobalSecondaryIndexes": indexes} if indexes else {}),
        )["TableDescription"]
        self._set_up(account, name, properties)
        return name, {"Arn": described["TableArn"], "StreamArn": described.get("LatestStreamArn", "")}

    @staticmethod
    def _set_up(account: Account, name: str, properties: dict):
        dynamodb = account.client("dynamodb")
        if ttl := properties.get("TimeToLiveSpecification"):
            dynamodb.update_time_to_live(
                TableName=name, TimeToLiveSpecification={"Enabled": ttl["Enabled"], "AttributeName": ttl["AttributeName"]}
            )
        recovery = _own(account, properties).get("PointInTimeRecoverySpecification", {})
        dynamodb.update_continuous_backups(
            TableName=name, PointInTimeRecoverySpecification={
                "PointInTimeRecoveryEnabled": bool(recovery.get("PointInTimeRecoveryEnabled")),
            },
        )

    def update(self, account: Account, record: Record, old: dict):
        account.client("dynamodb").update_table(
            TableName=record.id,
            DeletionProtectionEnabled=_own(account, record.properties).get("DeletionProtectionEnabled", False),
        )
        return record.attributes

    def delete(self, account: Account, record: Record):
        account.client("dynamodb").delete_table(TableName=record.id)


def _own(account: Account, properties: dict) -> dict:
    return next((one for one in properties["Replicas"] if one["Region"] == account.region), {})
