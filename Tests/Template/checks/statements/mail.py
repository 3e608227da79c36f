# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""Mail: the identity, the configuration set, and what is heard of bounces."""

from ..policies import grants_for
from ..statement import statement


@statement(60)
def identity_is_what_was_asked(stack):
    """SES verifies the address or the domain that was asked for, and a domain's mail is signed. Both stay, with the records."""
    kind = stack.parameters["MailIdentity"]
    identities = stack.of_type("AWS::SES::EmailIdentity")
    if bool(identities) != (kind != "Existing"):
        yield "Identity", f"does not heed MailIdentity {kind}", "make it under MakesIdentity"
    address = stack.parameters["MailFromAddress"]
    wanted = address.split("@")[1] if kind == "Domain" else address
    for identity in identities:
        if identity.get("EmailIdentity") != wanted:
            yield identity.name, f"verifies {identity.get('EmailIdentity')}", f"verify {wanted}"
        if kind == "Domain" and identity.get("DkimAttributes.SigningEnabled") is not True:
            yield identity.name, "sends mail unsigned", "set DkimAttributes.SigningEnabled"
        for attribute in ("DeletionPolicy", "UpdateReplacePolicy"):
            if not identity.attributes.get(attribute, "").startswith("Retain"):
                yield identity.name, f"has no {attribute}, and others may send from it", "retain it"
    records = [record for group in stack.of_type("AWS::Route53::RecordSetGroup") if group.name == "IdentityRecords"
               for record in group.get("RecordSets", [])]
    if stack.parameters["MailHostedZoneId"] and len({record["Name"] for record in records}) != 3:
        yield "IdentityRecords", f"are {len(records)}", "add the three CNAME records of the domain's DKIM"
    if group := stack.get("IdentityRecords"):
        for attribute, value in (("DeletionPolicy", "RetainExceptOnCreate"), ("UpdateReplacePolicy", "Retain")):
            if group.attributes.get(attribute) != value:
                yield group.name, f"have {attribute} {group.attributes.get(attribute)}, and without them the kept domain sends no more", (
                    f"set {value}"
                )


@statement(56)
def configuration_hears_of_bounces(stack):
    """Mail goes by TLS under a configuration set whose bounces and complaints reach a topic; the account's list of such
    addresses does not count.
    """
    sets = stack.of_type("AWS::SES::ConfigurationSet")
    if len(sets) != 1:
        yield "MailConfiguration", f"is there {len(sets)} times", "have one configuration set"
        return
    one = sets[0]
    for key, value in (
        ("SendingOptions.SendingEnabled", True),
        ("ReputationOptions.ReputationMetricsEnabled", True),
        ("DeliveryOptions.TlsPolicy", "REQUIRE"),
        # Empty, not left out: without it the account's list counts.
        # https://docs.aws.amazon.com/ses/latest/dg/sending-email-suppression-list-config-level.html
        ("SuppressionOptions.SuppressedReasons", []),
    ):
        if one.get(key) != value:
            yield one.name, f"has {key} {one.get(key)!r}", f"set {value!r}"
    heard = set()
    for events in stack.of_type("AWS::SES::ConfigurationSetEventDestination"):
        if events.get("ConfigurationSetName") == f"${{{one.name}}}" and events.get("EventDestination.Enabled") is True:
            if events.get("EventDestination.SnsDestination.TopicARN") == "${MailEventTopic}":
                heard |= set(events.get("EventDestination.MatchingEventTypes", []))
    for kind in ("bounce", "complaint", "reject"):
        if kind not in heard:
            yield "MailEvents", f"do not tell of a {kind}", "add it to MatchingEventTypes, to the MailEventTopic"
    if not any(
        one.allows and one.services == ["ses.amazonaws.com"] and one.actions == ("sns:Publish",)
        for one in grants_for(stack, "MailEventTopicPolicy")
    ):
        yield "MailEventTopicPolicy", "does not let SES publish", "allow sns:Publish to ses.amazonaws.com"


@statement(56)
def returned_mail_is_marked(stack):
    """The function hears of bounces too, and again when it could not mark what was returned."""
    function = "${SendContactInfoEmail.Arn}"
    topics = [topic for topic in stack.of_type("AWS::SNS::Topic") if topic.name == "MailEventTopic"]
    if not any(one == {"Protocol": "lambda", "Endpoint": function} for topic in topics for one in topic.get("Subscription", [])):
        yield "MailEventTopic", "does not call SendContactInfoEmail", "subscribe it by Protocol lambda"
    if not any(
        permission.get("FunctionName") == "${SendContactInfoEmail}"
        and permission.get("SourceArn") == "${MailEventTopic}"
        and permission.get("Principal") == "sns.amazonaws.com"
        for permission in stack.of_type("AWS::Lambda::Permission")
    ):
        yield "MailEventTopic", "may not call SendContactInfoEmail", "add an AWS::Lambda::Permission with its ARN"
    for retries in stack.of_type("AWS::Lambda::EventInvokeConfig"):
        if retries.get("MaximumRetryAttempts") != 2 or not 200 <= retries.get("MaximumEventAgeInSeconds", 0) < 300:
            yield retries.name, "gives news up at once, or lets sweeps wait for each other", (
                "set MaximumRetryAttempts 2, which takes three minutes, and less than the five to the next sweep"
            )
        if retries.get("DestinationConfig"):
            yield retries.name, "keeps headers of mails", "keep nothing of what failed: the news quotes its mail"
