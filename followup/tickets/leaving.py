"""The open tickets of people who leave: counting them, and handing them over."""

from collections.abc import Collection

from django.db import transaction
from django.db.models import Count
from django.utils import timezone

from followup.models import Ticket
from followup.tickets import actions
from nps_project.accounts.models import Team, User

BATCH = 100
AT_ONCE = 1_000


def counts(people: Collection[int]) -> dict[int, int]:
    """The number of open tickets by owner, for those who have any; one query."""
    rows = Ticket.objects.unresolved().filter(owner__in=people).order_by()
    return dict(rows.values_list("owner").annotate(number=Count("pk")))


def hand_over(person: User, *, by: User, owner: User | None, team: Team | None) -> int:
    """Hand a person's open tickets over, the oldest AT_ONCE at most, each batch in a transaction of its own.

    Without owner and team the tickets have no owner, and stay in their teams. Raises: InvalidAction. Returns: the
    number.
    """
    actions.must_be_a_worker(owner)
    given = 0
    while given < AT_ONCE and (done := _batch(person, by, owner, team)):
        given += done
    return given


@transaction.atomic
def _batch(person: User, by: User, owner: User | None, team: Team | None) -> int:
    at = timezone.now()
    rows = Ticket.objects.unresolved().filter(owner=person).order_by("pk")
    batch = list(rows.select_for_update(no_key=True, skip_locked=True)[:BATCH])
    for ticket in batch:
        actions.hand(ticket, by=by, owner=owner, team=team, at=at)
    return len(batch)
