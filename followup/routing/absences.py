"""Days on which somebody is away."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet

from followup.errors import InvalidAction
from followup.models import Absence, Promise, Ticket
from followup.notify.cover import local_day
from nps_project.accounts.models import Role, Team, User

MOST_PROMISES, _LOOKED_AT = 50, 1000
_DAY = timedelta(days=1)  # more to both sides than any zone is away from UTC


def arranged_by(user: User) -> QuerySet[User]:
    """Whose absences this person sees, writes down and removes: their own; as a manager also those of the people who
    are in no team but theirs, or of everybody, if they see all teams.

    Whoever writes down that a colleague of another team is away and stands in for them would get that team's tickets.
    """
    people = User.objects.workers().filter(is_service=False)
    if not user.is_at_least(Role.MANAGER):
        return people.filter(pk=user.pk)
    if user.sees_all_teams:
        return people
    own = user.teams.values("pk")
    in_others = Team.members.through.objects.exclude(team__in=own).values("user")
    in_own = Team.members.through.objects.filter(team__in=own).values("user")
    of_own = Q(pk__in=in_own, all_teams=False) & ~Q(role=Role.ADMIN) & ~Q(pk__in=in_others)
    return people.filter(Q(pk=user.pk) | of_own)


@transaction.atomic
def save(*, person: User, first_day: date, last_day: date, stand_in: User | None) -> Absence:
    """Store an absence. Raises: InvalidAction for days on which the person is away already."""
    User.objects.select_for_update(no_key=True).get(pk=person.pk)  # two calls at once would not see each other's row
    if Absence.objects.filter(person=person, first_day__lte=last_day, last_day__gte=first_day).exists():
        raise InvalidAction("first_day", first_day.isoformat(), "days on which the person is not away already")
    return Absence.objects.create(person=person, first_day=first_day, last_day=last_day, stand_in=stand_in)


def promised_meanwhile(absences: Sequence[Absence], user: User) -> list[Promise]:
    """What was promised to customers, such as a call, by people who are away then, the next first; at most
    MOST_PROMISES, on tickets that this user sees. One query, none without absences."""
    if not absences:
        return []
    away: dict[int, list[Absence]] = {}
    for row in absences:
        away.setdefault(row.person_id, []).append(row)
    begins, ends = min(row.first_day for row in absences) - _DAY, max(row.last_day for row in absences) + 2 * _DAY
    near = Promise.objects.open_first_due().filter(
        owner__in=away, ticket__in=Ticket.objects.visible_to(user),
        due_at__gte=datetime.combine(begins, time(), UTC), due_at__lt=datetime.combine(ends, time(), UTC),
    ).select_related("owner", "ticket__response__contact")  # fmt: skip
    found = [promise for promise in near[:_LOOKED_AT] if _is_within(promise, away[promise.owner_id])]
    return found[:MOST_PROMISES]


def _is_within(promise: Promise, absences: Sequence[Absence]) -> bool:
    day = local_day(promise.owner, promise.due_at)
    return any(row.first_day <= day <= row.last_day for row in absences)
