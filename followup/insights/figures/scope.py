"""Of which surveys and tickets figures are told."""

from dataclasses import dataclass

from django.db.models import QuerySet

from followup.models import Ticket
from followup.models.ticket import TicketQuerySet
from nps_project.accounts.models import Team, User
from surveys.models import Survey


@dataclass(frozen=True, slots=True)
class Scope:
    """Some surveys, and the tickets that go with them."""

    surveys: QuerySet[Survey]
    tickets: TicketQuerySet

    @classmethod
    def seen_by(cls, user: User) -> "Scope":
        """What this person may see."""
        return cls(Survey.objects.visible_to(user), Ticket.objects.visible_to(user))

    @classmethod
    def whole(cls) -> "Scope":
        """The whole company."""
        return cls(Survey.objects.all(), Ticket.objects.all())

    def of_teams(self, teams: QuerySet[Team]) -> "Scope":
        """Of these the surveys and the tickets of some teams."""
        return Scope(self.surveys.filter(team__in=teams), self.tickets.filter(team__in=teams))

    def of_survey(self, survey: Survey) -> "Scope":
        """Of these one survey, with its tickets."""
        return Scope(self.surveys.filter(pk=survey.pk), self.tickets.filter(survey=survey))
