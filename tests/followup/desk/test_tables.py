"""The tables that are downloaded: their times, and their words."""

import csv
import io
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine

from tests.factories import client_of, make_contact, make_survey, make_ticket, make_user

pytestmark = pytest.mark.django_db

_ANSWERS = "answers/answers.csv"


def rows_of(answer: Any) -> list[list[str]]:
    return list(csv.reader(io.StringIO(answer.getvalue().decode("utf-8-sig"))))


def test_the_tables_have_the_days_of_the_figures_and_words_in_the_readers_language(settings: Any) -> None:
    settings.TIME_ZONE = "Europe/Copenhagen"
    at = datetime(2026, 11, 23, 23, 30, 5, tzinfo=UTC)  # the 24th in Copenhagen
    with time_machine.travel(at, tick=False):
        make_ticket(make_survey(), 3, "Æ ø, ë 🙃", contact=make_contact(1, last_asked_at=at))
        client = client_of(make_user("wim", language="nl", time_zone="America/New_York"))
        [head, row], [_head, said] = (
            rows_of(client.get(f"/desk/{what}.csv")) for what in ("tickets", "answers/answers")
        )
        [names, known] = rows_of(client.get("/contacts/contacts.csv"))
    shown = dict(zip(head, row, strict=True))
    assert (shown["Klok"], shown["Status"], shown["Opmerking"]) == ("Op tijd", "Open", "Æ ø, ë 🙃")
    assert shown["Beantwoord"] == "2026-11-24T00:30:05+01:00"
    assert "2026-11-24T00:30:05+01:00" in said
    assert dict(zip(names, known, strict=True))["last_asked_at"] == "2026-11-24T00:30:05+01:00"
