# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""The rehearsal's CloudFormation: what deploying counts on, asked with the AWS CLI."""

import json

import pytest

from harness.waiting import until

SMALL = {
    "Parameters": {
        "Days": {"Type": "Number", "Default": 30, "MinValue": 1, "MaxValue": 400},
        "Name": {"Type": "String", "AllowedPattern": "[a-z]+", "ConstraintDescription": "small letters", "Default": "a"},
        "Size": {"Type": "String", "AllowedValues": ["small", "large"], "Default": "small"},
        "Loud": {"Type": "String", "Default": "false"},
    },
    "Rules": {
        "LargeIsLoud": {
            "RuleCondition": {"Fn::Equals": [{"Ref": "Size"}, "large"]},
            "Assertions": [{"Assert": {"Fn::Equals": [{"Ref": "Loud"}, "true"]}, "AssertDescription": "large needs Loud"}],
        },
    },
    "Resources": {
        "Log": {"Type": "AWS::Logs::LogGroup", "Properties": {"RetentionInDays": {"Ref": "Days"}}},
        "Waiting": {"Type": "AWS::SQS::Queue", "DeletionPolicy": "Retain", "UpdateReplacePolicy": "Retain",
                    "Properties": {"MessageRetentionPeriod": 600}},
        "News": {"Type": "AWS::SNS::Topic"},
        "Rights": {"Type": "AWS::SQS::QueuePolicy", "Properties": {
            "Queues": [{"Ref": "Waiting"}],
            "PolicyDocument": {"Statement": [{"Effect": "Deny", "Principal": "*", "Action": "sqs:*", "Sid": "None",
                                              "Resource": {"Fn::GetAtt": ["Waiting", "Arn"]}}]},
        }},
    },
    "Outputs": {"Group": {"Value": {"Ref": "Log"}, "Description": "the log"}, "Days": {"Value": {"Fn::Sub": "${Days}"}}},
}


def changed(**resources):
    """The small template with resources put in, or taken out where they are None."""
    template = json.loads(json.dumps(SMALL))
    template["Resources"] |= resources
    template["Resources"] = {name: one for name, one in template["Resources"].items() if one is not None}
    return template


@pytest.fixture
def stack(cloud, request):
    name = request.node.name.replace("_", "-").split("[")[0][:60] + "-stack"
    cloud.create(name, SMALL)
    return name


@pytest.fixture
def change_set(cloud):
    def change_set(stack, template, kind="UPDATE", *options, **parameters):
        pairs = [{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()]
        made = cloud.aws(
            "cloudformation", "create-change-set", "--stack-name", stack, "--change-set-name", "proposal", "--change-set-type",
            kind, "--template-body", json.dumps(template), "--parameters", json.dumps(pairs), *options,
        )
        return cloud.aws("cloudformation", "describe-change-set", "--change-set-name", made["Id"])
    return change_set


def actions(described):
    return {
        one["ResourceChange"]["LogicalResourceId"]: (one["ResourceChange"]["Action"], one["ResourceChange"].get("Replacement"))
        for one in described["Changes"]
    }


def test_a_change_set_creates_a_stack(cloud, change_set):
    described = change_set("created", SMALL, "CREATE", Days="5")
    assert described["Status"] == "CREATE_COMPLETE" and described["ExecutionStatus"] == "AVAILABLE"
    assert set(actions(described).values()) == {("Add", None)} and len(described["Changes"]) == 4
    assert cloud.aws("cloudformation", "describe-stacks", "--stack-name", "created")["Stacks"][0]["StackStatus"] == "REVIEW_IN_PROGRESS"
    cloud.aws("cloudformation", "execute-change-set", "--change-set-name", described["ChangeSetId"], "--client-request-token", "mine")
    outputs = cloud.outputs("created")
    assert outputs["Days"] == "5"
    groups = cloud.client("logs").describe_log_groups(logGroupNamePrefix="created-Log-")["logGroups"]
    assert [(one["logGroupName"], one["retentionInDays"]) for one in groups] == [(outputs["Group"], 5)]
    of_log = [one for one in cloud.events("created") if one["LogicalResourceId"] == "Log"]
    assert [one["ResourceStatus"] for one in of_log] == ["CREATE_IN_PROGRESS", "CREATE_IN_PROGRESS", "CREATE_COMPLETE"]
    assert {one["ClientRequestToken"] for one in of_log} == {"mine"}
    assert of_log[-1]["PhysicalResourceId"] == outputs["Group"]


def test_the_same_again_is_no_change(cloud, stack, change_set):
    described = change_set(stack, SMALL)
    assert (described["Status"], described["ExecutionStatus"]) == ("FAILED", "UNAVAILABLE")
    assert described["StatusReason"] == (
        "The submitted information didn't contain changes. Submit different information to create a change set."
    )
    assert "InvalidChangeSetStatus" in cloud.refusal(
        "cloudformation", "execute-change-set", "--change-set-name", described["ChangeSetId"]
    )


def test_changes_are_told_apart(stack, change_set):
    queue = SMALL["Resources"]["Waiting"] | {"Properties": {"QueueName": "another-name"}}
    described = change_set(
        stack, changed(News=None, Waiting=queue, Extra={"Type": "AWS::SNS::Topic"}), Days="7"
    )
    assert actions(described) == {
        "Extra": ("Add", None), "News": ("Remove", None), "Log": ("Modify", "False"), "Waiting": ("Modify", "True"),
        # It refers to the queue, whose address will be another.
        "Rights": ("Modify", "False"),
    }
    by_name = {one["ResourceChange"]["LogicalResourceId"]: one["ResourceChange"] for one in described["Changes"]}
    assert by_name["Waiting"]["PolicyAction"] == "ReplaceAndRetain"
    assert by_name["Waiting"]["Details"][0]["Target"] == {
        "Attribute": "Properties", "Name": "MessageRetentionPeriod", "RequiresRecreation": "Never",
    }
    assert {one["Evaluation"] for one in by_name["Rights"]["Details"]} == {"Dynamic"}
    assert by_name["Log"]["PhysicalResourceId"]


def test_an_update_changes_what_is_there_and_cleans_up(cloud, stack):
    before = cloud.client("cloudformation").describe_stack_resource(StackName=stack, LogicalResourceId="Waiting")
    queue = SMALL["Resources"]["Waiting"] | {"Properties": {"QueueName": f"{stack}-other"}}
    outputs = cloud.update(stack, changed(News=None, Waiting=queue), {"Days": 90})
    [group] = cloud.client("logs").describe_log_groups(logGroupNamePrefix=outputs["Group"])["logGroups"]
    assert group["retentionInDays"] == 90
    after = cloud.client("cloudformation").describe_stack_resource(StackName=stack, LogicalResourceId="Waiting")
    old, new = (one["StackResourceDetail"]["PhysicalResourceId"] for one in (before, after))
    assert new.endswith("-other") and old != new
    # It says to be retained.
    assert old in cloud.client("sqs").list_queues()["QueueUrls"]
    told = [(one["LogicalResourceId"], one["ResourceStatus"]) for one in cloud.events(stack)]
    assert ("Waiting", "DELETE_SKIPPED") in told and ("News", "DELETE_COMPLETE") in told
    assert told[-1] == (stack, "UPDATE_COMPLETE") and (stack, "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS") in told


@pytest.mark.parametrize(
    ("parameters", "sentence"),
    [
        ({"Days": "0"}, "must be a number not less than 1"),
        ({"Days": "x"}, "'Days' must be a number"),
        ({"Name": "A1"}, "Parameter Name failed to satisfy constraint: small letters"),
        ({"Size": "huge"}, "must be one of AllowedValues"),
        ({"Other": "1"}, "Parameters: [Other] do not exist in the template"),
        ({"Size": "large"}, "large needs Loud"),
    ],
)
def test_wrong_parameters_are_refused_before_anything_is_made(cloud, parameters, sentence):
    pairs = [{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()]
    client = cloud.client("cloudformation")
    with pytest.raises(client.exceptions.ClientError) as refused:
        client.create_change_set(
            StackName="refused", ChangeSetName="a", ChangeSetType="CREATE", TemplateBody=json.dumps(SMALL), Parameters=pairs
        )
    assert refused.value.response["Error"]["Code"] == "ValidationError"
    assert sentence in refused.value.response["Error"]["Message"]
    with pytest.raises(client.exceptions.ClientError, match="does not exist"):
        client.describe_stacks(StackName="refused")


def test_rights_need_consent(cloud):
    role = {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": {"Statement": []}}}
    template = json.dumps({"Resources": {"Role": role}})
    assert cloud.aws("cloudformation", "validate-template", "--template-body", template)["Capabilities"] == ["CAPABILITY_IAM"]
    said = cloud.refusal("cloudformation", "create-stack", "--stack-name", "rights", "--template-body", template)
    assert "InsufficientCapabilities" in said and "CAPABILITY_IAM" in said


@pytest.mark.parametrize("text", ["", "Resources: [", "A: 1", '{"Resources": {"A": {}}}'])
def test_what_is_no_template_is_refused(cloud, text):
    client = cloud.client("cloudformation")
    with pytest.raises(client.exceptions.ClientError, match="ValidationError"):
        client.validate_template(TemplateBody=text or " ")


def test_a_failure_on_creation_is_rolled_back(cloud, change_set):
    described = change_set("broken", SMALL, "CREATE")
    cloud.switch("POST", "resources", logicalId="Waiting", reason="Quota of queues exceeded")
    cloud.aws("cloudformation", "execute-change-set", "--change-set-name", described["ChangeSetId"])
    assert cloud.settled("broken")["StackStatus"] == "ROLLBACK_COMPLETE"
    failed = cloud.failures("broken")
    # The cause is the first, not the last.
    assert failed[0] == ("Waiting", "Quota of queues exceeded")
    assert ("News", "Resource creation cancelled") in failed
    turns = [one["ResourceStatus"] for one in cloud.events("broken") if one["LogicalResourceId"] == "broken"]
    assert turns == ["REVIEW_IN_PROGRESS", "CREATE_IN_PROGRESS", "ROLLBACK_IN_PROGRESS", "ROLLBACK_COMPLETE"]
    assert cloud.client("logs").describe_log_groups(logGroupNamePrefix="broken-Log-")["logGroups"] == []
    # Such a stack can only be deleted.
    assert "can not be updated" in cloud.refusal(
        "cloudformation", "create-change-set", "--stack-name", "broken", "--change-set-name", "b", "--template-body", json.dumps(SMALL)
    )
    cloud.aws("cloudformation", "delete-stack", "--stack-name", "broken")
    until(lambda: cloud.run("cloudformation", "describe-stacks", "--stack-name", "broken").returncode, what="the deletion")
    cloud.create("broken", SMALL)


def test_a_failure_on_update_goes_back_to_what_was(cloud, stack):
    before = cloud.outputs(stack)
    cloud.switch("POST", "resources", logicalId="Extra", reason="no")
    template = changed(Extra={"Type": "AWS::SNS::Topic", "DependsOn": "Log"}, News=None)
    cloud.client("cloudformation").update_stack(
        StackName=stack, TemplateBody=json.dumps(template), Parameters=[{"ParameterKey": "Days", "ParameterValue": "14"}]
    )
    found = cloud.settled(stack)
    assert found["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    assert {one["OutputKey"]: one["OutputValue"] for one in found["Outputs"]} == before
    [group] = cloud.client("logs").describe_log_groups(logGroupNamePrefix=before["Group"])["logGroups"]
    assert group["retentionInDays"] == 30
    assert cloud.failures(stack) == [("Extra", "no")]
    assert "News" in {one["LogicalResourceId"] for one in cloud.client("cloudformation").describe_stack_resources(StackName=stack)["StackResources"]}


NOTED = {
    "Parameters": {"Text": {"Type": "String", "Default": "none"}, "Days": {"Type": "Number", "Default": 1}},
    "Resources": {"Note": {"Type": "AWS::CloudWatch::Alarm", "Properties": {
        "AlarmName": {"Fn::Sub": "${AWS::StackName}-note"}, "AlarmDescription": {"Ref": "Text"}, "Threshold": {"Ref": "Days"},
        "Namespace": "Mine", "MetricName": "Own", "Statistic": "Sum", "Period": 60, "EvaluationPeriods": 1,
        "ComparisonOperator": "GreaterThanThreshold",
    }}},
}


def test_what_was_is_kept_though_it_is_not_given_back(cloud):
    cloud.create("noted", NOTED, {"Text": "på Källgatan", "Days": 2})
    given = {one["ParameterKey"]: one["ParameterValue"] for one in cloud.settled("noted")["Parameters"]}
    assert given == {"Text": "p? K?llgatan", "Days": "2"}
    cloud.aws(
        "cloudformation", "update-stack", "--stack-name", "noted", "--use-previous-template", "--parameters",
        "ParameterKey=Days,ParameterValue=3", "ParameterKey=Text,UsePreviousValue=true",
    )
    assert cloud.settled("noted")["StackStatus"] == "UPDATE_COMPLETE"
    [alarm] = cloud.client("cloudwatch").describe_alarms(AlarmNames=["noted-note"])["MetricAlarms"]
    assert (alarm["AlarmDescription"], alarm["Threshold"]) == ("på Källgatan", 3)
    same = ("--parameters", "ParameterKey=Days,UsePreviousValue=true", "ParameterKey=Text,UsePreviousValue=true")
    assert "No updates are to be performed" in cloud.refusal(
        "cloudformation", "update-stack", "--stack-name", "noted", "--use-previous-template", *same
    )
    # What is not named falls back to its default.
    cloud.aws("cloudformation", "update-stack", "--stack-name", "noted", "--use-previous-template", *same[:2])
    assert cloud.settled("noted")["StackStatus"] == "UPDATE_COMPLETE"
    [alarm] = cloud.client("cloudwatch").describe_alarms(AlarmNames=["noted-note"])["MetricAlarms"]
    assert alarm["AlarmDescription"] == "none"


def test_a_role_once_given_stays(cloud):
    for service in ("cloudformation", "codebuild"):
        document = {"Statement": [{"Effect": "Allow", "Principal": {"Service": f"{service}.amazonaws.com"}, "Action": "sts:AssumeRole"}]}
        cloud.client("iam").create_role(RoleName=f"for-{service}", AssumeRolePolicyDocument=json.dumps(document))
    cloud.create("handed", NOTED)
    role = "arn:aws:iam::123456789012:role/for-cloudformation"
    update = ("cloudformation", "update-stack", "--stack-name", "handed", "--use-previous-template", "--parameters")
    for other in (role.replace("cloudformation", "codebuild"), role + "-x"):
        assert "cannot be assumed" in cloud.refusal(*update, "ParameterKey=Days,ParameterValue=2", "--role-arn", other)
    assert "RoleARN" not in cloud.settled("handed")
    cloud.aws(*update, "ParameterKey=Days,ParameterValue=2", "--role-arn", role)
    assert cloud.settled("handed")["RoleARN"] == role
    cloud.aws(*update, "ParameterKey=Days,ParameterValue=3")
    assert cloud.settled("handed")["RoleARN"] == role


def test_deletion_keeps_what_is_to_be_kept(cloud, stack):
    resources = cloud.client("cloudformation").describe_stack_resources(StackName=stack)["StackResources"]
    ids = {one["LogicalResourceId"]: one["PhysicalResourceId"] for one in resources}
    id = cloud.settled(stack)["StackId"]
    cloud.aws("cloudformation", "delete-stack", "--stack-name", stack)
    assert cloud.settled(id)["StackStatus"] == "DELETE_COMPLETE"
    assert ids["Waiting"] in cloud.client("sqs").list_queues()["QueueUrls"]
    assert cloud.client("logs").describe_log_groups(logGroupNamePrefix=ids["Log"])["logGroups"] == []
    assert ids["News"] not in str(cloud.client("sns").list_topics()["Topics"])


def test_a_bucket_with_files_is_not_deleted(cloud):
    cloud.create("full", {"Resources": {"Bucket": {"Type": "AWS::S3::Bucket"}}, "Outputs": {"Name": {"Value": {"Ref": "Bucket"}}}})
    name = cloud.outputs("full")["Name"]
    cloud.upload(name, "file", b"here")
    cloud.aws("cloudformation", "delete-stack", "--stack-name", "full")
    assert cloud.settled("full")["StackStatus"] == "DELETE_FAILED"
    [(resource, reason)] = cloud.failures("full")[:1]
    assert resource == "Bucket" and "not empty" in reason


def test_the_account_can_forbid_public_buckets(cloud):
    site = {
        "Bucket": {"Type": "AWS::S3::Bucket"},
        "Open": {"Type": "AWS::S3::BucketPolicy", "Properties": {"Bucket": {"Ref": "Bucket"}, "PolicyDocument": {"Statement": [
            {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": {"Fn::Sub": "${Bucket.Arn}/*"}}]}}},
    }
    cloud.aws(
        "s3control", "put-public-access-block", "--account-id", "123456789012",
        "--public-access-block-configuration", "BlockPublicPolicy=true",
    )
    try:
        cloud.client("cloudformation").create_stack(StackName="open", TemplateBody=json.dumps({"Resources": site}))
        assert cloud.settled("open")["StackStatus"] == "ROLLBACK_COMPLETE"
        assert "BlockPublicPolicy" in cloud.failures("open")[0][1]
    finally:
        cloud.aws("s3control", "delete-public-access-block", "--account-id", "123456789012")
    cloud.create("open-2", {"Resources": site})
