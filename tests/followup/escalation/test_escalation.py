"""Warned, escalated, woken: when, who hears of it, and once each."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from followup.escalation import services as escalation
from followup.history import chain
from followup.models import Activity, RootCause, Stage, Ticket
from followup.tickets import actions, attempts
from nps_project.accounts.models import Team, User
from nps_project.background import sweep
from nps_project.deliveries.models import Delivery
from surveys.models import Survey
from tests.factories import make_contact, make_survey, make_ticket, make_user

pytestmark = pytest.mark.django_db

HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)


@pytest.fixture
def survey() -> Survey:
    return make_survey()


@pytest.fixture
def ticket(survey: Survey) -> Ticket:
    return make_ticket(survey, 2, "Nobody called <back>", contact=make_contact(1, name="Ada Berg"))


def mails(template: str) -> set[str]:
    return set(Delivery.objects.filter(template=template).values_list("to_address", flat=True))


def give(ticket: Ticket, **fields: Any) -> None:
    Ticket.objects.filter(pk=ticket.pk).update(**fields)


def test_the_warning_comes_at_its_second_and_once(ticket: Ticket) -> None:
    owner = make_user("bea", language="nl")
    give(ticket, owner=owner)
    assert escalation.move_clocks(ticket.warn_at - SECOND) == 0
    assert escalation.move_clocks(ticket.warn_at) == 1
    assert escalation.move_clocks(ticket.warn_at + SECOND) == 0
    assert not escalation.warn(ticket.pk, ticket.warn_at)

    mail = Delivery.objects.get()
    assert (mail.to_address, mail.language, mail.template) == (owner.email, "nl", "ticket_due_soon")
    assert f"/desk/tickets/{ticket.pk}/" in mail.body_text
    assert "Nobody called <back>" in mail.body_text
    assert "Nobody called &lt;back&gt;" in mail.body_html
    assert Ticket.objects.get().stage == Stage.DUE_SOON
    assert list(Activity.objects.values_list("kind", flat=True)) == ["opened", "warned"]


def test_at_the_deadline_the_teams_lead_hears_of_it_once(ticket: Ticket) -> None:
    lead = make_user("lead", "manager")
    give(ticket, team=Team.objects.create(name="North", lead=lead), owner=make_user("bea"))
    escalation.move_clocks(ticket.warn_at)
    assert escalation.move_clocks(ticket.deadline) == 0
    assert escalation.move_clocks(ticket.deadline + SECOND) == 1
    assert escalation.move_clocks(ticket.deadline + 23 * HOUR) == 0
    assert (mails("ticket_due_soon"), mails("ticket_overdue")) == ({"bea@example.com"}, {"lead@example.com"})
    assert Ticket.objects.get().stage == Stage.OVERDUE
    assert list(chain.verify()) == []


def test_a_sweep_that_comes_late_escalates_and_does_not_warn(ticket: Ticket) -> None:
    make_user("chief", "manager")
    assert escalation.move_clocks(ticket.deadline + HOUR) == 1
    assert mails("ticket_due_soon") == set()
    assert mails("ticket_overdue") == {"chief@example.com"}


@pytest.mark.parametrize(
    ("owner", "lead", "warned"),
    [
        ("person", True, {"owner@example.com"}),
        ("service", True, {"lead@example.com"}),
        ("gone", True, {"lead@example.com"}),
        (None, True, {"lead@example.com"}),
        (None, False, {"one@example.com", "two@example.com"}),
    ],
)
def test_who_is_warned(ticket: Ticket, owner: str | None, lead: bool, warned: set[str]) -> None:
    for name in ("one", "two"):
        make_user(name, "manager")
    make_user("boss", "admin")
    make_user("gone", "manager", is_active=False)
    made = make_user("owner", is_service=owner == "service", is_active=owner != "gone") if owner else None
    team = Team.objects.create(name="North", lead=make_user("lead") if lead else None)
    give(ticket, owner=made, team=team)
    escalation.warn(ticket.pk, ticket.warn_at)
    assert mails("ticket_due_soon") == warned


def test_without_any_manager_the_admins_hear_of_it(ticket: Ticket) -> None:
    make_user("boss", "admin")
    escalation.escalate(ticket.pk, ticket.deadline + SECOND)
    assert mails("ticket_overdue") == {"boss@example.com"}


def stop(ticket: Ticket, how: str, by: User) -> None:
    if how == "contacted":
        attempts.log_attempt(ticket_id=ticket.pk, by=by, result="reached")
    else:
        cause = RootCause.objects.get_or_create(slug="x", defaults={"names": {"en": "X"}, "position": 1})[0]
        actions.resolve(ticket_id=ticket.pk, by=by, outcome="lost", root_cause=cause, note="gone")


@pytest.mark.parametrize("how", ["contacted", "resolved"])
def test_a_clock_that_stopped_tells_nobody(ticket: Ticket, how: str) -> None:
    stop(ticket, how, make_user("chief", "manager"))
    assert escalation.move_clocks(ticket.deadline + HOUR) == 0
    assert not escalation.warn(ticket.pk, ticket.warn_at)
    assert not escalation.escalate(ticket.pk, ticket.deadline + HOUR)
    assert not Delivery.objects.exists()


def test_without_a_clock_nothing_moves(survey: Survey) -> None:
    make_ticket(survey, 2)
    assert escalation.move_clocks(timezone.now() + 9_999 * HOUR) == 0


def test_a_ticket_that_waits_comes_back(ticket: Ticket) -> None:
    by = make_user("bea")
    attempts.log_attempt(ticket_id=ticket.pk, by=by, result="reached")
    until = timezone.now() + 5 * HOUR
    actions.wait(ticket_id=ticket.pk, by=by, until=until)
    assert escalation.move_clocks(until - SECOND) == 0
    assert escalation.move_clocks(until) == 1
    assert not escalation.wake(ticket.pk, until)
    woken = Ticket.objects.get()
    assert (woken.status, woken.waiting_until, woken.stage) == ("contacted", None, Stage.NO_CLOCK)
    assert Activity.objects.latest("number").kind == "wait_over"


def test_the_latest_go_first_when_there_are_more_than_time_for(survey: Survey, monkeypatch: pytest.MonkeyPatch) -> None:
    made = [make_ticket(survey, score, contact=make_contact(score)) for score in (4, 3, 5)]
    monkeypatch.setattr(sweep, "BUDGET_S", 0)
    assert escalation.move_clocks(timezone.now() + 99 * HOUR) == 1
    assert Ticket.objects.get(stage=Stage.OVERDUE) == made[1]
    assert sum(escalation.move_clocks(timezone.now() + 99 * HOUR) for _run in range(5)) == 2


def test_what_is_late_is_late_though_no_sweep_ever_ran(ticket: Ticket) -> None:
    """A stored stage only orders the desk."""
    late = ticket.deadline + SECOND
    assert ticket.stage == Stage.ON_TIME
    assert ticket.due_state(late) == "overdue"
    assert list(Ticket.objects.overdue(late)) == [ticket]
    assert ticket.stage_at(late) == Stage.OVERDUE


@pytest.mark.parametrize("state", ["on_time", "due_soon", "overdue", "met", "missed"])
def test_rows_and_objects_agree_on_the_state(survey: Survey, state: str) -> None:
    """Each ticket at moments around its clock: the filter finds exactly those that say so."""
    by = make_user("bea")
    made = [make_ticket(survey, score, contact=make_contact(number)) for number, score in enumerate((2, 3, 5, 6, 0))]
    stop(made[3], "contacted", by)
    stop(made[4], "resolved", by)
    for at in (made[0].opened_at, made[0].warn_at, made[0].deadline, made[0].deadline + SECOND, made[2].warn_at):
        found = set(Ticket.objects.in_due_state(state, at))
        assert found == {ticket for ticket in Ticket.objects.all() if ticket.due_state(at) == state}
