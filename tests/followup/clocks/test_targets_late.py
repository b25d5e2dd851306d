"""What a worker or a beat that was off for hours finds, and makes of it."""

from datetime import timedelta

import pytest
import time_machine

from followup.escalation import services as escalation
from followup.history import chain
from followup.models import Stage, Ticket
from followup.tickets import actions, attempts, opening
from followup.tickets.customers.promise import promise_of
from nps_project.accounts.models import User
from surveys.models import Response
from surveys.services.responses import NewAnswer, change_response
from tests.factories import make_answer, make_contact, make_survey, make_user
from tests.followup.clocks.test_clocks import change_play
from tests.followup.clocks.test_targets import T0, plays_run, resolve

pytestmark = pytest.mark.django_db

HOUR, MINUTE, DAY = timedelta(hours=1), timedelta(minutes=1), timedelta(days=1)


@pytest.fixture
def by() -> User:
    return make_user("bea")


LOOKS = [[3, 9, 3], [9, 5], [3, 7, 8, 6], [5, 2, 9, 4], [9, 3, 9, 3], [2, 6, 2], [8, 10, 1, 0, 6, 9, 6], [4, 4, 9, 2]]


def follow(scores: list[int], by: User, *, looks_between: bool, slug: str) -> Ticket:
    """A ticket that was resolved while its answer had the first score; then the customer changes it and changes it."""
    with time_machine.travel(T0, tick=False):
        response = make_answer(make_survey(slug), scores[0], contact=make_contact(len(slug)))
        ticket = opening.open_for_response(response.pk) or opening.open_by_hand(response_id=response.pk, by=by)
        resolve(ticket, by, T0 + MINUTE)
    for number, score in enumerate(scores[1:], start=1):
        at = T0 + number * HOUR
        with time_machine.travel(at, tick=False):
            change_response(response_id=response.pk, answer=NewAnswer(score, comment=str(number)))
            if looks_between:
                opening.open_for_response(response.pk)
    with time_machine.travel(T0 + DAY, tick=False):
        opening.open_for_response(response.pk)
    ticket.refresh_from_db()
    assert list(chain.verify([ticket.pk])) == []
    return ticket


@pytest.mark.parametrize("scores", LOOKS, ids=str)
def test_a_late_look_ends_as_a_look_at_each_change(scores: list[int], by: User) -> None:
    found = [follow(scores, by, looks_between=looks, slug=slug) for looks, slug in ((True, "a"), (False, "bb"))]
    each, once = (
        {
            "status": ticket.status,
            "score": (ticket.score, ticket.answer_score, ticket.play_id, ticket.improved_at),
            "due": (ticket.first_contact_due_at, ticket.next_contact_due_at, ticket.deadline, ticket.warn_at),
            "steps": list(ticket.steps.values_list("kind", "play_score")),
            "history": [(entry.kind, entry.data.get("new_score")) for entry in ticket.activities.order_by("number")],
        }
        for ticket in found
    )
    assert once == each
    assert once["status"] == "open", "each of them became worse, or unhappy again"


@pytest.mark.parametrize("scores", [[3, 9, 3], [2, 8, 6]], ids=str)
def test_an_answer_after_asking_again_that_went_there_and_back_is_taken_up_again(scores: list[int], by: User) -> None:
    customer = make_contact(1)
    first = make_answer(make_survey(), 3, contact=customer)
    ticket = opening.open_for_response(first.pk)
    assert ticket is not None
    second = make_answer(make_survey("again"), scores[0], contact=customer, follows_id=first.pk)
    opening.open_for_response(second.pk)
    resolve(ticket, by, second.answered_at + MINUTE)
    for score in scores[1:]:
        change_response(response_id=second.pk, answer=NewAnswer(score))
    opening.open_for_response(second.pk)
    ticket.refresh_from_db()
    assert not ticket.is_resolved
    assert [entry.kind for entry in ticket.activities.order_by("number")][-2:] == ["answer_better", "asked_again"]

    resolve(ticket, by, second.answered_at + 2 * MINUTE)
    change_response(response_id=second.pk, answer=NewAnswer(scores[-1], comment="other words"))
    opening.open_for_response(second.pk)
    ticket.refresh_from_db()
    assert ticket.is_resolved, "other words are an entry and nothing else"


def test_a_number_that_was_given_counts_from_then_however_late_the_look() -> None:
    plays_run("always")
    survey = make_survey()
    with time_machine.travel(T0, tick=False):
        response = make_answer(survey, 2)
    for number, words in enumerate(("call me", "please call me"), start=1):
        with time_machine.travel(T0 + number * HOUR, tick=False):
            answer = NewAnswer(2, comment=words, contact_phone="+45 33 12 00 00")
            change_response(response_id=response.pk, answer=answer)
    promise = promise_of(Response.objects.get())
    ticket = opening.open_for_response(response.pk)
    assert ticket is not None
    assert (ticket.first_contact_due_at, ticket.clock_from) == (T0 + 9 * HOUR, T0 + HOUR)
    assert promise is not None
    assert promise.hours == 7


# Standing still


@pytest.fixture
def waiting(by: User) -> Ticket:
    """Contacted after an hour, due to be solved after a hundred; waited for from the tenth to the thirtieth."""
    change_play(2, solve_hours=100)
    with time_machine.travel(T0, tick=False):
        ticket = opening.open_for_response(make_answer(make_survey(), 2, contact=make_contact(1)).pk)
    assert ticket is not None
    attempts.log_attempt(ticket_id=ticket.pk, by=by, result="reached", at=T0 + HOUR, now=T0 + HOUR)
    return actions.wait(ticket_id=ticket.pk, by=by, until=T0 + 30 * HOUR, at=T0 + 10 * HOUR)


def test_a_waiting_ends_at_its_own_time_though_beat_was_off_for_a_day(waiting: Ticket) -> None:
    escalation.move_clocks(T0 + 54 * HOUR)
    waiting.refresh_from_db()
    assert (waiting.status, waiting.solve_due_at, waiting.deadline) == ("contacted", *[T0 + 120 * HOUR] * 2)


@pytest.mark.parametrize("ends_it", ["a call", "another wait", "resolving"])
def test_nothing_that_ends_a_waiting_late_makes_it_longer(waiting: Ticket, by: User, ends_it: str) -> None:
    late = T0 + 54 * HOUR
    if ends_it == "a call":
        attempts.log_attempt(ticket_id=waiting.pk, by=by, result="reached", at=late, now=late)
    elif ends_it == "another wait":
        actions.wait(ticket_id=waiting.pk, by=by, until=late + HOUR, at=late)
    else:
        resolve(waiting, by, late)
    waiting.refresh_from_db()
    more = HOUR if ends_it == "another wait" else timedelta()
    assert waiting.solve_due_at == T0 + 120 * HOUR + more


def test_waiting_after_the_resolution_was_due_mends_nothing(waiting: Ticket, by: User) -> None:
    for at in (T0 + 30 * HOUR, T0 + 121 * HOUR):
        escalation.move_clocks(at)
    waiting.refresh_from_db()
    assert waiting.stage == Stage.OVERDUE
    late = actions.wait(ticket_id=waiting.pk, by=by, until=T0 + 200 * HOUR, at=T0 + 122 * HOUR)
    assert (late.solve_due_at, late.deadline, late.stage) == (*[T0 + 120 * HOUR] * 2, Stage.OVERDUE)
    assert (late.escalation_level, late.escalate_at) == (waiting.escalation_level, waiting.escalate_at)


def test_a_worse_answer_while_waited_for_has_the_rest_of_the_waiting_too(waiting: Ticket) -> None:
    change_play(0, solve_hours=24)
    with time_machine.travel(T0 + 20 * HOUR, tick=False):
        change_response(response_id=waiting.response_id, answer=NewAnswer(0))
        opening.open_for_response(waiting.response_id)
    waiting.refresh_from_db()
    assert waiting.solve_due_at == T0 + 54 * HOUR  # 24 hours, and the ten that are still waited
