# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""Who gets into the inbox and who does not, at the real program."""

import os
import pty
import re
import stat
import time

import pytest

from harness.brevlada import binary, environment, run
from harness.forms import letter, post
from harness.inbox import FIRST, PASSWORD, Owner, set_password, signed_in
from harness.store import submissions

ROUTES = [
    ("GET", "/submissions", None), ("GET", "/submissions?status=nonsense", None), ("GET", "/submissions.csv", None),
    ("GET", "/submissions.jsonl", None), ("GET", "/submissions/01J00000000000000000000000", None), ("GET", "/audit", None),
    ("PATCH", "/submissions/01J00000000000000000000000", {"action": "release"}),
    ("DELETE", "/submissions/01J00000000000000000000000", None), ("POST", "/erasure", {"email": "asa@example.se"}),
    ("POST", "/resend-failed", None), ("PUT", "/submissions", {}), ("GET", "/erasure", None),
]


@pytest.fixture(scope="module")
def site(start):
    """A server with a password and a message, which nobody may change."""
    server = start()
    set_password(server.data)
    with server.client() as client:
        assert post(client, letter()).status == 200
    return server


def refused(owner):
    """Every route answers 401, the same bytes, and nothing of a message; nothing is changed."""
    answers = set()
    for method, path, body in ROUTES:
        answer = owner.request(method, path, body)
        assert answer.status == 401, (method, path)
        assert answer["cache-control"] == "no-store"
        assert answer["set-cookie"] is None
        answers.add(answer.body)
    assert len(answers) == 1
    assert b"asa" not in answers.pop()


@pytest.mark.parametrize("cookie", [
    None, "brevlada=", "brevlada=x", "brevlada=" + "0" * 64, "brevlada=" + "f" * 63 + "'", "__Host-brevlada=" + "0" * 64,
    "brevlada=%00", "brevlada=" + "a" * 4000, "session=1; brevlada=" + "1" * 64,
])
def test_without_a_session_there_is_401_and_nothing_else(site, cookie):
    with Owner(site) as owner:
        owner.cookie = cookie
        refused(owner)
    assert [each.status for each in submissions(site.database)] != []


def test_a_session_from_signing_in_to_signing_out(site):
    with Owner(site) as owner:
        assert owner.request("GET", "/session").status == 401
        answer = owner.sign_in()
        assert answer.status == 200 and answer.json() == {"signedIn": True}
        assert re.fullmatch(rf"brevlada-{site.port}=[0-9a-f]{{64}}; Path=/; HttpOnly; SameSite=Strict", answer["set-cookie"])
        assert owner.request("GET", "/session").json() == {"signedIn": True}
        assert [each["name"] for each in owner.submissions()] == ["Åsa Öberg"]
        kept = owner.cookie
        assert owner.request("DELETE", "/session").status == 204
        owner.cookie = kept
        refused(owner)


def test_a_tampered_cookie_and_that_of_another_server_are_none(site, start):
    with signed_in(site) as owner, signed_in(start()) as foreign:
        good = owner.cookie
        name, _, token = good.partition("=")
        flipped = token[:-1] + ("0" if token[-1] != "0" else "1")
        for cookie in [foreign.cookie, f"{name}={flipped}", f"{name}={token[:-1]}", good + "0", good.upper(), f"__Host-{good}"]:
            owner.cookie = cookie
            refused(owner)
        owner.cookie = good
        assert owner.get("/submissions").status == 200


def test_a_restart_and_a_new_password_end_every_session(start):
    server = start()
    with signed_in(server) as owner:
        assert owner.get("/submissions").status == 200
        set_password(server.data, "another long password")
        refused(owner)
        assert owner.sign_in().status == 401
        assert owner.sign_in("another long password").status == 200
        server.restart()
        owner.client.close()
        refused(owner)


@pytest.mark.parametrize("headers", [
    {"origin": "https://evil.example"}, {"origin": "null"}, {"origin": None}, {"origin": "http://localhost:1"},
    {"sec_fetch_site": "cross-site"}, {"sec_fetch_site": "same-site"}, {"origin": None, "sec_fetch_site": "none"},
])
def test_another_site_can_change_nothing_through_the_owners_browser(site, headers):
    before = submissions(site.database)
    with signed_in(site) as owner:
        identifier = owner.submissions()[0]["id"]
        for method, path, body in [
            ("PATCH", f"/submissions/{identifier}", {"action": "spam"}), ("DELETE", f"/submissions/{identifier}", None),
            ("POST", "/erasure", {"email": "asa@example.se"}), ("POST", "/resend-failed", None),
            ("POST", "/session", {"password": PASSWORD}), ("DELETE", "/session", None),
            ("POST", "/session/password", {"token": "0" * 64, "password": PASSWORD}),
        ]:
            answer = owner.request(method, path, body, **headers)
            assert answer.status == 403, (method, path)
            assert answer["set-cookie"] is None
        assert owner.get("/submissions").status == 200
    assert submissions(site.database) == before


def test_a_form_of_another_site_is_no_json(site):
    """What a page can send without asking first (Fetch, "CORS-safelisted request-header")."""
    with Owner(site) as owner:
        for content_type in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", None]:
            answer = owner.request("POST", "/session", {"password": PASSWORD}, content_type=content_type)
            assert answer.status == 415


def test_wrong_passwords_are_refused_then_made_to_wait_and_the_server_goes_on(start):
    server = start()
    set_password(server.data)
    with Owner(server) as owner, server.client() as visitor:
        answers = [owner.sign_in("wrong password") for _ in range(8)]
        assert [answer.status for answer in answers] == [401] * 5 + [429] * 3
        assert len({answer.body for answer in answers[:5]}) == 1
        assert 0 < int(answers[5]["retry-after"]) <= 60
        # The right one waits as well: who could tell otherwise would go on guessing.
        assert owner.sign_in().status == 429
        assert post(visitor, letter()).status == 200
        assert "wrong password" not in server.log and PASSWORD not in server.log


def test_without_a_password_the_answer_is_the_same_and_takes_as_long(site, start):
    empty = start()

    def fastest(server):
        """Of a few, so that a busy machine does not decide; a file with a password of its own for each would be no fairer."""
        times = []
        with Owner(server) as owner:
            for _ in range(3):
                begin = time.monotonic()
                answer = owner.sign_in("wrong password")
                times.append(time.monotonic() - begin)
                assert answer.status == 401
        return min(times), answer.body

    (with_time, with_body), (without_time, without_body) = fastest(site), fastest(empty)
    assert with_body == without_body
    # Without any work the answer would be there in a millisecond or two.
    assert without_time > with_time / 10


def test_the_first_link_sets_a_password_once(start):
    server = start()
    url, token = FIRST.search(server.wait_for_log("inbox")).groups()
    assert url == f"http://localhost:{server.port}"
    with Owner(server) as owner:
        assert owner.request("GET", "/session").json() == {"signedIn": False, "needsPassword": True}
        refused(owner)
        assert owner.request("POST", "/session/password", {"token": token, "password": "short"}).status == 400
        assert owner.request("POST", "/session/password", {"token": "0" * 64, "password": PASSWORD}).status == 401
        answer = owner.request("POST", "/session/password", {"token": token, "password": PASSWORD})
        assert answer.status == 200
        owner.take_cookie(answer)
        assert owner.get("/submissions").status == 200
        again = owner.request("POST", "/session/password", {"token": token, "password": "another password"})
        assert again.status == 401
    assert stat.S_IMODE((server.data / "owner-password").stat().st_mode) == 0o600
    assert PASSWORD not in (server.data / "owner-password").read_text()
    server.restart()
    assert "#first=" not in server.log.rpartition("Ready on")[0].rpartition("Ready on")[2]
    with Owner(server) as owner:
        assert owner.sign_in().status == 200


def test_strangers_behind_a_proxy_do_not_learn_whether_there_is_a_password_and_the_link_works(start):
    server = start(BREVLADA_SITE_URL="https://example.se", BREVLADA_TRUSTED_PROXIES="127.0.0.1")
    forwarded = {"x_forwarded_for": "192.0.2.1", "x_forwarded_proto": "https", "host": "example.se",
                 "origin": "https://example.se"}
    with Owner(server) as owner:
        answer = owner.request("GET", "/session", **forwarded)
        assert answer.status == 401 and "needsPassword" not in answer.text
        url, token = FIRST.search(server.wait_for_log("inbox")).groups()
        assert url == "https://example.se"
        answer = owner.request("POST", "/session/password", {"token": token, "password": PASSWORD}, **forwarded)
        assert answer.status == 200
        owner.take_cookie(answer)
        assert owner.request("GET", "/submissions", **forwarded).status == 200
        owner.cookie = None
        assert owner.request("GET", "/session", **forwarded).status == 401


def test_no_link_is_printed_where_strangers_could_read_it(start, mail_server):
    server = start(BREVLADA_LISTEN="0.0.0.0:0", **mail_server().settings)
    line = server.wait_for_log("inbox")
    assert "#first=" not in server.log
    assert "brevlada passwd" in line


def test_over_plain_http_only_this_machine_signs_in(site):
    with Owner(site) as owner:
        answer = owner.sign_in(host="example.se", origin="http://example.se")
        assert answer.status == 403 and answer.json()["errors"][0]["code"] == "NEEDS_TLS"
        assert owner.cookie is None


def test_behind_tls_the_cookie_is_guarded(start):
    server = start(BREVLADA_TRUSTED_PROXIES="127.0.0.1")
    set_password(server.data)
    with Owner(server) as owner:
        forwarded = {"x_forwarded_proto": "https", "host": "example.se", "origin": "https://example.se"}
        answer = owner.sign_in(**forwarded)
        assert answer.status == 200
        assert answer["set-cookie"].startswith("__Host-brevlada=")
        assert answer["set-cookie"].endswith("; Path=/; HttpOnly; SameSite=Strict; Secure")
        assert owner.request("GET", "/submissions", **forwarded).status == 200
        # Without TLS another name is looked for, so that nothing plain is ever taken for it.
        assert owner.request("GET", "/submissions").status == 401
        plain = forwarded | {"origin": "http://example.se"}
        assert owner.request("DELETE", "/session", **plain).status == 403


def test_the_inbox_can_be_switched_off(start):
    server = start(BREVLADA_INBOX="false")
    set_password(server.data)
    assert "inbox" not in server.log
    with Owner(server) as owner, server.client() as client:
        for path in ["/inbox/", "/inbox/config.json", "/api/submissions", "/api/session", "/api/submissions.csv"]:
            assert client.get(path).status == 404
        assert owner.sign_in().status == 404
        assert owner.request("POST", "/erasure", {"email": "a@b.se"}).status == 404


def test_the_page_is_there_under_a_strict_policy(site):
    with site.client() as client:
        assert client.get("/inbox")["location"] == "/inbox/"
        page = client.get("/inbox/")
        assert page.status == 200 and page["content-type"] == "text/html; charset=utf-8"
        policy = dict(part.strip().partition(" ")[::2] for part in page["content-security-policy"].split(";"))
        assert policy["default-src"] == "'none'" and policy["script-src"] == "'self'" and policy["style-src"] == "'self'"
        assert "unsafe" not in page["content-security-policy"]
        again = client.get("/inbox/", if_none_match=page["etag"])
        assert again.status == 304
        configuration = client.get("/inbox/config.json")
        assert configuration.json()["signIn"] == {"kind": "password"}
        assert configuration["cache-control"] == "no-store"


def test_a_broken_password_file_lets_nobody_in(start):
    server = start()
    path = server.data / "owner-password"
    for content in ["", "hunter2\n", "$scrypt$ln=60,r=8,p=1$AAAA$AAAA\n"]:
        path.write_text(content)
        with Owner(server) as owner:
            assert owner.request("GET", "/session").status == 401
            assert owner.sign_in().status == 503
            refused(owner)
    server.wait_for_log("owner's password not readable")


@pytest.mark.parametrize("password, fault", [
    ("short", "has 5 characters"), ("x" * 1001, "has 1001 characters"), ("", "is empty"), ("twelve chars\tand", "control character"),
])
def test_passwd_refuses_what_is_no_password(tmp_path, password, fault):
    done = run("passwd", "--stdin", "--data", tmp_path, stdin=password + "\n")
    assert done.returncode == 2 and fault in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_passwd_needs_a_terminal_or_stdin(tmp_path):
    done = run("passwd", "--data", tmp_path)
    assert done.returncode == 2 and "--stdin" in done.stderr


def at_terminal(folder, *lines):
    """`brevlada passwd` at a terminal: what is typed, what is shown, and the exit code."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.execve(binary(), [str(binary()), "passwd", "--data", str(folder)], environment())
    shown = b""
    try:
        for prompt, line in zip([b"New password: ", b"Once more: "], lines):
            deadline = time.monotonic() + 30
            while prompt not in shown:
                assert time.monotonic() < deadline, shown
                shown += os.read(terminal, 1024)
            os.write(terminal, line.encode() + b"\n")
        while True:
            try:
                more = os.read(terminal, 1024)
            except OSError:
                break
            if not more:
                break
            shown += more
    finally:
        os.close(terminal)
        _, status = os.waitpid(pid, 0)
    return shown.decode(), os.waitstatus_to_exitcode(status)


def test_passwd_asks_twice_without_showing_anything(tmp_path):
    shown, code = at_terminal(tmp_path, PASSWORD, PASSWORD)
    assert code == 0 and "is set" in shown
    assert PASSWORD not in shown and "fyra" not in shown
    assert (tmp_path / "owner-password").read_text().startswith("$scrypt$ln=17,r=8,p=1$")


def test_passwd_changes_nothing_when_the_two_differ_or_somebody_breaks_off(tmp_path):
    shown, code = at_terminal(tmp_path, PASSWORD, "another long password")
    assert code == 2 and "differ" in shown
    shown, code = at_terminal(tmp_path, "abc\x03")
    assert code == 1 and "nothing was changed" in shown
    assert list(tmp_path.iterdir()) == []
