"""Two people who answer one customer on their page: the second one sees what was written, before it goes."""

import re

import pytest
from django.test import Client
from django.utils import timezone

from followup.causes import services as causes
from followup.conversations.case import services
from followup.conversations.models import Message
from followup.models import Ticket
from followup.tickets import opening
from surveys.models import Response
from tests.factories import client_of, make_answer, make_survey, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def ticket() -> Ticket:
    """Of somebody who left no address, and wrote on their page."""
    causes.ensure_defaults()
    response: Response = make_answer(make_survey(), 2, "Late")
    opened = opening.open_for_response(response.pk)
    assert opened is not None
    services.write(response_id=response.pk, text="Nobody came.", submission=None, at=timezone.now())
    return opened


def form_on(client: Client, ticket: Ticket) -> dict[str, str]:
    page = client.get(f"/desk/tickets/{ticket.pk}/").content.decode()
    form = page.partition(f'action="/desk/tickets/{ticket.pk}/case/"')[2].partition("</form>")[0]
    return dict(re.findall(r'type="hidden" name="(submission|seen)" value="([^"]+)"', form))


def said(ticket: Ticket) -> list[str]:
    return list(Message.objects.filter(ticket=ticket, direction="out").order_by("pk").values_list("text", flat=True))


def test_the_second_of_two_answers_is_shown_the_first_and_goes_when_it_is_sent_again(ticket: Ticket) -> None:
    bea, max_ = client_of(make_user("bea")), client_of(make_user("max"))
    address = f"/desk/tickets/{ticket.pk}/case/"
    first, second = form_on(bea, ticket), form_on(max_, ticket)
    assert bea.post(address, first | {"text": "We come at nine."}).status_code == 303
    refused = max_.post(address, second | {"text": "We come at ten."})
    page = refused.content.decode()
    assert refused.status_code == 409
    assert "While you were writing" in page
    assert "We come at nine." in page
    assert "We come at ten.</textarea>" in page
    assert said(ticket) == ["We come at nine."]
    again = dict(re.findall(r'type="hidden" name="(submission|seen)" value="([^"]+)"', page))
    assert max_.post(address, again | {"text": "At ten, after all."}).status_code == 303
    assert said(ticket) == ["We come at nine.", "At ten, after all."]


def test_what_the_customer_writes_meanwhile_is_shown_and_ones_own_words_are_not(ticket: Ticket) -> None:
    bea, address = client_of(make_user("bea")), f"/desk/tickets/{ticket.pk}/case/"
    form = form_on(bea, ticket)
    assert bea.post(address, form | {"text": "We come at nine."}).status_code == 303
    assert bea.post(address, form | {"text": "And bring a lamp."}).status_code == 303, "one's own is no news"
    services.write(response_id=ticket.response_id, text="I am away!", submission=None, at=timezone.now())
    refused = bea.post(address, form | {"text": "See you."})
    assert refused.status_code == 409
    assert "I am away!" in refused.content.decode()


def test_a_form_without_what_was_seen_goes_as_before(ticket: Ticket) -> None:
    bea, address = client_of(make_user("bea")), f"/desk/tickets/{ticket.pk}/case/"
    assert bea.post(address, {"text": "We come at nine."}).status_code == 303
    assert bea.post(address, {"text": "See you.", "seen": "9" * 400}).status_code == 422
