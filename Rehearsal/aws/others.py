# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""Operations of other services that the command asks for and moto lacks, answered from what the stacks have made."""

import base64
import secrets
import uuid

from ..account import Account, now
from ..front.api import picture
from .protocol import AWSError

# code: (service, name, value, whether it can be raised): https://docs.aws.amazon.com/general/latest/gr/aws-service-information.html
_QUOTAS = {
    "L-B99A9384": ("lambda", "Concurrent executions"),
    "L-8A5B8E43": ("apigateway", "Throttle rate"),
    "L-804C8AE8": ("ses", "Sending quota"),
    "L-CDEF9B6B": ("ses", "Sending rate"),
}


class Others:
    def __init__(self, account: Account):
        self._account = account
        self._raises: list[dict] = []

    @property
    def operations(self) -> dict:
        return {
            ("lambda", "GetAccountSettings"): self.get_account_settings,
            ("lambda", "Invoke"): self.invoke,
            ("lambda", "ListEventSourceMappings"): self.list_event_source_mappings,
            ("service-quotas", "GetServiceQuota"): self.get_service_quota,
            ("service-quotas", "GetAWSDefaultServiceQuota"): self.get_default_quota,
            ("service-quotas", "RequestServiceQuotaIncrease"): self.request_increase,
            ("service-quotas", "ListRequestedServiceQuotaChangeHistory"): self.list_requests,
            ("apigateway", "CreateDeployment"): self.create_deployment,
            ("cloudfront", "CreateInvalidation"): self.create_invalidation,
            ("cloudfront", "GetInvalidation"): self.get_invalidation,
            ("cloudfront", "GetDistribution"): self.get_distribution,
            ("codepipeline", "GetPipelineState"): self.get_pipeline_state,
            ("codeconnections", "GetConnection"): self.get_connection,
            ("codebuild", "BatchGetProjects"): self.get_projects,
        }

    # -- Lambda

    def get_account_settings(self, _) -> dict:
        functions = self._account.records.of("AWS::Lambda::Function")
        reserved = sum(int(one.properties.get("ReservedConcurrentExecutions", 0)) for one in functions)
        runs = self._account.limits.concurrent_runs
        return {
            "AccountLimit": {
                "TotalCodeSize": 80_530_636_800, "CodeSizeUnzipped": 262_144_000, "CodeSizeZipped": 52_428_800,
                "ConcurrentExecutions": runs, "UnreservedConcurrentExecutions": runs - reserved,
            },
            "AccountUsage": {"TotalCodeSize": 0, "FunctionCount": len(functions)},
        }

    def invoke(self, asked: dict) -> dict:
        name = asked["FunctionName"].rpartition(":function:")[2].partition(":")[0]
        function = self._account.records.get("AWS::Lambda::Function", name)
        if function is None:
            arn = f"arn:aws:lambda:{self._account.region}:{self._account.id}:function:{name}"
            raise AWSError("ResourceNotFoundException", f"Function not found: {arn}")
        payload = asked.get("Payload", b"") or b"{}"
        outcome = function.running.invoke(payload if isinstance(payload, bytes) else payload.encode())
        answer = {"StatusCode": 200, "ExecutedVersion": "$LATEST", "Payload": outcome.payload}
        if asked.get("LogType") == "Tail":
            answer["LogResult"] = base64.b64encode(b"see the function's log group\n").decode()
        return answer | ({"FunctionError": outcome.error} if outcome.error else {})

    def list_event_source_mappings(self, asked: dict) -> dict:
        name = asked.get("FunctionName")
        return {"EventSourceMappings": [
            {
                "UUID": one.id, "EventSourceArn": one.properties["EventSourceArn"], "State": "Enabled",
                "FunctionArn": f"arn:aws:lambda:{self._account.region}:{self._account.id}:function:{one.properties['FunctionName']}",
                "BatchSize": int(one.properties.get("BatchSize", 100)),
                "MaximumRetryAttempts": int(one.properties.get("MaximumRetryAttempts", -1)),
            }
            for one in self._account.records.of("AWS::Lambda::EventSourceMapping")
            if name is None or name.endswith(one.properties["FunctionName"])
        ]}

    # -- Quotas

    def _quota(self, asked: dict, default: bool) -> dict:
        code = asked["QuotaCode"]
        if code not in _QUOTAS or _QUOTAS[code][0] != asked["ServiceCode"]:
            raise AWSError("NoSuchResourceException", f"The request failed because the specified quota {code} does not exist.")
        limits = self._account.limits
        service, name = _QUOTAS[code]
        applied = {
            "L-B99A9384": limits.concurrent_runs, "L-8A5B8E43": 10_000,
            "L-804C8AE8": limits.sends_per_day, "L-CDEF9B6B": limits.sends_per_second,
        }[code]
        defaults = {"L-B99A9384": 1000, "L-8A5B8E43": 10_000, "L-804C8AE8": 200, "L-CDEF9B6B": 1}
        return {"Quota": {
            "ServiceCode": service, "QuotaCode": code, "QuotaName": name, "Adjustable": True, "GlobalQuota": False,
            "QuotaArn": f"arn:aws:servicequotas:{self._account.region}:{self._account.id}:{service}/{code}",
            "Value": float(defaults[code] if default else applied),
        }}

    def get_service_quota(self, asked: dict) -> dict:
        return self._quota(asked, default=False)

    def get_default_quota(self, asked: dict) -> dict:
        return self._quota(asked, default=True)

    def request_increase(self, asked: dict) -> dict:
        quota = self._quota(asked, default=False)["Quota"]
        if any(one["QuotaCode"] == quota["QuotaCode"] for one in self._raises):
            raise AWSError("ResourceAlreadyExistsException", "Only one open service quota increase request is allowed per quota.")
        if float(asked["DesiredValue"]) <= quota["Value"]:
            raise AWSError("IllegalArgumentException", "You must provide a quota value greater than the current quota value.")
        request = {
            "Id": str(uuid.uuid4()), "ServiceCode": quota["ServiceCode"], "QuotaCode": quota["QuotaCode"],
            "QuotaName": quota["QuotaName"], "DesiredValue": float(asked["DesiredValue"]), "Status": "PENDING", "Created": now(),
        }
        self._raises.append(request)
        return {"RequestedQuota": request}

    def list_requests(self, _) -> dict:
        return {"RequestedQuotas": self._raises}

    # -- API Gateway

    def create_deployment(self, asked: dict) -> dict | None:
        """Outside of the stack, whose own deployment stays and is live no longer."""
        api = asked["restApiId"]
        if self._account.records.get("AWS::ApiGateway::RestApi", api) is None:
            return None
        stages = self._account.records.of("AWS::ApiGateway::Stage", RestApiId=api, StageName=asked.get("stageName"))
        for stage in stages:
            stage.running = picture(self._account, api)
        return {"id": secrets.token_hex(5), "description": asked.get("description", ""), "createdDate": now()}

    # -- CloudFront

    def _distribution(self, id: str):
        if found := self._account.records.get("AWS::CloudFront::Distribution", id):
            return found
        raise AWSError("NoSuchDistribution", "The specified distribution does not exist.")

    def create_invalidation(self, asked: dict) -> dict:
        distribution = self._distribution(asked["DistributionId"])
        batch = asked["InvalidationBatch"]
        id = "I" + uuid.uuid4().hex[:13].upper()
        distribution.running.invalidations[id] = batch["Paths"].get("Items", [])
        return {
            "Location": f"https://cloudfront.amazonaws.com/2020-05-31/distribution/{distribution.id}/invalidation/{id}",
            "Invalidation": {"Id": id, "Status": "InProgress", "CreateTime": now(), "InvalidationBatch": batch},
        }

    def get_invalidation(self, asked: dict) -> dict:
        paths = self._distribution(asked["DistributionId"]).running.invalidations.get(asked["Id"])
        if paths is None:
            raise AWSError("NoSuchInvalidation", "The specified invalidation does not exist.")
        return {"Invalidation": {
            "Id": asked["Id"], "Status": "Completed", "CreateTime": now(),
            "InvalidationBatch": {"Paths": {"Quantity": len(paths), "Items": paths}, "CallerReference": asked["Id"]},
        }}

    def get_distribution(self, asked: dict) -> dict:
        record = self._distribution(asked["Id"])
        config = record.properties["DistributionConfig"]
        return {"ETag": "E2QWRUHAPOMQZL", "Distribution": {
            "Id": record.id, "ARN": f"arn:aws:cloudfront::{self._account.id}:distribution/{record.id}", "Status": "Deployed",
            "LastModifiedTime": now(), "InProgressInvalidationBatches": 0, "DomainName": record.attributes["DomainName"],
            "DistributionConfig": {"CallerReference": record.id, "Comment": config.get("Comment", ""), "Enabled": config["Enabled"]},
        }}

    # -- The pipeline

    def get_pipeline_state(self, asked: dict) -> dict:
        record = self._account.records.get("AWS::CodePipeline::Pipeline", asked["name"])
        if record is None:
            raise AWSError("PipelineNotFoundException", f"The account with id '{self._account.id}' does not include a pipeline with the name '{asked['name']}'")
        return {
            "pipelineName": record.id, "pipelineVersion": 1, "created": now(), "updated": now(),
            # It has never run: nobody pushes here.
            "stageStates": [{"stageName": one["Name"], "actionStates": []} for one in record.properties["Stages"]],
        }

    def get_connection(self, asked: dict) -> dict:
        record = self._account.records.get("AWS::CodeConnections::Connection", asked["ConnectionArn"])
        if record is None:
            raise AWSError("ResourceNotFoundException", f"Connection {asked['ConnectionArn']} does not exist")
        return {"Connection": {
            "ConnectionName": record.properties["ConnectionName"], "ConnectionArn": record.id,
            "ProviderType": record.properties["ProviderType"], "OwnerAccountId": self._account.id, "ConnectionStatus": "PENDING",
        }}

    def get_projects(self, asked: dict) -> dict:
        """With the variables that a build would have; AWS's addresses are on loopback."""
        found = [self._account.records.get("AWS::CodeBuild::Project", name) for name in asked["names"]]
        return {
            "projects": [
                {
                    "name": one.id, "description": one.properties.get("Description", ""),
                    "source": {"type": one.get("Source.Type"), "buildspec": one.get("Source.BuildSpec")},
                    "environment": {
                        "type": one.get("Environment.Type"), "image": one.get("Environment.Image"),
                        "computeType": one.get("Environment.ComputeType"),
                        "environmentVariables": [
                            {"name": each["Name"], "value": self._account.addresses.local(each["Value"]), "type": "PLAINTEXT"}
                            for each in one.get("Environment.EnvironmentVariables", [])
                        ],
                    },
                }
                for one in found if one
            ],
            "projectsNotFound": [name for name, one in zip(asked["names"], found, strict=True) if one is None],
        }
