# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""An SMTP server that keeps every mail it accepts and fails on demand.

    python smtp_server.py --port 0 --tls starttls --cert server.pem --key server.key \\
        --auth user:secret --dump mails --script faults.json

Prints one JSON line with `host`, `port` and `pid` when it listens, and runs until SIGTERM or SIGINT.

What it accepts is in the dump folder as `000001.eml` (the bytes as sent, without doubled dots) and `000001.json`
(the envelope), both synced to disk before the client gets its 250; the JSON appears last, so whoever sees it can
read both. `events.jsonl` beside them has a line for each connection, command, fault and accepted mail.

The script is a JSON file, read again before every command, so that a test changes it while the server runs
(write a new file and rename it over the old one). When its content changes, all counters start again.

    {"rules": [
        {"at": "rcpt", "do": "451 4.2.0 try later", "first": 3},
        {"at": "rcpt", "do": "greylist"},
        {"at": "body", "do": "554 5.6.0 no", "recipient": "*@spam.example"},
        {"at": "after-accept", "do": "drop", "skip": 1, "first": 1}
    ]}

at      greeting, ehlo, starttls, auth, mail, rcpt, data, body, after-dot-before-reply, after-accept or quit.
        `body` is between 354 and the final dot (a reply there comes after the dot); at `after-dot-before-reply` the
        whole mail has come and is not kept; at `after-accept` it is kept and the client is not told.
do      a reply such as "451 4.2.0 text"; "drop" (close without a word); "silence" (never answer);
        "greylist" (rcpt: 451 the first time for a sender and recipient);
        "inject" (starttls: 220 with a plain-text line behind it in the same packet).
first   fires this many times at most.            skip         lets this many pass before.
sender, recipient   only for addresses like this (shell pattern); for later stages any recipient counts.
probability, seed   fires by chance, the same way in each run.
close   true: closes after the reply, as after 421.

The first rule that fires wins. Without any script, the recipient decides: 451@ and 550@ (any code), temperror@,
permerror@, timeout@ and drop@ at any domain.
"""

from __future__ import annotations

import argparse
import asyncio
import fnmatch
import hmac
import json
import logging
import os
import random
import re
import signal
import ssl
import sys
import time
import traceback
import warnings
from dataclasses import dataclass, field
from pathlib import Path

from aiosmtpd.smtp import SMTP, AuthResult, TLSSetupException

STAGES = (
    "greeting",
    "ehlo",
    "starttls",
    "auth",
    "mail",
    "rcpt",
    "data",
    "body",
    "after-dot-before-reply",
    "after-accept",
    "quit",
)
REPLY = re.compile(r"[2-5][0-9][0-9][ -]")
RULE_KEYS = {"at", "do", "first", "skip", "sender", "recipient", "probability", "seed", "close"}


class ScriptError(ValueError):
    """The script says something that the server cannot do."""


@dataclass
class Rule:
    at: str
    do: str
    first: int | None = None
    skip: int = 0
    sender: str | None = None
    recipient: str | None = None
    probability: float = 1.0
    seed: int = 0
    close: bool = False
    seen: int = 0
    fired: int = 0
    greeted: set[tuple[str, str]] = field(default_factory=set)

    def __post_init__(self) -> None:
        if self.at not in STAGES:
            raise ScriptError(f'"at" is {self.at!r}; use one of {", ".join(STAGES)}')
        known = self.do in ("drop", "silence")
        known = known or (self.do == "greylist" and self.at == "rcpt")
        known = known or (self.do == "inject" and self.at == "starttls")
        if not (known or REPLY.match(self.do)):
            raise ScriptError(f'"do" is {self.do!r} at {self.at}; use a reply, drop or silence')
        self.random = random.Random(self.seed)

    def fires(self, sender: str | None, recipients: list[str]) -> bool:
        """Whether the rule applies now. Counts this occasion."""
        if self.sender is not None and not fnmatch.fnmatchcase(sender or "", self.sender):
            return False
        if self.recipient is not None and not any(fnmatch.fnmatchcase(r, self.recipient) for r in recipients):
            return False
        if self.do == "greylist":
            pair = (sender or "", recipients[-1])
            if pair in self.greeted:
                return False
            self.greeted.add(pair)
        self.seen += 1
        if self.seen <= self.skip:
            return False
        if self.first is not None and self.fired >= self.first:
            return False
        if self.random.random() >= self.probability:
            return False
        self.fired += 1
        return True


class Script:
    """The rules of a file that may change at any time."""

    def __init__(self, path: Path | None) -> None:
        self.path = path
        self.content: bytes | None = None
        self.rules: list[Rule] = []
        if path is not None and path.exists():
            self.rules = self.parse(path.read_bytes())

    @staticmethod
    def parse(content: bytes) -> list[Rule]:
        document = json.loads(content)
        rules = document.get("rules", [])
        for rule in rules:
            if unknown := set(rule) - RULE_KEYS:
                raise ScriptError(f"a rule has unknown keys {sorted(unknown)}; use {sorted(RULE_KEYS)}")
        return [Rule(**rule) for rule in rules]

    def reload(self) -> None:
        if self.path is None:
            return
        try:
            content = self.path.read_bytes()
        except FileNotFoundError:
            content = b"{}"
        if content == self.content:
            return
        try:
            self.rules = self.parse(content)
            self.content = content
        except (ValueError, TypeError, AttributeError) as error:
            # Perhaps half written. The rules before stay in force.
            print(f"{self.path}: {error}", file=sys.stderr, flush=True)

    def verdict(self, at: str, sender: str | None, recipients: list[str]) -> Rule | None:
        self.reload()
        for rule in self.rules:
            if rule.at == at and rule.fires(sender, recipients):
                return rule
        return None


def rule_by_recipient(address: str) -> Rule | None:
    local = address.rpartition("@")[0].lower()
    if re.fullmatch(r"[45][0-9][0-9]", local):
        return Rule(at="rcpt", do=f"{local} {local[0]}.0.0 as asked by the address")
    replies = {
        "temperror": "451 4.3.0 as asked by the address",
        "permerror": "550 5.1.1 as asked by the address",
        "timeout": "silence",
        "drop": "drop",
    }
    return Rule(at="rcpt", do=replies[local]) if local in replies else None


class Dump:
    """The folder with the accepted mails and the list of events."""

    def __init__(self, folder: Path | None) -> None:
        self.folder = folder
        self.count = 0
        self.events = None
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)
            self.count = max((int(path.stem) for path in folder.glob("[0-9]*.json")), default=0)
            self.events = (folder / "events.jsonl").open("a", encoding="utf-8")

    def event(self, kind: str, /, **details: object) -> None:
        if self.events is not None:
            self.events.write(json.dumps({"time": time.time(), "event": kind, **details}) + "\n")
            self.events.flush()

    def keep(self, content: bytes, envelope: dict[str, object]) -> str:
        """Stores a mail durably and returns its name."""
        self.count += 1
        name = f"{self.count:06d}"
        if self.folder is not None:
            self.write(f"{name}.eml", content)
            self.write(f"{name}.json", json.dumps(envelope, ensure_ascii=False, indent=1).encode())
            self.sync(self.folder)
        self.event("accepted", name=name, **envelope)
        return name

    def write(self, name: str, content: bytes) -> None:
        temporary = self.folder / f".{name}"
        with temporary.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.rename(self.folder / name)

    @staticmethod
    def sync(folder: Path) -> None:
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


class Handler:
    """aiosmtpd's hooks: what to offer, and what to do with a mail that has come."""

    def __init__(self, dump: Dump, hidden: set[str]) -> None:
        self.dump = dump
        self.hidden = hidden

    async def handle_EHLO(self, server, session, envelope, hostname, responses):
        session.host_name = hostname
        keywords = [r[4:] for r in responses[1:] if r[4:].split()[0].upper() not in self.hidden]
        lines = [responses[0][4:], *keywords]
        return [f"250-{line}" for line in lines[:-1]] + [f"250 {lines[-1]}"]

    async def handle_exception(self, error: Exception) -> str:
        # A fault of this program must not look like a verdict on the mail.
        if not isinstance(error, TLSSetupException):
            traceback.print_exception(error)
        return "451 4.3.0 the test server itself has failed"

    async def handle_DATA(self, server, session, envelope):
        if server.reply_after_body is not None:
            return await server.obey(server.reply_after_body)
        if rule := server.verdict("after-dot-before-reply"):
            return await server.obey(rule)
        name = self.dump.keep(
            envelope.original_content,
            {
                "sender": "" if envelope.mail_from == "<>" else envelope.mail_from,
                "recipients": envelope.rcpt_tos,
                "options": envelope.mail_options,
                "size": len(envelope.original_content),
                "user": session.auth_data,
                "tls": server.tls_version(),
                "helo": session.host_name,
                "connection": server.number,
            },
        )
        if rule := server.verdict("after-accept"):
            return await server.obey(rule)
        return f"250 2.0.0 kept as {name}"


class ScriptedSMTP(SMTP):
    """aiosmtpd's server with the script consulted before each command."""

    connections = 0

    def __init__(self, handler: Handler, script: Script, **options) -> None:
        super().__init__(handler, **options)
        self.script = script
        self.dump = handler.dump
        self.reply_after_body: Rule | None = None
        self.injection = b""
        ScriptedSMTP.connections += 1
        self.number = ScriptedSMTP.connections

    # What the script wants

    def verdict(self, at: str, recipient: str | None = None) -> Rule | None:
        sender = self.envelope.mail_from if self.envelope else None
        recipients = list(self.envelope.rcpt_tos) if self.envelope else []
        if recipient is not None:
            recipients = [recipient]
        rule = self.script.verdict(at, sender, recipients)
        if rule is None and recipient is not None:
            rule = rule_by_recipient(recipient)
        if rule is not None:
            self.dump.event("fault", connection=self.number, at=at, do=rule.do)
        return rule

    async def obey(self, rule: Rule) -> str:
        """Drops or falls silent, neither of which returns, or gives the reply to send."""
        if rule.do == "drop":
            (self._original_transport or self.transport).abort()
        if rule.do in ("drop", "silence"):
            # Ended by connection_lost, which cancels this task.
            await asyncio.Event().wait()
        reply = "451 4.7.1 greylisted, come back later" if rule.do == "greylist" else rule.do
        if rule.close:
            await self.push(reply)
            self.transport.close()
            await asyncio.Event().wait()
        return reply

    async def stopped(self, at: str, recipient: str | None = None) -> bool:
        """Does what the script wants at this stage. True when the command has been answered by that."""
        self.dump.event("command", connection=self.number, at=at)
        rule = self.verdict(at, recipient)
        if rule is None:
            return False
        if rule.do == "inject":
            self.injection = b"250 injected before the handshake\r\n"
            return False
        await self.push(await self.obey(rule))
        return True

    def tls_version(self) -> str | None:
        ssl_object = self.transport.get_extra_info("ssl_object") if self.transport else None
        return ssl_object.version() if ssl_object else None

    # The commands

    async def push(self, status):
        if self.injection:
            # One write, so that both are in one packet.
            status = (status.encode() if isinstance(status, str) else status) + b"\r\n" + self.injection[:-2]
            self.injection = b""
        await super().push(status)

    async def _handle_client(self) -> None:
        self.dump.event("connected", connection=self.number)
        if await self.stopped("greeting"):
            self.transport.close()
            return
        await super()._handle_client()

    def connection_lost(self, error) -> None:
        self.dump.event("disconnected", connection=self.number)
        super().connection_lost(error)

    async def smtp_EHLO(self, hostname):
        if not await self.stopped("ehlo"):
            await super().smtp_EHLO(hostname)

    async def smtp_STARTTLS(self, arg):
        if not await self.stopped("starttls"):
            await super().smtp_STARTTLS(arg)

    async def smtp_AUTH(self, arg):
        if not await self.stopped("auth"):
            await super().smtp_AUTH(arg)

    async def smtp_MAIL(self, arg):
        if not await self.stopped("mail"):
            await super().smtp_MAIL(arg)

    async def smtp_RCPT(self, arg):
        address = self._getaddr(self._strip_command_keyword("TO:", arg or "") or "")[0]
        if not await self.stopped("rcpt", recipient=address or ""):
            await super().smtp_RCPT(arg)

    async def smtp_DATA(self, arg):
        if await self.stopped("data"):
            return
        self.reply_after_body = None
        if self.envelope.rcpt_tos and (rule := self.verdict("body")):
            if rule.do in ("drop", "silence"):
                await self.push("354 go on")
                await self._reader.read(1)
                await self.obey(rule)
            self.reply_after_body = rule
        await super().smtp_DATA(arg)

    async def smtp_QUIT(self, arg):
        if not await self.stopped("quit"):
            await super().smtp_QUIT(arg)


def authenticator(account: str):
    username, _, password = account.partition(":")

    def check(server, session, envelope, mechanism, data) -> AuthResult:
        right = hmac.compare_digest(data.login, username.encode())
        right &= hmac.compare_digest(data.password, password.encode())
        return AuthResult(success=right, handled=False, auth_data=username if right else None)

    return check


def tls_context(options: argparse.Namespace) -> ssl.SSLContext | None:
    if options.tls == "none":
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(options.cert, options.key)
    return context


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__.partition("\n")[0], epilog="The top of this file describes the script and the dump."
    )
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one (default)")
    parser.add_argument("--tls", choices=("none", "implicit", "starttls"), default="none")
    parser.add_argument("--cert", help="PEM file with the certificate")
    parser.add_argument("--key", help="PEM file with its key")
    parser.add_argument("--auth", metavar="USER:PASSWORD", help="requires this account")
    parser.add_argument("--auth-mechanism", action="append", choices=("PLAIN", "LOGIN"), help="offers only this")
    parser.add_argument("--hide", action="append", default=[], metavar="KEYWORD", help="leaves it out of EHLO")
    parser.add_argument("--size-limit", type=int, default=33554432, help="SIZE in bytes (default: 32 MiB)")
    parser.add_argument("--dump", type=Path, metavar="DIR", help="keeps the mails there")
    parser.add_argument("--script", type=Path, metavar="FILE", help="what to fail at, read before every command")
    options = parser.parse_args()
    if options.tls != "none" and not (options.cert and options.key):
        parser.error("--tls needs --cert and --key")
    return options


async def serve(options: argparse.Namespace) -> None:
    script = Script(options.script)
    dump = Dump(options.dump)
    hidden = {keyword.upper() for keyword in options.hide}
    handler = Handler(dump, hidden if options.auth else hidden | {"AUTH"})
    context = tls_context(options)
    offered = options.auth_mechanism or ["PLAIN", "LOGIN"]

    def make_protocol() -> ScriptedSMTP:
        return ScriptedSMTP(
            handler,
            script,
            hostname="mail.test",
            ident="ESMTP",
            data_size_limit=options.size_limit,
            enable_SMTPUTF8="SMTPUTF8" not in handler.hidden,
            tls_context=context if options.tls == "starttls" else None,
            require_starttls=options.tls == "starttls",
            auth_required=options.auth is not None,
            # With TLS from the first byte aiosmtpd does not know that there is any.
            auth_require_tls=options.tls != "implicit",
            auth_exclude_mechanism=[m for m in ("PLAIN", "LOGIN") if options.auth is None or m not in offered],
            authenticator=authenticator(options.auth) if options.auth else None,
        )

    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        make_protocol, options.host, options.port, ssl=context if options.tls == "implicit" else None
    )
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    host, port = server.sockets[0].getsockname()[:2]
    print(json.dumps({"host": host, "port": port, "tls": options.tls, "pid": os.getpid()}), flush=True)
    await stop.wait()
    server.close()


if __name__ == "__main__":
    # aiosmtpd warns of options that are wanted here, and logs each failed handshake with its stack.
    warnings.filterwarnings("ignore", module="aiosmtpd")
    logging.getLogger("mail.log").setLevel(logging.CRITICAL)
    asyncio.run(serve(parse_arguments()))
