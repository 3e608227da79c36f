# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""AddContactInfo while DynamoDB or the way to it fails: nothing that was thanked for is lost, nothing is stored twice."""

import json
import random
import time

import pytest

from harness.faulty_proxy import FAULTS, FaultyProxy
from harness.lambdas import Function, form_event
from harness.waiting import in_one_window

MESSAGE = {"email": "asa@example.se", "message": "Hej"}


@pytest.fixture(scope="module")
def proxy(moto):
    proxy = FaultyProxy(moto.port)
    yield proxy
    proxy.stop()


@pytest.fixture(scope="module")
def start(moto, proxy, tmp_path_factory):
    """`start(timeout)` makes an instance of the function."""
    def start(timeout):
        folder = tmp_path_factory.mktemp("faults")
        return Function("AddContactInfo", folder, proxy.url, timeout, BREVLADA_SITE_URL="https://example.se")
    return start


@pytest.fixture(scope="module")
def function(start):
    with start(timeout=30) as function:
        yield function


@pytest.fixture(autouse=True)
def clean(aws, proxy):
    proxy.clear()


@pytest.mark.parametrize("fault", FAULTS)
def test_one_fault_is_not_noticed(function, aws, proxy, fault):
    proxy.plan.extend([fault])
    answer = function.post(MESSAGE)
    assert answer["statusCode"] == 200, function.log
    assert len(aws.items()) == 1


@pytest.mark.parametrize("fault", FAULTS)
def test_a_lasting_fault_is_never_a_success_that_is_not_stored(function, aws, proxy, fault):
    proxy.decide = lambda exchange: fault
    in_one_window(60)
    answer = function.post(MESSAGE)
    stored = len(aws.items())
    if answer["statusCode"] == 200:
        assert stored == 1
    else:
        assert answer["statusCode"] == 503
        assert int(answer["headers"]["Retry-After"]) > 0
        assert json.loads(answer["body"])["ok"] is False
    proxy.decide = None
    # The visitor's second try is the same message.
    assert function.post(MESSAGE)["statusCode"] == 200
    assert len(aws.items()) == 1


@pytest.mark.parametrize("timeout", [5, 30])
def test_a_store_that_never_answers_is_answered_for_before_lambda_ends_the_call(start, aws, proxy, timeout):
    """With five seconds the end of the call comes first, with thirty the patience with the store."""
    proxy.delay = 60
    proxy.decide = lambda exchange: "hang"
    said = []
    # The function means to be done 300 ms before the emulator ends it, real time that a busy machine may not give it.
    for _ in range(3):
        with start(timeout) as function:
            function.invoke(b"{}")
            [pid] = function.pids()
            said.append(function.invoke(form_event(MESSAGE))[1])
            if said[-1].get("statusCode") == 503 and function.pids() == [pid]:
                return
    pytest.fail(f"the emulator ended the function: {said}")


def test_connections_that_went_stale_in_a_freeze_cost_nothing(function, aws, proxy):
    for number in range(5):
        assert function.post(MESSAGE | {"message": f"question {number}"})["statusCode"] == 200
        proxy.drop_connections()
    assert len(aws.items()) == 5


def test_in_a_storm_every_message_is_stored_once(function, aws, proxy, counts):
    dice = random.Random(20261124)
    proxy.decide = lambda exchange: dice.choice(FAULTS) if dice.random() < 0.6 else None
    proxy.delay = 0.01
    thanked = set()
    for number in range(counts.lambda_storm):
        # A token and its time, as the site's script sends them: the tries may take longer than one window.
        token = {"_id": f"token {number}", "_started": str(int(time.time() * 1000) - 60_000)}
        for _ in range(20):
            answer = function.post(MESSAGE | token | {"message": f"question {number}"})
            assert answer["statusCode"] in (200, 503)
            if answer["statusCode"] == 200:
                thanked.add(json.loads(answer["body"])["id"])
                break
        else:
            pytest.fail("never stored in twenty tries")
    proxy.decide = None
    assert len(thanked) == counts.lambda_storm
    assert {item["sk"]["S"] for item in aws.items()} == thanked
