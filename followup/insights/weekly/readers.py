"""Who gets the weekly mail, and of which surveys and tickets it tells them."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet

from followup.models import Ticket
from followup.models.ticket import TicketQuerySet
from nps_project.accounts.models import Role, Team, User
from surveys.models import Survey


def readers() -> QuerySet[User]:
    """Leads of teams, managers of all teams and admins who want it."""
    leads = Exists(Team.objects.filter(lead=OuterRef("pk")))
    of_all = Q(role=Role.ADMIN) | Q(role=Role.MANAGER, all_teams=True)
    return User.objects.people().filter(of_all | leads, weekly_day__isnull=False)


@dataclass(frozen=True, slots=True)
class Scope:
    """What a reader's mail tells of; never more than they may see on the desk."""

    surveys: QuerySet[Survey]
    tickets: TicketQuerySet

    @classmethod
    def of(cls, person: User) -> "Scope":
        """Everything for admins and managers of all teams; for others the teams that they lead."""
        surveys, tickets = Survey.objects.visible_to(person), Ticket.objects.visible_to(person)
        if person.is_at_least(Role.MANAGER) and person.sees_all_teams:
            return cls(surveys, tickets)
        teams = Team.objects.filter(lead=person)
        return cls(surveys.filter(team__in=teams), tickets.filter(team__in=teams))
