"""The ranking of root causes: what it counts, what it hides, and where its numbers lead."""

import csv
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from io import StringIO
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from followup.causes import services as causes
from followup.insights.causes import words
from followup.insights.causes.ranking import rank
from followup.insights.estimates.shares import Estimate
from followup.insights.figures.periods import last_days
from followup.models import RootCause, Step, Ticket
from nps_project.accounts.models import Team
from surveys.models import Contact, Response, Survey
from tests.api_client import Program
from tests.factories import client_of, make_answer, make_contact, make_survey, make_ticket, make_user

HOSTILE = '=HYPERLINK("http://x")<script>alert(1)</script>'
LATELY, BEFORE = timedelta(days=5), timedelta(days=100)  # in the last 90 days, and in the 90 before


@pytest.fixture
def survey(db: None) -> Survey:
    causes.ensure_defaults()
    return make_survey()


def name(survey: Survey, slug: str, count: int, *, ago: timedelta = LATELY, **fields: Any) -> list[Ticket]:
    """Tickets on which this cause was named."""
    cause, made = RootCause.objects.get(slug=slug), []
    for _number in range(count):
        ticket = make_ticket(survey, 3, contact=make_contact(Ticket.objects.count()))
        Ticket.objects.filter(pk=ticket.pk).update(
            root_cause=cause, clock_from=timezone.now() - ago, **fields
        )  # fmt: skip
        made.append(ticket)
    return made


def rows_of(client: Client, query: str = "") -> dict[str, dict[str, str]]:
    answer: Any = client.get(f"/insights/causes/causes.csv{query}")
    assert answer.status_code == 200
    found = csv.DictReader(StringIO(answer.getvalue().decode("utf-8-sig")))
    return {row["root_cause"]: row for row in found}


def test_causes_are_ranked_with_share_trend_value_gestures_and_recovery(survey: Survey) -> None:
    tickets = name(survey, "delivery", 30)
    name(survey, "price", 10)
    name(survey, "delivery", 10, ago=BEFORE)
    name(survey, "price", 30, ago=BEFORE)
    first = tickets[0].response.contact
    assert first is not None
    first.value = Decimal(900)
    first.save()
    Ticket.objects.filter(pk__in=[one.pk for one in tickets[:12]]).update(score_after=9)
    Ticket.objects.filter(pk__in=[one.pk for one in tickets[12:15]]).update(score_after=6)
    for ticket, amount, currency in zip(tickets, (20, 5, 70), ("EUR", "EUR", "DKK"), strict=False):
        Step.objects.create(
            ticket=ticket, play_score=3, position=90, kind="compensation", done_at=timezone.now(), amount=amount,
            currency=currency,
        )  # fmt: skip
    client = client_of(make_user("ada", "viewer"))

    rows = rows_of(client)

    assert list(rows) == ["delivery", "price"]
    delivery = rows["delivery"]
    assert (delivery["n"], delivery["share"], delivery["share_before"]) == ("30", "0.75", "0.25")
    assert (delivery["change"], delivery["is_noise"]) == ("0.5", "false")
    assert (delivery["customers"], delivery["value"]) == ("30", "900.00")
    assert (delivery["gestures"], delivery["cost"]) == ("3", "70.00 DKK, 25.00 EUR")
    assert (delivery["scored_again"], delivery["recovered"]) == ("15", "12")
    with CaptureQueriesContext(
        connection,
    ) as asked:
        page = client.get("/insights/causes/").content.decode()
    assert "grew by 50 points" in page
    assert "12 of 15" in page
    assert len([one for one in asked if "followup_step" in one["sql"]]) == 1


def test_a_number_opens_the_tickets_that_it_counts(survey: Survey) -> None:
    name(survey, "delivery", 12)
    name(survey, "delivery", 3, ago=BEFORE)
    client = client_of(make_user("ada", "manager"))
    page = client.get("/insights/causes/").content.decode()
    link = page.split('<td class="num"><a href="')[1].split('"')[0].replace("&amp;", "&")
    desk = client.get(link)
    assert desk.status_code == 200
    assert desk.content.decode().count('class="row-name"') >= 12
    assert len([row for _group, rows in desk.context["groups"] for row in rows]) == 12
    for more in ("second=better", "second=not_better", "second=any", "gave=true"):
        assert client.get(f"{link}&{more}").status_code == 200
    assert client.get("/desk/?view=any&second=x").status_code == 400


def test_the_number_of_tickets_that_name_a_cause_opens_those_alone(survey: Survey) -> None:
    name(survey, "delivery", 12)
    name(survey, "price", 3)
    name(survey, "price", 2, ago=BEFORE)
    for number in range(4):
        make_ticket(survey, 3, contact=make_contact(50 + number))
    client = client_of(make_user("ada", "manager"))
    page = client.get("/insights/causes/").content.decode()
    link, words = re.findall(r'<a href="(/desk/[^"]*)">([^<]* name a cause)</a>', page)[0]
    desk = client.get(link.replace("&amp;", "&"))
    assert (words, len([row for _group, rows in desk.context["groups"] for row in rows])) == (
        "15 tickets name a cause",
        15,
    )
    assert "Root cause: Any" in desk.content.decode()
    assert client.get("/desk/?view=any&cause=any").status_code == 400


def test_a_preset_has_its_days_wherever_its_reader_is(survey: Survey) -> None:
    client = client_of(make_user("ada", "viewer", time_zone="Pacific/Kiritimati"))
    with time_machine.travel(datetime(2026, 6, 1, 12, tzinfo=UTC), tick=False):
        preset = client.get("/insights/causes/").context["spans"][0]
        page = client.get(f"/insights/causes/{preset['href']}")
    assert (preset["words"], page.context["period"].days) == ("30 days", 30)
    assert [span["is_current"] for span in page.context["spans"]] == [True, False, False]


def test_discarded_answers_other_teams_and_other_days_are_left_out(survey: Survey) -> None:
    north, south = Team.objects.create(name="N"), Team.objects.create(name="S")
    for ticket in name(survey, "delivery", 11, team=north):
        assert ticket.pk
    name(survey, "delivery", 4, team=north, discarded_at=timezone.now())
    name(survey, "price", 15, team=south)
    seer = make_user("bea", "manager", all_teams=False)
    north.members.add(seer)
    rows = rows_of(client_of(seer))
    assert [(row["root_cause"], row["n"]) for row in rows.values()] == [("delivery", "11")]
    everything = client_of(make_user("ada", "admin"))
    assert rows_of(everything, f"?team={south.pk}")["price"]["n"] == "15"
    assert rows_of(everything, "?from=2020-01-01&to=2020-03-01") == {}
    assert client_of(make_user("cleo", "viewer", all_teams=False)).get("/insights/causes/").status_code == 200


def test_small_groups_are_hidden_with_the_next_one_on_page_table_and_api(survey: Survey) -> None:
    name(survey, "delivery", 25)
    name(survey, "price", 12)
    name(survey, "billing", 3)
    rows = rows_of(client_of(make_user("ada", "admin")))
    assert {slug: row["n"] for slug, row in rows.items()} == {"delivery": "25", "price": "", "billing": ""}
    found = Program("read").get("stats/causes/")
    assert [(row["root_cause"], row["n"], row["hidden"]) for row in found["results"]] == [
        ("delivery", 25, False), ("price", None, True), ("billing", None, True),
    ]  # fmt: skip
    assert found["n"] == 40


def test_money_of_few_customers_is_told_nowhere(survey: Survey) -> None:
    """Ten tickets are not ten customers, and as on the page of risk the next one stays hidden with them."""
    tickets = name(survey, "delivery", 10)
    few = [one.response.contact for one in tickets[:5]]
    for place, ticket in enumerate(tickets):
        contact = few[place % len(few)]
        assert contact is not None
        Response.objects.filter(pk=ticket.response_id).update(contact=contact)
        Contact.objects.filter(pk=contact.pk).update(value=848)
    name(survey, "price", 12)
    name(survey, "billing", 11)
    Contact.objects.exclude(pk__in=[one.pk for one in few if one]).update(value=1)
    for ticket in (tickets[0], *Ticket.objects.filter(root_cause__slug="price")[:1]):
        Step.objects.create(
            ticket=ticket, play_score=3, position=90, kind="compensation", done_at=timezone.now(), amount=55,
            currency="EUR",
        )  # fmt: skip
    money = ("customers", "value", "gestures")
    client = client_of(make_user("ada", "admin"))
    rows = {slug: tuple(row[one] for one in (*money, "cost")) for slug, row in rows_of(client).items()}
    assert rows == {
        "price": ("12", "12.00", "1", "55.00 EUR"), "delivery": ("", "", "", ""), "billing": ("", "", "", ""),
    }  # fmt: skip
    found = {one["root_cause"]: one for one in Program("read").get("stats/causes/")["results"]}
    assert {slug: tuple(one[of] for of in (*money, "given")) for slug, one in found.items()} == {
        "price": (12, "12.00", 1, [{"currency": "EUR", "amount": "55.00"}]),
        "delivery": (None, None, None, None),
        "billing": (None, None, None, None),
    }
    assert found["delivery"]["n"] == 10
    page = client.get("/insights/causes/").content.decode()
    assert page.count("fewer than 10 customers, or hidden beside so few") == 4  # wide and on a phone
    assert "4,240" not in page
    assert page.count("55.00 EUR") == 2


def test_a_cause_that_few_named_before_has_no_change_that_gives_its_share_away(survey: Survey) -> None:
    name(survey, "delivery", 30)
    name(survey, "price", 12)
    name(survey, "delivery", 20, ago=BEFORE)
    name(survey, "price", 4, ago=BEFORE)
    found = {row["root_cause"]: row["trend"] for row in Program("read").get("stats/causes/")["results"]}
    assert found == {"delivery": None, "price": None}, "the total less the one that is shown would be the other"
    rows = rows_of(client_of(make_user("ada", "admin")))
    assert {(row["share_before"], row["change"], row["low"]) for row in rows.values()} == {("", "", "")}
    page = client_of(make_user("bea", "viewer")).get("/insights/causes/").content.decode()
    assert page.count("fewer than 10 before") == 2
    assert "<polyline" not in page, "the months of that time would tell it, too"
    name(survey, "billing", 11)
    name(survey, "billing", 15, ago=BEFORE)
    found = {row["root_cause"]: row["trend"] for row in Program("read").get("stats/causes/")["results"]}
    assert found["delivery"]["n"] == 20
    assert (found["price"], found["billing"]) == (None, None)


def test_a_later_answer_that_nobody_asked_for_again_is_told_apart_from_the_score_afterwards(survey: Survey) -> None:
    """Recovery counts it as a second score; here the page says what is counted, and that the pages differ."""
    tickets = name(survey, "delivery", 12, ago=timedelta(days=60))
    Response.objects.update(answered_at=timezone.now() - timedelta(days=60))
    for ticket in tickets:
        make_answer(survey, 9, contact=ticket.response.contact)
    client = client_of(make_user("ada", "admin"))
    assert client.get("/insights/causes/").content.decode().count("fewer than 10 answered when asked again") == 1
    Ticket.objects.filter(pk__in=[one.pk for one in tickets[:10]]).update(score_after=9)
    page = client.get("/insights/causes/").content.decode()
    assert "10 of 10" in page
    assert page.count("Better when asked again") == 2
    assert "Recovery also counts who was not asked again and answered 14 to 180 days later" in page
    speeds = client.get("/insights/recovery/").context["speeds"]
    assert [line.recovered for line in speeds if line.recovered != "–"] == ["12"]


def test_a_small_change_beyond_the_noise_does_not_read_as_none(survey: Survey) -> None:
    name(survey, "delivery", 12)
    found = rank(Ticket.objects.all(), last_days(timezone.localdate(), 90))
    row = replace(found.shown[0], trend=Estimate(90_000, -0.004, -0.007, -0.0012))
    (line,) = words.lines_of(replace(found, rows=[row]), {})
    assert (line.trend, line.direction) == ("fell by 0.4 points", "down")
    assert line.trend_detail.endswith("the change lies between −1 point and −0.1 points")


def test_nothing_is_said_of_a_time_with_few(survey: Survey) -> None:
    name(survey, "delivery", 9)
    page = client_of(make_user("ada", "admin")).get("/insights/causes/").content.decode()
    assert "Too few to say anything." in page
    assert Program("read").get("stats/causes/")["n"] is None
    Ticket.objects.update(root_cause=None)
    page = client_of(make_user("bea", "viewer")).get("/insights/causes/").content.decode()
    assert "Nobody has named a cause in this time." in page


def test_a_hostile_name_is_text_on_the_page_and_no_formula_in_the_table(survey: Survey) -> None:
    RootCause.objects.filter(slug="delivery").update(names={"en": HOSTILE})
    name(survey, "delivery", 10)
    client = client_of(make_user("ada", "admin"))
    assert b"<script>alert" not in client.get("/insights/causes/").content
    assert rows_of(client)["delivery"]["name"].startswith("'=")


@pytest.mark.parametrize("query", ["from=x", "from=2026-02-01&to=2026-01-01", "team=zz", "owner=-1", "survey=no"])
def test_a_filter_that_cannot_be_used_is_named(survey: Survey, query: str) -> None:
    client = client_of(make_user("ada", "admin"))
    answer = client.get(f"/insights/causes/?{query}")
    assert answer.status_code == 400
    assert b'role="alert"' in answer.content
    assert client.get(f"/insights/causes/causes.csv?{query}").status_code == 400


def test_the_api_refuses_what_it_does_not_know(survey: Survey) -> None:
    program = Program("read")
    program.get("stats/causes/?colour=red", status=400)
    program.get("stats/causes/?team=x", status=400)
    program.get("stats/causes/?from=2999-12-31&to=2999-12-31")
    assert Program("read", survey=survey).get("stats/causes/")["results"] == []
