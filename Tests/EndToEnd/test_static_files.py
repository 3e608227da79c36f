# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""The site over HTTP: its files and nothing else, with the headers that browsers and caches go by."""

import gzip
import os
import time
from email.utils import formatdate, parsedate_to_datetime

import pytest

from harness.waiting import until
from harness.wire import Broken, Connection

TEXT = "Åska och blixt. " * 500
SECRET = "the secret that no path may reach"


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    root = tmp_path_factory.mktemp("root")
    site = root / "site"
    (site / "sub" / "deep").mkdir(parents=True)
    (site / ".git").mkdir()
    (site / ".well-known").mkdir()
    (root / "secret.txt").write_text(SECRET)
    files = {
        "index.html": f"<!doctype html><title>home</title>{TEXT}", "404.html": "<!doctype html><title>lost</title>lost",
        "sub/index.html": "<!doctype html><title>sub</title>", "about.html": "<!doctype html><title>about</title>",
        "style.css": f"/* {TEXT} */", "app-5XHYTW2J.js": f"// {TEXT}", "data.json": "{}", "image.png": "\x89PNG",
        "page.svg": "<svg xmlns='http://www.w3.org/2000/svg'/>", "big.txt": TEXT, "empty.txt": "", "å ä.txt": "blank",
        ".env": SECRET, ".git/config": SECRET, "sub/.htpasswd": SECRET, ".well-known/security.txt": "contact",
        "brevlada.yaml~": "x",
    }
    for name, text in files.items():
        (site / name).write_text(text, encoding="utf-8")
    (site / "big.txt.gz").write_bytes(gzip.compress(b"made before"))
    (site / "out.txt").symlink_to(root / "secret.txt")
    (site / "outdir").symlink_to(root)
    (site / "in.txt").symlink_to(site / "data.json")
    os.mkfifo(site / "pipe.txt")
    return site


@pytest.fixture(scope="module")
def server(start, site):
    return start(site=site)


TRAVERSAL = [
    "/../secret.txt", "/../../etc/passwd", "/%2e%2e/secret.txt", "/%2e%2e%2fsecret.txt", "/..%2fsecret.txt",
    "/.%2e/secret.txt", "/sub/../../secret.txt", "/sub/%2e%2e/%2e%2e/secret.txt", "/..\\secret.txt", "/..%5csecret.txt",
    "/%252e%252e/secret.txt", "/%252e%252e%252fsecret.txt", "/....//secret.txt", "/..;/secret.txt", "/.../secret.txt",
    "//secret.txt", "///etc/passwd", "/%00/../secret.txt", "/index.html%00.txt", "/%c0%ae%c0%ae/secret.txt",
    "/%c0%ae%c0%ae%c0%afsecret.txt", "/%uff0e%uff0e/secret.txt", "/sub/..%00/secret.txt", "/..%ff/secret.txt",
    "/out.txt", "/outdir/secret.txt", "/outdir/", "/outdir", "/sub/../outdir/secret.txt", "/%2fetc%2fpasswd",
    "/./../secret.txt", "/sub/./.././../secret.txt", "/%2e%2e/%2e%2e/%2e%2e/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
    "/..", "/%2e%2e", "/.", "/%2e", "/../", "http://127.0.0.1/../secret.txt", "file:///etc/passwd", "/C:/secret.txt",
    "/style.css/../../secret.txt", "/style.css/", "/pipe.txt",
]
HIDDEN = ["/.env", "/%2eenv", "/.git/config", "/.git/", "/.git", "/sub/.htpasswd", "/sub/%2ehtpasswd", "/./.env"]


@pytest.mark.parametrize("target", TRAVERSAL + HIDDEN)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_no_path_leaves_the_site_or_shows_what_is_hidden(client, method, target):
    answer = client.request(method, target)
    assert answer.status in (301, 308, 400, 403, 404), answer.status
    if answer.status in (301, 308):
        assert answer["location"].startswith("/") and not answer["location"].startswith("//")
    for secret in (SECRET.encode(), b"root:"):
        assert secret not in answer.body
    assert client.get("/data.json").status == 200


@pytest.mark.parametrize("target, content_type", [
    ("/", "text/html; charset=utf-8"), ("/sub/", "text/html; charset=utf-8"), ("/style.css", "text/css; charset=utf-8"),
    ("/app-5XHYTW2J.js", "text/javascript; charset=utf-8"), ("/data.json", "application/json"),
    ("/image.png", "image/png"), ("/page.svg", "image/svg+xml"), ("/big.txt", "text/plain; charset=utf-8"),
    ("/empty.txt", "text/plain; charset=utf-8"), ("/%C3%A5%20%C3%A4.txt", "text/plain; charset=utf-8"),
    ("/in.txt", "text/plain; charset=utf-8"), ("/data.json?v=1", "application/json"),
])
def test_files_come_with_their_type(client, target, content_type):
    answer = client.get(target)
    assert answer.status == 200
    assert answer["content-type"].replace("; charset=utf-8", "") == content_type.replace("; charset=utf-8", "")
    if content_type.startswith("text/"):
        assert "charset=utf-8" in answer["content-type"].lower()
    head = client.request("HEAD", target)
    assert (head.status, head.body) == (200, b"")
    assert head["content-length"] == str(len(answer.body))
    assert head["etag"] == answer["etag"]


def test_a_folder_without_its_slash_is_redirected_to_it(client):
    answer = client.get("/sub?x=1")
    assert answer.status in (301, 308) and answer["location"] == "/sub/?x=1"


def test_what_is_not_there_is_the_sites_own_404_page(client):
    for target in ("/nowhere", "/nowhere/", "/sub/nowhere.html", "/sub/deep/"):
        answer = client.get(target)
        assert answer.status == 404 and "lost" in answer.text
        assert answer["content-type"].startswith("text/html")
        assert "immutable" not in (answer["cache-control"] or "")


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "POST", "TRACE", "CONNECT", "BREW"])
def test_other_methods_change_nothing(client, site, method):
    answer = client.request(method, "/data.json", {}, b"x" if method in ("PUT", "POST", "PATCH") else b"")
    assert answer.status in (400, 405, 501)
    assert (site / "data.json").read_text() == "{}"


def test_a_file_that_has_not_changed_is_not_sent_again(client):
    first = client.get("/style.css")
    tag, moment = first["etag"], first["last-modified"]
    assert tag.startswith(('"', 'W/"')) and parsedate_to_datetime(moment)
    for headers, status in [
        ({"If-None-Match": tag}, 304), ({"If-None-Match": f'"x", {tag}'}, 304), ({"If-None-Match": "*"}, 304),
        ({"If-None-Match": '"x"'}, 200), ({"If-Modified-Since": moment}, 304),
        ({"If-Modified-Since": formatdate(0, usegmt=True)}, 200),
        ({"If-None-Match": '"x"', "If-Modified-Since": moment}, 200), ({"If-Match": '"x"'}, 412),
        ({"If-Modified-Since": "nonsense"}, 200),
    ]:
        answer = client.request("GET", "/style.css", headers)
        assert answer.status == status, headers
        if status == 304:
            assert answer.body == b"" and answer["etag"] == tag


def test_a_changed_file_is_seen_within_seconds(client, site):
    path = site / "changing.txt"
    path.write_text("one")
    first = client.get("/changing.txt")
    assert first.text == "one"
    path.write_text("two")
    later = time.time() + 5
    os.utime(path, (later, later))
    until(lambda: client.get("/changing.txt").text == "two", what="the new text")
    assert client.request("GET", "/changing.txt", {"If-None-Match": first["etag"]}).status == 200
    path.unlink()
    until(lambda: client.get("/changing.txt").status == 404, what="that it is gone")


WHOLE = TEXT.encode()


@pytest.mark.parametrize("wanted, status, begin, end", [
    ("bytes=0-9", 206, 0, 10), ("bytes=100-", 206, 100, len(WHOLE)), ("bytes=-7", 206, len(WHOLE) - 7, len(WHOLE)),
    ("bytes=0-0", 206, 0, 1), (f"bytes=0-{len(WHOLE) * 2}", 206, 0, len(WHOLE)),
    (f"bytes={len(WHOLE)}-", 416, 0, 0), ("bytes=9-1", 200, 0, len(WHOLE)), ("lines=1-2", 200, 0, len(WHOLE)),
    ("bytes=x-y", 200, 0, len(WHOLE)), ("bytes=-0", 416, 0, 0), ("bytes=99999999999999999999-", 416, 0, 0),
])
def test_parts_of_a_file_can_be_had(client, wanted, status, begin, end):
    answer = client.request("GET", "/big.txt", {"Range": wanted})
    assert answer.status == status
    if status == 206:
        assert answer["content-range"] == f"bytes {begin}-{end - 1}/{len(WHOLE)}"
        assert answer.body == WHOLE[begin:end]
    elif status == 416:
        assert answer["content-range"] == f"bytes */{len(WHOLE)}"
    else:
        assert answer.body == WHOLE


def test_many_ranges_are_no_way_to_make_the_server_work(client):
    answer = client.request("GET", "/big.txt", {"Range": "bytes=" + ",".join("0-" for _ in range(1000))})
    assert answer.status in (200, 206, 416)
    assert len(answer.body) <= 2 * len(WHOLE)


def test_a_range_of_a_file_that_changed_meanwhile_is_the_whole_file(client):
    answer = client.request("GET", "/big.txt", {"Range": "bytes=0-9", "If-Range": '"other"'})
    assert (answer.status, answer.body) == (200, WHOLE)


@pytest.mark.parametrize("accepted, compressed", [
    ("gzip", True), ("gzip, deflate, br", True), ("br;q=1, gzip;q=0.5", True), ("*", True), ("GZIP", True),
    ("gzip;q=0", False), ("identity", False), ("", False), ("br", False), ("deflate", False),
])
def test_text_is_compressed_for_those_who_ask(client, accepted, compressed):
    answer = client.request("GET", "/style.css", {"Accept-Encoding": accepted})
    plain = client.get("/style.css")
    assert "accept-encoding" in answer["vary"].lower()
    assert (answer["content-encoding"] == "gzip") == compressed
    if compressed:
        assert gzip.decompress(answer.body) == plain.body
        assert len(answer.body) < len(plain.body) / 4
        assert answer["etag"] != plain["etag"], "another representation has another tag"
        again = client.request("GET", "/style.css", {"Accept-Encoding": accepted, "If-None-Match": answer["etag"]})
        assert again.status == 304
    else:
        assert answer.body == plain.body


def test_a_file_compressed_beforehand_is_used(client):
    answer = client.request("GET", "/big.txt", {"Accept-Encoding": "gzip"})
    assert answer["content-encoding"] == "gzip"
    assert gzip.decompress(answer.body) == b"made before"
    assert answer["content-type"].startswith("text/plain")


@pytest.mark.parametrize("target", ["/", "/style.css", "/nowhere", "/health", "/_mail", "/api/contact"])
def test_the_headers_that_protect_are_on_every_answer(client, target):
    answer = client.get(target)
    assert answer["x-content-type-options"] == "nosniff"
    policy = answer["content-security-policy"]
    if (answer["content-type"] or "").startswith("text/html"):
        assert "unsafe-inline" not in policy and "unsafe-eval" not in policy and "frame-ancestors" in policy
        # On this machine every port may post.
        assert "*" not in policy.replace("http://localhost:*", "").replace("http://127.0.0.1:*", "")
    assert answer["referrer-policy"]
    assert answer["strict-transport-security"] is None, "never over plain HTTP"
    assert answer["x-powered-by"] is None
    assert "date" in dict(answer.headers)


@pytest.mark.parametrize("target, rule", [
    ("/", "no-cache"), ("/about.html", "no-cache"), ("/sub/", "no-cache"), ("/style.css", "max-age="),
    ("/app-5XHYTW2J.js", "immutable"),
])
def test_caches_are_told_how_long(client, target, rule):
    assert rule in client.get(target)["cache-control"]


@pytest.mark.parametrize("request_line, headers", [
    ("GET /data.json HTTP/1.1", "Host: localhost\r\nConnection: close\r\n"), ("GET /data.json HTTP/1.0", ""),
    ("GET /data.json HTTP/1.1", "Host: localhost\r\nConnection: Upgrade\r\nUpgrade: tls13\r\n"),
    ("GET /data.json HTTP/1.1", "Host: localhost\r\nConnection: keep-alive, upgrade\r\nUpgrade: websocket\r\n"),
])
def test_a_client_that_expects_the_end_gets_it(server, request_line, headers):
    """RFC 9112 §9.3: HTTP/1.0 without keep-alive, and anybody who says so. And who asks for another protocol, behind which
    nothing is read: a proxy that kept the connection would lose the next visitor's form in it."""
    with Connection("127.0.0.1", server.port) as connection:
        connection.send(f"{request_line}\r\n{headers}\r\n".encode())
        answer = connection.read("GET")
        assert (answer.status, answer["connection"]) == (200, "close")
        with pytest.raises(Broken, match="closed"):
            connection.read("GET")


@pytest.mark.parametrize("target", ["/", "/data.json", "/nowhere", "/sub", "/health", "/_mail/", "/_mail/x", "/.env"])
def test_head_is_get_without_the_body(client, target):
    """A body after HEAD would be taken for the next answer."""
    head, get = client.request("HEAD", target), client.get(target)
    assert head.status == get.status
    assert {name: value for name, value in head.headers if name != "date"} == {
        name: value for name, value in get.headers if name != "date"}
    assert client.get("/data.json").text == "{}"
