"""The bytes of a composed mail say what Django's would."""

from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from django.core.mail import EmailMultiAlternatives
from django.core.mail.message import sanitize_address

from nps_project.deliveries.mail.message import NotPlain, as_bytes, safe_address

HEADERS = {"Message-ID": "<1@nordlys.dk>", "List-Unsubscribe": f"<https://nps.nordlys.dk/unsubscribe/{'a' * 43}/>"}


def make(**other: str) -> dict[str, str]:
    return {
        "subject": "One question from Nordlys", "sender": "Nordlys <ask@nordlys.dk>", "to": "bea@nordlys.dk",
        "text": "Hello,\n.\nend\n", "html": "<p>Hello</p>\n<p>.</p>",
    } | other  # fmt: skip


def read(content: bytes) -> EmailMessage:
    return message_from_bytes(content, EmailMessage, policy=policy.default)


@pytest.mark.parametrize(
    "mail",
    [
        make(),
        make(subject="Ét spørgsmål fra Nordlys", text="Hej Ægir,\n\ntak.\n", html="<p>Hej Ægir</p>\n"),
        make(sender="Nørlys <ask@nordlys.dk>", to="Bea Ørsted <bea@nordlys.dk>"),
        make(to="bea@blåbær.dk"),
        make(subject="x" * 300),
        make(text="a\rb\r\nc\n", html=""),
        make(text="æ = b " * 600, html="<p>" + "x" * 1200 + " =3D æ</p>\n<p>&nbsp;  \n\tend</p>"),
    ],
)
def test_it_is_what_django_makes(mail: dict[str, str]) -> None:
    slow = EmailMultiAlternatives(mail["subject"], mail["text"], mail["sender"], [mail["to"]], headers=HEADERS)
    slow.attach_alternative(mail["html"], "text/html")
    expected, made = read(slow.message().as_bytes(linesep="\r\n")), read(as_bytes(**mail, headers=HEADERS))
    assert made.get_content_type() == expected.get_content_type() == "multipart/alternative"
    assert not made.defects
    for name in ("Subject", "From", "To", "MIME-Version", *HEADERS):
        assert str(made[name]).strip() == str(expected[name]).strip(), name
    assert set(made.keys()) == set(expected.keys())
    parts, others = list(made.iter_parts()), list(expected.iter_parts())
    assert [part.get_content_type() for part in parts] == ["text/plain", "text/html"]
    for part, other in zip(parts, others, strict=True):
        told, known = (one.get_content().replace("\r\n", "\n").replace("\r", "\n") for one in (part, other))
        assert told.rstrip("\n") == known.rstrip("\n")


@pytest.mark.parametrize("name", ["subject", "to", "sender"])
def test_no_line_gets_into_the_headers(name: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        as_bytes(**make(**{name: f"{make()[name]}\r\nBcc: all@nordlys.dk"}), headers=HEADERS)


@pytest.mark.parametrize(
    "address",
    ["bea@nordlys.dk", "B.e-a_1+x@mail.nordlys.dk", "bounce+" + "a" * 42 + "@nordlys.dk",
     "a" * 64 + "@" + "b" * 60 + ".dk",
     "søren@nordlys.dk", "bea@nørdlys.dk", '"b a"@nordlys.dk', "o'hara@nordlys.dk", "bea@[127.0.0.1]"],
)  # fmt: skip
def test_an_address_is_what_django_makes_of_it(address: str) -> None:
    assert safe_address(address) == sanitize_address(address, "utf-8")


@pytest.mark.parametrize("address", ["a..b@nordlys.dk\r\nBcc: x@y.dk", "a@b@c.dk\n"])
def test_no_address_gets_another_one_in(address: str) -> None:
    with pytest.raises(ValueError, match="(?i)address"):
        safe_address(address)


def test_what_wants_more_is_left_to_django() -> None:
    with pytest.raises(NotPlain):
        as_bytes(**make(), headers={"X-Kind": "å"})
