"""A customer who says on the thank-you page how to reach them: the ticket's clock runs from then."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client

from followup.history import chain
from followup.models import Activity, Ticket
from followup.playbooks import services as playbooks
from followup.tickets import opening
from surveys.models import Response
from tests.factories import make_survey

pytestmark = pytest.mark.django_db
START = datetime(2026, 11, 23, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize("was_opened", [True, False], ids=["ticket before", "ticket after"])
def test_the_first_contact_is_due_from_when_the_address_came(client: Client, was_opened: bool) -> None:
    playbooks.ensure_default()
    make_survey("hello")
    with time_machine.travel(START, tick=False):
        thanks = client.post("/s/hello/", {"score": "3", "comment": "Late"})["Location"]
        response = Response.objects.get()
        if was_opened:
            before = opening.open_for_response(response.pk)
            assert before is not None
            assert (before.can_be_reached, before.first_contact_due_at) == (False, None)
    with time_machine.travel(START + 5 * HOUR, tick=False):
        client.post(thanks, {"contact_phone": "+45 33 12 34 56"})
    with time_machine.travel(START + 6 * HOUR, tick=False):
        opening.open_for_response(response.pk)

    ticket = Ticket.objects.get()
    assert ticket.can_be_reached
    assert ticket.clock_from == START + 5 * HOUR
    assert ticket.first_contact_due_at == START + 29 * HOUR
    if was_opened:
        assert list(Activity.objects.filter(ticket=ticket).values_list("kind", flat=True)) == [
            "opened",
            "reach_changed",
        ]
    assert list(chain.verify([ticket.pk])) == []
