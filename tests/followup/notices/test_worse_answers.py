"""The owner of a ticket hears that its customer's answer became worse, above all when that takes it up again."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from followup.causes import services as causes
from followup.models import Absence, Notice, NoticeKind, RootCause, Ticket
from followup.presentation.wording import reason
from followup.tickets import actions, attempts, opening
from nps_project.accounts.models import User
from surveys.services.responses import NewAnswer, change_response
from tests.factories import client_of, make_answer, make_contact, make_survey, make_ticket, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def bea() -> User:
    causes.ensure_defaults()
    return make_user("bea")


@pytest.fixture
def ticket(bea: User) -> Ticket:
    """Resolved by Bea an hour ago."""
    with time_machine.travel(timezone.now() - timedelta(hours=1), tick=False):
        made = make_ticket(make_survey(), 4, contact=make_contact(1))
        actions.claim(ticket_id=made.pk, by=bea)
        actions.resolve(ticket_id=made.pk, by=bea, outcome="kept", root_cause=RootCause.objects.first(), note="done")
    return made


def change(ticket: Ticket, score: int) -> None:
    change_response(response_id=ticket.response_id, answer=NewAnswer(score, "again"))
    opening.open_for_response(ticket.response_id)


def told(person: User) -> list[tuple[str, int | None]]:
    return list(Notice.objects.filter(person=person, read_at=None).values_list("kind", "ticket_id"))


def test_a_worse_answer_rings_once_and_a_better_one_does_not(bea: User, ticket: Ticket) -> None:
    change(ticket, 9)
    assert told(bea) == []
    change(ticket, 3)
    change(ticket, 1)
    assert told(bea) == [(NoticeKind.WORSE, ticket.pk)]
    client = client_of(bea)
    assert "The customer’s answer became worse" in client.get("/desk/notices/").content.decode()
    page = client.get(f"/desk/tickets/{ticket.pk}/").content.decode()
    assert "The answer became worse: from 9 to 3, the ticket is open again" in page
    assert "The answer became worse: from 3 to 1 " in " ".join(page.split()), "it was open already"


def test_an_unhappy_second_answer_rings_and_says_that_the_ticket_is_open_again(bea: User, ticket: Ticket) -> None:
    second = make_answer(ticket.survey, 5, contact=ticket.response.contact, follows_id=ticket.response_id)
    opening.open_for_response(second.pk)
    assert told(bea) == [(NoticeKind.WORSE, ticket.pk)]
    page = client_of(bea).get(f"/desk/tickets/{ticket.pk}/").content.decode()
    assert "Asked again, still unhappy: score 5, the ticket is open again" in page


def test_the_queue_says_how_the_newest_answer_is_and_not_how_each_was(bea: User) -> None:
    contact = make_contact(1)
    ticket = make_ticket(make_survey(), 4, contact=contact)
    attempts.log_attempt(ticket_id=ticket.pk, by=bea, result="reached")
    second = make_answer(ticket.survey, 8, contact=contact, follows_id=ticket.response_id)
    opening.open_for_response(second.pk)

    def why(score: int) -> str:
        change_response(response_id=second.pk, answer=NewAnswer(score, f"now {score}"))
        opening.open_for_response(second.pk)
        return reason(Ticket.objects.get(pk=ticket.pk), timezone.now())

    assert why(2) == "answer became worse, asked again: 2, not better"
    assert why(9) == "answer became better, asked again: 9, better"


def test_who_stands_in_is_told_and_of_a_new_ticket_nobody_twice(bea: User, ticket: Ticket) -> None:
    carl, today = make_user("carl"), timezone.localdate()
    Absence.objects.create(person=bea, first_day=today, last_day=today, stand_in=carl)
    change(ticket, 1)
    assert (told(bea), told(carl)) == ([], [(NoticeKind.WORSE, ticket.pk)])
    fresh = make_answer(ticket.survey, 5, contact=make_contact(2, account_manager="carl@example.com"))
    change_response(response_id=fresh.pk, answer=NewAnswer(2, "worse before anybody looked"))
    opened = opening.open_for_response(fresh.pk)
    assert opened is not None
    assert [kind for kind, ticket_id in told(carl) if ticket_id == opened.pk] == [NoticeKind.GIVEN]
