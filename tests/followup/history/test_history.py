"""The chain of a ticket's history: any tampering comes out, by its place."""

from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from followup.history import chain
from followup.models import Activity, ActivityText, Ticket
from followup.tickets import actions
from tests.factories import make_contact, make_survey, make_ticket, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def ticket(db: None) -> Ticket:
    """With four entries; the second and the third have words."""
    made = make_ticket(make_survey(), 3, contact=make_contact(1))
    by = make_user("bea")
    actions.add_note(ticket_id=made.pk, by=by, text="first words")
    actions.add_note(ticket_id=made.pk, by=by, text="second words")
    return actions.claim(ticket_id=made.pk, by=by)


def forge(sql: str, *parameters: int) -> None:
    """As one who owns the server could, past the trigger."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(sql, parameters)
        cursor.execute("SET session_replication_role = DEFAULT")


def add(ticket: Ticket, number: int, before: Activity) -> None:
    """One more entry, its hash as if it had always been there."""
    digest = chain.entry_hash(
        previous=before.hash, ticket_id=ticket.pk, number=number, kind="note", actor_id=None, at=before.at, data={}
    )
    Activity.objects.create(
        ticket=ticket, number=number, kind="note", at=before.at, previous_hash=before.hash, hash=digest
    )


def faults(ticket: Ticket) -> list[tuple[int, str]]:
    return [(fault.number, fault.what) for fault in chain.verify([ticket.pk])]


def test_an_honest_history_holds(ticket: Ticket) -> None:
    entries = list(Activity.objects.filter(ticket=ticket).order_by("number"))
    assert [entry.number for entry in entries] == [1, 2, 3, 4]
    assert [entry.previous_hash for entry in entries] == ["", *(entry.hash for entry in entries[:-1])]
    assert (ticket.history_head, ticket.history_count) == (entries[-1].hash, 4)
    assert faults(ticket) == []


def test_a_history_that_goes_on_while_it_is_read_is_no_forgery(ticket: Ticket) -> None:
    """A storm found it: a sweep escalated tickets between the two looks, and five were called forged."""
    by = make_user("cee")
    done: list[str] = []

    def meanwhile(execute: Callable[..., Any], sql: str, *call: Any) -> Any:
        found = execute(sql, *call)
        if not done and "followup_ticket" in sql:
            done.append(sql)
            actions.add_note(ticket_id=ticket.pk, by=by, text="meanwhile")
        return found

    with connection.execute_wrapper(meanwhile):
        assert faults(ticket) == []
    assert Ticket.objects.get(pk=ticket.pk).history_count == 5


@pytest.mark.parametrize(
    "change",
    ["kind = 'told'", "actor_id = NULL", "at = at - interval '1 microsecond'", """data = '{"score": 9}'""",
     "previous_hash = repeat('0', 64)", "hash = repeat('0', 64)"],
)  # fmt: skip
def test_a_changed_entry_is_found(ticket: Ticket, change: str) -> None:
    forge(f"UPDATE followup_activity SET {change} WHERE number = 3")
    assert faults(ticket) == [(3, "entry was changed or inserted")]


@pytest.mark.parametrize(("number", "what"), [(1, "missing"), (3, "missing"), (4, "the end of the history")])
def test_a_removed_entry_is_found(ticket: Ticket, number: int, what: str) -> None:
    ActivityText.objects.filter(activity__number=number).delete()
    forge("DELETE FROM followup_activity WHERE number = %s", number)
    found = faults(ticket)
    assert len(found) == 1
    assert what in found[0][1]


def test_an_entry_put_at_the_end_is_found(ticket: Ticket) -> None:
    add(ticket, 5, Activity.objects.latest("number"))
    assert faults(ticket) == [(4, "the end of the history is not what the ticket says")]


def test_an_entry_put_in_between_is_found(ticket: Ticket) -> None:
    for number in (4, 3):
        forge("UPDATE followup_activity SET number = number + 1 WHERE number = %s", number)
    add(ticket, 3, Activity.objects.get(number=2))
    assert faults(ticket) == [(4, "entry was changed or inserted")], "where the chain breaks"


def test_entries_of_another_ticket_do_not_fit(ticket: Ticket) -> None:
    other = make_ticket(ticket.survey, 3, contact=make_contact(2))
    forge("DELETE FROM followup_activity WHERE ticket_id = %s", other.pk)
    forge("UPDATE followup_activity SET ticket_id = %s WHERE ticket_id = %s AND number = 1", other.pk, ticket.pk)
    assert faults(other) == [(1, "entry was changed or inserted")]


@pytest.mark.parametrize(
    ("tamper", "what"),
    [
        (lambda: ActivityText.objects.filter(activity__number=2).update(text="other words"), "text was changed"),
        (lambda: ActivityText.objects.filter(activity__number=2).update(salt=b"0" * 16), "text was changed"),
        (lambda: ActivityText.objects.filter(activity__number=2).delete(), "text is missing"),
    ],
)
def test_other_words_are_found(ticket: Ticket, tamper: Callable[[], object], what: str) -> None:
    tamper()
    assert faults(ticket) == [(2, what)]


def test_words_where_there_were_none_are_found(ticket: Ticket) -> None:
    ActivityText.objects.create(activity=Activity.objects.get(number=4), salt=b"0" * 16, text="he agreed")
    assert faults(ticket) == [(4, "text was added")]


def test_erased_words_leave_a_chain_that_holds(ticket: Ticket) -> None:
    ActivityText.objects.filter(activity__number=2).update(text="", salt=b"", erased_at=timezone.now())
    assert faults(ticket) == []


def test_the_same_words_have_another_digest_each_time(ticket: Ticket) -> None:
    """A digest alone tells nobody what was said."""
    by = make_user("cas")
    digests = {actions.add_note(ticket_id=ticket.pk, by=by, text="yes").data["text_digest"] for _number in range(3)}
    assert len(digests) == 3


@pytest.mark.parametrize(
    "change",
    [lambda rows: rows.update(kind="told"), lambda rows: rows.delete(), lambda rows: rows[0].save()],
)
def test_the_shell_cannot_rewrite_history(ticket: Ticket, change: Callable[..., object]) -> None:
    ActivityText.objects.all().delete()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        change(Activity.objects.filter(ticket=ticket))
    assert Activity.objects.count() == 4


def test_every_ticket_is_walked_and_the_command_says_what_it_found(ticket: Ticket) -> None:
    out = StringIO()
    call_command("verify_history", stdout=out)
    forge("UPDATE followup_activity SET at = at - interval '1 day' WHERE number = 2")
    with pytest.raises((CommandError, SystemExit)) as stopped:
        call_command("verify_history", stdout=out, stderr=out)
    assert str(ticket.pk) in out.getvalue() + str(stopped.value)
