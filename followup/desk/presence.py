"""Who has a ticket's page open: one row each, which expires."""

from datetime import datetime, timedelta

from django.db.models import OuterRef, QuerySet

from followup.models import Presence
from nps_project.accounts.models import User

FRESH = timedelta(seconds=45)  # a page says so every twenty
FORGOTTEN = timedelta(hours=1)
MOST = 5


def seen(*, ticket_id: int, person: User, at: datetime) -> None:
    """Store that the person has the page open now; two statements."""
    Presence.objects.bulk_create(
        [Presence(ticket_id=ticket_id, person=person, seen_at=at)],
        update_conflicts=True,
        unique_fields=["ticket", "person"],
        update_fields=["seen_at"],
    )
    Presence.objects.filter(seen_at__lt=at - FORGOTTEN).delete()


def elsewhere(person: User, at: datetime) -> QuerySet[Presence]:
    """Of the ticket of an outer query: the colleagues who have its page open now."""
    return Presence.objects.filter(ticket=OuterRef("pk"), seen_at__gt=at - FRESH).exclude(person=person)


def others(*, ticket_id: int, person: User, at: datetime) -> list[str]:
    """The names of colleagues who have the page open too; one query."""
    rows = Presence.objects.filter(ticket=ticket_id, seen_at__gt=at - FRESH).exclude(person=person)
    return [str(row.person) for row in rows.select_related("person").order_by("person__name", "pk")[:MOST]]
