"""Attempts: which stops the clock, what is refused, and what a bounce takes back."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from followup.errors import InvalidAction
from followup.history import chain
from followup.models import Activity, Attempt, Stage, Ticket
from followup.models.ticket import NO_DEADLINE
from followup.tickets import actions, attempts
from followup.tickets.opening import open_for_response
from nps_project.accounts.models import User
from tests.factories import make_answer, make_contact, make_survey, make_ticket, make_user

pytestmark = pytest.mark.django_db

HOUR, MINUTE, SECOND = timedelta(hours=1), timedelta(minutes=1), timedelta(seconds=1)


@pytest.fixture
def by(db: None) -> User:
    return make_user("bea")


def log(ticket: Ticket, by: User, result: str = "reached", **fields: Any) -> Ticket:
    attempts.log_attempt(ticket_id=ticket.pk, by=by, result=result, **fields)
    found = Ticket.objects.get(pk=ticket.pk)
    assert list(chain.verify([ticket.pk])) == []
    return found


def make(score: int, **contact: Any) -> Ticket:
    return make_ticket(make_survey(), score, contact=make_contact(1, **contact))


def test_reaching_him_stops_the_clock(by: User) -> None:
    ticket = make(2)
    contacted = log(ticket, by, duration_s=300, note="Calm in the end.")
    assert contacted.status == "contacted"
    assert contacted.first_contact_at == Attempt.objects.get().at
    assert (contacted.deadline, contacted.stage) == (NO_DEADLINE, Stage.NO_CLOCK)
    assert contacted.due_state(timezone.now() + 999 * HOUR) == "met"
    entry = Activity.objects.get(kind="attempt")
    assert entry.data["counts"] is True
    assert "Calm" not in str(entry.data)
    assert entry.text_row.text == "Calm in the end."


@pytest.mark.parametrize("result", ["voicemail", "no_answer", "wrong_number", "sent"])
def test_other_attempts_stop_no_clock(by: User, result: str) -> None:
    ticket = log(make(2), by, result)
    assert (ticket.status, ticket.first_contact_at, ticket.stage) == ("open", None, Stage.ON_TIME)
    assert ticket.history_count == 2


@pytest.mark.parametrize(("seconds", "state"), [(0, "met"), (1, "missed")])
def test_the_very_deadline_is_in_time(by: User, seconds: int, state: str) -> None:
    ticket = make(2)
    assert ticket.first_contact_due_at is not None
    at = ticket.first_contact_due_at + seconds * SECOND
    assert log(ticket, by, at=at, now=at).due_state(at) == state


def test_on_a_play_by_mail_the_first_mail_counts(by: User) -> None:
    assert log(make(6), by, "sent", channel="email").status == "contacted"


def test_by_phone_else_by_mail(by: User) -> None:
    """A mail counts only without a number, or after one logged call."""
    survey = make_survey()
    without_number = make_ticket(survey, 3, contact=make_contact(1, phone=""))
    assert log(without_number, by, "sent", channel="email").status == "contacted"

    with_number = make_ticket(survey, 3, contact=make_contact(2))
    assert log(with_number, by, "sent", channel="email").status == "open"
    log(with_number, by, "no_answer")
    assert log(with_number, by, "sent", channel="email").status == "contacted"


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"result": "maybe"}, "result"),
        ({"result": "reached", "channel": "pigeon"}, "channel"),
        ({"result": "reached", "duration_s": -1}, "duration_s"),
        ({"result": "reached", "duration_s": 86_401}, "duration_s"),
    ],
)
def test_what_cannot_be_is_refused_by_name(by: User, fields: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidAction) as refused:
        attempts.log_attempt(ticket_id=make(2).pk, by=by, **fields)
    assert refused.value.field == field
    assert not Attempt.objects.exists()


def test_an_attempt_lies_between_the_answer_and_now(by: User) -> None:
    now = timezone.now()
    answer = make_answer(make_survey(), 2, contact=make_contact(1), answered_at=now - HOUR)
    ticket = make_ticket_of(answer.pk)
    for at in (now - HOUR - SECOND, now + 6 * MINUTE):
        with pytest.raises(InvalidAction) as refused:
            log(ticket, by, at=at, now=now)
        assert refused.value.field == "at"
    ahead = log(ticket, by, "no_answer", at=now + 4 * MINUTE, now=now)
    assert ahead.attempts.get().at == now, "a clock that runs a little ahead is forgiven"
    assert log(ticket, by, at=now - HOUR, now=now).first_contact_at == now - HOUR


def make_ticket_of(response_id: int) -> Ticket:
    ticket = open_for_response(response_id)
    assert ticket is not None
    return ticket


def test_the_earliest_contact_is_the_first_one_however_late_it_is_written_down(by: User) -> None:
    now = timezone.now()
    ticket = make_ticket_of(make_answer(make_survey(), 2, contact=make_contact(1), answered_at=now - 9 * HOUR).pk)
    log(ticket, by, at=now - HOUR, now=now)
    Ticket.objects.filter(pk=ticket.pk).update(next_contact_due_at=now + HOUR)
    earlier = log(ticket, by, at=now - 5 * HOUR, now=now)
    assert earlier.first_contact_at == now - 5 * HOUR
    assert earlier.next_contact_due_at == now + HOUR, "a talk before the promise does not keep it"
    later = log(ticket, by, at=now - MINUTE, now=now)
    assert (later.first_contact_at, later.next_contact_due_at) == (now - 5 * HOUR, None)


def test_one_talk_keeps_both_promises(by: User) -> None:
    ticket = make(2)
    Ticket.objects.filter(pk=ticket.pk).update(next_contact_due_at=timezone.now() + HOUR)
    talked = log(ticket, by)
    assert (talked.next_contact_due_at, talked.deadline) == (None, NO_DEADLINE)


def test_reaching_him_ends_the_waiting(by: User) -> None:
    ticket = make(2)
    actions.wait(ticket_id=ticket.pk, by=by, until=timezone.now() + HOUR)
    contacted = log(ticket, by)
    assert (contacted.status, contacted.waiting_until) == ("contacted", None)


def test_a_bounce_takes_the_contact_back(by: User) -> None:
    ticket = make(6)
    mailed = log(ticket, by, "sent", channel="email")
    assert mailed.first_contact_at is not None
    attempt = Attempt.objects.get()
    assert attempts.take_back_bounced(attempt_id=attempt.pk, at=timezone.now())
    assert not attempts.take_back_bounced(attempt_id=attempt.pk, at=timezone.now())

    back = Ticket.objects.get()
    assert (back.status, back.first_contact_at) == ("open", None)
    assert (back.deadline, back.stage) == (ticket.first_contact_due_at, Stage.ON_TIME)
    assert back.due_state(ticket.deadline + HOUR) == "overdue"
    assert Activity.objects.latest("number").kind == "bounced"
    assert list(chain.verify()) == []


def test_a_bounce_leaves_an_earlier_talk_standing(by: User) -> None:
    ticket = make(6)
    talked = log(ticket, by)
    log(ticket, by, "sent", channel="email")
    attempts.take_back_bounced(attempt_id=Attempt.objects.get(channel="email").pk, at=timezone.now())
    kept = Ticket.objects.get()
    assert (kept.status, kept.first_contact_at) == ("contacted", talked.first_contact_at)
