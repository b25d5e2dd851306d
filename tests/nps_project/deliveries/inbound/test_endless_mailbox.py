"""A mailbox whose numbers have no end holds up no worker."""

import time
from types import SimpleNamespace
from typing import Any

import pytest

from nps_project.deliveries.inbound import mailbox
from nps_project.deliveries.inbound.mailbox_urls import MailboxUrl
from nps_project.deliveries.inbound.models import MailSource

URL = MailboxUrl("imap", "mail.nordlys.dk", 143, "care", "secret", "INBOX")


class Endless:
    """A server that has given away four thousand million numbers, of mails that are gone."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.folder = SimpleNamespace(status=lambda *_given: {"UIDVALIDITY": 1, "UIDNEXT": 2**32 - 1})
        self.client = SimpleNamespace(shutdown=lambda: None)

    def uids(self, wanted: str) -> list[str]:
        self.asked.append(wanted)
        time.sleep(0.01)
        return []

    def logout(self) -> None:
        """Nothing to do."""


@pytest.mark.django_db
def test_a_reading_of_numbers_without_mails_ends_in_time_and_goes_on_where_it_was(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    server = Endless()

    def opened(_url: MailboxUrl) -> Any:
        return server

    monkeypatch.setattr(mailbox, "open_mailbox", opened)
    monkeypatch.setattr(mailbox, "BUDGET_S", 0.1)
    assert mailbox.read(URL).has_more
    looked = len(server.asked)
    assert 0 < looked < 20
    assert MailSource.objects.get().last_uid == looked * mailbox.NUMBERS_AT_ONCE
    assert mailbox.read(URL).has_more
    assert server.asked[looked].startswith(f"UID {looked * mailbox.NUMBERS_AT_ONCE + 1}:")
