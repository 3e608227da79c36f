# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""Double clicks, the back button, cut connections and foreign pages: one message each, or none."""

import threading
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import expect
from test_browser_form import SCRIPT, fill, send, stored, wait_for_thanks

from harness.proxy import Proxy
from harness.store import submissions
from harness.waiting import in_one_window

# Without JavaScript there is no token, and only the text tells that it is the same message. Longer than a test takes.
SECONDS = 60


@pytest.mark.parametrize("script", SCRIPT)
def test_a_double_click_is_one_message(server, open_page, script):
    page = open_page(server.url + "/", java_script_enabled=script)
    message = fill(page)
    in_one_window(SECONDS)
    page.locator("form button").dblclick()
    wait_for_thanks(page, "en", script)
    assert len(stored(server, message)) == 1


@pytest.mark.parametrize("script", SCRIPT)
def test_the_back_button_and_sending_again_is_one_message(server, open_page, script):
    page = open_page(server.url + "/", java_script_enabled=script)
    message = fill(page)
    in_one_window(SECONDS)
    send(page)
    wait_for_thanks(page, "en", script)
    if script:
        # The thanks stand in the page: leave it, come back, and send the very same once more.
        page.goto(server.url + "/thanks.html")
    page.go_back()
    fill(page, message=message)
    send(page)
    wait_for_thanks(page, "en", script)
    assert len(stored(server, message)) == 1


@pytest.mark.parametrize("script", SCRIPT)
def test_reloading_the_answer_of_a_post_is_one_message(server, open_page, script):
    page = open_page(server.url + "/", java_script_enabled=script)
    message = fill(page)
    in_one_window(SECONDS)
    send(page)
    wait_for_thanks(page, "en", script)
    page.reload()
    assert len(stored(server, message)) == 1


def test_a_retry_after_a_cut_connection_is_one_message(server, open_page):
    """The message arrives, its answer does not; the visitor is told so and presses the button again."""
    with Proxy(server.port) as proxy:
        page = open_page(proxy.url + "/")
        message = fill(page)
        # More than one: a browser sends by itself once more on a connection that it had used before.
        proxy.cut_answers = 10
        send(page)
        expect(page.locator(".brevlada-alert")).not_to_be_empty()
        expect(page.locator("[name=message]")).to_have_value(message)
        assert proxy.cuts >= 1
        proxy.cut_answers = 0
        assert len(stored(server, message)) == 1
        send(page)
        wait_for_thanks(page, "en", True)
    assert len(stored(server, message)) == 1


def test_a_browser_without_javascript_may_send_a_cut_post_again(server, open_page):
    with Proxy(server.port) as proxy:
        page = open_page(proxy.url + "/", java_script_enabled=False)
        message = fill(page)
        in_one_window(SECONDS)
        proxy.cut_answers = 10
        with page.expect_event("framenavigated", lambda frame: frame.url.startswith("chrome-error:")):
            page.locator("form button").click(no_wait_after=True)
        proxy.cut_answers = 0
        page.goto(proxy.url + "/")
        fill(page, message=message)
        send(page)
        wait_for_thanks(page, "en", False)
    assert len(stored(server, message)) == 1


PAGE = """<!doctype html><title>foreign</title>
<form method="post" action="{api}"><input name="email" value="a@example.se"><input name="message" value="{message}">
<button>Send</button></form>
<p id="result"></p>
<script>
  async function steal(headers) {{
    try {{
      const answer = await fetch({api!r}, {{method: 'POST', headers, body: new URLSearchParams({{
        email: 'a@example.se', message: {message!r} }})}})
      return 'read ' + answer.status
    }} catch (error) {{ return 'refused' }}
  }}
</script>"""


@pytest.fixture
def foreign(server):
    """A page of somebody else. localhost may post to a server on localhost, so it has a name of its own."""
    message = f"foreign {uuid.uuid4()}"

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            body = PAGE.format(api=server.url + "/api/contact", message=message).encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=http.serve_forever, daemon=True).start()
    yield f"http://foreign.localhost:{http.server_port}/", message
    http.shutdown()
    http.server_close()


def test_a_form_on_a_foreign_page_is_refused(server, chromium, foreign):
    url, message = foreign
    context = chromium.new_context()
    page = context.new_page()
    page.goto(url)
    with page.expect_response(lambda response: response.request.method == "POST") as answer:
        page.locator("button").click()
    assert answer.value.status == 403
    expect(page.locator("[role=alert]")).to_contain_text("can’t be sent from the page you are on")
    context.close()
    assert message not in str(submissions(server.database))


@pytest.mark.parametrize("headers, result", [
    ("{}", "read 403"), ("{'X-Requested-With': 'XMLHttpRequest'}", "refused"),
    ("{'Content-Type': 'application/json'}", "refused"),
])
def test_a_script_on_a_foreign_page_is_refused_and_reads_no_more(server, chromium, foreign, headers, result):
    url, message = foreign
    context = chromium.new_context()
    page = context.new_page()
    page.goto(url)
    assert page.evaluate(f"steal({headers})") == result
    context.close()
    assert message not in str(submissions(server.database))
