"""GET stats/recovery/, and whether a ticket's customer was retained."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from followup.models import RootCause, Ticket
from followup.playbooks import services as playbooks
from surveys.models import Contact
from tests.api_client import Program
from tests.factories import client_of, make_survey, make_user
from tests.followup.insights.recovery.cases import ANSWERED, NOW, Past, make_past

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def today() -> object:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def reader() -> Client:
    return client_of(make_user("vera", "viewer"))


def test_a_program_reads_every_figure_by_the_names_that_are_promised() -> None:
    survey, by = make_survey(), make_user("bea")
    make_past(survey, by, [*[Past(hours=2, second=9)] * 9, *[Past(hours=2, second=3)] * 3, Past(hours=30, second=8),
                           *[Past(second=2)] * 12])  # fmt: skip
    playbooks.record_churn_since(survey=survey, day=ANSWERED.date())
    found = Program("read").get("stats/recovery/")
    assert (found["n"], found["contacted"], found["in_time"], found["in_time_of"]) == (25, 13, 12, 25)
    assert found["median_first_contact_s"] == 2 * 3600
    assert set(found["outcomes"]) == {"recovered", "kept", "lost", "unreachable", "no_action"}
    assert (found["asked_again"], found["answered_again"]) == (0, 25)
    assert (found["recovered"]["n"], found["recovered"]["of"], found["recovered"]["share"]) == (10, 25, 0.4)
    assert found["pairs"]["n"] == 25
    assert found["pairs"]["low"] < found["pairs"]["change"] < found["pairs"]["high"]
    assert found["retained"] == {"n": 25, "of": 25, "share": 1.0, "low": found["retained"]["low"], "high": 1.0}
    speed = found["speed"]
    assert [(row["from_h"], row["to_h"]) for row in speed] == [(0, 4), (4, 24), (24, 48), (48, 72), (72, None),
                                                               (None, None)]  # fmt: skip
    assert (speed[0]["hidden"], speed[2]["hidden"], speed[2]["n"]) == (True, True, None)  # 12 and 1: together 13
    assert (found["untouched"]["n"], found["untouched"]["share"], found["untouched"]["hidden"]) == (12, 0.0, False)
    assert found["drift"] > 0
    assert found["drift_n"] == 12


def test_customers_who_were_contacted_at_once_have_a_median_of_no_time(reader: Client) -> None:
    make_past(make_survey(), make_user("bea"), [Past(hours=0)] * 3)
    found = Program("read").get("stats/recovery/")
    assert (found["median_first_contact_s"], found["p90_first_contact_s"]) == (0, 0)
    page: Any = reader.get("/insights/recovery/recovery.csv")
    table = page.getvalue().decode()
    assert "median_first_contact_s,,0.0," in table
    assert "p90_first_contact_s,,0.0," in table


def test_filters_narrow_and_what_is_not_one_is_refused_by_name() -> None:
    survey, other, by = make_survey(), make_survey("winter"), make_user("bea")
    tickets = make_past(survey, by, [Past(hours=1), Past()])
    make_past(other, by, [Past()])
    cause = RootCause.objects.create(slug="late", names={"en": "Late"})
    part = RootCause.objects.create(slug="courier", names={"en": "Courier"}, parent=cause)
    Ticket.objects.filter(pk=tickets[0].pk).update(root_cause=part, owner=by)
    program = Program("read")
    assert program.get("stats/recovery/?survey=autumn")["n"] == 2
    assert program.get(f"stats/recovery/?owner={by.pk}")["n"] == 1
    assert program.get("stats/recovery/?root_cause=late")["n"] == 1
    assert program.get(f"stats/recovery/?from={NOW.date()}")["n"] == 0
    for bad in ("root_cause=nothing", "owner=anna", "survey=nothing", "trait.plan=x", "from=2026-02-30"):
        program.get(f"stats/recovery/?{bad}", status=400)


def test_a_ticket_says_whether_its_customer_stayed_90_days() -> None:
    survey, by, program = make_survey(), make_user("bea"), Program("read")
    stayed, left, late, gone = make_past(
        survey, by, [Past(), Past(left_days=89), Past(left_days=91), Past(left_days=-3)]
    )
    (young,) = make_past(survey, by, [Past()], answered=NOW - timedelta(days=89))

    def retained() -> list[bool | None]:
        return [program.get(f"tickets/{one.pk}/")["retained_at_90"] for one in (stayed, left, late, gone, young)]

    assert retained() == [None] * 5  # nobody records it
    playbooks.record_churn_since(survey=survey, day=ANSWERED.date())
    assert retained() == [True, False, True, None, None]
    Contact.objects.filter(responses__ticket=young).update(churned_at=NOW - timedelta(days=1))
    assert retained()[4] is False
