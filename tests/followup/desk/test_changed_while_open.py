"""A page of a ticket that stays open learns what the customer and colleagues did since it was drawn."""

from datetime import timedelta

import pytest
from django.utils import timezone

from followup.causes import services as causes
from followup.escalation import services as escalation
from followup.models import RootCause, Ticket
from followup.tickets import actions, opening
from nps_project.accounts.models import User
from surveys.services.responses import NewAnswer, change_response
from tests.factories import client_of, make_survey, make_ticket, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def bea() -> User:
    return make_user("bea")


def news(user: User, ticket: Ticket, seen: int | str) -> str:
    return str(client_of(user).post(f"/desk/tickets/{ticket.pk}/here/", {"seen": seen}).json()["changed"])


def test_what_others_did_is_told_until_the_page_shows_it(bea: User) -> None:
    ticket = make_ticket(make_survey(), 2, contact_email="zoe@corp.example")
    actions.claim(ticket_id=ticket.pk, by=bea)
    assert news(bea, ticket, 1) == "", "her own doing is no news"
    change_response(response_id=ticket.response_id, answer=NewAnswer(9, "All is well"))
    opening.open_for_response(ticket.response_id)
    assert "Meanwhile: The answer became better: from 2 to 9" in news(bea, ticket, 2)
    assert f'name="seen" value="{Ticket.objects.get().history_count}"' in str(
        client_of(bea).get(f"/desk/tickets/{ticket.pk}/").content
    )
    assert news(bea, ticket, Ticket.objects.get().history_count) == ""
    for odd in ("", "x", "9" * 30, "-1"):
        assert news(bea, ticket, odd) == ""


def test_that_time_passed_is_no_news(bea: User) -> None:
    ticket = make_ticket(make_survey(), 2, contact_email="zoe@corp.example")
    assert escalation.escalate(ticket.pk, timezone.now() + timedelta(days=3))
    assert news(bea, ticket, 1) == ""


@pytest.mark.parametrize(("action", "typed"), [("resolve", {"note": "my words"}), ("attempts", {"note": "my words"})])
def test_what_a_colleague_resolved_meanwhile_cannot_be_insisted_on(
    bea: User, action: str, typed: dict[str, str]
) -> None:
    causes.ensure_defaults()
    ticket, cause = make_ticket(make_survey(), 2), RootCause.objects.all()[0]
    kind = {"outcome": "lost", "root_cause": cause.slug, "no_attempt_reason": "x", "result": "reached", "seen": "1"}
    actions.resolve(ticket_id=ticket.pk, by=make_user("jonas"), outcome="kept", root_cause=cause, note="done")
    answer = client_of(bea).post(f"/desk/tickets/{ticket.pk}/{action}/", kind | typed)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "This ticket was resolved meanwhile, so nothing was changed. Reopen it first." in page
    assert "Resolved: Stayed, " in page.split("Meanwhile:")[1], "and by whom"
    assert "my words" in page
    assert "Do it all the same" not in page
    panel = page.split(f'<section class="panel is-open" id="{action}"')[1].split("</section>")[0]
    assert 'type="submit"' not in panel
    reopen = page.split('id="reopen"')[1].split("</section>")[0]
    assert 'type="submit"' in reopen
