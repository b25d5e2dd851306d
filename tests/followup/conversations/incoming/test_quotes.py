"""What was written apart from what is quoted, and no word is lost."""

import time

import pytest

from followup.conversations.incoming.content import bodies, html_text, quotes
from nps_project.deliveries.inbound.reading import parsing
from tests.followup.conversations.incoming.mails import mail
from tests.followup.conversations.incoming.reply_cases import CASES, Case


def words(text: str) -> list[str]:
    return text.split()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_reply_of_each_program(case: Case) -> None:
    text = bodies.clean(case.text)
    parts = quotes.split(text)
    expected = text if case.written is None else case.written
    assert parts.written.strip() == expected.strip()
    assert words(f"{parts.written}\n{parts.quoted}") == words(text)


HTML = """<html><head><style>p {color: red}</style><title>x</title></head><body><div dir="ltr">Still <b>broken</b>.<br>
Call&nbsp;me: <a href="https://evil.dk/x">https://nordlys.dk</a></div><script>alert(1)</script><br>
<div class="gmail_quote"><div dir="ltr" class="gmail_attr">On Mon, Nov 23, 2026 at 10:15 AM Bea
&lt;bea@nordlys.dk&gt; wrote:<br>
</div><blockquote><p>We are sorry.</p><ul><li>one<li>two</ul></blockquote></div></body></html>"""


def test_a_mail_of_html_alone_is_read_as_text() -> None:
    body = bodies.read(parsing.parse(mail(HTML, kind="text/html; charset=utf-8")))
    parts = quotes.split(body.text)
    assert parts.written == "Still broken.\nCall\xa0me: https://nordlys.dk <https://evil.dk/x>"
    assert parts.quoted.splitlines()[0] == "On Mon, Nov 23, 2026 at 10:15 AM Bea <bea@nordlys.dk> wrote:"
    assert "> We are sorry." in parts.quoted
    assert "alert" not in body.text


@pytest.mark.parametrize(
    "piece",
    [
        "<!--",
        "<![CDATA[",
        "</",
        "<a ",
        "&#",
        "<div>",
        "<blockquote>",
        "<a href='",
        "<",
        "&",
        "<?",
        "<!",
        "<script>",
        "<a><b>",
    ],
)
def test_hostile_html_takes_no_time(piece: str) -> None:
    began = time.monotonic()
    html_text.text_of(piece * (html_text.MOST_SIGNS // len(piece)))
    assert time.monotonic() - began < 5


@pytest.mark.parametrize(
    "line",
    [
        "On 1 10:15 " + "wrote " * 90 + ":",
        "> " * 300,
        "From: x",
        "On 10:15 " * 60,
        "-" * 600,
        "Sent from my " * 40,
        "_" * 600,
    ],
)
def test_hostile_lines_take_no_time(line: str) -> None:
    began = time.monotonic()
    quotes.split(f"{line}\n" * 4_900)
    assert time.monotonic() - began < 5


def test_signs_that_turn_or_hide_what_stands_beside_them_are_left_out() -> None:
    assert bodies.clean("a\0b\u202ec\u2066d\r\ne\u200b\tf\x1b[31m") == "abcd\ne\tf[31m"
    assert bodies.clean("👩‍👩‍👧 שלום") == "👩‍👩‍👧 שלום"
    assert bodies.clean("\U0001fae8 \U0001fadf a\uffff\ufdd0b") == "\U0001fae8 \U0001fadf ab", "newer than Python"
