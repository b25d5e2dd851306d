"""A kept query reads what its query set would; rows of several tables are stored together, or none of them."""

from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models import Exists, OuterRef
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from followup.models import Notice, NoticeKind, Ticket
from nps_project.common import new_rows
from nps_project.common.kept_queries import KeptQuery, given, one_of
from surveys.models import Response
from tests.factories import make_answer, make_contact, make_survey, make_ticket, make_user

pytestmark = pytest.mark.django_db


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
