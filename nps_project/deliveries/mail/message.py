"""A composed mail as the bytes that are handed over. Written here, since Django's way takes longer than sending it.

A test holds it to what Django makes of the same mail.
"""

import re
import secrets
import time
from binascii import b2a_qp
from collections.abc import Mapping
from email.header import Header
from email.utils import formatdate
from functools import lru_cache

from django.core.mail.message import sanitize_address

LONGEST_LINE = 998  # RFC 5322, 2.1.1
_PLAIN_ADDRESS = re.compile(r"[A-Za-z0-9_+-]+(?:\.[A-Za-z0-9_+-]+)*@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*", re.ASCII)
_LINE_END = re.compile(r"\r\n|\r|\n")


class NotPlain(ValueError):
    """It has a header that wants more than this."""


@lru_cache(maxsize=256)
def _text(value: str) -> str:
    """A header's text, encoded where it has to be."""
    return value if value.isascii() and len(value) < 900 else Header(value, "utf-8").encode()


@lru_cache(maxsize=16)
def _sender(value: str) -> str:
    return str(sanitize_address(value, "utf-8"))


def safe_address(value: str) -> str:
    """The address as Django writes it into headers and envelopes; nearly all are that already. Raises: ValueError."""
    return value if len(value) < 76 and _PLAIN_ADDRESS.fullmatch(value) else str(sanitize_address(value, "utf-8"))


@lru_cache(maxsize=2)
def _date(second: int) -> str:
    return formatdate(second, localtime=False)


def _part(kind: str, body: str) -> bytes:
    encoded = _LINE_END.sub("\r\n", body).encode()
    if max(map(len, encoded.split(b"\r\n"))) > LONGEST_LINE:
        how = "quoted-printable"
        encoded = b2a_qp(encoded).replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    else:
        how = "7bit" if encoded.isascii() else "8bit"
    head = f'Content-Type: {kind}; charset="utf-8"\r\nMIME-Version: 1.0\r\nContent-Transfer-Encoding: {how}\r\n\r\n'
    return head.encode() + encoded


def as_bytes(*, subject: str, sender: str, to: str, text: str, html: str, headers: Mapping[str, str]) -> bytes:
    """The message with text and HTML as alternatives. Raises: NotPlain; ValueError for an address that is none."""
    boundary = f"=-{secrets.token_hex(12)}"  # no text can have it
    known = {
        "Content-Type": f'multipart/alternative; boundary="{boundary}"',
        "MIME-Version": "1.0",
        "Subject": _text(subject),
        "From": _sender(sender),
        "To": safe_address(to),
        "Date": _date(int(time.time())),
        **headers,
    }
    if any(not value.isascii() or len(value) > 900 for name, value in known.items() if name != "Subject"):
        raise NotPlain("header")
    lines = [f"{name}: {value}" for name, value in known.items()]
    if any("\n" in line.replace("\n ", "") or "\r" in line for line in lines):
        raise ValueError("a header of more than one line")
    mark = f"--{boundary}".encode()
    return b"\r\n".join([
        _LINE_END.sub("\r\n", "\n".join(lines)).encode(), b"", mark, _part("text/plain", text),
        mark, _part("text/html", html), mark + b"--", b"",
    ])  # fmt: skip
