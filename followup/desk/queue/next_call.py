"""Whom a person calls next: of their own tickets, else of those that nobody has yet."""

from typing import Any

from django.db.models import QuerySet, Subquery
from django.db.models.functions import Coalesce

from followup.models import Stage, Ticket, TicketStatus
from followup.models.ticket import TicketQuerySet
from followup.notify.cover import Cover
from nps_project.accounts.models import User


def next_call(tickets: TicketQuerySet, user: User, cover: Cover) -> TicketQuerySet:
    """Of these tickets the one, or none, that this person calls next; four queries.

    Their own and those of whom they stand in for; then what nobody has in their teams; then, for who sees more than
    their teams, what nobody has anywhere. Never a colleague's, none that waits, none without a clock that runs. Each
    part is a walk along an index of its own, and the later ones are not looked at once there is a ticket.
    """
    callable_ones = tickets.unresolved().filter(stage__lte=Stage.ON_TIME)
    callable_ones = callable_ones.exclude(status=TicketStatus.WAITING, waiting_until__gt=cover.at)
    nobodys = callable_ones.nobodys([person.pk for person in cover.gone])
    teams = list(user.teams.values_list("pk", flat=True))  # in place of a subquery, of which the planner knows nothing
    parts = [callable_ones.mine(user, cover.covered_by(user)), nobodys.filter(team__in=teams)]
    if user.sees_all_teams:
        parts.append(nobodys)
    return Ticket.objects.filter(pk=Coalesce(*(Subquery(_first(part)) for part in parts)))


def _first(tickets: TicketQuerySet) -> QuerySet[Any, Any]:
    return tickets.in_order("queue").values("pk")[:1]
