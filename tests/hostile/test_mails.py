"""Mails that strangers make to hold up whoever reads them."""

import time
from collections.abc import Callable

import pytest

from followup.conversations.incoming.content import bodies, html_text, quotes
from nps_project.deliveries.inbound.reading import classes, parsing
from nps_project.deliveries.inbound.taking import MOST_WHOLE

HEAD = b"From: ann@kunde.dk\r\nTo: care@nordlys.dk\r\nSubject: x\r\n"
LONG = b"Content-Type: text/plain"
AT_MOST_S = 3.5


def read(raw: bytes) -> object:
    def is_wish(_token: str) -> bool:
        return False

    return classes.read(raw, plus_addresses=("care@nordlys.dk",), is_wish=is_wish)


def body_of(raw: bytes) -> str:
    return quotes.split(bodies.read(parsing.parse(raw, MOST_WHOLE)).text).written


SLOW: dict[str, Callable[[], object]] = {
    "a charset for names of hosts": lambda: body_of(HEAD + LONG + b"; charset=punycode\r\n\r\na-" + b"bcd" * 130_000),
    "the same, hidden": lambda: body_of(HEAD + LONG + b"; charset*0=puny; charset*1=code\r\n\r\n\xff" + b"b" * 400_000),
    "the same, in a report": lambda: read(
        HEAD + b"Content-Type: message/feedback-report; charset=punycode\r\n\r\n\xff-" + b"bcd" * 80_000
    ),
    "lines that go on": lambda: body_of(HEAD + LONG + b"; format=flowed\r\n\r\n" + b"a \n" * 500_000),
    "links that end and never began": lambda: html_text.text_of("x</a>" * 120_000),
    "quoted lines and one that is not": lambda: quotes.split("\n".join(["> a"] * 4_998 + ["b"])),
    "parameters without an end": lambda: read(HEAD + LONG + b";" * 250_000 + b"\r\n\r\nx"),
    "parameters in an open quote": lambda: read(HEAD + LONG + b'; a="' + b";" * 120_000 + b"\r\n\r\nx"),
    "parts with long parameters": lambda: read(
        HEAD + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
        + b"".join(b'--b\r\nContent-Disposition: a; a="' + b";" * 6_000 + b"\r\n\r\nx\r\n" for _number in range(40))
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", SLOW)
def test_no_mail_holds_up_who_reads_it(name: str) -> None:
    began = time.monotonic()
    SLOW[name]()
    assert time.monotonic() - began < AT_MOST_S


@pytest.mark.parametrize("line", [b"\n", b"a:\n", b"\r"])
def test_a_mail_of_nothing_but_lines_is_not_taken_apart(line: bytes) -> None:
    with pytest.raises(parsing.TooDeep):
        parsing.parse(HEAD + line * 1_100_000, MOST_WHOLE)


@pytest.mark.parametrize(
    "charset", ["zlib", "rot13", "undefined", "idna", "foo", "", "*", "x\0y", "utf-8\0", "''%70unycode"]
)
def test_whatever_a_charset_is_called_the_words_are_read(charset: str) -> None:
    for head in (f"charset={charset}", f'charset="{charset}"', f"charset*={charset}"):
        assert "caf" in body_of(HEAD + LONG + f"; {head}\r\n\r\ncaf\xe9".encode("latin-1"))
