"""False answers: discarded by a manager, with a reason, and brought back; nobody else may, and no customer notices."""

from collections.abc import Callable
from typing import Any

import pytest
from auditlog.models import LogEntry
from django.db import IntegrityError, connection, transaction
from django.test import Client

from followup.history import chain
from followup.models import Ticket
from followup.tickets import opening
from nps_project.accounts.links import make_token
from nps_project.accounts.models import Team
from surveys.models import Decision, Response
from surveys.services import tallies
from surveys.services.decisions import discard_response, restore_response
from surveys.statistics import nps_figures
from tests.api_client import Program
from tests.factories import client_of, make_answer, make_contact, make_survey, make_ticket, make_user

pytestmark = pytest.mark.django_db


def act(response: Response, action: str, user: Any, **fields: str) -> Any:
    return client_of(user).post(f"/desk/answers/{response.pk}/{action}/", fields)


def test_a_manager_discards_an_answer_and_brings_it_back() -> None:
    chief, survey = make_user("chief", "manager"), make_survey()
    ticket = make_ticket(survey, 2, "Spam <b>", contact_email="a@example.com")
    answer, due_at = ticket.response, ticket.first_contact_due_at
    make_answer(survey, 9)

    refused = act(answer, "discard", chief, reason="  ")
    assert refused.status_code == 422
    assert "Say why" in refused.content.decode()
    assert act(answer, "discard", chief, reason="Same words as forty others").status_code == 303
    opening.open_for_response(answer.pk)
    ticket.refresh_from_db()
    assert (ticket.status, ticket.outcome) == ("resolved", "no_action")
    assert nps_figures(type(survey).objects.all()).nps == 100
    assert tallies.differences() == []
    page = client_of(chief).get(f"/desk/answers/{answer.pk}/").content.decode()
    assert "Same words as forty others" in page
    assert "See why" in client_of(chief).get(f"/desk/tickets/{ticket.pk}/").content.decode()

    assert act(answer, "restore", chief).status_code == 303
    opening.open_for_response(answer.pk)
    ticket.refresh_from_db()
    assert (ticket.status, ticket.first_contact_due_at) == ("open", due_at)
    assert tallies.differences() == []
    assert list(chain.verify()) == []
    kept = Decision.objects.values_list("kind", "before", "by", "reason")
    assert list(kept) == [
        ("discarded", "confirmed", chief.pk, "Same words as forty others"),
        ("restored", "discarded", chief.pk, ""),
    ]
    log = LogEntry.objects.get_for_object(answer).order_by("pk")
    assert [(entry.actor, entry.changes["state"]) for entry in log] == [
        (chief, ["confirmed", "discarded"]),
        (chief, ["discarded", "confirmed"]),
    ]
    assert log[0].additional_data == {"reason": "Same words as forty others"}


@pytest.mark.parametrize(("role", "status"), [("viewer", 403), ("agent", 403), ("manager", 404)])
def test_who_may_not_changes_nothing(role: str, status: int) -> None:
    team = Team.objects.create(name="North")
    survey = make_survey(team=team)
    answer = make_answer(survey, 1)
    other = make_user("other", role, all_teams=False)
    if role != "manager":
        other.teams.add(team)
    for action in ("accept", "discard", "restore"):
        assert act(answer, action, other, reason="x").status_code == status, action
    assert not Decision.objects.exists()


def test_programs_decide_with_an_admin_key_on_what_they_see() -> None:
    survey, other = make_survey(), make_survey("other")
    answer = make_answer(survey, 1)
    address, key = f"responses/{answer.pk}", Program("admin", survey)
    assert key.post(f"{address}/discard/", {}, 422)["errors"][0]["field"] == "reason"
    assert key.post(f"{address}/discard/", {"reason": " "}, 422)["errors"][0]["field"] == "reason"
    assert key.post(f"{address}/discard/", {"reason": "spam"}, 200)["state"] == "discarded"
    assert key.post(f"{address}/restore/", {}, 200)["state"] == "confirmed"
    assert key.post(f"{address}/accept/", {}, 200)["state"] == "confirmed"
    assert Decision.objects.count() == 2
    for action in ("accept", "discard", "restore"):
        body = {"reason": "x"} if action == "discard" else {}
        for scope in ("read", "write"):
            Program(scope).post(f"{address}/{action}/", body, 403)
        Program("admin", other).post(f"{address}/{action}/", body, 404)
    assert Decision.objects.count() == 2


def customers_pages(response: Response) -> list[bytes]:
    return [Client().get(f"/t/{make_token('t', response.public_id)}/").content]


@pytest.mark.parametrize("state", ["confirmed", "provisional"])
def test_the_customer_reads_the_same_as_before(state: str) -> None:
    answer = make_answer(make_survey(), 2, contact=make_contact(1), state=state)
    before = customers_pages(answer)
    assert (b"We will contact you" in before[0]) == (state == "confirmed")
    discard_response(response_id=answer.pk, by=None, reason="spam")
    assert customers_pages(answer) == before
    restore_response(response_id=answer.pk, by=None)
    assert customers_pages(answer) == before
    answer.refresh_from_db()
    assert answer.state == state


@pytest.mark.parametrize("change", [lambda rows: rows.update(reason="another"), lambda rows: rows.delete()])
def test_decisions_are_append_only(change: Callable[[Any], Any]) -> None:
    answer = make_answer(make_survey(), 2)
    discard_response(response_id=answer.pk, by=None, reason="spam")
    with pytest.raises(IntegrityError), transaction.atomic():
        change(Decision.objects.all())
    with connection.cursor() as cursor:
        cursor.execute("SELECT reason FROM surveys_decision")
        assert cursor.fetchall() == [("spam",)]


def test_an_answer_discarded_before_its_ticket_opened_gets_it_with_its_own_deadline() -> None:
    answer = make_answer(make_survey(), 2, contact=make_contact(1))
    discard_response(response_id=answer.pk, by=None, reason="spam")
    opening.open_for_response(answer.pk)
    assert not Ticket.objects.exists()
    restore_response(response_id=answer.pk, by=None)
    opening.open_for_response(answer.pk)
    assert Ticket.objects.get().clock_from == answer.answered_at
