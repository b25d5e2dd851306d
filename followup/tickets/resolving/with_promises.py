"""Resolve a ticket and, in the same transaction, say what became of each promise that is open on it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from followup.models import Ticket
from followup.tickets import actions, promises
from nps_project.accounts.models import User

KEPT, WAIVED, MOVED = "kept", "waived", "moved"


@dataclass(frozen=True, slots=True)
class PromiseEnd:
    """What became of one promise: KEPT, WAIVED, or MOVED to `due_at`. `words` say why, or how the customer agreed."""

    promise_id: int
    how: str
    words: str = ""
    due_at: datetime | None = None


@transaction.atomic
def resolve(*, ticket_id: int, by: User, ends: Sequence[PromiseEnd] = (), **values: Any) -> Ticket:
    """End or move these promises, then resolve the ticket with `values`, as actions.resolve takes them.

    A promise that is moved stays open, and the ticket with it: then it is not resolved. Returns: the ticket, which says
    so. Raises: InvalidAction, WrongState; nothing is changed then.
    """
    ticket = actions.lock(ticket_id)
    for end in ends:
        one, words = end.promise_id, end.words
        if end.how == MOVED and end.due_at is not None:
            ticket = promises.move(ticket_id=ticket_id, promise_id=one, by=by, due_at=end.due_at, reason=words)
        elif end.how == WAIVED:
            ticket = promises.waive(ticket_id=ticket_id, promise_id=one, by=by, reason=words)
        else:
            ticket = promises.keep(ticket_id=ticket_id, promise_id=one, by=by, note=words)
    if any(end.how == MOVED for end in ends):
        return ticket
    return actions.resolve(ticket_id=ticket_id, by=by, **values)
