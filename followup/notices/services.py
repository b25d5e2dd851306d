"""Writes notices in the transaction of what they tell about, takes back those that hold no more, deletes old ones.

Promises of the day are no rows of their own: followup.notices.reading finds them.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Q

from followup.models import Activity, Notice, NoticeKind, Ticket
from nps_project.accounts.models import User
from nps_project.common import new_rows
from nps_project.common.new_rows import Given

KEPT_READ = timedelta(days=30)
KEPT_UNREAD = timedelta(days=180)


def tell_mentioned(people: Iterable[User], note: Activity, *, ticket: Ticket, by: User, at: datetime) -> None:
    """Tell these people that a note mentions them, each once. One statement."""
    each_once = {person.pk: person for person in people if person.pk != by.pk}
    Notice.objects.bulk_create(
        Notice(person=person, ticket=ticket, kind=NoticeKind.MENTIONED, note=note, by=by, at=at)
        for person in each_once.values()
    )


def tell_owners(tickets: Iterable[Ticket], *, at: datetime, by: User | None = None) -> None:
    """Tell the owners of tickets that these were given to them; not those who gave themselves one, and no API key.

    One statement; none without such an owner.
    """
    new_rows.store("tell_owners", telling_owners(tickets, at=at, by=by))


def telling_owners(tickets: Iterable[Ticket], *, at: datetime, by: User | None = None) -> list[Given]:
    """The same as parts of a statement."""
    told = [
        Notice(person=ticket.owner, ticket=ticket, kind=NoticeKind.GIVEN, by=by, at=at)
        for ticket in tickets
        if ticket.owner is not None and not ticket.owner.is_service and ticket.owner != by
    ]
    return [new_rows.rows(told, new_rows.ONCE)] if told else []


def tell(people: Iterable[User], kind: NoticeKind, *, ticket: Ticket, at: datetime) -> None:
    """Tell these people what happened; of each kind and ticket only the newest stays unread. Two statements."""
    told = [person for person in people if not person.is_service]
    Notice.objects.filter(ticket=ticket, person__in=told, kind=kind, read_at=None).delete()
    Notice.objects.bulk_create(Notice(person=person, ticket=ticket, kind=kind, at=at) for person in told)


def take_back(kind: NoticeKind, *, ticket: Ticket) -> None:
    """Take back what nobody has read of this kind on a ticket: it holds no more. One statement."""
    Notice.objects.filter(ticket=ticket, kind=kind, read_at=None).delete()


def tell_about(person: User, kind: NoticeKind, *, about: str, at: datetime, by: User | None = None) -> None:
    """Tell a person of what is no ticket; of each kind and thing only the newest stays unread. Two statements.

    `about`: as followup/notices/subjects.py reads it.
    """
    Notice.objects.filter(person=person, about=about, kind=kind, read_at=None).delete()
    Notice.objects.create(person=person, about=about, kind=kind, by=by, at=at)


def take_back_about(about: str, *kinds: NoticeKind) -> None:
    """Take back what nobody has read of these kinds about something that is no ticket. One statement."""
    Notice.objects.filter(about=about, kind__in=kinds, read_at=None).delete()


def follow_owner(ticket: Ticket, *, before: int | None, at: datetime, by: User) -> None:
    """Tell the new owner of a locked ticket, and take back what the owner before, by id, was told and has not read."""
    if ticket.owner_id == before:
        return
    if before is not None:
        Notice.objects.filter(ticket=ticket, person=before, kind=NoticeKind.GIVEN, read_at=None).delete()
    tell_owners([ticket], at=at, by=by)


def forget(at: datetime) -> None:
    """Delete notices that were read KEPT_READ ago, or that nobody read for KEPT_UNREAD."""
    Notice.objects.filter(Q(read_at__lt=at - KEPT_READ) | Q(at__lt=at - KEPT_UNREAD)).delete()
