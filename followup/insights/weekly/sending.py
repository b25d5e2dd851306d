"""Plan and send the weekly mail: each reader once a week, at their own time, and not when nothing happened."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import translation

from followup.insights.weekly import texts
from followup.insights.weekly.figures import week_before
from followup.insights.weekly.models import WeeklyMail
from followup.insights.weekly.readers import readers, scope_of
from followup.insights.weekly.times import monday_of, next_due
from nps_project.accounts.models import User
from nps_project.background import sweep
from nps_project.background.sweep import Sweep
from nps_project.deliveries.queueing import queue_mail

TOO_LATE = timedelta(days=2)  # after its time, when the product was off: the next week's comes soon


def basis_of(person: User) -> str:
    """What the time of a reader's mail follows from."""
    return f"{person.zone.key} {person.weekly_day} {person.weekly_time:%H:%M}"


def due_of(person: User, after: datetime) -> datetime:
    """The next time of a reader's mail. `person`: one who wants it."""
    return next_due(after, person.weekly_day or 0, person.weekly_time, person.zone)


def plan(at: datetime) -> None:
    """Give each reader a time who has none yet, or who has chosen another; two queries where nothing changed."""
    known = {row.person_id: row for row in WeeklyMail.objects.all()}
    new = list(_unplanned(readers(), known, at))
    WeeklyMail.objects.bulk_create([row for row in new if row.person_id not in known], ignore_conflicts=True)
    for row in new:
        if row.person_id in known:
            WeeklyMail.objects.filter(pk=row.pk).exclude(basis=row.basis).update(basis=row.basis, due_at=row.due_at)


def _unplanned(people: Iterable[User], known: dict[int, WeeklyMail], at: datetime) -> Iterable[WeeklyMail]:
    for person in people:
        basis = basis_of(person)
        row = known.get(person.pk) or WeeklyMail(person=person)
        if row.basis != basis:
            row.basis, row.due_at = basis, due_of(person, at)
            yield row


def _due(at: datetime) -> QuerySet[WeeklyMail]:
    return WeeklyMail.objects.filter(due_at__lte=at).order_by("due_at", "pk")


@transaction.atomic
def send(row_id: int, at: datetime) -> bool:
    """Queue one reader's mail, if it is due still, and move its time on in the same transaction.

    Who does not want it any more, or leads no team any more, goes out of the plan. Returns: whether it was due.
    """
    row = _due(at).select_for_update(no_key=True, of=("self",)).select_related("person").filter(pk=row_id).first()
    if row is None:
        return False
    person = readers().filter(pk=row.person_id).first()
    if person is None:
        row.delete()
        return True
    due_at, week = row.due_at, monday_of(row.due_at.astimezone(person.zone).date())
    is_new = row.week is None or row.week < week
    row.due_at, row.week = due_of(person, at), week if is_new else row.week
    row.save(update_fields=["due_at", "week"])
    if is_new and at - due_at < TOO_LATE:
        _queue(person, week.isoformat(), due_at)
    return True


def _queue(person: User, week: str, due_at: datetime) -> None:
    found = week_before(due_at, scope_of(person))
    if not found.happened:
        return
    with translation.override(person.language):
        context: dict[str, Any] = texts.of_week(found)
    queue_mail(
        template="weekly", to=person.email, language=person.language,
        context=context, dedupe_key=f"weekly:{person.pk}:{week}",
    )  # fmt: skip


WEEKLY = sweep.add(Sweep("weekly.send", _due, send))
