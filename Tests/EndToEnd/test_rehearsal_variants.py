# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""Every choice of parameters that the template is checked with becomes a stack in the rehearsal, and goes again."""

import sys

import pytest

from harness.lambdas import REPOSITORY
from harness.rehearsal import TEMPLATE, Rehearsal, Visitor, echo_zip

sys.path.append(str(REPOSITORY / "Tests/Template"))

from checks.variants import VARIANTS  # noqa: E402

SHORT = {"everything"}


def variant(one):
    return pytest.param(one, id=one.name, marks=[] if one.name in SHORT else [pytest.mark.soak])


@pytest.fixture(scope="module")
def clouds():
    """One for each Region; an account's Region is where its stacks are."""
    started = {}

    def cloud(region):
        if region not in started:
            started[region] = Rehearsal("--region", region)
        return started[region]

    yield cloud
    for one in started.values():
        one.stop()


@pytest.mark.parametrize("chosen", [variant(one) for one in VARIANTS])
def test_a_variant_is_made_and_serves_and_goes(clouds, chosen):
    cloud, parameters = clouds(chosen.region), dict(chosen.parameters)
    bucket = parameters["CodeBucket"]
    for name in [name for name in parameters if name.endswith("Key") and parameters[name].endswith(".zip")]:
        cloud.upload(bucket, parameters[name], echo_zip())
    for name in ("ChallengeSecretName", "GitHubSecretName", "AlertWebhookSecretName"):
        if name in parameters:
            version = parameters.get(name.replace("Name", "Version")) or None
            secret(cloud, parameters[name], version)
    stack = f"variant-{chosen.name}"
    parameters |= {"MailFromAddress": f"form@{chosen.name}.example.com"}
    # The zips here are scripts, for this machine whatever it is.
    outputs = cloud.create(stack, TEMPLATE.read_text(encoding="utf-8"), parameters)
    assert "${" not in str(outputs) and "Fn::" not in str(outputs)
    api = Visitor(outputs["ApiUrl"].removesuffix("/api"))
    assert api.post("/api/contact", {}).status == 200
    if parameters.get("AlternateDomainName"):
        moved = Visitor(outputs["SiteUrl"]).get("/a.html", Host=parameters["AlternateDomainName"])
        assert (moved.status, moved.headers["Location"]) == (301, f"https://{parameters['DomainName']}/a.html")
    if parameters.get("ChallengeKind"):
        function = cloud.client("lambda").get_function_configuration(FunctionName=outputs["AddContactInfoName"])
        assert function["Environment"]["Variables"]["BREVLADA_CHALLENGE_SECRET"] == "of-the-service"
    if parameters.get("AlertWebhookSecretName"):
        function = cloud.client("lambda").get_function_configuration(FunctionName=outputs["SendContactInfoEmailName"])
        assert function["Environment"]["Variables"]["BREVLADA_ALERTS_WEBHOOK"] == "https://hooks.example.com/x"
        assert function["Environment"]["Variables"]["BREVLADA_ALERTS_SECRET"] == "of-the-service"
    id = cloud.settled(stack)["StackId"]
    cloud.client("cloudformation").delete_stack(StackName=id)
    assert cloud.settled(id)["StackStatus"] == "DELETE_COMPLETE", cloud.failures(id)
    skipped = {one["LogicalResourceId"] for one in cloud.events(id) if one["ResourceStatus"] == "DELETE_SKIPPED"}
    assert {"Table", "SiteBucket", "LogBucket"} <= skipped


def secret(cloud, name, version):
    client = cloud.client("secretsmanager")
    try:
        client.create_secret(
            Name=name,
            SecretString='{"secret": "of-the-service", "token": "t", "webhook": "w", "url": "https://hooks.example.com/x"}',
            **({"ClientRequestToken": version} if version else {}),
        )
    except client.exceptions.ResourceExistsException:
        pass
