# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""Lambda's filter patterns and the policies of buckets, as the rehearsal reads them."""

import json

import pytest
from Rehearsal.front.policy import Request, allows
from Rehearsal.functions.filters import Filter

RECORD = {
    "eventName": "INSERT",
    "dynamodb": {"NewImage": {"kind": {"S": "submission"}, "size": {"N": "7"}, "region": {"S": "eu-north-1"}}, "SizeBytes": 120},
    "empty": None, "yes": True, "list": ["a", "b"],
}


@pytest.mark.parametrize(
    ("pattern", "passes"),
    [
        ({"eventName": ["INSERT"]}, True),
        ({"eventName": ["MODIFY"]}, False),
        ({"eventName": ["MODIFY", "INSERT"]}, True),
        ({"eventName": ["insert"]}, False),
        ({"eventName": [{"equals-ignore-case": "insert"}]}, True),
        ({"eventName": [{"prefix": "INS"}]}, True),
        ({"eventName": [{"suffix": "ERT"}]}, True),
        ({"eventName": [{"prefix": "ERT"}]}, False),
        ({"eventName": [{"anything-but": ["REMOVE"]}]}, True),
        ({"eventName": [{"anything-but": "INSERT"}]}, False),
        ({"eventName": [{"anything-but": {"prefix": "IN"}}]}, False),
        ({"dynamodb": {"NewImage": {"kind": {"S": ["submission"]}, "region": {"S": ["eu-north-1"]}}}}, True),
        ({"dynamodb": {"NewImage": {"kind": {"S": ["ledger"]}}}}, False),
        ({"dynamodb": {"NewImage": {"region": {"S": ["eu-north-1"]}}}, "eventName": ["REMOVE"]}, False),
        ({"dynamodb": {"SizeBytes": [{"numeric": [">", 100, "<=", 120]}]}}, True),
        ({"dynamodb": {"SizeBytes": [{"numeric": ["=", 119]}]}}, False),
        ({"dynamodb": {"NewImage": {"size": {"N": [7]}}}}, False),
        ({"dynamodb": {"OldImage": {"kind": {"S": ["submission"]}}}}, False),
        ({"missing": [{"exists": False}]}, True),
        ({"missing": [{"exists": True}]}, False),
        ({"eventName": [{"exists": True}]}, True),
        ({"empty": [None]}, True),
        ({"missing": [None]}, False),
        ({"yes": [True]}, True),
        ({"yes": [1]}, False),
        ({"list": ["b"]}, True),
        ({"$or": [{"eventName": ["REMOVE"]}, {"yes": [True]}]}, True),
        ({"$or": [{"eventName": ["REMOVE"]}, {"yes": [False]}]}, False),
    ],
)
def test_patterns(pattern, passes):
    assert Filter({"Filters": [{"Pattern": json.dumps(pattern)}]}).passes(RECORD) is passes


def test_one_pattern_is_enough_and_none_lets_all_pass():
    two = [{"Pattern": json.dumps({"eventName": [name]})} for name in ("REMOVE", "INSERT")]
    assert Filter({"Filters": two}).passes(RECORD)
    assert not Filter({"Filters": two[:1]}).passes(RECORD)
    assert Filter(None).passes(RECORD)


def test_an_operator_that_there_is_not_is_an_error():
    with pytest.raises(ValueError, match="like"):
        Filter({"Filters": [{"Pattern": '{"eventName": [{"like": "I"}]}'}]}).passes(RECORD)


OURS = "arn:aws:cloudfront::123456789012:distribution/E1"
POLICY = {"Statement": [
    {"Effect": "Allow", "Principal": {"Service": "cloudfront.amazonaws.com"}, "Action": "s3:GetObject",
     "Resource": "arn:aws:s3:::site/*", "Condition": {"StringEquals": {"aws:SourceArn": OURS}}},
    {"Effect": "Allow", "Principal": "*", "Action": ["s3:Get*"], "Resource": "arn:aws:s3:::open/*",
     "Condition": {"IpAddress": {"aws:SourceIp": ["203.0.113.0/24", "2001:db8::/32"]}}},
    {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": ["arn:aws:s3:::site", "arn:aws:s3:::site/*"],
     "Condition": {"Bool": {"aws:SecureTransport": "false"}}},
]}
CLOUDFRONT = "cloudfront.amazonaws.com"


@pytest.mark.parametrize(
    ("allowed", "action", "resource", "service", "context"),
    [
        (True, "s3:GetObject", "site/a", CLOUDFRONT, {"aws:SourceArn": OURS, "aws:SecureTransport": "true"}),
        (False, "s3:GetObject", "site/a", CLOUDFRONT, {"aws:SourceArn": OURS[:-1] + "2", "aws:SecureTransport": "true"}),
        (False, "s3:GetObject", "site/a", CLOUDFRONT, {"aws:SecureTransport": "true"}),
        (False, "s3:GetObject", "site/a", "", {"aws:SourceArn": OURS, "aws:SecureTransport": "true"}),
        (False, "s3:GetObject", "site/a", CLOUDFRONT, {"aws:SourceArn": OURS, "aws:SecureTransport": "false"}),
        (False, "s3:PutObject", "site/a", CLOUDFRONT, {"aws:SourceArn": OURS}),
        (False, "s3:GetObject", "other/a", CLOUDFRONT, {"aws:SourceArn": OURS}),
        (True, "s3:GetObject", "open/a", "", {"aws:SourceIp": "203.0.113.9"}),
        (True, "s3:getobject", "open/a", "", {"aws:SourceIp": "2001:db8::1"}),
        (False, "s3:GetObject", "open/a", "", {"aws:SourceIp": "203.0.114.9"}),
        (False, "s3:GetObject", "open/a", "", {}),
    ],
)
def test_policies(allowed, action, resource, service, context):
    assert allows(POLICY, Request(action, f"arn:aws:s3:::{resource}", service, context)) is allowed
