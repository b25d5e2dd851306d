"""The page of fair play: what it counts, what is behind it, who sees what, and that it accuses nobody by name."""

import csv
import io
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from followup.insights.fairplay.checks import Check, Counted, assess
from followup.insights.fairplay.query import Asked, read
from followup.insights.figures.periods import last_days
from followup.models import Attempt, Ticket
from nps_project.accounts.models import Team, User
from surveys.models import AnswerSource, Campaign, Contact, Invitation, Response, ResponseChange, Survey, SurveyTexts
from tests.api_client import Program
from tests.factories import client_of, make_answer, make_contact, make_survey, make_ticket, make_user

pytestmark = pytest.mark.django_db
PAGE = "/insights/fair-play/"
NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
AGO = NOW - timedelta(days=20)


@pytest.fixture(autouse=True)
def today() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def survey() -> Survey:
    return make_survey(team=Team.objects.create(name="North"))


def counted(survey: Survey) -> dict[Check, Counted]:
    surveys = Survey.objects.all()
    asked = Asked(surveys, Ticket.objects.all(), Contact.objects.all(), last_days(NOW.date(), 90), surveys)
    return {one.check: one for one in read(asked).counted}


def behind(client: Client, name: str) -> list[int]:
    """The answers or tickets that the list of a check has."""
    page = client.get(f"{PAGE}{name}/").content.decode()
    return [int(found) for found in re.findall(r'<a href="/desk/(?:answers|tickets)/(\d+)/"', page)]


def customers(survey: Survey, scores: list[int], first: int = 0) -> list[Contact]:
    """Contacts who answered half a year ago; those with a high score are worth more."""
    made = []
    for number, score in enumerate(scores, start=first):
        contact = make_contact(number, value=1000 if score > 8 else 10)
        answer = make_answer(survey, score, contact=contact)
        Response.objects.filter(pk=answer.pk).update(answered_at=NOW - timedelta(days=180))
        made.append(contact)
    return made


def invite(survey: Survey, contact: Contact, score: int | None = None, **fields: Any) -> None:
    fields = {"status": "delivered", "channel": "email", "sent_at": AGO, "asked_at": AGO, **fields}
    invitation = Invitation.objects.create(survey=survey, contact=contact, **fields)
    if score is not None:
        answer = make_answer(survey, score, contact=contact)
        Response.objects.filter(pk=answer.pk).update(invitation=invitation, answered_at=AGO)


def test_asked_customers_are_held_beside_those_who_were_not_asked(survey: Survey) -> None:
    for contact in customers(survey, [10] * 12 + [3] * 18)[:15]:
        invite(survey, contact)
    found = counted(survey)
    happy, worth = found[Check.PICKED_HAPPY], found[Check.PICKED_WORTH]
    assert (happy.hits, happy.of, happy.beside_hits, happy.beside_of) == (12, 15, 0, 15)
    assert (worth.hits, worth.of, worth.beside_hits, worth.beside_of) == (12, 15, 0, 15)


def test_a_difference_is_not_halved_by_a_whole_that_has_the_asked_in_it(survey: Survey) -> None:
    asked = customers(survey, [10] * 42 + [3] * 18)
    customers(survey, [10] * 29 + [3] * 31, first=len(asked))
    for contact in asked:
        invite(survey, contact)
    happy = counted(survey)[Check.PICKED_HAPPY]
    assert (happy.hits, happy.of, happy.beside_hits, happy.beside_of) == (42, 60, 29, 60)
    (found,) = assess([happy])
    assert found.p == pytest.approx(0.025, abs=0.0005)
    assert found.difference is not None
    assert found.difference.n == 120


def test_who_was_asked_several_times_has_one_score_from_before_the_period(survey: Survey) -> None:
    asked = customers(survey, [10] * 12)
    customers(survey, [3] * 12, first=len(asked))
    for contact in asked:  # happy before the period; what they say within it comes of the asking
        for days in (60, 40, 20):
            invite(survey, contact, 2, sent_at=NOW - timedelta(days=days), asked_at=NOW - timedelta(days=days))
    first = Invitation.objects.earliest("pk")
    expected = (12, 12, 0, 12)
    for _again in range(2):
        happy = counted(survey)[Check.PICKED_HAPPY]
        assert (happy.hits, happy.of, happy.beside_hits, happy.beside_of) == expected
        Invitation.objects.filter(pk=first.pk).update(status=first.status)  # a row that moves, and says the same


def test_the_person_whose_invitations_are_answered_best_stands_beside_the_campaigns(survey: Survey) -> None:
    bea, cleo, program = make_user("bea"), make_user("cleo"), make_user("robot", is_service=True)
    campaign = Campaign.objects.create(name="Spring", survey=survey)
    people = customers(survey, [8] * 50)
    for number, contact in enumerate(people[:12]):
        invite(survey, contact, 10 if number else 3, created_by=bea)
    for contact in people[12:24]:
        invite(survey, contact, 4, created_by=cleo)
    for contact in people[24:36]:
        invite(survey, contact, 10, created_by=program)
    for number, contact in enumerate(people[36:50]):
        invite(survey, contact, 9 if number % 2 else 5, campaign=campaign, created_by=bea)
    found = counted(survey)[Check.BY_HAND]
    assert (found.hits, found.of, found.beside_hits, found.beside_of) == (11, 12, 7, 14)
    assert (found.person, found.among) == (bea.pk, 2)

    listed = behind(client_of(make_user("ada", "admin")), "by-hand")
    assert len(listed) == found.of == 12
    assert set(Response.objects.filter(pk__in=listed).values_list("invitation__created_by", flat=True)) == {bea.pk}


def test_bursts_are_told_from_other_answers_of_known_sources(survey: Survey) -> None:
    for number in range(30):
        answer = make_answer(survey, 10 if number < 12 else number % 11)
        Response.objects.filter(pk=answer.pk).update(answered_at=NOW - timedelta(days=1))
        AnswerSource.objects.create(response=answer, source=7 if number < 12 else number, day=NOW.date())
    found = counted(survey)[Check.BURSTS]
    assert (found.hits, found.of, found.beside_of) == (12, 12, 18)
    assert found.beside_hits == sum(number % 11 > 8 for number in range(12, 30))


def closed(survey: Survey, days: int, *, is_tried: bool, by: User, outcome: str = "recovered") -> Ticket:
    ticket = make_ticket(survey, 3)
    at = NOW - timedelta(days=days)
    if is_tried:
        Attempt.objects.create(ticket=ticket, by=by, result="reached", at=at, created_at=at)
    Ticket.objects.filter(pk=ticket.pk).update(
        clock_from=at, resolved_at=at, outcome=outcome, status="resolved", first_contact_at=at if is_tried else None
    )
    return ticket


def test_tickets_closed_without_an_attempt_are_held_beside_the_period_before(survey: Survey) -> None:
    by = make_user("bea")
    for number in range(12):
        closed(survey, 30, is_tried=number < 7, by=by)
        closed(survey, 120, is_tried=number < 11, by=by)
    closed(survey, 30, is_tried=False, by=by, outcome="no_action")
    closed(survey, 30, is_tried=False, by=by, outcome="unreachable")
    found = counted(survey)[Check.UNTRIED]
    assert (found.hits, found.of, found.beside_hits, found.beside_of) == (5, 12, 1, 12)


def test_changes_right_after_a_call_are_told_from_others(survey: Survey) -> None:
    by = make_user("bea")
    for number in range(8):
        ticket = make_ticket(survey, 3)
        Attempt.objects.create(
            ticket=ticket, by=by, result="reached" if number else "no_answer", at=AGO, created_at=AGO
        )
        at = AGO + timedelta(minutes=59 if number < 6 else 61)
        ResponseChange.objects.create(response=ticket.response, at=at, old_score=3, new_score=2 if number == 1 else 9)
    found = counted(survey)[Check.AFTER_CALL]
    assert (found.hits, found.of, found.beside_hits, found.beside_of) == (4, 5, 3, 3)
    reader = client_of(make_user("vera", "viewer"))
    assert len(behind(reader, "after-call")) == 4
    Response.objects.filter(pk=behind(reader, "after-call")[0]).update(state="discarded")
    found = counted(survey)[Check.AFTER_CALL]
    assert (found.hits, found.of) == (3, 4), "what does not count is in no figure"
    assert len(behind(reader, "after-call")) == 3


def test_the_last_minute_is_a_sixtieth_of_the_last_hour(survey: Survey) -> None:
    due = NOW - timedelta(days=5)
    for seconds in (10, 59, 61, 3599, 3601, -5):
        ticket = make_ticket(survey, 3)
        Ticket.objects.filter(pk=ticket.pk).update(
            clock_from=due - timedelta(days=1),
            first_contact_due_at=due,
            first_contact_at=due - timedelta(seconds=seconds),
        )
    late = make_ticket(survey, 3)
    Ticket.objects.filter(pk=late.pk).update(
        clock_from=due - timedelta(days=1), solve_due_at=due, resolved_at=due, outcome="kept", status="resolved"
    )
    found = counted(survey)[Check.LAST_MINUTE]
    assert (found.hits, found.of, found.expected) == (3, 5, 1 / 60)


@pytest.fixture
def busy(survey: Survey) -> Survey:
    """Enough for the checks to speak of."""
    bea = make_user("bea")
    User.objects.filter(pk=bea.pk).update(name="Bea Berg")
    campaign = Campaign.objects.create(name="Spring", survey=survey)
    people = customers(survey, [10] * 20 + [3] * 20)
    for contact in people[:20]:
        invite(survey, contact, 10, created_by=bea)
    for contact in people[20:]:
        invite(survey, contact, 4, campaign=campaign)
    for number in range(24):
        closed(survey, 30, is_tried=number < 4, by=bea)
        closed(survey, 120, is_tried=True, by=bea)
    texts = SurveyTexts.objects.filter(survey=survey, language="en").latest("version")
    texts.pk, texts.version, texts.ask_9_10 = None, texts.version + 1, "Only a 10 counts for us. Why this score?"
    texts.save()
    return survey


def test_the_page_says_it_kindly_and_opens_what_is_behind(busy: Survey) -> None:
    manager = client_of(make_user("ada", "admin"))
    page = manager.get(PAGE).content.decode()
    assert page.count('data-kind="fair-more"') == 2  # by hand, untried
    assert page.count('data-kind="fair-few"') >= 2
    assert "The invitations of Bea Berg stand out most." in page
    assert "Only a 10 counts" in page
    assert page.count("It may mean nothing:") == 8
    assert '<svg class="picture"' in page
    assert "style=" not in page.replace("stylesheet", "")
    assert manager.get(f"{PAGE}untried/").content.decode().count("/desk/tickets/") == 20
    assert manager.get(f"{PAGE}by-hand/").content.decode().count("/desk/answers/") == 21  # and the navigation’s
    assert manager.get(f"{PAGE}nothing/").status_code == 404
    assert manager.get(f"{PAGE}untried/?after=x").status_code == 400
    assert manager.get(f"{PAGE}?survey=x").status_code == 400


def test_who_was_asked_has_no_list_and_what_has_one_keeps_the_filter(survey: Survey) -> None:
    for contact in customers(survey, [10] * 15 + [3] * 15)[:15]:
        invite(survey, contact)
    bea = make_user("bea", "manager")
    for _number in range(12):
        closed(survey, 30, is_tried=False, by=bea)
        closed(survey, 120, is_tried=True, by=bea)
    page = client_of(bea).get(f"{PAGE}?survey=autumn")
    found = {check["name"]: (bool(check["figures"]), check["url"]) for check in page.context["checks"]}
    assert found["picked-happy"] == found["picked-worth"] == (True, "")
    assert found["untried"] == (True, f"{PAGE}untried/?survey=autumn")


def test_nobody_is_named_to_people_below_manager(busy: Survey) -> None:
    for role in ("viewer", "agent"):
        client = client_of(make_user(f"the-{role}", role))
        assert "Bea Berg" not in client.get(PAGE).content.decode()
        assert client.get(f"{PAGE}by-hand/").status_code == 403
        assert "Bea Berg" not in client.get(f"{PAGE}untried/").content.decode()
    assert "Bea Berg" not in str(Program("read").get("stats/fair-play/"))


def test_people_see_the_figures_of_their_teams(busy: Survey) -> None:
    vic = make_user("vic", "viewer", all_teams=False)
    client = client_of(vic)
    assert client.get(PAGE).content.decode().count('data-kind="fair-few"') == 7
    assert busy.team is not None
    busy.team.members.add(vic)
    assert 'data-kind="fair-more"' in client.get(PAGE).content.decode()
    other = client_of(make_user("max", "manager", all_teams=False))
    assert "Bea Berg" not in other.get(PAGE).content.decode()
    assert Client().get(PAGE)["Location"].startswith("/login/")


def test_programs_and_spreadsheets_read_the_same(busy: Survey) -> None:
    found = {one["check"]: one for one in Program("read").get("stats/fair-play/")["checks"]}
    assert list(found) == [one.value for one in Check]
    untried = found["untried"]
    assert (untried["verdict"], untried["share"]["n"], untried["share"]["of"], untried["beside"]["n"]) == (
        "more", 20, 24, 0,
    )  # fmt: skip
    assert untried["p"] < 0.001
    assert found["bursts"]["share"] is None
    begging = Program("read").get("stats/fair-play/")["begging"]
    assert [(one["survey"], one["text"], one["words"]) for one in begging] == [
        (busy.slug, "ask_9_10", "Only a 10 counts")
    ]
    answer: Any = client_of(make_user("ada", "admin")).get(f"{PAGE}fair-play.csv")
    rows = list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
    assert next(row for row in rows if row["check"] == "untried")["n"] == "20"
    for bad in ("survey=x", "team=x", "from=2026-02-30", "owner=1"):
        Program("read").get(f"stats/fair-play/?{bad}", status=400)
    Program("read").get("stats/fair-play/?from=1900-01-01&to=2999-12-31")
    assert Program("read", survey=make_survey("other")).get("stats/fair-play/")["begging"] == []


def test_the_page_costs_a_fixed_number_of_queries(busy: Survey, django_assert_max_num_queries: Any) -> None:
    client = client_of(make_user("ada", "admin"))
    client.get(PAGE)
    with django_assert_max_num_queries(19):
        client.get(PAGE)


def test_the_picture_comes_as_a_file(busy: Survey) -> None:
    client = client_of(make_user("ada", "admin"))
    assert client.get(f"{PAGE}differences.svg")["Content-Type"].startswith("image/svg+xml")
    assert client.get(f"{PAGE}differences.png").content[:4] == b"\x89PNG"
    assert client.get(f"{PAGE}differences.gif").status_code == 404
