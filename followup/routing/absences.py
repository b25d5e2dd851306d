"""Days on which somebody is away."""

from datetime import date

from django.db import transaction
from django.db.models import Q, QuerySet

from followup.errors import InvalidAction
from followup.models import Absence
from nps_project.accounts.models import Role, Team, User


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
