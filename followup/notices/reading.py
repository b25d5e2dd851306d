"""The notices of one person: how many are unread, which there are, and marking them as read."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from functools import lru_cache
from typing import Any

from django.db import transaction
from django.db.models import Q

from followup.models import Notice, Promise, Ticket
from followup.models.promise import PromiseQuerySet
from nps_project.accounts.models import User
from nps_project.common.together import Question, ask, number_of

MOST = 99  # counted; MOST + 1 stands for more
_NOTICES, _PROMISES = "unread notices", "unread promises"


def promises_of_today(user: User, at: datetime) -> PromiseQuerySet:
    """A person's own open promises that are due before their day ends, also from days before; of open tickets.

    They are told anew each day until they are kept, since nobody stores a notice of them: nothing to take back when a
    promise is kept, moved or waived.
    """
    rows = Promise.objects.open_first_due().filter(owner=user, due_at__lt=_midnight(user, at, 1))
    rows = rows.filter(ticket__resolved_at=None)
    return rows if user.sees_all_teams else rows.filter(ticket__in=Ticket.objects.visible_to(user))


def unread_promises(user: User, at: datetime) -> PromiseQuerySet:
    """Those of `promises_of_today` that the person has not read today."""
    rows = promises_of_today(user, at)
    return rows.filter(Q(owner_read_at=None) | Q(owner_read_at__lt=_midnight(user, at)))


def questions(user: User, at: datetime) -> dict[str, Question]:
    """What `unread_of` needs to know; each count stops at MOST + 1."""
    return _questions(user, user.sees_all_teams, user.survey_limit_id(), _midnight(user, at), _midnight(user, at, 1))


@lru_cache(maxsize=1024)
def _questions(
    user: User, sees_all_teams: bool, survey_limit: int | None, day_begins: datetime, day_ends: datetime
) -> dict[str, Question]:
    """`questions` with the bounds of the person's day, kept for that day: an open desk asks them every ten seconds, and
    Django takes longer to write their SQL than the database to answer it."""
    rows = Notice.objects.shown_to(user).filter(read_at=None)
    return {_NOTICES: number_of(rows, MOST + 1), _PROMISES: number_of(unread_promises(user, day_begins), MOST + 1)}


def unread_of(answers: Mapping[str, Any]) -> int:
    """How many notices are unread, at most MOST + 1; from the answers to `questions`."""
    return int(min(answers[_NOTICES] + answers[_PROMISES], MOST + 1))


def count_unread(user: User, at: datetime) -> int:
    """How many notices a person has not read, at most MOST + 1; one query."""
    return unread_of(ask(questions(user, at)))


@transaction.atomic
def mark_read(
    user: User, at: datetime, *, ticket_id: int | None = None, notice_id: int | None = None, upto: int | None = None
) -> None:
    """Mark as read what a person was told: of one ticket, one notice, or all; of all, `upto` leaves later ones unread.

    Rows that somebody else changes just now are left: two who lock many could stop each other.
    """
    rows = Notice.objects.filter(person=user, read_at=None)
    promises = unread_promises(user, at)
    if ticket_id is not None:
        rows, promises = rows.filter(ticket=ticket_id), promises.filter(ticket=ticket_id)
    if notice_id is not None:
        rows, promises = rows.filter(pk=notice_id), promises.none()
    if upto is not None:
        rows = rows.filter(pk__lte=upto)
    free = rows.select_for_update(skip_locked=True, no_key=True)
    Notice.objects.filter(pk__in=free.values("pk")).update(read_at=at)
    kept = promises.order_by().select_for_update(skip_locked=True, no_key=True, of=("self",))
    Promise.objects.filter(pk__in=kept.values("pk")).update(owner_read_at=at)


def read_ticket(user: User, at: datetime, ticket_id: int) -> int:
    """Mark what a person was told of a ticket as read: they have it open. Returns: how many others are unread.

    One query for whoever has nothing unread.
    """
    unread = count_unread(user, at)
    if not unread:
        return 0
    mark_read(user, at, ticket_id=ticket_id)
    return count_unread(user, at)


def _midnight(user: User, at: datetime, days: int = 0) -> datetime:
    """The midnight with which the person's day begins, or one so many days later."""
    day = at.astimezone(user.zone).date() + timedelta(days=days)
    return datetime.combine(day, time(), tzinfo=user.zone)
