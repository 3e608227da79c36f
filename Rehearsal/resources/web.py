# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""CloudFront and API Gateway: records that the front is played from, and the ports it is played on."""

import secrets
import uuid

from ..account import Account
from ..front.api import Api, picture
from ..front.distribution import Distribution
from ..records import Record
from .kind import Kind, Making


def _short_id() -> str:
    return secrets.token_hex(5)


class RestApi(Kind):
    def create(self, making: Making):
        id = _short_id()
        return id, {"RootResourceId": _short_id(), "RestApiId": id}

    def made(self, account: Account, record: Record):
        record.running = Api(account, record)
        account.addresses.put(self._host(account, record), record.running.port)

    def delete(self, account: Account, record: Record):
        account.addresses.forget(self._host(account, record))
        record.running.close()

    @staticmethod
    def _host(account: Account, record: Record) -> str:
        return f"{record.id}.execute-api.{account.region}.amazonaws.com"


class ApiPart(Kind):
    """A resource, a method, an authorizer or a gateway response: live when a deployment pictures it."""

    def create(self, making: Making):
        id = _short_id()
        return id, {"ResourceId": id, "AuthorizerId": id}


class Deployment(Kind):
    """A picture of the API as it is when this is made."""

    def create(self, making: Making):
        return _short_id(), {}

    def made(self, account: Account, record: Record):
        record.running = picture(account, record.properties["RestApiId"])
        record.attributes["DeploymentId"] = record.id


class Stage(Kind):
    """What is live is its deployment's picture, or that of a later one which was made without the stack."""

    def create(self, making: Making):
        return making.properties["StageName"], {}

    def made(self, account: Account, record: Record):
        record.running = self._picture(account, record)

    def update(self, account: Account, record: Record, old: dict):
        if record.properties["DeploymentId"] != old["DeploymentId"]:
            record.running = self._picture(account, record)
        return record.attributes

    @staticmethod
    def _picture(account: Account, record: Record):
        return account.records.get("AWS::ApiGateway::Deployment", record.properties["DeploymentId"]).running


class EdgeFunction(Kind):
    def create(self, making: Making):
        arn = making.arn("cloudfront", f"function/{making.properties['Name']}", region=False)
        return arn, {"FunctionARN": arn, "FunctionMetadata.FunctionARN": arn, "Stage": "LIVE"}


class Identified(Kind):
    """An origin access control or a headers policy: Ref and Id are the same."""

    def create(self, making: Making):
        id = str(uuid.uuid4())
        return id, {"Id": id}


class CloudFront(Kind):
    def create(self, making: Making):
        id = "E" + secrets.token_hex(7).upper()
        return id, {"Id": id, "DomainName": f"d{secrets.token_hex(7)}.cloudfront.net"}

    def made(self, account: Account, record: Record):
        record.running = Distribution(account, record, account.take_site_port())
        for host in [record.attributes["DomainName"], *(record.get("DistributionConfig.Aliases") or [])]:
            account.addresses.put(host, record.running.port)

    def update(self, account: Account, record: Record, old: dict):
        for host in old["DistributionConfig"].get("Aliases", []):
            account.addresses.forget(host)
        for host in record.get("DistributionConfig.Aliases") or []:
            account.addresses.put(host, record.running.port)
        return record.attributes

    def delete(self, account: Account, record: Record):
        for host in [record.attributes["DomainName"], *(record.get("DistributionConfig.Aliases") or [])]:
            account.addresses.forget(host)
        record.running.close()
