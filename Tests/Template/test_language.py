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
        "Du får inte göra det här. Logga in som ägare och försök igen.",
        "Webbplatsens brandvägg stoppade meddelandet. Prova från en annan uppkoppling, eller kontakta webbplatsens ägare på annat sätt.",
    },
    "en": {
        "You may not do this. Sign in as the owner and try again.",
        "The firewall of this site stopped the message. Try from another connection, or contact the site’s owner in another way.",
    },
}


def answers_in(template, language):
    """Every answer that a visitor or the owner may get without a function: (its language, its body) by where it comes from."""
    variant = Variant("x", "us-east-1", VARIANTS[0].parameters | {"Language": language, "Waf": "true"})
    stack = Resolver(template, variant.parameters, variant.pseudo).stack("x")
    answers = {
        one.name: (
            one.get("ResponseParameters")["gatewayresponse.header.Content-Language"].strip("'"), one.get("ResponseTemplates")["application/json"]
        )
        for one in stack.of_type("AWS::ApiGateway::GatewayResponse")
    }
    for rule in stack["WebAcl"].get("Rules"):
        if refusal := rule.get("Action", {}).get("Block", {}).get("CustomResponse"):
            [spoken] = [one["Value"] for one in refusal["ResponseHeaders"] if one["Name"] == "Content-Language"]
            name = refusal["CustomResponseBodyKey"]
            answers[name] = spoken, stack["WebAcl"].get("CustomResponseBodies")[name]["Content"]
    context = quickjs.Context()
    context.eval(stack["ApiRequestFunction"].get("FunctionCode"))
    request = {"method": "POST", "uri": "/api/contact", "querystring": {}, "headers": {"content-length": {"value": "262145"}}}
    refused = context.eval(f"JSON.stringify(handler({json.dumps({'request': request, 'viewer': {'ip': '198.51.100.7'}})}))")
    refused = json.loads(refused)
    answers["ApiRequestFunction"] = refused["headers"]["content-language"]["value"], refused["body"]
    return answers


def said_in(template, language):
    """What they say."""
    said = {name: json.loads(body) for name, (_, body) in answers_in(template, language).items()}
    assert all(one["errors"][0]["message"] == one["message"] for one in said.values())
    return said


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


@pytest.mark.parametrize("language", ["sv", "en"])
def test_every_answer_tells_its_language(template, language):
    """The script marks the sentence with it, so that a screen reader says it right."""
    assert {spoken for spoken, _ in answers_in(template, language).values()} == {language}


@pytest.mark.parametrize("language, waits", [("sv", ("några sekunder", "en minut")), ("en", ("a few seconds", "a minute"))])
def test_the_sentences_are_those_of_the_functions(template, language, waits):
    swift = "".join(
        (ROOT / f"Sources/ContactForm/{name}.swift").read_text(encoding="utf-8") for name in ("Text/Sentences", "Owner/InboxSentences")
    )
    swift = re.sub(r'"\n *\+ "', "", swift)
    # What the functions know and these can't: how long, and the reference of the log.
    swift = re.sub(r" \((Error code: |Felkod: )?\\\(reference\)\)", "", swift)
    theirs = {sentence.replace(r"\(wait)", wait) for sentence in re.findall(r'"([^"\n]+)"', swift) for wait in waits}
    said = {one["message"] for one in said_in(template, language).values()}
    assert said - theirs == OURS[language]


def test_what_is_not_ascii_is_written_as_json_writes_it(text):
    """The pages of CloudFormation lose it otherwise; a visitor reads it as it is meant."""
    assert text.isascii() and r"f\u00f6r l\u00e5ngt" in text
