"""The chain of a ticket's history: appends entries, and verifies them."""

import hashlib
import json
import secrets
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import connection
from django.db.models import F

from followup.models import Activity, ActivityKind, ActivityText, Ticket
from nps_project.accounts.models import User
from nps_project.common.statements import Part

_CHUNK = 500
# The entry and the ticket's head in one round trip: every change of a ticket waits for it.
_APPEND = """
WITH entry AS (
    INSERT INTO followup_activity (ticket_id, number, kind, actor_id, at, data, previous_hash, hash)
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
    RETURNING id
), head AS (
    UPDATE followup_ticket SET history_head = %s, history_count = %s WHERE id = %s
)
SELECT id FROM entry
"""


def text_digest(salt: bytes, text: str) -> str:
    """The salted digest that the chain keeps of a personal text; without the salt it says nothing about the text."""
    return hashlib.sha256(salt + text.encode()).hexdigest()


def entry_hash(
    *, previous: str, ticket_id: int, number: int, kind: str, actor_id: int | None, at: datetime, data: dict[str, Any]
) -> str:
    """SHA-256 over the previous hash and the entry in one fixed form (sorted JSON, UTC)."""
    entry = {
        "previous": previous,
        "ticket": ticket_id,
        "number": number,
        "kind": str(kind),
        "actor": actor_id,
        "at": at.astimezone(UTC).isoformat(timespec="microseconds"),
        "data": data,
    }
    return hashlib.sha256(json.dumps(entry, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def append(
    ticket: Ticket, kind: ActivityKind, *, at: datetime, by: User | None = None, text: str = "", **data: Any
) -> Activity:
    """Append one entry to a ticket whose row the caller has locked.

    `data`: ids and codes; personal words go into `text`. `by`: None when the product acts.
    """
    salt = secrets.token_bytes(16)
    if text:
        data["text_digest"] = text_digest(salt, text)
    new = next_entry(ticket, kind, at=at, by=by, **data)
    with connection.cursor() as cursor:
        entry: list[Any] = [ticket.pk, new.number, str(kind), new.actor_id, at, json.dumps(data), new.previous_hash]
        cursor.execute(_APPEND, [*entry, new.hash, new.hash, new.number, ticket.pk])
        (new.pk,) = cursor.fetchone()
    if text:
        ActivityText.objects.create(activity=new, salt=salt, text=text, language=by.language if by else "en")
    return new


def append_to_all(
    tickets: Sequence[Ticket], kind: ActivityKind, *, at: datetime, by: User | None = None, **data: Any
) -> None:
    """Append the same entry to tickets whose rows the caller has locked. Two statements, however many there are."""
    if tickets:
        Activity.objects.bulk_create([next_entry(ticket, kind, at=at, by=by, **data) for ticket in tickets])
        Ticket.objects.bulk_update(tickets, ["history_head", "history_count"])


_ENTRIES = Part(
    "history",
    """entries AS (
        INSERT INTO followup_activity (ticket_id, number, kind, at, data, previous_hash, hash)
        SELECT * FROM jsonb_to_recordset(%s) AS new (
            ticket_id bigint, number integer, kind text, at timestamptz, data jsonb, previous_hash text, hash text
        )
    )""",
    ["jsonb"],
)


def next_entry(ticket: Ticket, kind: ActivityKind, *, at: datetime, by: User | None = None, **data: Any) -> Activity:
    """The next entry of a ticket that has an id, and the ticket's new head; neither is stored yet.

    Of a new ticket the head is stored with it, and the entry by `store_entries`. `append` stores both.
    """
    number, previous = ticket.history_count + 1, ticket.history_head
    digest = entry_hash(
        previous=previous, ticket_id=ticket.pk, number=number, kind=kind, actor_id=by.pk if by else None, at=at,
        data=data,
    )  # fmt: skip
    ticket.history_head, ticket.history_count = digest, number
    return Activity(
        ticket=ticket, number=number, kind=kind, actor=by, at=at, data=data, previous_hash=previous, hash=digest
    )


def store_entries(entries: Iterable[Activity]) -> tuple[Part, list[Any]]:
    """Entries by the product, of tickets that are stored by now, as a part of a statement."""
    names = ("ticket_id", "number", "kind", "data", "previous_hash", "hash")
    rows = [{name: getattr(one, name) for name in names} | {"at": one.at.isoformat()} for one in entries]
    return _ENTRIES, [json.dumps(rows)]


@dataclass(frozen=True, slots=True)
class ChainError:
    """A place where a chain does not hold, and what is wrong there."""

    ticket_id: int
    number: int
    what: str


def verify(ticket_ids: list[int] | None = None) -> Iterator[ChainError]:
    """Check every chain, or those of some tickets, and yield each place where rows were changed, removed or inserted.

    Memory stays flat. Entries are read with their ticket's head in one statement, so people and sweeps may go on
    meanwhile.
    """
    tickets = Ticket.objects.order_by("pk")
    if ticket_ids is not None:
        tickets = tickets.filter(pk__in=ticket_ids)
    last = 0
    while page := list(tickets.filter(pk__gt=last).only("history_head", "history_count")[:_CHUNK]):
        last = page[-1].pk
        entries: dict[int, list[Activity]] = {ticket.pk: [] for ticket in page}
        rows = Activity.objects.filter(ticket__in=page).select_related("text_row").order_by("ticket", "number")
        heads = rows.annotate(head=F("ticket__history_head"), count=F("ticket__history_count"))
        for row in heads.iterator(chunk_size=_CHUNK):
            entries[row.ticket_id].append(row)
        for ticket in page:
            if found := entries[ticket.pk]:
                ticket.history_head, ticket.history_count = found[0].head, found[0].count  # type: ignore[attr-defined]
            yield from _verify_one(ticket, entries[ticket.pk])


def _verify_one(ticket: Ticket, entries: list[Activity]) -> Iterator[ChainError]:
    previous = ""
    for expected, entry in enumerate(entries, start=1):
        if entry.number != expected:
            yield ChainError(ticket.pk, expected, "entry is missing")
            return
        digest = entry_hash(
            previous=previous,
            ticket_id=ticket.pk,
            number=entry.number,
            kind=entry.kind,
            actor_id=entry.actor_id,
            at=entry.at,
            data=entry.data,
        )
        if entry.previous_hash != previous or entry.hash != digest:
            yield ChainError(ticket.pk, entry.number, "entry was changed or inserted")
            return
        yield from _verify_text(ticket, entry)
        previous = digest
    if len(entries) != ticket.history_count or previous != ticket.history_head:
        yield ChainError(ticket.pk, ticket.history_count, "the end of the history is not what the ticket says")


def _verify_text(ticket: Ticket, entry: Activity) -> Iterator[ChainError]:
    kept = entry.data.get("text_digest")
    row = getattr(entry, "text_row", None)
    if kept is None:
        if row is not None:
            yield ChainError(ticket.pk, entry.number, "text was added")
    elif row is None:
        yield ChainError(ticket.pk, entry.number, "text is missing")
    elif row.erased_at is None and text_digest(bytes(row.salt), row.text) != kept:
        yield ChainError(ticket.pk, entry.number, "text was changed")
