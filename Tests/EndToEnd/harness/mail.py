# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""Mails as Python's email package reads them."""

import email
import email.policy
import functools
from email.errors import NonASCIILocalPartDefect
from email.parser import BytesHeaderParser


# Whoever waits for a mail reads all that are there twenty times a second.
remembered = functools.lru_cache(maxsize=10_000)


@remembered
def parse(octets):
    """The mail, after both policies found no defect in any part or header. To be read only: all get the same."""
    for policy in (email.policy.default, email.policy.SMTP):
        message = _read(octets, policy)
        for part in message.walk():
            assert part.defects == []
            for name, value in part.items():
                assert [defect for defect in value.defects if not _is_rfc6532(defect, octets)] == [], name
    return _read(octets, email.policy.default)


def _is_rfc6532(defect, octets):
    """The package calls every local part with other letters a defect, also where RFC 6532 allows it."""
    return isinstance(defect, NonASCIILocalPartDefect) and not octets.isascii()


def _read(octets, policy):
    if octets.isascii():
        return email.message_from_bytes(octets, policy=policy)
    # RFC 6532: the package reads UTF-8 in headers from text only; from bytes it reports a defect for each.
    return email.message_from_string(octets.decode(), policy=policy.clone(utf8=True))


@remembered
def text_of(message):
    return message.get_body(("plain",)).get_content().replace("\r\n", "\n")


@remembered
def html_of(message):
    return message.get_body(("html",)).get_content().replace("\r\n", "\n")


def header(octets, name):
    """As it is written; for those who count thousands of mails: reading one whole takes thirty times as long."""
    return BytesHeaderParser().parsebytes(octets)[name]


def captured(data):
    """The mails in a data folder's `mail`, oldest first: (path, message)."""
    return [(path, parse(path.read_bytes())) for path in sorted((data / "mail").glob("*.eml"))]
