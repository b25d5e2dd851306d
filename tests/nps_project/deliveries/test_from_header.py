"""The From header under a name of the app's own, by both ways in which a mail is written."""

from email import message_from_bytes
from email.header import decode_header, make_header
from email.utils import parseaddr

import pytest
from django.conf import settings
from django.core.mail import EmailMultiAlternatives

from nps_project.deliveries import from_header
from nps_project.deliveries.mail import message


@pytest.mark.parametrize("name", ["Anna from Nordlys", "Søren fra Nørrebro", "Nordlys, Anna", "O'Neill (care)", "山田"])
def test_both_ways_write_the_name_and_the_address_of_the_settings(name: str) -> None:
    from_header.name_by("test", lambda: name)
    sender = from_header.from_of("test")
    slow = EmailMultiAlternatives("Hello", "text", from_email=sender, to=["bo@nordlys.dk"])
    quick = message.as_bytes(subject="Hello", sender=sender, to="bo@nordlys.dk", text="text", html="", headers={})
    for raw in (slow.message().as_bytes(), quick):
        shown, address = parseaddr(message_from_bytes(raw)["From"].replace("\n", ""))
        assert str(make_header(decode_header(shown))) == name
        assert address == parseaddr(settings.DEFAULT_FROM_EMAIL)[1]


def test_without_a_name_it_is_that_of_the_settings() -> None:
    from_header.name_by("test", lambda: "")
    assert from_header.from_of("test") == settings.DEFAULT_FROM_EMAIL
    assert from_header.from_of("another") == settings.DEFAULT_FROM_EMAIL
