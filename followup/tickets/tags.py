"""Tags: short words that people put on tickets."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from followup.errors import InvalidAction
from followup.history import chain
from followup.models import ActivityKind, Ticket
from followup.tickets.actions import lock
from nps_project.accounts.models import User
from nps_project.common.text import shown

MOST_TAGS, LONGEST = 20, 40


def clean(tags: Iterable[str]) -> list[str]:
    """The tags in lower case, without doubles, sorted. Raises: InvalidAction for one too long or with a comma."""
    found = {shown(" ".join(tag.lower().split())) for tag in tags} - {""}
    for tag in found:
        if len(tag) > LONGEST or "," in tag:
            raise InvalidAction("tags", tag[:60], f"words of at most {LONGEST} characters, without a comma")
    return sorted(found)


@transaction.atomic
def change_tags(
    *, ticket_id: int, by: User, add: Iterable[str] = (), remove: Iterable[str] = (), at: datetime | None = None
) -> Ticket:
    """Add tags and remove others; a call that changes nothing leaves no entry. Raises: InvalidAction."""
    added, removed = set(clean(add)), set(clean(remove))
    ticket = lock(ticket_id)
    before = set(ticket.tags)
    after = sorted((before - removed) | added)
    if len(after) > MOST_TAGS:
        raise InvalidAction("tags", len(after), f"at most {MOST_TAGS} tags on a ticket")
    if after != sorted(before):
        ticket.tags = after
        ticket.save(update_fields=["tags"])
        changes = [f"+{tag}" for tag in after if tag not in before]
        changes += [f"-{tag}" for tag in sorted(before) if tag not in after]
        chain.append(ticket, ActivityKind.TAGGED, at=at or timezone.now(), by=by, text=", ".join(changes))
    return ticket
