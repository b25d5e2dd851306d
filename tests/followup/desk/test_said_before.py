"""What the customer said before they changed their answer stands on the pages of its ticket and of the answer."""

import re
from typing import Any

import pytest
from django.utils import timezone

from followup.desk.ticket.said import MOST_BEFORE, said_before
from followup.models import Ticket
from surveys.models import Response
from surveys.services.responses import NewAnswer, change_response
from tests.factories import client_of, make_survey, make_ticket, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def ticket() -> Ticket:
    return make_ticket(make_survey(), 2, "Broken <b>sofa</b>", contact_email="zoe@corp.example")


def change(ticket: Ticket, score: int, comment: str, **typed: Any) -> Response:
    change_response(response_id=ticket.response_id, answer=NewAnswer(score, comment, **typed))
    return Response.objects.get(pk=ticket.response_id)


def test_the_first_words_stay_on_both_pages_after_a_better_answer(ticket: Ticket) -> None:
    change(ticket, 9, "All is well")
    client = client_of(make_user("bea"))
    for address in (f"/desk/tickets/{ticket.pk}/", f"/desk/answers/{ticket.response_id}/"):
        page = client.get(address).content.decode()
        assert page.index("All is well") < page.index("What they said before") < page.index("Broken &lt;b&gt;sofa")
        assert "<b>sofa" not in page
        assert re.search(r'</span> <span class="quiet">What they said before', page), "a space between score and words"


def test_each_earlier_answer_is_shown_once_and_the_newest_first(ticket: Ticket) -> None:
    assert said_before(ticket.response, timezone.now()) == []
    change(ticket, 9, "All is well")
    change(ticket, 9, "All is well", contact_phone="+31 20 555 0101")
    answer = change(ticket, 1, "")
    found = [(one["score"], one["said"]["words"]) for one in said_before(answer, timezone.now())]
    assert found == [(9, "All is well"), (2, "Broken <b>sofa</b>")]
    for n in range(MOST_BEFORE):
        answer = change(ticket, 1, f"again {n}")
    assert len(said_before(answer, timezone.now())) == MOST_BEFORE
