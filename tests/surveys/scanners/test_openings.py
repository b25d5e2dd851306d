"""Openings of a mail's links are written beside the requests, hold no address, and are forgotten."""

import time
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import RequestFactory
from django.utils import timezone

from surveys.models import Contact, Invitation, Response, Unsubscription
from surveys.scanners import openings
from surveys.scanners.models import Opening
from surveys.scanners.openings import Writer
from tests.surveys.scanners.conftest import browser, links_of, page_of


def written() -> list[Opening]:
    openings.writer.flush()
    return list(Opening.objects.order_by("pk"))


@pytest.mark.parametrize("method", ["get", "head"])
def test_every_link_of_a_mail_is_written_down_and_nothing_else_changes(mailed: Invitation, method: str) -> None:
    before = [list(model.objects.values()) for model in (Contact, Invitation, Response, Unsubscription)]
    client = browser()
    for link in links_of(mailed):
        assert getattr(client, method)(link).status_code == 200

    found = written()

    scores = [f"score-{score}" for score in range(11)]
    assert [one.link for one in found] == ["decoy-1", *scores[:6], "decoy-2", *scores[6:], "leave"]
    assert {one.invitation_id for one in found} == {mailed.pk}
    assert [list(model.objects.values()) for model in (Contact, Invitation, Response, Unsubscription)] == before


def test_the_page_itself_is_written_as_what_it_is(mailed: Invitation) -> None:
    browser().get(page_of(mailed))
    browser().get(f"{page_of(mailed)}?score=77")
    assert [one.link for one in written()] == ["plain", "plain"]


def test_sending_and_what_is_no_link_of_a_mail_are_no_openings(mailed: Invitation) -> None:
    browser().post(page_of(mailed), {"score": "9"})
    browser().get(f"{page_of(mailed)}check/3/")
    browser().get("/r/nobody/check/1/")
    browser().get("/r/nobody/?score=3")
    browser().get("/s/autumn/?score=3")
    assert written() == []


def test_client_and_program_are_told_apart_without_being_known(mailed: Invitation) -> None:
    link = f"{page_of(mailed)}?score=3"
    for number, agent in ((1, "Mozilla/5.0"), (1, "Mozilla/5.0"), (2, "Mozilla/5.0"), (1, "curl/8")):
        browser(number, agent).get(link)

    first, again, elsewhere, other = written()

    assert (first.place, first.agent) == (again.place, again.agent)
    assert (first.place != elsewhere.place, first.agent) == (True, elsewhere.agent)
    assert (first.place, first.agent != other.agent) == (other.place, True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(scanners_opening)::text FROM scanners_opening")
        kept = " ".join(row[0] for row in cursor.fetchall())
    assert "192.0.2" not in kept
    assert "Mozilla" not in kept


@pytest.mark.django_db
def test_a_page_costs_no_query_more(mailed: Invitation, django_assert_num_queries: Any) -> None:
    browser().get(f"{page_of(mailed)}?score=3")
    with django_assert_num_queries(1):
        browser().get(f"{page_of(mailed)}?score=4")


def test_one_link_that_is_opened_without_end_fills_no_table(mailed: Invitation) -> None:
    request = RequestFactory().get(f"{page_of(mailed)}?score=3")
    for _time in range(openings.MOST_A_MINUTE * 2 + 5):
        openings.opened(request, mailed, "score-3")
    assert len(written()) <= openings.MOST_A_MINUTE * 2  # the minute may have ended meanwhile


def test_the_oldest_are_forgotten_after_thirty_days(mailed: Invitation) -> None:
    now = timezone.now()
    for days in (29, 31):
        Opening.objects.create(invitation=mailed, at=now - timedelta(days=days), link="score-1", agent=1)
    assert openings.forget(now) == 1
    assert openings.forget(now) == 0
    assert Opening.objects.get().at == now - timedelta(days=29)


@pytest.mark.django_db(transaction=True)
def test_a_thread_writes_them_and_goes_on_after_what_cannot_be_written(mailed: Invitation) -> None:
    writer, now = Writer(), timezone.now()
    writer.put(Opening(invitation=mailed, at=now, link="a link that is too long", agent=1))
    assert writer.flush(5)
    writer.put(Opening(invitation=mailed, at=now, link="score-1", agent=1))
    assert writer.flush(5)
    assert Opening.objects.get().link == "score-1"


@pytest.mark.django_db(transaction=True)
def test_a_page_waits_for_no_writing(mailed: Invitation, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor does it wait when far more come than can be written."""
    monkeypatch.setattr(openings, "CAPACITY", 2)
    monkeypatch.setattr(openings, "writer", Writer())
    client = browser()
    client.get(page_of(mailed))  # what is loaded once is loaded
    with connection.cursor() as cursor:
        cursor.execute("BEGIN; LOCK TABLE scanners_opening")  # so that its thread gets no further
    try:
        began = time.monotonic()
        for score in range(11):
            assert client.get(f"{page_of(mailed)}?score={score}").status_code == 200
        assert time.monotonic() - began < 2
        assert not openings.writer.flush(0.05)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ROLLBACK")
    assert openings.writer.flush(5)
    assert 2 <= Opening.objects.count() <= 5
