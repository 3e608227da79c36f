# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""The web application firewall."""

import json
import re

from ..statement import statement

BODY_LIMIT = 262_144
# Of AWS's managed groups: those that look at bodies, and the one that refuses who sends no User-Agent.
# https://docs.aws.amazon.com/waf/latest/developerguide/aws-managed-rule-groups-baseline.html
COUNTED_RULES = {
    "AWSManagedRulesCommonRuleSet": {
        "NoUserAgent_HEADER", "SizeRestrictions_BODY", "CrossSiteScripting_BODY", "GenericLFI_BODY", "GenericRFI_BODY",
        "EC2MetaDataSSRF_BODY",
    },
    "AWSManagedRulesKnownBadInputsRuleSet": {"JavaDeserializationRCE_BODY", "Log4JRCE_BODY", "ReactJSRCE_BODY"},
    "AWSManagedRulesSQLiRuleSet": {"SQLi_BODY", "SQLiExtendedPatterns_BODY"},
}
WANTED_GROUPS = {*COUNTED_RULES, "AWSManagedRulesAmazonIpReputationList"}


@statement(53)
def firewall_stands_where_it_may(stack):
    """The firewall's scope is the distribution's in us-east-1 and the stage's elsewhere, and it is attached to one."""
    acls = stack.of_type("AWS::WAFv2::WebACL")
    if bool(acls) != (stack.parameters["Waf"] == "true"):
        yield "WebAcl", "does not heed Waf", "make it under HasWaf"
    distribution = stack.get("Distribution")
    attached = distribution.get("DistributionConfig.WebACLId") if distribution else None
    on_stage = [one for one in stack.of_type("AWS::WAFv2::WebACLAssociation")]
    for acl in acls:
        on_site = distribution and stack.pseudo["AWS::Region"] == "us-east-1"
        scope = "CLOUDFRONT" if on_site else "REGIONAL"
        if acl.get("Scope") != scope:
            yield acl.name, f"has the scope {acl.get('Scope')}", f"set {scope}"
        if on_site and attached != f"${{{acl.name}.Arn}}":
            yield "Distribution", "has no firewall", "set WebACLId"
        if not on_site and [one.get("ResourceArn", "").split("/")[-1] for one in on_stage] != ["${Stage}"]:
            yield "WebAclOnApi", "does not guard the stage", "associate the ACL with the stage, by a reference to it"
        if acl.get("DefaultAction") != {"Allow": {}}:
            yield acl.name, "refuses visitors unless a rule lets them in", "set DefaultAction to Allow"
    own = stack.parameters["SiteWebAclArn"]
    if own and attached != own:
        yield "Distribution", "does not heed SiteWebAclArn", "set WebACLId from it"


@statement(53)
def firewall_rules(stack):
    """It limits posts by the visitor's own address and sizes, refuses them in the contract's shape, uses AWS's groups, and
    only counts what their rules see in bodies, and who sends no User-Agent.
    """
    for acl in stack.of_type("AWS::WAFv2::WebACL"):
        rules = acl.get("Rules", [])
        priorities = [rule["Priority"] for rule in rules]
        for priority in sorted({one for one in priorities if priorities.count(one) > 1}):
            yield acl.name, f"has two rules of priority {priority}", "give each its own"
        groups = {}
        for rule in rules:
            group = rule["Statement"].get("ManagedRuleGroupStatement")
            if group:
                groups[group["Name"]] = group
                if "OverrideAction" not in rule or "Action" in rule:
                    yield acl.name, f"has {rule['Name']} with Action", "a group takes OverrideAction"
                elif rule["OverrideAction"] != {"None": {}}:
                    yield acl.name, f"only counts {rule['Name']}", "set OverrideAction to None"
            elif "Action" not in rule:
                yield acl.name, f"has {rule['Name']} without Action", "say what it does"
        for name in sorted(WANTED_GROUPS - groups.keys()):
            yield acl.name, f"does not use {name}", "add the group"
        for name, group in groups.items():
            overrides = group.get("RuleActionOverrides", [])
            counted = {one["Name"] for one in overrides if one["ActionToUse"] == {"Count": {}}}
            for rule in sorted(counted ^ COUNTED_RULES.get(name, set())):
                yield acl.name, f"{'only counts' if rule in counted else 'refuses messages by'} {rule}", (
                    "count in RuleActionOverrides what looks at bodies, which the function judges, and nothing else"
                )
        rates = [rule["Statement"]["RateBasedStatement"] for rule in rules if "RateBasedStatement" in rule["Statement"]]
        if not rates or rates[0].get("Limit") != stack.parameters["WafRate"]:
            yield acl.name, "does not limit posts by WafRate", "add a rate-based rule"
        for rate in rates:
            counted = rate.get("ScopeDownStatement", {}).get("ByteMatchStatement", {})
            posts = (counted.get("FieldToMatch"), counted.get("PositionalConstraint"), counted.get("SearchString"))
            if posts != ({"Method": {}}, "EXACTLY", "POST") or rate.get("EvaluationWindowSec") != 300:
                yield acl.name, "limits something else than the posts of five minutes", "count POST, in EvaluationWindowSec 300"
        behind = acl.get("Scope") == "REGIONAL" and "Distribution" in stack
        for rate in rates:
            forwarded = rate.get("AggregateKeyType") == "FORWARDED_IP" and rate.get("ForwardedIPConfig", {}).get("HeaderName")
            if forwarded != (bool(behind) and "x-visitor"):
                yield acl.name, f"counts addresses by {forwarded or 'who calls'}", (
                    "aggregate by FORWARDED_IP in x-visitor, which ApiRequestFunction sets, behind the distribution; by IP elsewhere"
                )
        bodies = acl.get("CustomResponseBodies", {})
        for rule in rules:
            answer = rule.get("Action", {}).get("Block", {}).get("CustomResponse")
            if not answer:
                continue
            sent = {one["Name"]: one["Value"] for one in answer.get("ResponseHeaders", [])}
            for header, value in (("Access-Control-Allow-Origin", "*"), ("Cache-Control", "no-store")):
                if sent.get(header) != value:
                    yield acl.name, f"refuses by {rule['Name']} without {header}", f"send {value}, as the API does"
            if answer["ResponseCode"] == 429 and not sent.get("Retry-After"):
                yield acl.name, f"does not say in {rule['Name']} when to try again", "send Retry-After"
            body = bodies.get(answer.get("CustomResponseBodyKey"), {})
            try:
                said = json.loads(body.get("Content", ""))
            except ValueError:
                said = {}
            if said.get("ok") is not False or not said.get("errors") or body.get("ContentType") != "APPLICATION_JSON":
                yield acl.name, f"refuses by {rule['Name']} in its own words", (
                    "name one of CustomResponseBodies, of JSON in the contract's shape"
                )
        sizes = [rule for rule in rules if "RegexMatchStatement" in rule["Statement"]]
        if not sizes:
            yield acl.name, "takes a body of any size", "add a rule on content-length"
        for rule in sizes:
            measured = rule["Statement"]["RegexMatchStatement"]["FieldToMatch"]
            if measured != {"SingleHeader": {"Name": "content-length"}}:
                yield acl.name, f"measures {json.dumps(measured)}", "measure the header content-length"
            pattern = rule["Statement"]["RegexMatchStatement"]["RegexString"]
            for length, refused in ((BODY_LIMIT, False), (BODY_LIMIT + 1, True), (99_999, False), (10**6, True)):
                if bool(re.fullmatch(pattern, str(length))) != refused:
                    yield acl.name, f"{'takes' if refused else 'refuses'} a body of {length} bytes", (
                        f"mend the pattern; {BODY_LIMIT} bytes are allowed"
                    )


@statement(53)
def firewall_logs_are_redacted(stack):
    """Its log has the name that WAF insists on, keeps refusals alone, and no credentials or queries. AWS keeps no samples
    beside it.
    """
    for acl in stack.of_type("AWS::WAFv2::WebACL"):
        for shown in (acl.properties, *acl.get("Rules", [])):
            # AWS shows samples in its console for three hours, with the visitor's address.
            # https://docs.aws.amazon.com/waf/latest/developerguide/web-acl-testing-view-sample.html
            if shown.get("VisibilityConfig", {}).get("SampledRequestsEnabled") is not False:
                yield acl.name, f"keeps samples of what {shown.get('Name', 'its default action')} sees", (
                    "set SampledRequestsEnabled to false"
                )
        loggings = [one for one in stack.of_type("AWS::WAFv2::LoggingConfiguration")
                    if one.get("ResourceArn") == f"${{{acl.name}.Arn}}"]
        if not loggings:
            yield acl.name, "logs nothing", "add an AWS::WAFv2::LoggingConfiguration"
        for logging in loggings:
            # What the owner searches for is in the query.
            for field in ({"SingleHeader": {"Name": "authorization"}}, {"SingleHeader": {"Name": "cookie"}}, {"QueryString": {}}):
                if field not in logging.get("RedactedFields", []):
                    yield logging.name, f"logs {json.dumps(field)}", "add it to RedactedFields"
            if logging.get("LoggingFilter.DefaultBehavior") != "DROP":
                yield logging.name, "logs every visitor", "keep refusals alone, in LoggingFilter"
            kept = {
                condition.get("ActionCondition", {}).get("Action")
                for one in logging.get("LoggingFilter.Filters", []) if one["Behavior"] == "KEEP"
                for condition in one["Conditions"]
            }
            # A rule that only counts is met by honest visitors, and its override is what the filter goes by:
            # https://docs.aws.amazon.com/waf/latest/APIReference/API_ActionCondition.html
            if kept != {"BLOCK"}:
                yield logging.name, f"keeps what ends in {sorted(map(str, kept))}", "keep BLOCK alone, in LoggingFilter"
    for group in stack.of_type("AWS::Logs::LogGroup"):
        if group.name == "WafLogs" and not str(group.get("LogGroupName")).startswith("aws-waf-logs-"):
            yield group.name, f"is named {group.get('LogGroupName')}", "begin with aws-waf-logs-, or WAF refuses it"
