# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""docs/openapi.yaml held against the running server: schemathesis makes requests that it allows, and such that it does not."""

import zlib

import pytest
import schemathesis
import yaml
from hypothesis import HealthCheck, Phase, given, settings, strategies
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance, response_headers_conformance, response_schema_conformance, status_code_conformance,
)

from harness.brevlada import REPOSITORY
from harness.forms import letter, post
from harness.inbox import signed_in

DESCRIPTION = yaml.safe_load((REPOSITORY / "docs/openapi.yaml").read_text())
SCHEMA = schemathesis.openapi.from_dict(DESCRIPTION)
CHECKS = [
    not_a_server_error, status_code_conformance, content_type_conformance, response_headers_conformance, response_schema_conformance,
]
OPERATIONS = {operation.ok().label: operation.ok() for operation in SCHEMA.get_all_operations()}


@pytest.fixture(scope="module")
def owner(start):
    """Some messages of several statuses. Signing in is not throttled away: refused tries wait, which is described too."""
    server = start()
    with server.client() as client:
        for number in range(5):
            assert post(client, letter(message=f"Fråga {number}", _id=f"m{number}", **({"_gotcha": "x"} if number % 2 else {}))).status == 200
    with signed_in(server) as owner:
        yield owner


@pytest.mark.parametrize("label", OPERATIONS)
def test_the_server_does_what_the_description_says(owner, counts, label):
    operation = OPERATIONS[label]
    known = owner.submissions(archived="any") or [{"id": "01J00000000000000000000000"}]

    @settings(
        max_examples=counts.openapi, derandomize=True, deadline=None, database=None, phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def try_one(case):
        # Every other id is that of a message; decided by the case, so that every run is the same.
        seed = zlib.crc32(repr((case.path_parameters, case.body)).encode())
        if "{id}" in case.operation.path and seed % 2:
            case.path_parameters = {"id": known[seed // 2 % len(known)]["id"]}
        # Signed in by the session that is there: made-up cookies and tokens are none.
        case.cookies, case.headers = {}, {"Origin": owner.origin}
        if not case.operation.path.startswith("/api/session"):
            case.headers["Cookie"] = owner.cookie
        response = case.call(base_url=owner.origin)
        case.validate_response(response, checks=CHECKS)

    requests(operation)(try_one)()


def requests(operation):
    """Requests within the description and beside it."""
    modes = [schemathesis.GenerationMode.POSITIVE]
    # Where nothing can be chosen, nothing can be chosen wrongly.
    if any(len(list(each)) for each in (operation.query, operation.path_parameters, operation.body)):
        modes.append(schemathesis.GenerationMode.NEGATIVE)
    return given(case=strategies.one_of([operation.as_strategy(generation_mode=mode) for mode in modes]))


def test_the_check_finds_what_is_not_described(start):
    """A description that is wrong on purpose fails, so that the test above can."""
    server = start()
    with server.client() as client:
        assert post(client, letter()).status == 200
    wrong = yaml.safe_load((REPOSITORY / "docs/openapi.yaml").read_text())
    wrong["components"]["schemas"]["Status"]["enum"] = ["read"]
    with signed_in(server) as owner:
        case = schemathesis.openapi.from_dict(wrong)["/api/submissions"]["GET"].Case(headers={"Cookie": owner.cookie})
        response = case.call(base_url=owner.origin)
        assert response.status_code == 200
        with pytest.raises(FailureGroup, match="violates schema"):
            case.validate_response(response, checks=CHECKS)
        # Members that nobody described pass the check; they are held against the description here.
        [summary] = owner.submissions()
        schemas = DESCRIPTION["components"]["schemas"]
        assert summary.keys() == schemas["Summary"]["properties"].keys()
        whole = owner.get(f"/submissions/{summary['id']}").json()
        assert whole.keys() == schemas["Submission"]["properties"].keys()
        assert owner.get("/audit").json().keys() == schemas["Audit"]["properties"].keys()


def test_every_route_of_the_owner_is_described():
    """What Tests/Template says of AWS, and the description, name the same routes."""
    described = {
        (method.upper(), path.removeprefix("/api")) for path, item in DESCRIPTION["paths"].items()
        for method in item if method in ("get", "post", "patch", "delete") and not path.startswith("/api/session")
    }
    assert described == {
        ("GET", "/submissions"), ("GET", "/submissions/{id}"), ("PATCH", "/submissions/{id}"), ("DELETE", "/submissions/{id}"),
        ("GET", "/submissions.csv"), ("GET", "/submissions.jsonl"), ("POST", "/erasure"), ("GET", "/audit"), ("POST", "/resend-failed"),
    }
