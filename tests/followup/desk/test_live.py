"""What the script of the desk is told each ten seconds: what changed, read once for all who look."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from followup.tickets import actions
from nps_project.accounts.models import User
from tests.factories import client_of, make_contact, make_survey, make_ticket, make_user

pytestmark = pytest.mark.django_db


def test_the_queue_says_when_it_has_changed(client: Client, bea: User, monkeypatch: pytest.MonkeyPatch) -> None:
    ticket, now = make_ticket(make_survey(), 1, contact=make_contact(1)), timezone.now()
    monkeypatch.setattr("followup.desk.queue.views.timezone.now", lambda: now)
    first = client.get("/desk/live/")
    with CaptureQueriesContext(connection) as queries:
        assert client.get("/desk/live/", headers={"If-None-Match": first["ETag"]}).status_code == 304
    assert len(queries) == 5, "session, person, those whom they stand in for, those who are gone, places"
    monkeypatch.setattr("followup.desk.queue.views.timezone.now", lambda: now + timedelta(minutes=1))
    assert client.get("/desk/live/", headers={"If-None-Match": first["ETag"]}).status_code == 200, "clocks tick"
    monkeypatch.undo()
    assert first.json()["fingerprint"] in client.get("/desk/").content.decode()
    actions.claim(ticket_id=ticket.pk, by=bea)
    with CaptureQueriesContext(connection) as queries:
        second = client.get("/desk/live/", headers={"If-None-Match": first["ETag"]})
    assert (second.status_code, len(queries) <= 8) == (200, True)
    before, after = (answer.json()["rows"][str(ticket.pk)] for answer in (first, second))
    assert before["fingerprint"] != after["fingerprint"]
    assert after["clock"]["state"] == "on_time"


def test_a_ticket_that_changed_is_read_once_for_all_who_look(
    client: Client, bea: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = timezone.now()
    monkeypatch.setattr("followup.desk.queue.views.timezone.now", lambda: now)
    tickets = [make_ticket(make_survey(f"s{number}"), 1, contact=make_contact(number)) for number in range(3)]
    colleague, reader = client_of(make_user("cas", language=bea.language)), client_of(make_user("dan", language="da"))
    first = client.get("/desk/live/?view=all").json()

    def look(who: Client) -> tuple[Any, list[str]]:
        with CaptureQueriesContext(connection) as queries:
            told = who.get("/desk/live/?view=all").json()
        return told, [query["sql"] for query in queries if 'FROM "followup_ticket" INNER JOIN' in query["sql"]]

    assert look(colleague) == (first, []), "as the first who looked was told"
    in_danish, read = look(reader)
    assert (len(read), in_danish == first) == (1, False), "in their own words"
    actions.claim(ticket_id=tickets[1].pk, by=bea)
    after, read = look(colleague)
    assert len(read) == 1
    assert read[0].endswith(f" IN ({tickets[1].pk})"), "the others are known"
    changed = [pk for pk, line in after["rows"].items() if line != first["rows"][pk]]
    assert changed == [str(tickets[1].pk)]
    assert look(client) == (after, [])


def test_a_clock_that_turns_before_the_sweep_changes_the_queue_and_its_minutes_do_not(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticket, now = make_ticket(make_survey(), 1, contact=make_contact(1)), timezone.now()
    for after, is_same in ((timedelta(minutes=5), True), (timedelta(days=3), False)):
        before = client.get("/desk/live/").json()
        monkeypatch.setattr("followup.desk.queue.views.timezone.now", lambda at=now + after: at)
        later = client.get("/desk/live/").json()
        monkeypatch.undo()
        assert (before["fingerprint"] == later["fingerprint"]) is is_same
        clocks = [answer["rows"][str(ticket.pk)]["clock"]["words"] for answer in (before, later)]
        assert clocks[0] != clocks[1]
