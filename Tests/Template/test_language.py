# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""What AWS answers by itself is in the site's language, in the words of the functions where they have them."""

import json
import re

import pytest
import quickjs

from checks.resolver import Resolver
from checks.source import ROOT
from checks.variants import Variant, VARIANTS

# What the functions never say.
OURS = {
    "sv": {
        "Du får inte göra det här. Logga in som ägaren och försök igen.",
        "Webbplatsens brandvägg stoppade meddelandet. Skriv det med andra ord och skicka igen.",
    },
    "en": {
        "You may not do this. Sign in as the owner and try again.",
        "The firewall of this site refused the message. Write it in other words and send again.",
    },
}


def said_in(template, language):
    """Every sentence that a visitor or the owner may get without a function, by where it comes from."""
    variant = Variant("x", "us-east-1", VARIANTS[0].parameters | {"Language": language, "Waf": "true"})
    stack = Resolver(template, variant.parameters, variant.pseudo).stack("x")
    bodies = {one.name: one.get("ResponseTemplates")["application/json"] for one in stack.of_type("AWS::ApiGateway::GatewayResponse")}
    bodies |= {name: body["Content"] for name, body in stack["WebAcl"].get("CustomResponseBodies").items()}
    context = quickjs.Context()
    context.eval(stack["ApiRequestFunction"].get("FunctionCode"))
    request = {"method": "POST", "uri": "/api/contact", "querystring": {}, "headers": {"content-length": {"value": "262145"}}}
    refused = context.eval(f"JSON.stringify(handler({json.dumps({'request': request, 'viewer': {'ip': '198.51.100.7'}})}))")
    bodies["ApiRequestFunction"] = json.loads(refused)["body"]
    answers = {name: json.loads(body) for name, body in bodies.items()}
    assert all(one["errors"][0]["message"] == one["message"] for one in answers.values())
    return answers


@pytest.fixture(scope="module")
def swedish(template):
    return said_in(template, "sv")


@pytest.fixture(scope="module")
def english(template):
    return said_in(template, "en")


def test_every_answer_is_in_both_languages(swedish, english):
    assert len(swedish) == 11 and swedish.keys() == english.keys()
    for name in swedish:
        assert swedish[name]["message"] != english[name]["message"], name
        assert re.search(r"[åäö]|\b(och|igen)\b", swedish[name]["message"]), name
        # All but the sentence is for programs.
        for one in (swedish, english):
            assert one[name]["errors"][0].pop("message") == one[name].pop("message")
        assert swedish[name] == english[name], name


@pytest.mark.parametrize("language, wait", [("sv", "några sekunder"), ("en", "a few seconds")])
def test_the_sentences_are_those_of_the_functions(template, language, wait):
    swift = "".join(
        (ROOT / f"Sources/ContactForm/{name}.swift").read_text(encoding="utf-8") for name in ("Text/Sentences", "Owner/InboxSentences")
    )
    # What the functions know and these can't: how long, and the reference of the log.
    swift = swift.replace(r"\(wait)", wait).replace(r" (\(reference))", "")
    theirs = set(re.findall(r'"([^"\n]+)"', swift))
    said = {one["message"] for one in said_in(template, language).values()}
    assert said - theirs == OURS[language]


def test_what_is_not_ascii_is_written_as_json_writes_it(text):
    """The pages of CloudFormation lose it otherwise; a visitor reads it as it is meant."""
    assert text.isascii() and r"f\u00f6r stort" in text
