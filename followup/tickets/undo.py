"""Take back what a person did to tickets a moment ago: a claim, a hand-over, a wait, tags, the tick of a step.

Nothing is erased: taking back is an action of its own, with its entry in the history. It is refused for a ticket to
which anything happened since.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from followup.clocks import recompute
from followup.errors import WrongState
from followup.history import chain
from followup.models import ActivityKind, Ticket
from followup.notices import services as notices
from followup.tickets import actions, tags
from nps_project.accounts.models import Team, User


@dataclass(frozen=True, slots=True)
class Done:
    """One action on one ticket, and what it changed: values as they were before, and the length of its history since.

    `do`: a key of _BACK. As a dictionary it is JSON.
    """

    do: str
    ticket: int
    history_count: int
    owner: int | None
    team: int | None
    tags: list[str]
    waiting_until: str | None
    step: int | None = None

    @classmethod
    def from_ticket(cls, do: str, before: Ticket, after: object, step: int | None = None) -> "Done | None":
        """What an action did to a ticket that was read before it; None when it changed nothing, or more than one thing.

        `after`: what the service returned.
        """
        if do not in _BACK or not isinstance(after, Ticket) or after.history_count != before.history_count + 1:
            return None
        until = before.waiting_until.isoformat() if before.waiting_until else None
        return cls(
            do, before.pk, after.history_count, before.owner_id, before.team_id, list(before.tags), until, step
        )  # fmt: skip

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@transaction.atomic
def take_back(done: Done, by: User) -> Ticket:
    """Make it as it was.

    Raises: WrongState when anything happened to the ticket since, InvalidAction when its owner before may own none now.
    """
    ticket = actions.lock(done.ticket)
    actions.must_be_open(ticket)
    if ticket.history_count != done.history_count:
        raise WrongState("history", ticket.history_count, "a ticket to which nothing happened since")
    _BACK[done.do](ticket, done, by)
    return ticket


def _hand_back(ticket: Ticket, done: Done, by: User) -> None:
    owner = User.objects.filter(pk=done.owner or 0).first()
    actions.must_be_a_worker(owner)  # they may have left meanwhile
    at, before = timezone.now(), ticket.owner_id
    ticket.owner, ticket.team, ticket.routed_by = owner, Team.objects.filter(pk=done.team or 0).first(), None
    ticket.save(update_fields=["owner", "team", "routed_by"])
    chain.append(ticket, ActivityKind.ASSIGNED, at=at, by=by, owner=ticket.owner_id, team=ticket.team_id)
    notices.follow_owner(ticket, before=before, at=at, by=by)


def _wait_no_more(ticket: Ticket, done: Done, by: User) -> None:
    """Or until the time before, which may have come meanwhile."""
    at = timezone.now()
    until = datetime.fromisoformat(done.waiting_until) if done.waiting_until else at
    if until > at:
        actions.wait(ticket_id=ticket.pk, by=by, until=until)
        return
    recompute.end_waiting(ticket, at)
    recompute.update_queue_position(ticket)
    ticket.save(update_fields=recompute.FIELDS)
    chain.append(ticket, ActivityKind.WAIT_OVER, at=at, by=by)


def _tag_as_before(ticket: Ticket, done: Done, by: User) -> None:
    before, now = set(done.tags), set(ticket.tags)
    tags.change_tags(ticket_id=ticket.pk, by=by, add=before - now, remove=now - before)


def _untick(ticket: Ticket, done: Done, by: User) -> None:
    actions.set_step(ticket_id=ticket.pk, step_id=done.step or 0, by=by, done=False)


_BACK: dict[str, Callable[[Ticket, Done, User], None]] = {
    "claim": _hand_back,
    "assign": _hand_back,
    "wait": _wait_no_more,
    "tag": _tag_as_before,
    "untag": _tag_as_before,
    "step": _untick,
}
