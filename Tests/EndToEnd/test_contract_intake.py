# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""What is sent is what is stored, whichever way it was encoded; what cannot be read is refused whole."""

import json
import uuid

import pytest

from harness.forms import BOUNDARY, JSON, MULTIPART, URLENCODED, encode, letter, post
from harness.store import submissions
from harness.waiting import in_one_window

FORMATS = [JSON, URLENCODED, MULTIPART]


def stored(server, answer):
    """The submission an answer is about."""
    assert answer.status == 200, answer.text
    [found] = [each for each in submissions(server.database) if each.id == answer.json()["id"]]
    return found


def unique():
    return f"message {uuid.uuid4()}"


@pytest.mark.parametrize("media_type", FORMATS)
@pytest.mark.parametrize("text", [
    "åäö ÅÄÖ é ñ ß",
    "日本語 עברית العربية 🛶👩‍👩‍👧",
    "a&b=c+d%20e;f\"g'h<i>\\j",
    "%41 stays, + stays",
    "line 1\nline 2\n\n\tindented  ",
    "{\"json\": [1]}",
    "--" + BOUNDARY[4:],
    "\u202e\u200b\ufeffx",
    "e\u0301 is not made é",
    "x" * 20_000,
])
def test_text_is_decoded_exactly_once(server, client, media_type, text):
    answer = post(client, letter(message=text, token=unique()), media_type)
    assert stored(server, answer).fields["message"] == text


@pytest.mark.parametrize("media_type", FORMATS)
def test_the_same_fields_are_the_same_submission_in_every_encoding(client, media_type):
    fields = letter(message="en rad\ntill, för provet av id")
    in_one_window(30)
    first = post(client, fields, JSON, Idempotency_Key="same")
    again = post(client, fields, media_type, Idempotency_Key="same")
    assert first.json()["id"] == again.json()["id"]


@pytest.mark.parametrize("media_type", FORMATS)
def test_order_repeats_and_bracketed_names_are_kept(server, client, media_type):
    fields = {"z": "1", "message": unique(), "email": "a@example.se", "message[Services][]": ["a", "b"], "a": "2"}
    found = stored(server, post(client, fields, media_type))
    assert list(found.fields) == list(fields)
    assert found.fields["message[Services][]"] == ["a", "b"]
    assert found.fields["z"] == "1"


@pytest.mark.parametrize("content_type", [
    "application/json;charset=utf-8", "Application/JSON; Charset=\"UTF-8\"", "application/json; charset=iso-8859-1",
])
def test_any_charset_parameter_is_accepted_and_the_text_is_utf8(server, client, content_type):
    message = unique() + " åäö"
    body = json.dumps(letter(message=message), ensure_ascii=False).encode()
    answer = client.request("POST", "/api/contact", {"Content-Type": content_type, "Accept": JSON}, body)
    assert stored(server, answer).fields["message"] == message


def test_json_values_become_text(server, client):
    fields = letter(message=unique()) | {"n": 1.5, "yes": True, "none": None, "deep": {"a": [1, {"b": "c"}]}}
    found = stored(server, post(client, fields, JSON))
    assert (found.fields["n"], found.fields["yes"]) == ("1.5", "true")
    assert found.fields["none"] == ""
    assert found.fields["deep[a][1][b]"] == "c"


def test_an_empty_file_input_is_passed_over_and_a_file_is_refused(server, client):
    def body(filename, content):
        content_type, parts = encode(letter(message=unique()), MULTIPART)
        end = f"--{BOUNDARY}--\r\n".encode()
        head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="{filename}"\r\n'
        part = head.encode() + b"Content-Type: application/octet-stream\r\n\r\n" + content + b"\r\n"
        return content_type, parts.removesuffix(end) + part + end

    content_type, parts = body("", b"")
    answer = client.request("POST", "/api/contact", {"Content-Type": content_type, "Accept": JSON}, parts)
    assert "file" not in stored(server, answer).fields
    content_type, parts = body("a.pdf", b"%PDF\x00\xff")
    answer = client.request("POST", "/api/contact", {"Content-Type": content_type, "Accept": JSON}, parts)
    assert answer.status == 422
    assert answer.json()["errors"][0]["field"] == "file"


@pytest.mark.parametrize("media_type, body, status", [
    (JSON, b"", 400),
    (JSON, b"[]", 400),
    (JSON, b'"text"', 400),
    (JSON, b"null", 400),
    (JSON, b'{"a":1}{"b":2}', 400),
    (JSON, b'{"a":1,}', 400),
    (JSON, b'{"a":01}', 400),
    (JSON, b'{"a":NaN}', 400),
    (JSON, b'{"a":"\n"}', 400),
    (JSON, b'{"message":"\\u0000","email":"a@example.se"}', 400),
    (JSON, b'\xef\xbb\xbf{"message":"x","email":"a@example.se"}', 400),
    (JSON, b'{"message":"\xff","email":"a@example.se"}', 400),
    (JSON, b'{"message":"\\ud800","email":"a@example.se"}', 400),
    (JSON, b'{"message":"\xed\xa0\x80","email":"a@example.se"}', 400),
    (JSON, b"[" * 200_000, 422),
    (JSON, b'{"a":' * 40_000, 422),
    (URLENCODED, b"message=%", 400),
    (URLENCODED, b"message=%4", 400),
    (URLENCODED, b"message=%C3%28", 400),
    (URLENCODED, b"message=%FF", 400),
    (URLENCODED, b"message=\xff", 400),
    (URLENCODED, b"message=%00", 400),
    (URLENCODED, b"%=1", 400),
    (URLENCODED, b"\xef\xbb\xbfmessage=x", 400),
    (URLENCODED, b"message=%ED%A0%80", 400),
    (MULTIPART, b"x", 400),
    (f"{MULTIPART}; boundary=", b"--\r\n", 400),
    (f"{MULTIPART}; boundary={'b' * 71}", b"--" + b"b" * 71 + b"--", 400),
    (f"{MULTIPART}; boundary=b", b"--b\r\n\r\nno name\r\n--b--", 400),
    (f"{MULTIPART}; boundary=b", b'--b\r\nContent-Disposition: form-data; name="a"\r\n\r\nnever ends', 400),
    (f"{MULTIPART}; boundary=b", b'--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n\xff\r\n--b--', 400),
    (f"{MULTIPART}; boundary=b", b'--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n\x00\r\n--b--', 400),
])
def test_what_cannot_be_read_is_refused_and_nothing_is_stored(server, client, media_type, body, status):
    before = len(submissions(server.database))
    answer = client.request("POST", "/api/contact", {"Content-Type": media_type, "Accept": JSON}, body)
    assert answer.status == status, answer.text
    assert answer.json()["ok"] is False
    assert len(submissions(server.database)) == before


@pytest.mark.parametrize("name, fields, status", [
    ("100 fields", letter() | {f"n{i}": "x" for i in range(97)}, 200),
    ("101 fields", letter() | {f"n{i}": "x" for i in range(98)}, 422),
    ("101 with repeats", letter() | {"n": ["x"] * 98}, 422),
    ("name of 100", letter() | {"å" * 100: "x"}, 200),
    ("name of 101", letter() | {"å" * 101: "x"}, 422),
    ("value of 20,000", letter(message="🛶" * 20_000), 200),
    ("value of 20,001", letter(message="🛶" * 20_001), 422),
])
@pytest.mark.parametrize("media_type", [JSON, MULTIPART])
def test_the_limits_are_where_they_are_said_to_be(client, media_type, name, fields, status):
    assert post(client, fields, media_type).status == status


@pytest.mark.parametrize("levels, status", [(8, 200), (9, 422)])
def test_json_may_be_eight_deep(client, levels, status):
    body = f'{{"message":"x","email":"a@example.se","d":{"[" * (levels - 1)}1{"]" * (levels - 1)}}}'
    answer = client.request("POST", "/api/contact", {"Content-Type": JSON}, body.encode())
    assert answer.status == status, answer.text


@pytest.mark.parametrize("size, status", [(262_144, 422), (262_145, 413)])
def test_a_body_may_have_256_kilobytes(client, size, status):
    # Padded by fields too many, so that only the size of the body differs.
    body = b"a=&" * (size // 3) + b"&" * (size % 3)
    assert len(body) == size
    answer = client.request("POST", "/api/contact", {"Content-Type": URLENCODED, "Accept": JSON}, body)
    assert answer.status == status


@pytest.mark.parametrize("address, valid", [
    ("a@example.se", True), ("  a@example.se ", True), ("a.b+c@sub.example.co.uk", True), ("å@example.se", True),
    ("a@räksmörgås.se", True), ("a@例え.jp", True), ("'quoted'@example.se", True),
    ("a@", False), ("@example.se", False), ("a b@example.se", False), ("a@example..se", False),
    ("a@-example.se", False), ("a..b@example.se", False),
    ("a@example.se\r\nBcc: b@example.se", False), ("a" * 65 + "@example.se", False),
])
def test_addresses_are_judged(server, client, address, valid):
    answer = post(client, letter(email=address, message=unique()))
    assert answer.status == (200 if valid else 422)
    if valid:
        assert stored(server, answer).email == address.strip()
