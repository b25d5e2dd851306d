"""A flood of false answers: discarded by a filter a minute later, undone, and the figures of that day are right."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from auditlog.models import LogEntry
from django.db import connection
from django.utils import timezone

from followup.escalation import services as escalation
from followup.history import chain
from followup.models import Ticket
from followup.notify import digests, mails
from followup.tickets import opening
from nps_project.accounts.models import Team, User
from nps_project.deliveries.models import Delivery
from surveys.models import BulkDecision, Decision, DecisionKind, Response, Survey
from surveys.services import bulk_decisions, decisions, tallies
from surveys.services.decisions import restore_response
from surveys.services.responses import NewAnswer, change_response
from surveys.statistics import nps_figures
from surveys.tasks import decide_about_many, go_on_deciding
from tests.factories import client_of, make_answer, make_contact, make_survey, make_ticket, make_user
from tests.sizes import sized

pytestmark = pytest.mark.django_db

FALSE = sized(66, 606)


def nps() -> float | None:
    return nps_figures(Survey.objects.all()).nps


def open_all() -> None:
    opening.open_for_responses(list(Response.objects.unprocessed().order_by("pk").values_list("pk", flat=True)))


def asked(client: Any, **fields: Any) -> tuple[str, dict[str, Any]]:
    """The page that asks, and what its form sends."""
    page = client.post("/desk/answers/decide/", fields).content.decode()
    hidden = re.findall(r'<input type="hidden" name="(query|upto|do|submission)" value="([^"]*)"', page)
    return page, {name: value.replace("&amp;", "&") for name, value in hidden}


def discard(client: Any, query: str, reason: str = "A flood at nine") -> BulkDecision:
    _page, form = asked(client, do="discard", query=query)
    answer = client.post("/desk/answers/decide/", form | {"sure": "1", "reason": reason})
    assert answer.status_code == 303, answer.content[:500]
    bulk = BulkDecision.objects.latest("pk")
    decide_about_many([bulk.pk])
    bulk.refresh_from_db()
    return bulk


def test_a_flood_is_discarded_by_a_filter_and_undone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk_decisions, "CHUNK", FALSE // 3)  # more than one, and not a whole number of them
    chief, survey = make_user("chief", "manager"), make_survey()
    kept = [make_ticket(survey, 3, "Really late", contact=make_contact(1)).response_id, make_answer(survey, 9).pk]
    for number in range(FALSE):
        make_answer(survey, 0, f"buy pills {number % 7}", contact_phone=f"+45 33 12 {number:04}")
    open_all()
    escalation.move_clocks(Ticket.objects.latest("pk").warn_at)
    before = list(
        Ticket.objects.order_by("pk").values_list("pk", "status", "stage", "first_contact_due_at", "deadline")
    )
    unsent = Delivery.objects.filter(status="queued").count()
    assert unsent == mails.MOST_AN_HOUR
    client = client_of(chief)

    page, _form = asked(client, do="discard", query="survey=autumn&q=pills")
    assert f"They are {FALSE} answers." in page
    bulk = discard(client, "survey=autumn&q=pills")
    assert (bulk.state, bulk.done, bulk.left, bulk.failed) == ("finished", FALSE, 0, 0)
    assert nps() == 0
    assert tallies.differences() == []
    open_all()
    assert set(Response.objects.filter(state="confirmed").values_list("pk", flat=True)) == set(kept)
    ended = Ticket.objects.filter(discarded_at__isnull=False)
    assert ended.count() == ended.filter(status="resolved", outcome="no_action", root_cause=None).count() == FALSE
    assert Delivery.objects.filter(status="cancelled").count() >= unsent - 1
    assert not Ticket.objects.uncontacted().exclude(response__in=kept).exists()
    log = LogEntry.objects.get_for_object(bulk).order_by("pk")
    assert [entry.actor for entry in log] == [chief, chief]
    assert log[0].changes["answers"] == ["", FALSE]
    assert log[0].additional_data == {"reason": "A flood at nine"}
    assert "pills" in client.get(f"/desk/answers/decisions/{bulk.pk}/").content.decode()

    assert client.post(f"/desk/answers/decisions/{bulk.pk}/undo/").status_code == 303
    go_on_deciding()
    open_all()
    assert Response.objects.filter(state="confirmed").count() == FALSE + 2
    after = Ticket.objects.order_by("pk").values_list("pk", "status", "stage", "first_contact_due_at", "deadline")
    assert list(after) == before
    assert not Delivery.objects.filter(status="cancelled").exists()
    assert tallies.differences() == []
    assert list(chain.verify()) == []
    assert client.post(f"/desk/answers/decisions/{bulk.pk}/undo/").status_code == 303
    assert BulkDecision.objects.count() == 2, "undone once"


def test_above_twenty_an_hour_the_rest_come_as_one_mail(monkeypatch: pytest.MonkeyPatch) -> None:
    """1,212 warnings to two managers were 1,212 mails."""
    monkeypatch.setattr(mails, "MOST_AN_HOUR", 3)
    for name in ("ann", "bob"):
        make_user(name, "manager")
    survey = make_survey()
    made = [make_ticket(survey, 0, contact=make_contact(number)) for number in range(8)]
    at = max(ticket.warn_at for ticket in made)
    escalation.move_clocks(at)
    assert Delivery.objects.filter(template="ticket_due_soon").count() == 6
    assert Ticket.objects.filter(activities__kind="warned").count() == 8, "each is warned of, and its history says so"
    assert digests.send_due(mails.next_hour(at) - timedelta(seconds=1)) == 0

    decisions.discard_response(response_id=made[-1].response_id, by=None, reason="spam")
    opening.open_for_response(made[-1].response_id)
    for _time in range(2):
        digests.send_due(mails.next_hour(at))
    summaries = Delivery.objects.filter(template="ticket_digest")
    assert sorted(summaries.values_list("to_address", flat=True)) == ["ann@example.com", "bob@example.com"]
    for mail in summaries:
        assert mail.body_text.count("the deadline was near") == 4, "without the one that was discarded"
        assert "There were many this hour, so the rest came as one mail." in mail.body_text


def test_what_comes_after_it_was_asked_is_left_alone() -> None:
    client, survey = client_of(make_user("chief", "manager")), make_survey()
    make_answer(survey, 0)
    _page, form = asked(client, do="discard", query="score=0")
    later = make_answer(survey, 0)
    client.post("/desk/answers/decide/", form | {"sure": "1", "reason": "spam"})
    go_on_deciding()
    assert list(Response.objects.exclude(state="discarded")) == [later]


def test_filters_of_time_to_the_minute_and_of_state(settings: Any) -> None:
    settings.TIME_ZONE = "Europe/Copenhagen"
    survey, client = make_survey(), client_of(make_user("chief", "manager"))
    nine = datetime(2026, 3, 10, 9, 0, tzinfo=ZoneInfo("Europe/Copenhagen"))
    made = [make_answer(survey, 9, answered_at=nine + timedelta(minutes=minute)).pk for minute in (-1, 0, 5, 6)]
    query = {"from": "2026-03-10", "from_time": "09:00", "to": "2026-03-10", "to_time": "09:05"}
    page = client.get("/desk/answers/", query).content.decode()
    assert [int(pk) for pk in re.findall(r'<a href="/desk/answers/(\d+)/"', page)] == [made[2], made[1]]
    assert client.get("/desk/answers/", {"from_time": "09:00"}).status_code == 400
    bulk = discard(client, "&".join(f"{name}={value}" for name, value in query.items()))
    assert bulk.done == 2
    page = client.get("/desk/answers/", {"state": "discarded"}).content.decode()
    assert [int(pk) for pk in re.findall(r'<a href="/desk/answers/(\d+)/"', page)] == [made[2], made[1]]
    assert "Bring back …" in page


def test_ticked_ones_and_a_reason_that_is_missing() -> None:
    client, survey = client_of(make_user("chief", "manager")), make_survey()
    first, second, third = (make_answer(survey, 0).pk for _number in range(3))
    fields = {"do": "discard", "answers": [first, third], "sure": "1"}
    refused = client.post("/desk/answers/decide/", fields | {"reason": " "})
    assert (refused.status_code, "Say why" in refused.content.decode()) == (422, True)
    assert client.post("/desk/answers/decide/", fields | {"reason": "spam"}).status_code == 303
    go_on_deciding()
    assert list(Response.objects.filter(state="confirmed").values_list("pk", flat=True)) == [second]


def test_it_is_stopped_gone_on_with_and_undone_as_far_as_it_came(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk_decisions, "CHUNK", 2)
    chief, survey = make_user("chief", "manager"), make_survey()
    made = [make_answer(survey, 0).pk for _number in range(5)]
    bulk = bulk_decisions.ask(kind=DecisionKind.DISCARDED, chosen={}, by=chief, reason="spam")
    assert bulk_decisions.decide_next_chunk(bulk.pk)
    client = client_of(chief)
    assert client.get(f"/desk/answers/decisions/{bulk.pk}/").headers["Refresh"] == "2"
    client.post(f"/desk/answers/decisions/{bulk.pk}/stop/")
    go_on_deciding()
    assert Response.objects.filter(state="discarded").count() == 2
    client.post(f"/desk/answers/decisions/{bulk.pk}/go-on/")
    restore_response(response_id=made[0], by=chief)  # decided otherwise meanwhile: an undo leaves it
    go_on_deciding()
    assert Response.objects.filter(state="discarded").count() == 4
    client.post(f"/desk/answers/decisions/{bulk.pk}/undo/")
    go_on_deciding()
    assert Response.objects.filter(state="confirmed").count() == 5
    assert Decision.objects.filter(kind="restored").count() == 5
    assert tallies.differences() == []


def test_one_bad_answer_stops_nobody_elses() -> None:
    chief, survey = make_user("chief", "manager"), make_survey()
    good, bad = make_answer(survey, 0), make_answer(survey, 0)
    with connection.cursor() as cursor:
        cursor.execute(
            "ALTER TABLE surveys_decision ADD CONSTRAINT bad_row CHECK (response_id <> %s) NOT VALID", [bad.pk]
        )
    bulk = bulk_decisions.ask(kind=DecisionKind.DISCARDED, chosen={}, by=chief, reason="spam")
    bulk_decisions.work(bulk.pk, timezone.now())
    bulk.refresh_from_db()
    assert (bulk.state, bulk.done, bulk.failed) == ("finished", 1, 1)
    good.refresh_from_db()
    bad.refresh_from_db()
    assert (good.state, bad.state) == ("discarded", "confirmed")
    assert tallies.differences() == []


@pytest.mark.parametrize("role", ["viewer", "agent", "manager"])
def test_others_decide_about_nothing(role: str) -> None:
    survey = make_survey(team=Team.objects.create(name="North"))
    answer, chief = make_answer(survey, 0), make_user("chief", "manager")
    other = make_user("other", role, all_teams=False)
    client, page = client_of(other), "/desk/answers/decisions/"
    bulk = bulk_decisions.ask(kind=DecisionKind.DISCARDED, chosen={}, by=chief, reason="spam")
    bulk_decisions.stop(bulk_id=bulk.pk)
    form = {"do": "discard", "answers": [answer.pk], "sure": "1", "reason": "x"}
    expected = 303 if role == "manager" else 403
    assert client.post("/desk/answers/decide/", form).status_code == expected
    for action in ("stop", "go-on", "undo"):
        status = client.post(f"{page}{bulk.pk}/{action}/").status_code
        assert status == (404 if role == "manager" else 403)
    assert client.get(f"{page}{bulk.pk}/").status_code == (404 if role == "manager" else 403)
    go_on_deciding()
    assert not Decision.objects.exists(), "what a stranger ticks is not found"


def test_somebody_who_is_no_manager_any_more_decides_no_further() -> None:
    chief, survey = make_user("chief", "manager"), make_survey()
    make_answer(survey, 0)
    bulk = bulk_decisions.ask(kind=DecisionKind.DISCARDED, chosen={}, by=chief, reason="spam")
    User.objects.filter(pk=chief.pk).update(role="agent")
    go_on_deciding()
    bulk.refresh_from_db()
    assert (bulk.state, bulk.done) == ("stopped", 0)


@pytest.mark.django_db(transaction=True)
def test_customers_workers_and_two_managers_at_once() -> None:
    survey = make_survey()
    chiefs = [make_user(f"chief{number}", "manager") for number in range(2)]
    made = [make_answer(survey, number % 7, contact_email="a@example.com").pk for number in range(60)]
    bulks = [
        bulk_decisions.ask(kind=DecisionKind.DISCARDED, chosen={}, by=chief, reason=f"by {chief}") for chief in chiefs
    ]

    def closing(act: Callable[[], object]) -> None:
        try:
            act()
        finally:
            connection.close()

    def change(numbers: range) -> None:
        for number in numbers:
            answer = NewAnswer((number * 3) % 11, "new", contact_email="a@example.com")
            change_response(response_id=made[number], answer=answer)

    acts: list[Callable[[], object]] = [
        *(partial(bulk_decisions.work, bulk.pk, timezone.now()) for bulk in bulks),
        partial(change, range(0, 60, 2)),
        partial(change, range(59, -1, -3)),
        *[partial(opening.open_for_responses, made)] * 2,
    ]
    with ThreadPoolExecutor(len(acts)) as pool:
        for done in [pool.submit(closing, act) for act in acts]:
            done.result(60)
    for bulk in bulks:
        bulk_decisions.work(bulk.pk, timezone.now())
    open_all()
    assert set(Response.objects.values_list("state", flat=True)) == {"discarded"}
    assert Decision.objects.count() == 60, "each was discarded once"
    assert sum(BulkDecision.objects.values_list("done", flat=True)) == 60
    assert not Ticket.objects.exclude(status="resolved").exists()
    assert tallies.differences() == []
    undone = bulk_decisions.undo(bulk_id=bulks[0].pk, by=chiefs[0])
    bulk_decisions.work(undone.pk, timezone.now())
    open_all()
    assert Response.objects.filter(state="confirmed").count() == BulkDecision.objects.get(pk=bulks[0].pk).done
    assert tallies.differences() == []
    assert list(chain.verify()) == []
