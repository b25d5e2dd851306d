"""A scope: the surveys, tickets and perhaps customers that figures are about."""

from dataclasses import dataclass, replace
from typing import Any

from django.db.models import QuerySet

from followup.models import PromiseCounts, Ticket
from followup.models.ticket import TicketQuerySet
from nps_project.accounts.models import Team, User
from surveys.models import Invitation, Response, Survey
from surveys.models.contact import ContactQuerySet
from surveys.models.response import ResponseQuerySet


@dataclass(frozen=True, slots=True)
class Scope:
    """Some surveys, and the tickets that go with them; of some customers alone where `contacts` is not None.

    `promises`: the counts by day of those tickets' promises, where there are any.
    """

    surveys: QuerySet[Survey]
    tickets: TicketQuerySet
    contacts: ContactQuerySet | None = None
    promises: PromiseCounts | None = None

    @classmethod
    def seen_by(cls, user: User) -> "Scope":
        """What this person may see."""
        visible = Survey.objects.visible_to(user), Ticket.objects.visible_to(user)
        return cls(*visible, promises=PromiseCounts.seen_by(user))

    @classmethod
    def whole(cls) -> "Scope":
        """The whole company."""
        return cls(Survey.objects.all(), Ticket.objects.all(), promises=PromiseCounts())

    def of_teams(self, teams: QuerySet[Team]) -> "Scope":
        """Of these the surveys and the tickets of some teams."""
        return replace(self, surveys=self.surveys.filter(team__in=teams)).with_tickets(team__in=teams)

    def of_survey(self, survey: Survey) -> "Scope":
        """Of these one survey, with its tickets."""
        return replace(self, surveys=self.surveys.filter(pk=survey.pk)).with_tickets(survey=survey)

    def with_tickets(self, **of: Any) -> "Scope":
        """With the tickets of these surveys or teams alone."""
        promises = self.promises and self.promises.filter(**of)
        return replace(self, tickets=self.tickets.filter(**of), promises=promises)

    def of_contacts(self, contacts: ContactQuerySet) -> "Scope":
        """Of these the answers and the tickets of some customers."""
        return Scope(self.surveys, self.tickets.filter(response__contact__in=contacts.values("pk")), contacts)

    def answers(self) -> ResponseQuerySet:
        """Its confirmed answers."""
        answers = Response.objects.confirmed().filter(survey__in=self.surveys)
        return answers if self.contacts is None else answers.filter(contact__in=self.contacts.values("pk"))

    def invitations(self) -> QuerySet[Invitation]:
        """What its customers were sent."""
        asked = Invitation.objects.filter(survey__in=self.surveys)
        return asked if self.contacts is None else asked.filter(contact__in=self.contacts.values("pk"))
