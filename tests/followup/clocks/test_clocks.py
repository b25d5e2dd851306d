"""The three clocks of a ticket: which runs, what stops it, and what each says of itself."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone, translation

from followup.causes import services as causes
from followup.clocks import calendars, recompute
from followup.clocks.targets import RESOLUTION
from followup.escalation import services as escalation
from followup.models import Calendar, Pause, Playbook, RootCause, Stage, Ticket
from followup.playbooks import services as playbooks
from followup.presentation.clock_texts import explain
from followup.presentation.wording import Clock, clock_of
from followup.tickets import actions, attempts, opening, promises
from nps_project.accounts.models import Team, User
from surveys.services.responses import NewAnswer, change_response
from tests.factories import make_answer, make_contact, make_survey, make_user

pytestmark = pytest.mark.django_db

FRIDAY = datetime(2026, 11, 20, 15, 30, tzinfo=UTC)  # 16:30 in Copenhagen
HOUR = timedelta(hours=1)
OFFICE = {str(day): [["09:00", "17:00"]] for day in range(5)}


@pytest.fixture
def team() -> Team:
    """In service on weekdays from nine to five."""
    made = Team.objects.create(name="North")
    office = Calendar(name="Office", time_zone="Europe/Copenhagen", week=OFFICE, country="DK")
    calendars.use_calendar(team=made, calendar=calendars.save_calendar(office, {}))
    return made


@pytest.fixture
def bea() -> User:
    return make_user("bea")


def change_play(score: int = 2, **fields: Any) -> None:
    book = playbooks.ensure_default()
    draft = playbooks.draft_of(playbooks.plays_of(book)[score])
    changed = playbooks.PlayDraft({**draft.fields, **fields}, draft.steps)
    playbooks.save_plays(playbook=Playbook.objects.get(pk=book.pk), drafts={score: changed})


def opened(team: Team | None, score: int = 2, at: datetime = FRIDAY) -> Ticket:
    with time_machine.travel(at, tick=False):
        answer = make_answer(make_survey(team=team), score, contact=make_contact(1))
        opening.open_for_response(answer.pk)
    return Ticket.objects.get(response=answer)


def resolve(ticket: Ticket, by: User, at: datetime) -> Ticket:
    causes.ensure_defaults()
    cause = RootCause.objects.filter(is_active=True)[0]
    return actions.resolve(ticket_id=ticket.pk, by=by, outcome="kept", root_cause=cause, note="called", at=at)


def test_service_hours_skip_the_night_and_the_weekend(team: Team) -> None:
    change_play(hours=8, hours_run="service")
    ticket = opened(team)
    assert ticket.first_contact_due_at == datetime(2026, 11, 23, 15, 30, tzinfo=UTC)  # half an hour left on Friday
    assert ticket.warn_at == datetime(2026, 11, 23, 13, 30, tzinfo=UTC)  # two of eight hours of service are left
    assert (ticket.deadline, ticket.stage) == (ticket.first_contact_due_at, Stage.ON_TIME)
    with translation.override("en"), timezone.override("Europe/Copenhagen"):
        assert explain(ticket, FRIDAY) == [
            "First contact is due Mon 16:30: 8 hours of service from today 16:30, minus the night (16 h 00 m), "
            "minus the weekend (2 d 0 h)."
        ]


def test_hours_of_the_clock_do_not_ask_for_a_calendar(team: Team) -> None:
    ticket = opened(team)
    assert ticket.first_contact_due_at == FRIDAY + 24 * HOUR
    assert ticket.calendar is None


def test_a_team_without_a_calendar_is_always_in_service() -> None:
    change_play(hours=8, hours_run="service")
    assert opened(None).first_contact_due_at == FRIDAY + 8 * HOUR


def test_the_solved_clock_stands_still_while_the_customer_is_waited_for(bea: User) -> None:
    change_play(solve_hours=100)
    ticket = opened(None)
    assert ticket.solve_due_at == FRIDAY + 100 * HOUR
    attempts.log_attempt(ticket_id=ticket.pk, by=bea, result="reached", now=FRIDAY + HOUR, at=FRIDAY + HOUR)
    until = FRIDAY + 30 * HOUR
    waiting = actions.wait(ticket_id=ticket.pk, by=bea, until=until, at=FRIDAY + 10 * HOUR)
    assert waiting.solve_due_at == FRIDAY + 120 * HOUR
    assert waiting.stage == Stage.WAITING
    assert escalation.wake(ticket.pk, until)
    woken = Ticket.objects.get(pk=ticket.pk)
    assert (woken.solve_due_at, woken.deadline, woken.stage) == (until + 90 * HOUR, until + 90 * HOUR, Stage.ON_TIME)
    with translation.override("en"), timezone.override("UTC"):
        assert explain(woken, until) == [
            "To be solved by Wed 15:30: 100 hours from yesterday 15:30, minus 20 h 00 m waiting for the customer."
        ]


def test_a_call_ends_the_waiting_and_gives_back_what_was_not_waited(bea: User) -> None:
    change_play(solve_hours=100)
    ticket = opened(None)
    actions.wait(ticket_id=ticket.pk, by=bea, until=FRIDAY + 72 * HOUR, at=FRIDAY + HOUR)
    attempts.log_attempt(ticket_id=ticket.pk, by=bea, result="reached", now=FRIDAY + 3 * HOUR, at=FRIDAY + 3 * HOUR)
    ticket.refresh_from_db()
    assert ticket.solve_due_at == FRIDAY + 102 * HOUR
    assert Pause.objects.get().ended_at == FRIDAY + 3 * HOUR


def test_waiting_stops_it_up_to_a_limit_only(bea: User) -> None:
    change_play(solve_hours=10, wait_limit_hours=24)
    ticket = opened(None)
    attempts.log_attempt(ticket_id=ticket.pk, by=bea, result="reached", now=FRIDAY + HOUR, at=FRIDAY + HOUR)
    waiting = actions.wait(ticket_id=ticket.pk, by=bea, until=FRIDAY + 500 * HOUR, at=FRIDAY + 2 * HOUR)
    assert waiting.solve_due_at == FRIDAY + 34 * HOUR
    assert waiting.deadline == waiting.solve_due_at  # it runs out while the customer is waited for: the desk shows it
    again = actions.wait(ticket_id=ticket.pk, by=bea, until=FRIDAY + 600 * HOUR, at=FRIDAY + 30 * HOUR)
    assert again.solve_due_at == FRIDAY + 34 * HOUR


def test_reopening_adds_the_time_it_was_closed(bea: User) -> None:
    change_play(solve_hours=48)
    answered = timezone.now() - 30 * HOUR
    ticket = opened(None, at=answered)
    closed_at = timezone.now() - 20 * HOUR
    assert resolve(ticket, bea, closed_at).deadline > closed_at + 10_000 * HOUR
    reopened = actions.reopen(ticket_id=ticket.pk, by=bea, reason="he called again")
    assert reopened.solve_due_at is not None
    assert abs(reopened.solve_due_at - (answered + 68 * HOUR)) < timedelta(minutes=1)


def test_the_earliest_clock_that_runs_is_the_deadline(team: Team, bea: User) -> None:
    change_play(hours=24, solve_hours=20)
    ticket = opened(None)
    assert recompute.running_clock(ticket) == (RESOLUTION, FRIDAY + 20 * HOUR)
    assert ticket.deadline == FRIDAY + 20 * HOUR


def test_a_worse_answer_tightens_the_clock_by_the_calendar(team: Team) -> None:
    change_play(5, hours=16, hours_run="service")
    change_play(1, hours=4, hours_run="service")
    ticket = opened(team, 5)
    assert ticket.first_contact_due_at == datetime(2026, 11, 24, 15, 30, tzinfo=UTC)
    with time_machine.travel(FRIDAY + 2 * HOUR, tick=False):
        change_response(response_id=ticket.response_id, answer=NewAnswer(score=1))
        opening.open_for_response(ticket.response_id)
    ticket.refresh_from_db()
    assert ticket.first_contact_due_at == datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def test_a_ticket_of_before_the_calendars_explains_nothing_it_does_not_know() -> None:
    ticket = opened(None)
    ticket.clock_notes = {}
    with translation.override("en"), timezone.override("UTC"):
        assert explain(ticket, FRIDAY) == ["First contact is due tomorrow 15:30."]


def said(clock: Clock) -> str:
    return f"{clock.about}: {clock.words}"


def test_the_queue_calls_each_clock_by_its_name(bea: User) -> None:
    change_play(hours=24, solve_hours=200)
    ticket = opened(None)
    with translation.override("en"):
        assert clock_of(ticket, FRIDAY + HOUR).words == "23 h 00 m left"
        attempts.log_attempt(ticket_id=ticket.pk, by=bea, result="reached", now=FRIDAY + HOUR, at=FRIDAY + HOUR)
        ticket.refresh_from_db()
        assert said(clock_of(ticket, FRIDAY + 190 * HOUR)) == "to be solved: 10 h 00 m left"
        assert said(clock_of(ticket, FRIDAY + 201 * HOUR)) == "to be solved: 1 h 00 m late"
        promises.make(ticket_id=ticket.pk, by=bea, text="a part", due_at=FRIDAY + 9 * HOUR, at=FRIDAY + HOUR)
        ticket.refresh_from_db()
        drawn = clock_of(ticket, FRIDAY + 5 * HOUR)
        assert (said(drawn), drawn.left, drawn.state) == ("next contact: 4 h 00 m left", 50, "on_time")
