# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""The mails as pages: a list, and each with its headers, text, HTML in a frame that can do nothing, and raw."""

import html
from email.message import EmailMessage

from werkzeug import Request, Response

from ..account import Account
from ..aws.mail import SES
from ..listener import Listener
from ..mailbox import Mail
from .switches import Switches

_FRAME = """<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{title}</title><link rel="stylesheet" href="/style.css"><main>{body}</main></html>"""
_STYLE = """:root{color-scheme:light dark}body{font:1rem/1.5 system-ui,sans-serif;margin:0}main{max-width:60rem;margin:0 auto;padding:1rem}
table{border-collapse:collapse;width:100%}th,td{text-align:left;padding:.4rem .6rem;border-bottom:1px solid #8886;vertical-align:top}
pre{white-space:pre-wrap;overflow-wrap:anywhere;border:1px solid #8886;padding:1rem}iframe{width:100%;height:30rem;border:1px solid #8886;background:#fff}
.note{color:inherit;opacity:.85}button{font:inherit}"""
_POLICY = "default-src 'none'; style-src 'self'; frame-src 'self'; form-action 'self'; frame-ancestors 'self'"


class Console:
    def __init__(self, account: Account, ses: SES, port: int = 0):
        self._account, self._ses = account, ses
        self._switches = Switches(account, ses)
        self._listener = Listener(self._serve, port)
        self.url = f"http://localhost:{self._listener.port}"

    def close(self):
        self._listener.close()

    def _serve(self, environ, start_response):
        request = Request(environ)
        response = self._switches.answer(request) or self._page(request)
        response.headers.setdefault("Content-Security-Policy", _POLICY)
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Cache-Control"] = "no-store"
        return response(environ, start_response)

    def _page(self, request: Request) -> Response:
        parts = request.path.strip("/").split("/")
        match (request.method, parts):
            case ("GET", [""]):
                return self._list()
            case ("GET", ["style.css"]):
                return Response(_STYLE, 200, {"Content-Type": "text/css"})
            case ("POST", ["verify"]):
                self._ses.verify(request.form.get("identity", ""))
                return Response("", 303, {"Location": "/"})
            case ("POST", ["mail", number, "bounce"]) if (mail := self._mail(number)) and mail.message_id:
                self._ses.bounce(mail)
                return Response("", 303, {"Location": f"/mail/{number}"})
            case ("GET", ["mail", number]) if mail := self._mail(number):
                return _shown(mail)
            case ("GET", ["mail", number, "html"]) if mail := self._mail(number):
                return _html(mail)
            case ("GET", ["mail", number, "raw"]) if mail := self._mail(number):
                return Response(mail.raw, 200, {"Content-Type": "text/plain; charset=utf-8"})
        return Response(_FRAME.format(title="Not found", body='<h1>Not found</h1><p><a href="/">All mails</a></p>'), 404,
                        {"Content-Type": "text/html; charset=utf-8"})

    def _mail(self, number: str) -> Mail | None:
        mails = self._account.mailbox.mails
        return mails[int(number) - 1] if number.isdigit() and 0 < int(number) <= len(mails) else None

    def _list(self) -> Response:
        rows = "".join(
            f'<tr><td>{one.at:%H:%M:%S}<td><a href="/mail/{one.number}">{html.escape(str(one.message["Subject"] or "(no subject)"))}</a>'
            f'<td>{html.escape(", ".join(one.recipients))}<td>{html.escape(one.sender)}'
            for one in reversed(self._account.mailbox.mails)
        )
        waiting = "".join(
            f'<form method="post" action="/verify"><p>{html.escape(one)} waits to be verified, as SES has it. '
            f'<input type="hidden" name="identity" value="{html.escape(one)}"><button>Verify it</button></p></form>'
            for one in self._ses.waiting
        )
        table = f"<table><thead><tr><th>Time<th>Subject<th>To<th>From</thead><tbody>{rows}</tbody></table>" if rows else "<p>No mails yet.</p>"
        return _written("Mails", f'<h1>Mails</h1><p class="note">What SES would have sent. Nothing leaves this machine.</p>{waiting}{table}')


def _shown(mail: Mail) -> Response:
    message = mail.message
    headers = "".join(f"<tr><th>{html.escape(name)}<td>{html.escape(str(value))}" for name, value in message.items())
    text = message.get_body(("plain",))
    body = f"<h1>{html.escape(str(message['Subject'] or '(no subject)'))}</h1>"
    body += f'<p><a href="/">All mails</a> · <a href="/mail/{mail.number}/raw">As SES got it</a></p>'
    body += "".join(f'<p class="note">{html.escape(_told(one))}</p>' for one in mail.events)
    if mail.message_id:
        body += f'<form method="post" action="/mail/{mail.number}/bounce"><p><button>Let it bounce</button></p></form>'
    body += f"<table>{headers}</table>"
    if message.get_body(("html",)):
        body += f'<h2>HTML</h2><iframe title="The mail as HTML" sandbox src="/mail/{mail.number}/html"></iframe>'
    if text:
        body += f"<h2>Text</h2><pre>{html.escape(text.get_content())}</pre>"
    return _written("Mail", body)


def _told(event: dict) -> str:
    what = event["eventType"]
    of_it = event[what.lower()]
    [recipient] = of_it.get("bouncedRecipients") or of_it["complainedRecipients"]
    return f"{what} at {of_it['timestamp'][11:19]}: {recipient['emailAddress']} {recipient.get('diagnosticCode', '')}"


def _html(mail: Mail) -> Response:
    part: EmailMessage | None = mail.message.get_body(("html",))
    return Response(part.get_content() if part else "", 200, {
        "Content-Type": "text/html; charset=utf-8",
        "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox; frame-ancestors 'self'",
    })


def _written(title: str, body: str) -> Response:
    return Response(_FRAME.format(title=title, body=body), 200, {"Content-Type": "text/html; charset=utf-8"})
