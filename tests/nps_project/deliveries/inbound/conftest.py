"""A Dovecot for the tests of this folder, an inbox for each of them, and who hears of events."""

import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from nps_project.deliveries.inbound import addresses, events
from nps_project.deliveries.inbound.addresses import Meaning, Use
from nps_project.deliveries.inbound.events import MailEvent
from nps_project.deliveries.models import Delivery, Status
from tests.nps_project.deliveries.inbound import dovecot
from tests.nps_project.deliveries.inbound.dovecot import Dovecot

MAIL_ID = uuid.UUID("0b6a3d3e-5a0c-4c2e-9d0e-4a1f6b1c2d3e")
TOKEN, WISH = "a" * 42, "b" * 42
GENUINE: dict[str, Meaning] = {}
addresses.add(GENUINE.get)
MEANINGS = {TOKEN: Meaning(Use.BOUNCE, "thing:1"), WISH: Meaning(Use.UNSUBSCRIBE, "thing:1")}


@pytest.fixture(scope="session")
def imap() -> Iterator[Dovecot]:
    with dovecot.running() as made:
        yield made


@pytest.fixture
def told() -> Iterator[list[MailEvent]]:
    """The events that the receivers heard."""
    heard: list[MailEvent] = []

    def hear(sender: type, *, event: MailEvent, **_more: Any) -> None:
        heard.append(event)

    events.mail_event.connect(hear)
    yield heard
    events.mail_event.disconnect(hear)


@pytest.fixture
def mail(db: None) -> Delivery:
    return Delivery.objects.create(
        dedupe_key="one", about="thing:1", to_address="c1@kunde.dk", message_id=MAIL_ID, status=Status.SENT
    )


@pytest.fixture
def tokens(settings: Any) -> Iterator[None]:
    """Two tokens that are genuine."""
    settings.BOUNCE_ADDRESS = "bounce@mail.nordlys.dk"
    GENUINE.update(MEANINGS)
    yield
    GENUINE.clear()
