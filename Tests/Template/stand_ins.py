# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""moto's CloudFormation engine with a stand-in for every type of ours: it resolves, and keeps what it resolved.

moto is a third party's reading of Ref, Fn::GetAtt, Fn::Sub, Fn::If, conditions, dependencies and outputs. It makes only
some of our types, and loses properties of most, so none is really made here: this shows that a template resolves, not
that AWS would take it.
"""

from contextlib import contextmanager
from unittest import mock

from moto.cloudformation import parsing
from moto.core.common_models import CloudFormationModel

# What GetAtt gives, where its form matters to whoever reads it. {} is the physical id.
_ATTRIBUTES = {
    "AWS::DynamoDB::GlobalTable": {"StreamArn": "arn:aws:dynamodb:{region}:{account}:table/{id}/stream/1"},
    "AWS::S3::Bucket": {
        "Arn": "arn:aws:s3:::{id}",
        "RegionalDomainName": "{id}.s3.{region}.amazonaws.com",
        "WebsiteURL": "http://{id}.s3-website-{region}.amazonaws.com",
    },
    "AWS::CloudFront::Distribution": {"DomainName": "d111111abcdef8.cloudfront.net"},
    "AWS::CodePipeline::Pipeline": {"Version": "1"},
}


class StandIn(CloudFormationModel):
    """A resource that keeps its resolved properties and answers to Ref and GetAtt."""

    # moto takes the service's name from it.
    __module__ = "moto.stand_ins.models"

    made: list = []

    def __init__(self, kind, logical_id, properties, region, account):
        self.kind = kind
        self.logical_id = logical_id
        self.properties = properties
        self._region = region
        self._account = account
        StandIn.made.append(self)

    @property
    def physical_resource_id(self):
        return f"{self.logical_id.lower()}-1"

    @classmethod
    def has_cfn_attr(cls, _):
        return True

    def get_cfn_attribute(self, name):
        form = _ATTRIBUTES.get(self.kind, {}).get(name)
        if form is None:
            service = self.kind.split("::")[1].lower()
            form = f"arn:aws:{service}:{{region}}:{{account}}:{{id}}" if name == "Arn" else f"{{id}}.{name}"
        return form.format(id=self.physical_resource_id, region=self._region, account=self._account)

    @staticmethod
    def cloudformation_name_type():
        return ""

    @staticmethod
    def cloudformation_type():
        return "Stand::In"

    @classmethod
    def create_from_cloudformation_json(cls, resource_name, cloudformation_json, account_id, region_name, **kwargs):
        properties = cloudformation_json.get("Properties", {})
        return cls(kwargs["ResourceType"], kwargs["LogicalId"], properties, region_name, account_id)

    @classmethod
    def delete_from_cloudformation_json(cls, *_):
        pass


@contextmanager
def stand_ins(template):
    """moto makes stand-ins of every type in the template while this lasts; yields the list of them."""
    types = {resource["Type"] for resource in template["Resources"].values()}
    StandIn.made = []
    with (
        mock.patch.object(parsing, "get_model_map", lambda: dict.fromkeys(types, StandIn)),
        mock.patch.object(parsing, "get_name_type_map", lambda: {}),
    ):
        yield StandIn.made
