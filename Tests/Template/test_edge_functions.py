# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""The functions at CloudFront's edge, run with requests as CloudFront gives them.

https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-event-structure.html
"""

import json

import pytest
import quickjs


@pytest.fixture(scope="module")
def ask(stacks):
    """`ask(variant, function, uri, …)` is what the function answers."""

    def ask(variant, function, uri, host="example.com", query=None, **headers):
        context = quickjs.Context()
        context.eval(stacks[variant][function].get("FunctionCode"))
        request = {
            "method": "GET",
            "uri": uri,
            "querystring": query or {},
            "headers": {"host": {"value": host}} | {name.replace("_", "-"): {"value": text} for name, text in headers.items()},
        }
        return json.loads(context.eval(f"JSON.stringify(handler({json.dumps({'request': request, 'viewer': {'ip': '198.51.100.7'}})}))"))

    return ask


@pytest.mark.parametrize(
    ("uri", "served"),
    [("/", "/index.html"), ("/sv/", "/sv/index.html"), ("/style.css", "/style.css"), ("/a.b/", "/a.b/index.html"),
     ("/sv/tack.html", "/sv/tack.html"), ("//", "//index.html")],
)
def test_a_folder_is_its_index(ask, uri, served):
    assert ask("default", "SiteRequestFunction", uri)["uri"] == served


@pytest.mark.parametrize(
    ("uri", "query", "location"),
    [
        ("/sv", None, "/sv/"),
        ("/sv", {"a": {"value": "1"}, "b": {"value": ""}}, "/sv/?a=1&b"),
        ("/sv", {"a": {"value": "1", "multiValue": [{"value": "1"}, {"value": "2"}]}}, "/sv/?a=1&a=2"),
        # Not to another site.
        ("//elsewhere", None, "/elsewhere/"),
        ("///elsewhere", None, "/elsewhere/"),
    ],
)
def test_a_folder_without_its_slash_is_moved(ask, uri, query, location):
    answer = ask("default", "SiteRequestFunction", uri, query=query)
    assert (answer["statusCode"], answer["headers"]["location"]["value"]) == (301, location)


def test_the_other_name_sends_on_to_the_own_one(ask):
    answer = ask("everything", "SiteRequestFunction", "/a.html", host="example.com", query={"q": {"value": "å%20b"}})
    assert answer["headers"]["location"]["value"] == "https://www.example.com/a.html?q=å%20b"
    assert ask("everything", "SiteRequestFunction", "/a.html", host="www.example.com")["uri"] == "/a.html"


def test_without_another_name_any_host_is_served(ask):
    assert ask("default", "SiteRequestFunction", "/a.html", host="d111.cloudfront.net")["uri"] == "/a.html"


@pytest.mark.parametrize(
    ("variant", "length"),
    [("default", "0"), ("default", "1"), ("default", "262144"), ("default", None), ("everything", "32768")],
)
def test_as_much_passes_as_a_message_may_have(ask, variant, length):
    headers = {"content_length": length} if length else {}
    assert ask(variant, "ApiRequestFunction", "/api/contact", **headers)["uri"] == "/api/contact"


@pytest.mark.parametrize("headers", [{}, {"x_visitor": "192.0.2.1"}, {"x_forwarded_for": "192.0.2.1"}])
def test_the_firewall_learns_the_visitors_address_whatever_the_visitor_says(ask, headers):
    passed = ask("default", "ApiRequestFunction", "/api/contact", **headers)
    assert passed["headers"]["x-visitor"] == {"value": "198.51.100.7"}


@pytest.mark.parametrize(
    ("variant", "length"),
    [("default", "262145"), ("default", "1000000"), ("default", "99999999999"), ("everything", "32769")],
)
def test_a_larger_one_is_refused_in_the_contracts_shape(ask, variant, length):
    answer = ask(variant, "ApiRequestFunction", "/api/contact", content_length=length)
    body = json.loads(answer["body"])
    assert answer["statusCode"] == 413
    assert answer["headers"]["access-control-allow-origin"] == {"value": "*"}
    assert (body["ok"], body["success"], body["errors"][0]["code"]) == (False, False, "TOO_LONG")
    assert body["message"] == body["errors"][0]["message"]


def test_the_code_fits(stacks):
    """CloudFront takes 10 KB of a function."""
    for function in ("SiteRequestFunction", "ApiRequestFunction"):
        assert len(stacks["everything"][function].get("FunctionCode").encode()) < 10_240
