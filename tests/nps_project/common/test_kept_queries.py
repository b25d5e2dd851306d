"""A kept query reads what its query set would; rows of several tables are stored together, or none of them."""

import threading
from contextlib import suppress
from typing import Any

import pytest
from django.db import DatabaseError, NotSupportedError, connection, transaction
from django.db.models import Exists, OuterRef
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from followup.models import Notice, NoticeKind, Ticket
from nps_project.common import new_rows
from nps_project.common.kept_queries import KeptQuery, given, one_of
from surveys.models import Response, Survey
from tests.factories import make_answer, make_contact, make_survey, make_ticket, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def survey() -> Survey:
    return make_survey()


def rows(**where: Any) -> Any:
    has_ticket = Exists(Ticket.objects.filter(response=OuterRef("pk")))
    found = Response.objects.filter(**where).annotate(has_ticket=has_ticket).select_related("survey", "contact")
    return found.order_by("-pk")


@pytest.mark.parametrize("is_pooled", [False, True])
def test_it_reads_what_the_query_set_reads_without_making_it_again(settings: Any, is_pooled: bool) -> None:
    settings.DATABASE_IS_POOLED = is_pooled
    survey = make_survey()
    known = make_contact(1, traits={"plan": "gold"}, value=12)
    answers = [make_ticket(survey, 2, contact=known).response, make_answer(survey, 2), make_answer(survey, 9)]
    kept: KeptQuery[Response] = KeptQuery(
        "kept", lambda: rows(pk__in=one_of("ids"), score=given("score", "smallint"), channel="link")
    )
    for score in (2, 9, 4):
        ids = [answer.pk for answer in answers]
        expected = list(rows(pk__in=ids, score=score, channel="link"))
        with CaptureQueriesContext(connection) as asked:
            found = kept.read(ids=ids, score=score)
            shown = [(row.survey.name, row.contact and row.contact.traits, row.has_ticket) for row in found]  # type: ignore[attr-defined]
        assert len(asked) <= 2, "one, and one that plans it"
        assert [vars(row) | {"_state": None} for row in found] == [vars(row) | {"_state": None} for row in expected]
        assert shown == [(row.survey.name, row.contact and row.contact.traits, row.has_ticket) for row in expected]
    assert kept.read(ids=[], score=2) == []


def test_rows_of_several_tables_are_stored_together_or_not_at_all() -> None:
    ticket, (ann, bob) = make_ticket(make_survey(), 2), (make_user("ann"), make_user("bob"))

    def notice(person: Any, kind: str = NoticeKind.GIVEN) -> Notice:
        return Notice(person=person, ticket=ticket, kind=kind, at=timezone.now())

    new_rows.store("notices", [new_rows.rows([notice(ann), notice(bob)], new_rows.ONCE)], may_be_lost=True)
    new_rows.store("notices", [new_rows.rows([notice(ann)], new_rows.ONCE)])
    new_rows.store("notices", [])
    assert list(Notice.objects.order_by("person").values_list("person", "read_at", "about")) == [
        (ann.pk, None, ""), (bob.pk, None, ""),
    ]  # fmt: skip
    with pytest.raises(DatabaseError), transaction.atomic():
        new_rows.store("notices", [new_rows.rows([notice(ann, NoticeKind.WROTE), notice(bob, "unknown")])])
    assert Notice.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_only_the_transaction_that_may_be_lost_does_not_wait_for_the_disk() -> None:
    ticket, ann = make_ticket(make_survey(), 2), make_user("ann")
    seen = []
    for may_be_lost in (True, False):
        with transaction.atomic(), connection.cursor() as cursor:
            row = Notice(person=ann, ticket=ticket, kind=NoticeKind.WROTE, at=timezone.now())
            new_rows.store("notices", [new_rows.rows([row])], may_be_lost=may_be_lost)
            cursor.execute("SHOW synchronous_commit")
            seen.append(cursor.fetchone()[0])
    assert seen == ["off", "on"]


CHANGES = {
    "a column more": ("ADD COLUMN more integer DEFAULT 7", "DROP COLUMN more"),
    "a longer name": ("ALTER COLUMN name TYPE varchar(300)", "ALTER COLUMN name TYPE varchar(200)"),
}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("change", CHANGES)
def test_a_kept_query_is_read_after_its_table_was_changed(change: str, survey: Survey) -> None:
    """As a migration does while this process runs: at once, and inside a transaction the next time."""
    name = f"kept_{change.replace(' ', '_')}"
    kept: KeptQuery[Survey] = KeptQuery(name, lambda: Survey.objects.filter(pk=given("id")))

    def found() -> list[str]:
        return [row.name for row in kept.read(id=survey.pk)]

    def alter(how: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"ALTER TABLE surveys_survey {how}")

    assert found() == [survey.name]
    for how in CHANGES[change]:
        alter(how)
        assert found() == found() == [survey.name]
    for how in CHANGES[change]:
        alter(how)
        with suppress(NotSupportedError), transaction.atomic():
            found()
        with transaction.atomic():
            assert found() == [survey.name]


def test_a_kept_query_takes_nothing_and_very_many(survey: Survey) -> None:
    answers = [make_answer(survey, 2, "") for _number in range(3)]
    kept: KeptQuery[Response] = KeptQuery(
        "kept_many", lambda: Response.objects.filter(pk__in=one_of("ids")).order_by("pk")
    )
    alone: KeptQuery[Response] = KeptQuery("kept_alone", lambda: Response.objects.filter(pk=given("id")))
    ids = [answer.pk for answer in answers]
    assert [row.pk for row in kept.read(ids=[*range(10**9, 10**9 + 50_000), *ids])] == ids
    assert kept.read(ids=[]) == kept.read(ids=[None]) == alone.read(id=None) == []
    assert [row.pk for row in kept.read(ids=[*ids, *ids])] == ids
    assert [row.pk for row in alone.read(id=2**63 - 1)] == []


def test_after_a_savepoint_that_failed_it_is_read_as_before(survey: Survey) -> None:
    kept: KeptQuery[Survey] = KeptQuery("kept_savepoint", lambda: Survey.objects.filter(pk=given("id")))
    for _again in range(2):
        with transaction.atomic():
            assert len(kept.read(id=survey.pk)) == 1
            transaction.set_rollback(True)
        assert len(kept.read(id=survey.pk)) == 1


@pytest.mark.django_db(transaction=True)
def test_many_threads_read_by_one_kept_query(survey: Survey) -> None:
    kept: KeptQuery[Response] = KeptQuery(
        "kept_threads", lambda: Response.objects.select_related("survey", "contact").filter(pk=given("id"))
    )
    ids = [make_answer(survey, 2, str(n), contact=make_contact(n, traits={"n": n})).pk for n in range(8)]
    wrong: list[object] = []
    begin = threading.Barrier(8)

    def reading(place: int) -> None:
        begin.wait(20)
        for turn in range(60):
            n = (place + turn) % 8
            (row,) = kept.read(id=ids[n])
            if (row.comment, row.contact and row.contact.traits) != (str(n), {"n": n}):
                wrong.append(row)
        connection.close()

    threads = [threading.Thread(target=reading, args=(place,)) for place in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not wrong
    assert not any(thread.is_alive() for thread in threads)
