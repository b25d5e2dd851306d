"""Who gets the weekly mail, and of which surveys and tickets it tells them."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from followup.insights.figures.scope import Scope
from nps_project.accounts.models import Role, Team, User


def readers() -> QuerySet[User]:
    """Leads of teams, managers of all teams and admins who want it."""
    leads = Exists(Team.objects.filter(lead=OuterRef("pk")))
    of_all = Q(role=Role.ADMIN) | Q(role=Role.MANAGER, all_teams=True)
    return User.objects.people().filter(of_all | leads, weekly_day__isnull=False)


def scope_of(person: User) -> Scope:
    """What a reader's mail tells of: everything for admins and managers of all teams, for others the teams they lead.

    Never more than they may see on the desk.
    """
    seen = Scope.seen_by(person)
    if person.is_at_least(Role.MANAGER) and person.sees_all_teams:
        return seen
    return seen.of_teams(Team.objects.filter(lead=person))
