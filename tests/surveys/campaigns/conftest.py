"""A mail server on loopback, and the sweep that has looked a moment ago."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import timezone

from surveys.campaigns import asking
from tests.nps_project.deliveries.mail_server import MailServer, running


@pytest.fixture
def server(settings: Any) -> Iterator[MailServer]:
    with running(settings) as made:
        yield made


@pytest.fixture
def looked(db: None) -> None:
    """The sweep looks each 15 seconds."""
    asking.look(timezone.now())
