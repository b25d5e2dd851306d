"""What a mail in a mailbox is read as, whoever wrote it and whatever is in it."""

import io
import time
import tracemalloc
import uuid
import zipfile
from base64 import b64encode
from collections.abc import Callable

import pytest

from nps_project.deliveries.inbound.reading import classes, parsing
from nps_project.deliveries.inbound.reading.classes import Reading
from tests.nps_project.deliveries.inbound import corpus
from tests.nps_project.deliveries.inbound.corpus import BOUNCES, OTHERS, Case

TOKEN, WISH = "a" * 42, "b" * 42
MAIL_ID = uuid.UUID("0b6a3d3e-5a0c-4c2e-9d0e-4a1f6b1c2d3e")
ADDRESS = "bounce@mail.nordlys.dk"


def read(raw: bytes, is_wish: Callable[[str], bool] = lambda token: token == WISH) -> Reading:
    return classes.read(corpus.filled(raw, TOKEN, str(MAIL_ID)), plus_addresses=[ADDRESS], is_wish=is_wish)


@pytest.mark.parametrize("case", [*BOUNCES, *OTHERS], ids=lambda case: case.name)
def test_each_mail_is_read_as_what_it_is(case: Case) -> None:
    found = read(case.raw)
    assert (str(found.kind), found.failed) == (case.kind, case.failed)
    assert (found.is_delivered, found.is_understood) == (case.delivered, case.understood)
    named = TOKEN in (*found.tokens, *found.returned_tokens) or MAIL_ID in found.mail_ids
    assert named == case.matched


def test_without_the_token_the_message_id_inside_the_report_names_the_mail() -> None:
    for case in BOUNCES:
        raw = case.raw.replace(corpus.TO.encode(), b"ask@nordlys.dk")
        if case.matched and b"MAIL-ID" in raw and case.failed:
            assert MAIL_ID in read(raw).mail_ids, case.name


@pytest.mark.parametrize(
    "head",
    [
        "",
        "Delivered-To: TO\nTo: hidden@x.dk\n",
        "X-Original-To: TO\n",
        "Cc: x@y.dk, <TO>\n",
        "To: =?utf-8?q?B?= <TO>\n",
    ],
)
def test_the_token_stands_in_any_address_that_it_was_sent_to(head: str) -> None:
    to = f"Bounce+{TOKEN.upper()}@Mail.Nordlys.DK"
    raw = f"From: c1@kunde.dk\n{(head or 'To: TO' + chr(10)).replace('TO', to)}Subject: x\n\nhi\n".encode()
    assert read(raw).tokens == (TOKEN,)


@pytest.mark.parametrize(
    "to",
    [
        f"bounce+{TOKEN}a@mail.nordlys.dk",
        f"bounce+{TOKEN[1:]}@mail.nordlys.dk",
        f"xbounce+{TOKEN}@mail.nordlys.dk",
        f"bounce+{TOKEN}@mail.nordlys.dk.evil.example",
        f"bounce+{TOKEN}@evil.example",
        f"x+bounce+{TOKEN}@mail.nordlys.dk",
    ],
)
def test_what_only_looks_like_the_address_is_none(to: str) -> None:
    found = read(f"From: a@b.dk\nTo: {to}\n\nx".encode())
    assert found.tokens == () or to.endswith("evil.example")


def test_a_tap_on_unsubscribe_is_a_wish_whatever_the_program_adds() -> None:
    for head in ("", "Auto-Submitted: auto-generated\n", "Precedence: bulk\n", "Return-Path: <>\n"):
        assert str(read(corpus.wish(WISH, head)).kind) == "unsubscribe"
        assert str(read(corpus.wish(TOKEN, head)).kind) != "unsubscribe"


def test_a_mail_delivered_again_has_the_same_digest_and_another_one_with_its_id_has_not() -> None:
    raw = corpus.plain("c1@kunde.dk", "Please call me").encode()
    first, again = read(raw), read(b"Received: from elsewhere\nDelivered-To: me@x.dk\n" + raw)
    other = read(raw.replace(b"call", b"pay!"))
    assert (first.message_id, first.digest) == (again.message_id, again.digest)
    assert first.message_id == other.message_id
    assert first.digest != other.digest
    bare = b"From: a@b.dk\n\nx"
    assert read(bare).message_id == read(bare).message_id != read(bare + b"y").message_id


HOSTILE = {
    "nothing": b"",
    "no head": b"\r\n\r\nwords",
    "one long line": b"Subject: " + b"x" * 250_000,
    "many headers": b"X-A: b\r\n" * 30_000,
    "zero bytes": b"From: a@b.dk\x00\r\nSubject: \x00\x01\x02\r\n\r\n\x00",
    "a charset that is none": b"From: a@b.dk\r\nSubject: =?nonsense?b?/////w==?=\r\n\r\nx",
    "a charset that decodes": b"Content-Type: text/plain; charset=zlib\r\nSubject: =?rot13?q?uryyb?=\r\n\r\nx",
    "a charset that runs": b"Content-Type: text/plain; charset=unicode_escape\r\n\r\n\\x41" + b"\\N{BULLET}" * 999,
    "idna as a charset": b"Content-Type: text/plain; charset=idna\r\nSubject: =?idna?q?" + b"x" * 9000 + b"?=\r\n\r\nx",
    "broken base64": b"Content-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n\r\n" + b"=A" * 50_000,
    "broken uuencode": b"Content-Transfer-Encoding: x-uue\r\n\r\nbegin 666 x\n" + b"M" * 9000,
    "a subject of broken words": b"Subject: " + b"=?utf-8?q?=" * 20_000 + b"\r\n\r\nx",
    "a sender of brackets": b"From: " + b"(" * 20_000 + b"<" * 20_000 + b"\r\n\r\nx",
    "a date of nonsense": b"Date: Thu, 99 Nov 99999999999 99:99:99 +9999999\r\n\r\nx",
    "raw bytes above ascii": b"From: \xff\xfe <\xc3(@b.dk>\r\nSubject: \xe6\xf8\xe5\r\n\r\n\xff",
    "a header in a header": b"Subject: =?utf-8?q?x=0D=0ABcc:_evil@example.com?=\r\nFrom: a@b.dk\r\n\r\nx",
    "a report of 50,000 recipients": corpus.dsn("5.1.1").replace(
        "Final-Recipient", "Action: none\n\nFinal-Recipient: rfc822; x\n\n" * 5000 + "Final-Recipient"
    ).encode(),
    "endless references": b"From: a@b.dk\r\nReferences: " + b"<a@b> " * 40_000 + b"\r\n\r\nx",
    "lines of nothing": b"Content-Type: multipart/report; boundary=x\r\n\r\n" + b"\r\n" * 120_000,
    "boundaries without end": b"Content-Type: multipart/mixed; boundary=x\r\n\r\n" + b"--x\r\n\r\n" * 1999,
    "flufl's patterns": b"From: mailer-daemon@x.dk\r\n\r\n" + b"<" * 30_000 + b" " * 30_000 + b"@" * 3000,
}  # fmt: skip


@pytest.mark.parametrize("raw", HOSTILE.values(), ids=HOSTILE.keys())
def test_whatever_a_mail_is_made_of_it_is_read_within_bounds(raw: bytes) -> None:
    tracemalloc.start()
    began = time.process_time()
    found = read(raw)
    took_s = time.process_time() - began
    _now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert took_s < 10
    assert most < 64_000_000
    for text in (found.subject, found.sender):
        assert text.isprintable()
        assert "\n" not in text
    text.encode()
    assert len(found.subject) <= 300
    assert len(found.sender) <= 320


def nested(depth: int, line: bytes = b"x") -> bytes:
    head = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(depth))
    return b"From: a@b.dk\r\n" + head + b"Content-Type: text/plain\r\n\r\n" + (line + b"\r\n") * 60_000


def test_parts_inside_parts_are_bounded() -> None:
    began = time.process_time()
    assert str(read(nested(parsing.DEEPEST)).kind) == "person"
    assert time.process_time() - began < 10
    for raw in (
        nested(500),
        b"Content-Type: message/rfc822\r\n\r\n" * 5000,
        nested(40).replace(b"boundary=", b"BOUNDARY*="),
        b"\r\n--x" * 30_000,
        b"Content-Type: Message/Delivery-Status\r\n\r\n" + b"\r\n" * 120_000,
    ):
        with pytest.raises(parsing.TooDeep):
            read(raw)


def test_a_mail_of_a_hundred_megabytes_costs_no_more_than_its_beginning() -> None:
    raw = corpus.dsn("5.1.1").encode() + b"x" * 100_000_000
    tracemalloc.start()
    found = read(raw)
    _now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert found.failed == "address"
    assert most < 210_000_000  # filled() copies it twice; the reading itself is bounded below
    tracemalloc.start()
    classes.read(raw, plus_addresses=[ADDRESS], is_wish=lambda _token: False)
    _now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 16_000_000


def test_a_zip_bomb_is_not_opened() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("bomb", b"\0" * 50_000_000)
    attached = b64encode(packed.getvalue()[:150_000])
    raw = (
        b"From: c1@kunde.dk\r\nSubject: invoice\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n"
        b"Content-Type: application/zip\r\nContent-Transfer-Encoding: base64\r\nContent-Encoding: gzip\r\n\r\n"
        + attached + b"\r\n--b--\r\n"
    )  # fmt: skip
    tracemalloc.start()
    found = read(raw)
    _now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert str(found.kind) == "person"
    assert most < 16_000_000
