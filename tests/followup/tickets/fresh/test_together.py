"""Tickets that open together are those that open one by one, and what has more to it is left."""

import re
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from followup.history import chain
from followup.models import Absence, Activity, Calendar, RouteTo, RoutingRule, Step, TeamFollowUp, Ticket, WorkShare
from followup.playbooks import services as playbooks
from followup.playbooks.services import PlayDraft, draft_of
from followup.tickets import opening
from followup.tickets.fresh.together import decide_together
from nps_project.accounts.models import Team
from nps_project.deliveries.models import Delivery
from surveys.models import Response, Survey
from surveys.services.responses import NewAnswer, change_response
from tests.factories import make_answer, make_contact, make_survey, make_user

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
OWN = {"id", "public_id", "response_id", "history_head", "clock_from", "_state"}


@pytest.fixture
def survey() -> Survey:
    return make_survey()


def together(answers: Sequence[Response], at: datetime | None = None) -> list[int]:
    """Returns: the ids that were left."""
    with transaction.atomic():
        return list(decide_together([answer.pk for answer in answers], at or timezone.now()))


def change_plays(survey: Survey, **fields: Any) -> None:
    """A new version of the survey's playbook with other fields in all plays."""
    drafts = {score: draft_of(play) for score, play in playbooks.plays_for(survey.pk).items()}
    changed = {score: PlayDraft({**draft.fields, **fields}, draft.steps) for score, draft in drafts.items()}
    playbooks.save_plays(playbook=playbooks.playbook_of(survey.pk), drafts=changed)


def seen(ticket: Ticket) -> dict[str, Any]:
    """Everything of a ticket that does not differ between two answers given at one time."""
    row = {name: value for name, value in vars(ticket).items() if name not in OWN}
    steps = Step.objects.filter(ticket=ticket).order_by("position").values()
    of_steps = [{name: value for name, value in step.items() if name not in ("id", "ticket_id")} for step in steps]
    history = list(Activity.objects.filter(ticket=ticket).values("number", "kind", "at", "data", "actor"))
    return row | {"steps": of_steps, "history": history}


def without_time(ticket: Ticket) -> dict[str, Any]:
    """The same without when it was opened."""
    history = [{name: entry[name] for name in ("kind", "data")} for entry in seen(ticket)["history"]]
    return {**seen(ticket), "opened_at": None, "history": history}


def answers_of_all_kinds(survey: Survey, at: datetime, number: int) -> list[Response]:
    """One of each score, one who left an address, one who is known; `number` is that of their contact."""
    when = {"answered_at": at, "recorded_at": at}
    known = make_contact(number, value=49_000)
    given = [make_answer(survey, score, "x", **when) for score in range(11)]
    given.append(make_answer(survey, 3, "", contact_email="a@example.com", **when))
    given.append(make_answer(survey, 2, "", contact=known, **when))
    return given


@pytest.mark.parametrize("kind", ["plain", "team", "owner", "away", "service hours"])
def test_a_ticket_is_the_same_as_one_that_opens_alone(survey: Survey, kind: str) -> None:
    at = timezone.now() - timedelta(minutes=1)
    team, owner, other = Team.objects.create(name="Care"), make_user("owner"), make_user("other")
    if kind == "service hours":
        week = {str(day): [["09:00", "17:00"]] for day in range(5)}
        calendar = Calendar.objects.create(name="Office", time_zone="Europe/Copenhagen", week=week, country="DK")
        TeamFollowUp.objects.create(team=team, calendar=calendar)
        change_plays(survey, team=team, hours_run="service", solve_hours=72, solve_hours_run="service")
    elif kind != "plain":
        change_plays(survey, team=team, owner=None if kind == "team" else owner)
    if kind == "away":
        day = at.date()
        Absence.objects.create(person=owner, first_day=day - DAY, last_day=day + DAY, stand_in=other)
    alone, many = answers_of_all_kinds(survey, at, 1), answers_of_all_kinds(survey, at, 2)
    for answer in alone:
        opening.open_for_response(answer.pk, at=at)

    assert together(many, at) == []
    tickets = [Ticket.objects.filter(response__in=answers).order_by("response") for answers in (alone, many)]
    assert len(tickets[0]) == len(tickets[1]) > 8
    assert [seen(ticket) for ticket in tickets[1]] == [seen(ticket) for ticket in tickets[0]]
    assert list(chain.verify()) == []
    assert not Response.objects.unprocessed().exists()


def changed(survey: Survey) -> Response:
    answer = make_answer(survey, 9, "")
    change_response(response_id=answer.pk, answer=NewAnswer(3))
    return answer


SPECIAL: dict[str, Callable[[Survey], Response]] = {
    "changed": changed,
    "asked again": lambda survey: make_answer(survey, 3, "", follows_id=make_answer(survey, 3, "").pk),
    "account manager": lambda survey: make_answer(
        survey, 3, "", contact=make_contact(7, account_manager="am@example.com")
    ),
    "late": lambda survey: make_answer(survey, 3, "", answered_at=timezone.now() - 60 * DAY),
}


@pytest.mark.parametrize("what", SPECIAL)
def test_what_has_more_to_it_is_left_and_the_others_are_decided(survey: Survey, what: str) -> None:
    special, plain = SPECIAL[what](survey), make_answer(survey, 3, "")
    assert together([special, plain]) == [special.pk]
    assert Ticket.objects.get().response_id == plain.pk
    opening.open_for_responses([special.pk, plain.pk])
    assert not Response.objects.filter(pk=special.pk).unprocessed().exists()


@pytest.mark.parametrize("to", ["person", "team", "full"])
def test_rules_send_tickets_as_they_do_alone(survey: Survey, to: str) -> None:
    at = timezone.now() - timedelta(minutes=1)
    people = [make_user(f"agent{number}", role="agent") for number in range(3)]
    team = Team.objects.create(name="Care")
    team.members.set(people)
    if to == "full":
        WorkShare.objects.bulk_create(WorkShare(team=team, person=person, open_limit=2) for person in people)
    where = {"to": RouteTo.PERSON, "person": people[1]} if to == "person" else {"to": RouteTo.TEAM, "team": team}
    RoutingRule.objects.create(name="Worst", position=1, scores=[0, 1, 2], **where)
    scores = [0, 1, 2, 3] * 3
    alone = [make_answer(survey, score, "", answered_at=at, recorded_at=at) for score in scores]
    for number, answer in enumerate(alone):  # not all at one time, or nobody would have waited longer than others
        opening.open_for_response(answer.pk, at=at + number * timedelta(microseconds=1))
    tickets = [without_time(ticket) for ticket in Ticket.objects.order_by("response")]
    mails = Delivery.objects.order_by("pk").values_list("template", "to_address")
    mailed = list(mails)
    assert len(mailed) == (6 if to == "full" else 9)

    Ticket.objects.update(status="resolved", resolved_at=at, outcome="no_action")  # all have room again
    WorkShare.objects.update(last_assigned_at=None)
    many = [make_answer(survey, score, "", answered_at=at, recorded_at=at) for score in scores]
    assert together(many, at) == []
    assert [without_time(ticket) for ticket in Ticket.objects.filter(response__in=many).order_by("response")] == tickets
    assert list(mails.all())[len(mailed) :] == mailed
    assert list(chain.verify()) == []


def test_a_limit_holds_over_all_teams_and_rules_of_a_message(survey: Survey) -> None:
    person = make_user("agent", role="agent")
    for number, score in enumerate((0, 1)):
        team = Team.objects.create(name=f"Team {number}")
        team.members.add(person)
        WorkShare.objects.create(team=team, person=person, open_limit=2)
        RoutingRule.objects.create(name=team.name, position=number + 1, scores=[score], to=RouteTo.TEAM, team=team)
    RoutingRule.objects.create(name="Own", position=3, scores=[2], to=RouteTo.PERSON, person=person)
    assert together([make_answer(survey, score, "") for score in (2, 0, 1, 0, 1)]) == []
    owners = list(Ticket.objects.order_by("response").values_list("owner", flat=True))
    assert owners == [person.pk, person.pk, None, None, None]


def test_a_second_look_changes_nothing(survey: Survey) -> None:
    answers = [make_answer(survey, score, "") for score in range(11)]
    assert together(answers) == []
    before = list(Ticket.objects.order_by("pk").values())
    assert together(answers) == []
    opening.open_for_responses([answer.pk for answer in answers])
    assert list(Ticket.objects.order_by("pk").values()) == before


READ = {1: "announced_one", 100: "announced"}  # by the number of answers, the statement that reads them


def statements_of(answers: Sequence[Response], at: datetime) -> list[str]:
    """What opening their tickets asks of the database, in order: the names of prepared statements, or verbs."""
    with CaptureQueriesContext(connection) as asked:
        assert together(answers, at) == []  # in time: it takes nothing along
    told = [query["sql"].split() for query in asked.captured_queries if "SAVEPOINT" not in query["sql"]]
    return [re.sub(r"_\d+$", "", words[1]) if words[0] == "EXECUTE" else words[0] for words in told]


def fresh_answers(survey: Survey, number: int) -> tuple[list[Response], datetime]:
    at = timezone.now()
    return [make_answer(survey, 3, "", recorded_at=at) for _number in range(number)], at


def test_a_ticket_takes_five_statements_and_so_do_a_hundred(survey: Survey) -> None:
    for number in READ:
        together(*fresh_answers(survey, number))  # what a connection plans and a process remembers
    for number in READ:
        told = statements_of(*fresh_answers(survey, number))
        assert told == [READ[number], "versions", "rules", "SELECT", "open_tickets"]  # it gives ids


def test_a_ticket_for_whose_turn_it_is_takes_nine_and_so_do_a_hundred(survey: Survey) -> None:
    team = Team.objects.create(name="Care")
    team.members.set([make_user(f"agent{number}", role="agent") for number in range(20)])
    RoutingRule.objects.create(name="All", position=1, to=RouteTo.TEAM, team=team)
    for number in READ:
        together(*fresh_answers(survey, number))
    for number in READ:
        told = statements_of(*fresh_answers(survey, number))
        of_team = ["lock_people", "SELECT", "members", "absences", "mailed"]
        assert told == [READ[number], "versions", "rules", *of_team, "open_tickets"]


def test_a_message_that_comes_late_takes_along_what_came_after_it(survey: Survey) -> None:
    at = timezone.now()
    early, *after = (make_answer(survey, 3, "", recorded_at=at + number * timedelta(seconds=1)) for number in range(4))
    old = make_answer(survey, 3, "", recorded_at=at - timedelta(minutes=1))
    assert together([early], at + timedelta(milliseconds=50)) == []
    assert Ticket.objects.get().response_id == early.pk, "in time it opens its own alone"

    assert together([after[0]], at + timedelta(seconds=4)) == []
    assert set(Ticket.objects.values_list("response", flat=True)) == {early.pk, *(answer.pk for answer in after)}
    assert together(after) == [], "their own messages find nothing"
    assert Response.objects.unprocessed().get() == old, "the sweep has that one"
