"""Each deadline in each situation, against an oracle that counts minutes by hand and shares nothing with the code."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from math import ceil
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine

from followup.causes import services as causes
from followup.clocks import calendars
from followup.history import chain
from followup.models import Calendar, Playbook, RootCause, RoutingRule, Ticket
from followup.playbooks import services as playbooks
from followup.routing import assignment
from followup.tickets import actions, attempts, opening, promises
from followup.tickets.customers.promise import promise_of
from nps_project.accounts.models import Team, User
from surveys.models import Contact, Response, Survey
from surveys.services.responses import NewAnswer, change_response
from tests.factories import make_answer, make_contact, make_survey, make_user
from tests.followup.clocks.test_clocks import OFFICE, change_play

pytestmark = pytest.mark.django_db

HOUR, MINUTE, DAY = timedelta(hours=1), timedelta(minutes=1), timedelta(days=1)
T0 = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)  # Friday, 15:00 in Copenhagen
COPENHAGEN = ZoneInfo("Europe/Copenhagen")
CLOSED_DAYS = {date(2026, 12, 25), date(2026, 12, 26)}  # of the weeks that are tried
# score: (hours to the first contact, hours to the resolution)
PLAYS = {2: (8, 24), 5: (16, 40), 9: (12, 30)}


@cache
def oracle(begins: datetime, hours: int, runs: str) -> datetime:
    """Minute by minute, from the opening hours as a person would read them."""
    if runs == "always":
        return begins + hours * HOUR
    at, left = begins, hours * 60
    while left:
        local = at.astimezone(COPENHAGEN)
        is_open = local.weekday() < 5 and local.date() not in CLOSED_DAYS and time(9) <= local.time() < time(17)
        left -= is_open
        at += MINUTE
    return at


@dataclass
class World:
    """One company and one of its customers; `late`: how long worker and beat are off."""

    is_contacted: bool
    late: timedelta
    by: User
    survey: Survey
    contact: Contact | None
    first_answer: list[Response] = field(default_factory=list)

    def answer(self, score: int, at: datetime, **fields: Any) -> Response:
        with time_machine.travel(at, tick=False):
            made = make_answer(self.survey, score, contact=self.contact, **fields)
        self.first_answer = self.first_answer or [made]
        return made

    def change(self, score: int, at: datetime) -> None:
        with time_machine.travel(at, tick=False):
            change_response(response_id=self.first_answer[0].pk, answer=NewAnswer(score))
        self.look(self.first_answer[0], at)

    def look(self, response: Response, at: datetime) -> None:
        """The worker looks at once, or when it is back."""
        if not self.late:
            self.look_now(response, at + MINUTE)

    def look_now(self, response: Response, at: datetime) -> None:
        with time_machine.travel(at, tick=False):
            opening.open_for_response(response.pk)

    def call(self, at: datetime) -> None:
        """Where the case has a contact before the change, the ticket had to be there for it."""
        if self.is_contacted:
            self.look_now(self.first_answer[0], at - MINUTE)
            ticket = Ticket.objects.get()
            attempts.log_attempt(ticket_id=ticket.pk, by=self.by, result="reached", at=at, now=at)


Expected = tuple[list[tuple[datetime, int]], list[tuple[datetime, int]], list[tuple[datetime, int]]]


def by_answer(world: World) -> Expected:
    world.look(world.answer(2, T0), T0)
    world.call(T0 + HOUR)
    return [(T0, 8)], [], [(T0, 24)]


def by_hand(world: World) -> Expected:
    response, at = world.answer(9, T0), T0 + 2 * HOUR
    world.look_now(response, T0 + MINUTE)
    with time_machine.travel(at, tick=False):
        opening.open_by_hand(response_id=response.pk, by=world.by)
    world.call(at + HOUR)
    return [(at, 12)], [], [(at, 30)]


def changed_worse(world: World) -> Expected:
    world.look(world.answer(5, T0), T0)
    world.call(T0 + HOUR / 2)
    world.change(2, T0 + HOUR)
    if world.is_contacted:
        return [(T0, 16)], [(T0 + HOUR, 8)], [(T0, 40), (T0 + HOUR, 24)]
    return [(T0, 16), (T0 + HOUR, 8)], [], [(T0, 40), (T0 + HOUR, 24)]


def changed_better(world: World) -> Expected:
    world.look(world.answer(2, T0), T0)
    world.call(T0 + HOUR / 2)
    world.change(5, T0 + HOUR)
    return [(T0, 8)], [], [(T0, 24)]


def there_and_back(world: World) -> Expected:
    world.look(world.answer(5, T0), T0)
    world.call(T0 + HOUR / 2)
    world.change(9, T0 + HOUR)
    world.change(2, T0 + 2 * HOUR)
    if world.is_contacted:
        return [(T0, 16)], [(T0 + 2 * HOUR, 8)], [(T0, 40), (T0 + 2 * HOUR, 24)]
    return [(T0, 16), (T0 + 2 * HOUR, 8)], [], [(T0, 40), (T0 + 2 * HOUR, 24)]


def asked_again(world: World) -> Expected:
    """Resolved after two of its 24 hours; the resolution has the others from the second answer on."""
    first, again_at = world.answer(2, T0), T0 + 96 * HOUR
    world.look_now(first, T0 + MINUTE)
    world.call(T0 + HOUR)
    resolve(Ticket.objects.get(), world.by, T0 + 2 * HOUR)
    second = world.answer(2, again_at, follows_id=first.pk)
    world.look_now(second, again_at + (world.late or MINUTE))
    if world.is_contacted:
        return [(T0, 8)], [(again_at, 8)], [(again_at, 22), (again_at, 24)]
    return [(T0, 8), (again_at, 8)], [], [(again_at, 22), (again_at, 24)]


def routed(world: World) -> Expected:
    """The survey's own team is always in service; the rule sends it to the team that works by the calendar."""
    office = Team.objects.get(name="Office")
    elsewhere = Team.objects.create(name="Elsewhere")
    world.survey.team = elsewhere
    world.survey.save(update_fields=["team"])
    assignment.save_rule(assignment.Rule(RoutingRule(name="all", position=1, to="team", team=office)))
    world.look(world.answer(2, T0), T0)
    world.call(T0 + HOUR)
    return [(T0, 8)], [], [(T0, 24)]


SITUATIONS = [by_answer, by_hand, changed_worse, changed_better, there_and_back, asked_again, routed]


def resolve(ticket: Ticket, by: User, at: datetime) -> Ticket:
    causes.ensure_defaults()
    cause = RootCause.objects.filter(is_active=True)[0]
    return actions.resolve(ticket_id=ticket.pk, by=by, outcome="kept", root_cause=cause, note="called", at=at)


@pytest.fixture
def by() -> User:
    return make_user("bea")


@pytest.fixture
def office() -> Team:
    team = Team.objects.create(name="Office")
    week = Calendar(name="Office", time_zone="Europe/Copenhagen", week=OFFICE, country="DK")
    calendars.use_calendar(team=team, calendar=calendars.save_calendar(week, {}))
    return team


def plays_run(runs: str) -> None:
    book = playbooks.ensure_default()
    plays, drafts = playbooks.plays_of(book), {}
    for score, (hours, solve_hours) in PLAYS.items():
        draft = playbooks.draft_of(plays[score])
        targets = {"hours": hours, "solve_hours": solve_hours, "hours_run": runs, "solve_hours_run": runs}
        drafts[score] = playbooks.PlayDraft({**draft.fields, **targets}, draft.steps)
    playbooks.save_plays(playbook=Playbook.objects.get(pk=book.pk), drafts=drafts)


def earliest(starts: list[tuple[datetime, int]], runs: str) -> datetime | None:
    return min((oracle(begins, hours, runs) for begins, hours in starts), default=None)


@pytest.mark.parametrize("late", [timedelta(), DAY], ids=["at once", "a day late"])
@pytest.mark.parametrize("is_contacted", [False, True], ids=["first contact", "next reply"])
@pytest.mark.parametrize("is_reachable", [True, False], ids=["reachable", "unreachable"])
@pytest.mark.parametrize("runs", ["always", "service"])
@pytest.mark.parametrize("situation", SITUATIONS, ids=lambda situation: situation.__name__)
def test_each_deadline_is_what_a_person_counts(
    situation: Callable[[World], Expected],
    runs: str,
    is_reachable: bool,
    is_contacted: bool,
    late: timedelta,
    by: User,
    office: Team,
) -> None:
    plays_run(runs)
    survey = make_survey(team=office)
    world = World(is_contacted, late, by, survey, make_contact(1) if is_reachable else None)
    first, following, solved = situation(world)
    for response in Response.objects.unprocessed().order_by("pk"):
        world.look_now(response, T0 + 3 * HOUR + late)

    ticket = Ticket.objects.get()
    expected = (earliest(first, runs), earliest(following, runs)) if is_reachable else (None, None)
    assert (ticket.first_contact_due_at, ticket.next_contact_due_at) == expected
    assert ticket.solve_due_at == earliest(solved, runs)
    running = [None if is_contacted else expected[0], expected[1], ticket.solve_due_at]
    assert ticket.deadline == min(due for due in running if due)
    assert list(chain.verify([ticket.pk])) == []


# Answers that are told of late


@pytest.mark.parametrize(("runs", "hours"), [("always", 8), ("service", 8), ("service", 40)])
def test_an_answer_is_history_when_its_own_deadline_has_passed(runs: str, hours: int, office: Team) -> None:
    change_play(2, hours=hours, hours_run=runs)
    survey, due = make_survey(team=office), oracle(T0, hours, runs)
    by_delay = {
        second: make_answer(survey, 2, answered_at=T0, recorded_at=due + second * timedelta(seconds=1))
        for second in (-1, 0, 1)
    }
    opening.open_for_responses([response.pk for response in by_delay.values()])
    opened = set(Ticket.objects.values_list("response", flat=True))
    assert {second for second, response in by_delay.items() if response.pk in opened} == {-1, 0}


def test_the_calendar_of_the_team_that_a_rule_names_decides_too(office: Team) -> None:
    change_play(2, hours=8, hours_run="service")
    survey = make_survey(team=Team.objects.create(name="Elsewhere"))
    assignment.save_rule(assignment.Rule(RoutingRule(name="all", position=1, to="team", team=office)))
    response = make_answer(survey, 2, answered_at=T0, recorded_at=T0 + DAY)
    assert opening.open_for_response(response.pk) is not None, "due on Monday"


# The promise on the customer's page


@pytest.mark.parametrize("runs", ["always", "service"])
@pytest.mark.parametrize("is_routed", [False, True])
@pytest.mark.parametrize("scores", [[2], [5], [5, 2], [2, 5], [5, 9, 2], [9, 5]], ids=str)
def test_the_page_promises_what_the_ticket_keeps(scores: list[int], is_routed: bool, runs: str, office: Team) -> None:
    plays_run(runs)
    survey = make_survey(team=Team.objects.create(name="Elsewhere") if is_routed else office)
    if is_routed:
        assignment.save_rule(assignment.Rule(RoutingRule(name="all", position=1, to="team", team=office)))
    with time_machine.travel(T0, tick=False):
        response = make_answer(survey, scores[0], contact=make_contact(1))
    for number, score in enumerate(scores[1:], start=1):
        with time_machine.travel(T0 + number * HOUR, tick=False):
            change_response(response_id=response.pk, answer=NewAnswer(score))
    response = Response.objects.get()
    before = promise_of(response)
    ticket = opening.open_for_response(response.pk)
    assert ticket is not None
    assert ticket.first_contact_due_at is not None
    assert before is not None
    last = T0 + (len(scores) - 1) * HOUR
    assert before.hours == ceil((ticket.first_contact_due_at - last) / HOUR)
    assert promise_of(Response.objects.get()) == before


def test_a_ticket_that_is_late_promises_the_hours_of_the_play() -> None:
    plays_run("always")
    survey = make_survey()
    with time_machine.travel(T0, tick=False):
        response = make_answer(survey, 5, contact=make_contact(1))
    with time_machine.travel(T0 + 20 * HOUR, tick=False):
        change_response(response_id=response.pk, answer=NewAnswer(2))
    promise = promise_of(Response.objects.get())
    assert promise is not None
    assert promise.hours == 8


# Looking at each change, or once at all of them, ends alike


def test_hours_that_the_company_changes_leave_what_was_counted_alone(office: Team, by: User) -> None:
    plays_run("service")
    with time_machine.travel(T0, tick=False):
        ticket = opening.open_for_response(make_answer(make_survey(team=office), 2, contact=make_contact(1)).pk)
    assert ticket is not None
    first, solved = ticket.first_contact_due_at, ticket.solve_due_at
    calendar = Calendar.objects.get()
    calendar.week = {str(day): [["10:00", "12:00"]] for day in range(5)}
    calendars.save_calendar(calendar, {})
    Ticket.objects.filter(pk=ticket.pk).update(first_contact_at=T0)

    monday = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)  # 10:00 in Copenhagen
    waited = actions.wait(ticket_id=ticket.pk, by=by, until=monday + HOUR, at=monday)
    assert (waited.first_contact_due_at, solved) == (first, oracle(T0, 24, "service"))
    assert solved is not None
    day_after = datetime.combine(solved.date() + DAY, time(10), tzinfo=COPENHAGEN)
    assert waited.solve_due_at == day_after + HOUR, "what stood still is counted by the hours of now"


# A warning for each clock


def test_a_promise_that_is_near_does_not_make_the_first_contact_due_soon(by: User) -> None:
    with time_machine.travel(T0, tick=False):
        ticket = opening.open_for_response(make_answer(make_survey(), 2, contact=make_contact(1)).pk)
    assert ticket is not None
    promises.make(ticket_id=ticket.pk, by=by, text="call you", due_at=T0 + HOUR, at=T0)
    ticket.refresh_from_db()
    at = T0 + 57 * MINUTE
    assert (ticket.deadline, ticket.warn_at) == (T0 + HOUR, T0 + 45 * MINUTE)
    assert (ticket.due_state(at), ticket.due_state(T0 + 18 * HOUR)) == ("on_time", "due_soon")
    assert list(Ticket.objects.on_time(at)) == [ticket]
    assert not Ticket.objects.due_soon(at).exists()
    assert list(Ticket.objects.due_soon(T0 + 18 * HOUR)) == [ticket]


def test_a_promise_warns_by_its_own_length_and_the_resolution_by_its_own(by: User) -> None:
    change_play(2, solve_hours=100)
    with time_machine.travel(T0, tick=False):
        ticket = opening.open_for_response(make_answer(make_survey(), 2, contact=make_contact(1)).pk)
    assert ticket is not None
    at = T0 + 20 * HOUR
    attempts.log_attempt(ticket_id=ticket.pk, by=by, result="reached", at=at, now=at)
    ticket.refresh_from_db()
    assert (ticket.deadline, ticket.warn_at) == (T0 + 100 * HOUR, T0 + 75 * HOUR)
    promises.make(ticket_id=ticket.pk, by=by, text="a new part", due_at=at + 8 * HOUR, at=at)
    ticket.refresh_from_db()
    assert (ticket.deadline, ticket.warn_at) == (at + 8 * HOUR, at + 6 * HOUR)


# A contact that was none


def test_a_bounce_brings_back_what_the_contact_had_ended(by: User) -> None:
    plays_run("always")
    with time_machine.travel(T0, tick=False):
        ticket = opening.open_for_response(make_answer(make_survey(), 5, contact=make_contact(1)).pk)
    assert ticket is not None
    attempts.log_attempt(ticket_id=ticket.pk, by=by, result="reached", at=T0 + HOUR, now=T0 + HOUR)
    with time_machine.travel(T0 + 2 * HOUR, tick=False):
        change_response(response_id=ticket.response_id, answer=NewAnswer(2))
        opening.open_for_response(ticket.response_id)
    talks = [
        attempts.log_attempt(ticket_id=ticket.pk, by=by, result="reached", at=at, now=at)
        for at in (T0 + 3 * HOUR, T0 + 4 * HOUR)
    ]
    ticket.refresh_from_db()
    assert ticket.next_contact_due_at is None
    for talk, due in zip(talks, (None, T0 + 10 * HOUR), strict=True):
        attempts.take_back_bounced(attempt_id=talk.pk, at=T0 + 5 * HOUR)
        ticket.refresh_from_db()
        assert ticket.next_contact_due_at == due, "the later talk stands until it is taken back, too"
    assert ticket.first_contact_at == T0 + HOUR
