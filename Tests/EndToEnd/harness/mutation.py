# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""Damages bytes the way senders, proxies and attackers do; the same way for the same seed."""

PIECES = [
    b"", b"\x00", b"\xff", b"\xc3", b"\xc3\xa5", b"\xed\xa0\x80", b"\xef\xbb\xbf", b"\xf0\x9f\x9b\xb6", b"\r\n", b"\r",
    b"\n", b"%", b"%0", b"%00", b"%zz", b"%F0%9F", b"+", b"&", b"=", b"&=&=", b"{", b"}", b"[", b"]", b'"', b"\\",
    b"\\u0000",
    b"\\ud800", b"\\u", b":", b",", b"-", b"1e999", b"-0", b"null", b"true", b"NaN", b"--", b"\r\n\r\n", b"\r\n--",
    b"Content-Disposition: form-data; name=", b'filename="x"', b"; boundary=", b"_gotcha", b"__proto__", b"[" * 60,
    b'{"a":' * 30, b"a" * 300, b"&a" * 120, b"' OR 1=1 --", b"<script>", b"${jndi:x}", b"../../etc/passwd", b"\x1b[2J",
]


def mutate(rng, data):
    """`data` with one to eight things wrong with it."""
    data = bytearray(data)
    for _ in range(rng.randint(1, 8)):
        at = rng.randrange(len(data) + 1)
        end = min(at + rng.choice((1, 1, 2, 4, 16, 64)), len(data))
        match rng.randrange(7):
            case 0:
                data[at:at] = rng.choice(PIECES)
            case 1:
                data[at:end] = rng.choice(PIECES)
            case 2:
                del data[at:end]
            case 3 if data:
                data[at % len(data)] ^= 1 << rng.randrange(8)
            case 4:
                data[at:at] = data[at:end]
            case 5:
                data[at:at] = rng.randbytes(rng.randint(1, 12))
            case 6 if rng.random() < 0.2:
                del data[at:]
    return bytes(data)
