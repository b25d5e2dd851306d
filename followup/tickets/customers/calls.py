"""A call that reaches the customer keeps the promise of a call which they had booked."""

from datetime import datetime

from followup.clocks import recompute
from followup.history import chain
from followup.models import ActivityKind, PromiseState, Ticket
from nps_project.accounts.models import User


def keep(ticket: Ticket, *, by: User, made_at: datetime, at: datetime) -> None:
    """Keep the promises of a call that were made before one reached the customer, at `made_at`; the ticket is locked.

    One query without any.
    """
    kept = list(ticket.promises.filter(state=PromiseState.OPEN, is_call=True, made_at__lte=made_at))
    for promise in kept:
        promise.state, promise.ended_at = PromiseState.KEPT, at
        promise.save(update_fields=["state", "ended_at"])
        chain.append(ticket, ActivityKind.PROMISE_KEPT, at=at, by=by, promise=promise.pk)
    if kept:
        recompute.recompute_next_reply(ticket)
        recompute.update_queue_position(ticket)
        ticket.save(update_fields=recompute.FIELDS)
