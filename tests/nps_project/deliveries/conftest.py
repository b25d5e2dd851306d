"""A mail server on loopback that the product sends by."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.nps_project.deliveries.mail_server import MailServer, running


@pytest.fixture
def server(settings: Any) -> Iterator[MailServer]:
    with running(settings) as made:
        yield made
