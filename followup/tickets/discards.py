"""What a discarded answer does to its ticket, and what restoring the answer undoes; both on a locked ticket.

The clocks stay as they are: a ticket that comes back has the deadlines, the stage and the levels that it had.
"""

from datetime import datetime
from typing import Any

from followup.history import chain
from followup.models import Activity, ActivityKind, Outcome, Stage, Ticket, TicketStatus
from followup.models.ticket import NO_DEADLINE
from followup.notify.mails import ACCOUNT_MANAGER_MAIL
from nps_project.accounts.models import User
from nps_project.deliveries.queueing import cancel_unsent, queue_cancelled
from surveys.models import Decision

_TIMES = ("waiting_until", "deadline", "warn_at", "escalate_at")
_CODES = ("status", "stage", "escalation_level")


def resolve_discarded(ticket: Ticket, at: datetime, *, waits: bool = False) -> None:
    """Mark the ticket of a discarded answer, resolve it if it is open, and cancel its mails that were not sent yet.

    `waits`: nobody discarded the answer, but it no longer counts until a person accepts it.
    """
    if ticket.discarded_at is not None:
        return
    ticket.discarded_at = at
    if waits:
        chain.append(ticket, ActivityKind.ANSWER_DISCARDED, at=at, waits=True)
    else:
        by, reason = _last_decision(ticket)
        chain.append(ticket, ActivityKind.ANSWER_DISCARDED, at=at, by=by, text=reason)
    if not ticket.is_resolved:
        before = _place(ticket)
        ticket.status, ticket.resolved_at, ticket.outcome = TicketStatus.RESOLVED, at, Outcome.NO_ACTION
        ticket.waiting_until, ticket.stage = None, Stage.NO_CLOCK
        ticket.deadline = ticket.warn_at = ticket.escalate_at = NO_DEADLINE
        ticket.escalation_level = 0
        chain.append(ticket, ActivityKind.RESOLVED, at=at, outcome=Outcome.NO_ACTION, automatic=True, before=before)
    ticket.save(update_fields=["discarded_at", "resolved_at", "outcome", *_TIMES, *_CODES])
    cancel_unsent(_mails_about(ticket))


def bring_back(ticket: Ticket, at: datetime) -> None:
    """Unmark the ticket of a restored answer, reopen it if the discard resolved it, and queue its mails again."""
    if ticket.discarded_at is None:
        return
    ticket.discarded_at = None
    by, _reason = _last_decision(ticket)
    chain.append(ticket, ActivityKind.ANSWER_RESTORED, at=at, by=by)
    ended = ticket.activities.filter(kind__in=(ActivityKind.RESOLVED, ActivityKind.REOPENED)).order_by("-number")
    entry: Activity | None = ended.first()
    if ticket.is_resolved and entry is not None and entry.data.get("automatic"):
        ticket.resolved_at = ticket.outcome = None
        for name, value in entry.data["before"].items():
            setattr(ticket, name, datetime.fromisoformat(value) if value and name in _TIMES else value)
        chain.append(ticket, ActivityKind.REOPENED, at=at, automatic=True)
    ticket.save(update_fields=["discarded_at", "resolved_at", "outcome", *_TIMES, *_CODES])
    queue_cancelled(_mails_about(ticket))


def _place(ticket: Ticket) -> dict[str, Any]:
    """What `bring_back` needs, as JSON."""
    times = {name: getattr(ticket, name) for name in _TIMES}
    return {name: getattr(ticket, name) for name in _CODES} | {
        name: at.isoformat() if at else None for name, at in times.items()
    }


def _last_decision(ticket: Ticket) -> tuple[User | None, str]:
    """Who decided about the answer last, and why."""
    found = Decision.objects.select_related("by").filter(response=ticket.response_id).order_by("-pk").first()
    return (found.by, found.reason) if found else (None, "")


def _mails_about(ticket: Ticket) -> list[str]:
    return [f"ticket:{ticket.pk}", f"{ACCOUNT_MANAGER_MAIL}{ticket.pk}"]
