"""Whom a person calls next: a customer of their own tickets, else of those without an owner."""

from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, QuerySet

from followup.desk import presence
from followup.desk.queue.query import in_view
from followup.desk.queue.rows import Row, read_rows
from followup.models import Promise, PromiseState, Stage, Ticket, TicketStatus
from followup.models.ticket import TicketQuerySet
from followup.notify.cover import Cover
from nps_project.accounts.models import User
from nps_project.common.together import Question, ask, first_of

_TRIES = 3
BEFORE_A_CALL = timedelta(minutes=15)  # from then on a call that was booked is the next one


def next_line(user: User, at: datetime, *, besides: int) -> Row | None:
    """The line of the ticket that this person calls next, another than `besides`; two queries and those of Cover."""
    cover = Cover(at)
    open_ones = in_view(Ticket.objects.visible_to(user).exclude(pk=besides), "all", user, cover)
    return first_line(open_ones, user, cover)


def first_line(tickets: TicketQuerySet, user: User, cover: Cover) -> Row | None:
    """The line of the ticket among these that this person calls next; two queries, and again two when a colleague took
    it between them."""
    for _try in range(_TRIES):
        ticket_id = ask({"next": next_call(tickets, user, cover)})["next"]
        row = read_rows([ticket_id], cover.at).get(ticket_id) if ticket_id else None
        if row is None or is_theirs(row, user, cover):
            return row
    return None


def is_theirs(row: Row, user: User, cover: Cover) -> bool:
    """Whether this person may still call: a line is read after its ticket was chosen."""
    return row.is_nobodys or row.ticket.owner_id in (user.pk, *cover.covered_by(user))


def _booked_for_later(at: datetime) -> QuerySet[Promise]:
    """The call of a ticket that the customer chose, while it is not its time yet."""
    calls = Promise.objects.filter(ticket=OuterRef("pk"), state=PromiseState.OPEN, is_call=True)
    return calls.filter(due_at__gt=at + BEFORE_A_CALL)


def next_call(tickets: TicketQuerySet, user: User, cover: Cover) -> Question:
    """The id of the ticket among these that this person calls next, or None.

    First come their own tickets and those of people whom they stand in for, then the ones without an owner in their
    teams, then, for those who see more teams, any without an owner. A colleague's ticket, one that a colleague looks
    at, one that waits, one whose customer chose a later time for the call, and one without a running clock are never
    taken.
    Each part reads an index of its own, and stops at the first ticket.
    """
    callable_ones = tickets.unresolved().filter(stage__lte=Stage.ON_TIME)
    callable_ones = callable_ones.exclude(status=TicketStatus.WAITING, waiting_until__gt=cover.at)
    callable_ones = callable_ones.exclude(Exists(_booked_for_later(cover.at)))
    nobodys = callable_ones.nobodys(cover.gone_ids).exclude(Exists(presence.elsewhere(user, cover.at)))
    teams = list(user.teams.values_list("pk", flat=True))  # in place of a subquery, of which the planner knows nothing
    parts = [nobodys.filter(team__in=teams), *([nobodys] if user.sees_all_teams else [])]
    mine = callable_ones.mine(user, cover.covered_by(user)).in_order("queue")
    ordered = [part.in_order("queue", of_one_owner=not cover.gone_ids) for part in parts]
    return first_of(*(part.values("pk") for part in (mine, *ordered)))
