"""A changed, discarded or asked-again answer and its ticket, rule by rule."""

from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from followup.causes import services as causes
from followup.escalation import services as escalation
from followup.history import chain
from followup.models import Activity, RootCause, Stage, Ticket
from followup.tickets import actions, attempts, opening
from nps_project.accounts.models import User
from nps_project.deliveries.models import Delivery
from surveys.answer_form import read_form
from surveys.models import Response, Survey
from surveys.services.decisions import discard_response, restore_response
from surveys.services.responses import NewAnswer, change_response
from tests.factories import make_answer, make_contact, make_survey, make_ticket, make_user

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


@pytest.fixture
def survey() -> Survey:
    return make_survey()


@pytest.fixture
def by() -> User:
    causes.ensure_defaults()
    return make_user("bea")


def change(response: Response, score: int, comment: str = "", *, at: datetime, **typed: Any) -> Ticket | None:
    """The customer changes it at this time; a worker looks an hour later."""
    with time_machine.travel(at, tick=False):
        change_response(response_id=response.pk, answer=NewAnswer(score, comment, **typed))
    with time_machine.travel(at + HOUR, tick=False):
        opening.open_for_response(response.pk)
    return Ticket.objects.filter(response=response).first()


def changed(ticket: Ticket, score: int, comment: str = "", *, hours: float, **typed: Any) -> Ticket:
    """So many hours after the answer."""
    found = change(ticket.response, score, comment, at=ticket.response.answered_at + hours * HOUR, **typed)
    assert found == ticket
    assert list(chain.verify([ticket.pk])) == []
    return found


def resolve(ticket: Ticket, by: User, at: datetime | None = None) -> None:
    actions.resolve(
        ticket_id=ticket.pk, by=by, outcome="kept", root_cause=RootCause.objects.all()[0], note="done", at=at
    )


def kinds(ticket: Ticket) -> list[str]:
    return list(Activity.objects.filter(ticket=ticket).order_by("number").values_list("kind", flat=True))


@pytest.mark.parametrize(("before", "after", "hours"), [(9, 3, 24), (8, 6, 48), (10, 0, 24)])
def test_into_the_detractors_a_ticket_opens_counted_from_the_change(
    survey: Survey, before: int, after: int, hours: int
) -> None:
    response = make_answer(survey, before, contact=make_contact(1))
    opening.open_for_response(response.pk)
    at = response.answered_at + 100 * HOUR
    ticket = change(response, after, at=at)
    assert ticket is not None
    assert (ticket.score, ticket.clock_from, ticket.first_contact_due_at) == (after, at, at + hours * HOUR)


def test_out_of_the_detractors_before_a_worker_looked_nothing_opens(survey: Survey) -> None:
    response = make_answer(survey, 2, contact=make_contact(1))
    assert change(response, 9, at=response.answered_at + HOUR) is None


def test_in_out_and_in_again_before_a_worker_looked_keeps_the_first_promise(survey: Survey) -> None:
    """As if a worker had looked each time: an outage never gives the company more time."""
    response = make_answer(survey, 2, contact=make_contact(1))
    with time_machine.travel(response.answered_at + HOUR, tick=False):
        change_response(response_id=response.pk, answer=NewAnswer(9))
    ticket = change(response, 5, at=response.answered_at + 10 * HOUR)
    assert ticket is not None
    assert ticket.first_contact_due_at == response.answered_at + 24 * HOUR
    assert kinds(ticket) == ["opened", "answer_better", "answer_worse"]


def test_another_phone_number_is_no_other_comment(survey: Survey) -> None:
    """Nor is one that came before or after other words, when a worker looks at all of it at once."""
    ticket = make_ticket(survey, 5, "Late", contact=make_contact(1))
    for hours, comment, phone in (
        (1, "Late", "33 12 34 56"),
        (2, "Late again", None),
        (3, "Late again", "33 12 34 57"),
    ):
        with time_machine.travel(ticket.response.answered_at + hours * HOUR, tick=False):
            change_response(response_id=ticket.response_id, answer=NewAnswer(5, comment, contact_phone=phone))
    opening.open_for_response(ticket.response_id)
    entries = Activity.objects.filter(ticket=ticket, kind="answer_changed").order_by("number")
    assert [entry.data.get("keeps_comment", False) for entry in entries] == [True, False, True]
    assert list(chain.verify([ticket.pk])) == []


@pytest.mark.parametrize(
    ("before", "after", "change_h", "due_h"),
    [
        (5, 4, 1, 48),  # the old deadline is the earlier one
        (5, 2, 1, 25),  # the new one is
        (5, 2, 40, 48),
        (3, 0, 20, 24),
    ],
)
def test_worse_takes_the_earlier_deadline(survey: Survey, before: int, after: int, change_h: int, due_h: int) -> None:
    ticket = make_ticket(survey, before, contact=make_contact(1))
    worse = changed(ticket, after, hours=change_h)
    assert worse.first_contact_due_at == worse.deadline == ticket.response.answered_at + due_h * HOUR
    assert (worse.score, worse.play.score) == (after, after)
    assert kinds(ticket) == ["opened", "answer_worse"]


def test_both_before_a_worker_looked_bind_as_one(survey: Survey) -> None:
    response = make_answer(survey, 3, contact=make_contact(1))
    ticket = change(response, 5, at=response.answered_at + HOUR)
    assert ticket is not None
    assert ticket.first_contact_due_at == response.answered_at + 24 * HOUR, "the first promise is not taken back"


def test_worse_after_the_contact_makes_a_next_contact_due(survey: Survey, by: User) -> None:
    ticket = make_ticket(survey, 5, contact=make_contact(1))
    first = ticket.response.answered_at + HOUR
    attempts.log_attempt(ticket_id=ticket.pk, by=by, result="reached", at=first, now=first)
    worse = changed(ticket, 1, hours=10)
    assert worse.first_contact_at == first
    assert worse.first_contact_due_at == ticket.first_contact_due_at
    assert worse.next_contact_due_at == worse.deadline == ticket.response.answered_at + 34 * HOUR
    again = changed(ticket, 0, hours=20)
    assert again.next_contact_due_at == worse.next_contact_due_at, "a worse answer never gives more time"

    assert escalation.escalate(ticket.pk, worse.deadline + HOUR)
    later = ticket.response.answered_at + 40 * HOUR
    attempts.log_attempt(ticket_id=ticket.pk, by=by, result="reached", at=later, now=later)
    ticket.refresh_from_db()
    assert (ticket.next_contact_due_at, ticket.first_contact_at) == (None, first)
    assert ticket.due_state(later) == "met"


def test_worse_reopens_what_was_resolved(survey: Survey, by: User) -> None:
    ticket = make_ticket(survey, 5, contact=make_contact(1))
    resolve(ticket, by)
    worse = changed(ticket, 2, hours=5)
    assert (worse.status, worse.resolved_at, worse.outcome) == ("open", None, None)
    assert worse.due_state(worse.opened_at) == "on_time"


def test_done_steps_stay_and_the_new_plays_are_added(survey: Survey, by: User) -> None:
    ticket = make_ticket(survey, 5, contact=make_contact(1, account_manager="am@nordlys.dk"))
    listened = ticket.steps.get(kind="listen")
    actions.set_step(ticket_id=ticket.pk, by=by, step_id=listened.pk)
    worse = changed(ticket, 2, hours=5)

    steps = list(worse.steps.all())
    assert listened in steps
    assert [step.position for step in steps] == list(range(1, len(steps) + 1))
    open_kinds = [step.kind for step in steps if step.done_at is None]
    assert len(open_kinds) == len(set(open_kinds))
    assert {"apologise", "listen", "compensation", "explain", "thank"} <= set(open_kinds)
    assert [step.kind for step in steps].count("account_manager") == 1


def test_back_and_better_on_the_public_link_keeps_the_number_and_its_clock(survey: Survey) -> None:
    typed = {"contact_phone": "+45 33 12 00 00", "contact_name": "Ada"}
    ticket = make_ticket(survey, 3, "late", **typed)
    assert ticket.first_contact_due_at is not None
    sent = {"score": "9", "comment": "late", **typed}  # the browser kept them in fields that are no longer shown
    answer = read_form(sent, [], first="en", is_public=True).new_answer()
    with time_machine.travel(ticket.response.answered_at + HOUR, tick=False):
        change_response(response_id=ticket.response_id, answer=answer)
        opening.open_for_response(ticket.response_id)

    better = Ticket.objects.get()
    assert (better.answer_score, better.score, better.status) == (9, 3, "open")
    assert (better.first_contact_due_at, better.can_be_reached) == (ticket.first_contact_due_at, True)
    assert better.response.contact_phone == typed["contact_phone"]
    assert kinds(ticket) == ["opened", "answer_better"]


def test_better_is_only_marked(survey: Survey) -> None:
    ticket = make_ticket(survey, 2, contact=make_contact(1))
    better = changed(ticket, 5, hours=1)
    assert (better.status, better.score, better.answer_score) == ("open", 2, 5)
    assert better.first_contact_due_at == ticket.first_contact_due_at
    assert better.improved_at == ticket.response.answered_at + HOUR
    happy = changed(ticket, 10, hours=2)
    assert (happy.status, happy.score, happy.answer_score) == ("open", 2, 10)
    assert kinds(ticket) == ["opened", "answer_better", "answer_better"]
    less_happy = changed(ticket, 8, hours=3)
    assert kinds(ticket)[-1] == "answer_worse"
    assert less_happy.improved_at == happy.improved_at, "8 is still better than the 2 that the ticket is for"


def test_back_into_the_detractors_is_the_same_ticket_reopened(survey: Survey, by: User) -> None:
    ticket = make_ticket(survey, 3, contact=make_contact(1))
    changed(ticket, 9, hours=1)
    resolve(ticket, by)
    back = changed(ticket, 4, hours=100)
    assert (back.status, back.score, back.improved_at) == ("open", 4, None)
    assert back.first_contact_due_at == ticket.first_contact_due_at, "the earlier one"
    assert Ticket.objects.count() == 1


def test_other_words_are_an_entry_and_nothing_else(survey: Survey) -> None:
    ticket = make_ticket(survey, 3, "bad", contact=make_contact(1))
    same = changed(ticket, 3, "very bad", hours=1)
    assert (same.deadline, same.status, same.steps.count()) == (ticket.deadline, "open", 7)
    assert kinds(ticket) == ["opened", "answer_changed"]


def test_a_ticket_by_hand_without_a_clock_gets_one_from_the_change(survey: Survey, by: User) -> None:
    response = make_answer(survey, 9, contact=make_contact(1))
    ticket = opening.open_by_hand(response_id=response.pk, by=by)
    worse = changed(ticket, 3, hours=100)
    at = response.answered_at + 100 * HOUR
    assert (worse.clock_from, worse.first_contact_due_at, worse.warn_at) == (at, at + 24 * HOUR, at + 18 * HOUR)


# How the customer can be reached


def test_who_tells_later_how_to_reach_them_is_promised_a_call_from_then_on(survey: Survey, by: User) -> None:
    ticket = make_ticket(survey, 3)
    assert ticket.first_contact_due_at is None
    reachable = changed(ticket, 3, hours=5, contact_email="a@example.com")
    at = ticket.response.answered_at + 5 * HOUR
    assert reachable.can_be_reached
    assert (reachable.clock_from, reachable.first_contact_due_at) == (at, at + 24 * HOUR)
    assert kinds(ticket) == ["opened", "reach_changed"]

    silent = changed(ticket, 3, hours=6, contact_email="")
    assert (silent.can_be_reached, silent.first_contact_due_at) == (False, None)
    resolve(ticket, by)
    asked_for = changed(ticket, 3, hours=7, contact_phone="12345678")
    assert asked_for.status == "open"
    assert asked_for.first_contact_due_at == ticket.response.answered_at + 31 * HOUR


def test_worse_and_reachable_at_once_has_the_new_plays_clock(survey: Survey) -> None:
    ticket = make_ticket(survey, 5)
    both = changed(ticket, 0, hours=5, contact_email="a@example.com")
    assert both.first_contact_due_at == ticket.response.answered_at + 29 * HOUR
    assert kinds(ticket) == ["opened", "reach_changed", "answer_worse"]


# Discarded


def test_a_discarded_answer_ends_its_ticket_by_itself_and_comes_back_with_it(survey: Survey, by: User) -> None:
    """It stood open before, marked, and went on being warned of."""
    make_user("chief", "manager")
    ticket = make_ticket(survey, 3, "a comment", contact=make_contact(1))
    escalation.move_clocks(ticket.warn_at)
    change_response(response_id=ticket.response_id, answer=NewAnswer(3, "another comment"))
    opening.open_for_response(ticket.response_id)
    before = dict(Ticket.objects.values().get())
    assert before["stage"] == Stage.DUE_SOON

    discard_response(response_id=ticket.response_id, by=by, reason="nobody of that name")
    opening.open_for_response(ticket.response_id)
    ticket.refresh_from_db()
    assert (ticket.status, ticket.outcome, ticket.root_cause) == ("resolved", "no_action", None)
    assert ticket.discarded_at is not None
    assert ticket.due_state(timezone.now()) is None
    assert list(Delivery.objects.values_list("status", flat=True)) == ["cancelled"]
    assert not escalation.move_clocks(timezone.now() + 1000 * HOUR)
    entry = ticket.activities.get(kind="answer_discarded")
    assert (entry.actor, entry.reason_and_words()[1]) == (by, "nobody of that name")
    assert ticket.activities.get(kind="resolved").actor is None

    assert restore_response(response_id=ticket.response_id, by=by)
    opening.open_for_response(ticket.response_id)
    after = Ticket.objects.values().get()
    assert {name for name, value in after.items() if value != before.get(name)} == {"history_head", "history_count"}
    assert list(Delivery.objects.values_list("status", flat=True)) == ["queued"]
    assert kinds(ticket) == [
        "opened", "warned", "answer_changed", "answer_discarded", "resolved", "answer_restored", "reopened",
    ]  # fmt: skip
    assert list(chain.verify([ticket.pk])) == []


def test_a_ticket_that_a_person_resolved_stays_so_when_its_answer_goes_and_comes(survey: Survey, by: User) -> None:
    ticket = make_ticket(survey, 3, contact=make_contact(1))
    attempts.log_attempt(ticket_id=ticket.pk, by=by, result="reached")
    resolve(ticket, by)
    for decide in (partial(discard_response, reason="spam"), restore_response):
        decide(response_id=ticket.response_id, by=by)
        opening.open_for_response(ticket.response_id)
        ticket.refresh_from_db()
        assert (ticket.status, ticket.outcome) == ("resolved", "kept")
    assert kinds(ticket)[-2:] == ["answer_discarded", "answer_restored"]


def test_a_mail_that_went_out_is_not_queued_again(survey: Survey, by: User) -> None:
    make_user("chief", "manager")
    ticket = make_ticket(survey, 3, contact=make_contact(1))
    escalation.move_clocks(ticket.warn_at)
    Delivery.objects.update(status="sent")
    for decide in (partial(discard_response, reason="spam"), restore_response):
        decide(response_id=ticket.response_id, by=by)
        opening.open_for_response(ticket.response_id)
        assert list(Delivery.objects.values_list("status", flat=True)) == ["sent"]


def test_an_answer_discarded_before_a_worker_looked_opens_nothing(survey: Survey) -> None:
    response = make_answer(survey, 3)
    discard_response(response_id=response.pk, by=None, reason="spam")
    assert opening.open_for_response(response.pk) is None
    assert not Response.objects.unprocessed().exists()


# Asked again


def test_asked_again_and_still_unhappy_reopens_the_ticket_it_follows(survey: Survey, by: User) -> None:
    customer = make_contact(1)
    ticket = make_ticket(survey, 3, contact=customer)
    attempts.log_attempt(ticket_id=ticket.pk, by=by, result="reached")
    resolve(ticket, by)
    mails = Delivery.objects.count()

    again = make_answer(survey, 4, contact=customer, follows_id=ticket.response_id)
    opening.open_for_responses([again.pk])

    ticket.refresh_from_db()
    assert Ticket.objects.count() == 1
    assert (ticket.status, ticket.outcome) == ("contacted", None)
    assert ticket.next_contact_due_at == ticket.deadline == again.answered_at + 48 * HOUR
    assert kinds(ticket)[-1] == "asked_again"
    assert list(chain.verify([ticket.pk])) == []
    assert Delivery.objects.count() == mails
    assert not Response.objects.unprocessed().exists(), "the sweep leaves it out from now on"
    opening.open_for_responses([again.pk])
    ticket.refresh_from_db()
    assert kinds(ticket).count("asked_again") == 1


@pytest.mark.parametrize("score", [7, 10])
def test_asked_again_and_happier_is_marked(survey: Survey, by: User, score: int) -> None:
    customer = make_contact(1)
    ticket = make_ticket(survey, 3, contact=customer)
    resolve(ticket, by)
    again = make_answer(survey, score, contact=customer, follows_id=ticket.response_id)
    opening.open_for_responses([again.pk])
    ticket.refresh_from_db()
    assert (ticket.status, ticket.improved_at) == ("resolved", again.answered_at)
    assert kinds(ticket)[-1] == "answer_better"
    assert Ticket.objects.count() == 1


def test_asked_again_after_an_answer_without_a_ticket_opens_its_own(survey: Survey) -> None:
    customer = make_contact(1)
    happy = make_answer(survey, 9, contact=customer)
    again = make_answer(survey, 2, contact=customer, follows_id=happy.pk)
    opening.open_for_responses([happy.pk, again.pk])
    assert Ticket.objects.get().response == again
