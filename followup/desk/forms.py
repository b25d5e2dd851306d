"""What the forms of several desk pages share."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet

from followup.models import Ticket
from nps_project.accounts.models import Team, User
from surveys.models import Survey


class WorkerField(forms.ModelChoiceField):  # type: ignore[type-arg]  # not generic when it runs
    """One of the people who may work on tickets, or nobody."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(queryset=User.objects.workers().filter(is_service=False), required=False, **kwargs)


def share_people(fields: Sequence[Any]) -> None:
    """Have these WorkerFields of one page offer the same people, who are read once."""
    people: list[tuple[Any, str]] = []
    if fields:
        people = [(person.pk, str(person)) for person in fields[0].queryset]
    for field in fields:
        field.widget.choices = [("", field.empty_label), *people]


class TeamField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """One of all teams, or none."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(queryset=Team.objects.all(), required=False, **kwargs)


def teams_of(user: User) -> QuerySet[Team]:
    """The teams whose tickets this person may see."""
    return Team.objects.all() if user.sees_all_teams else user.teams.all()


class ActionForm(forms.Form):
    """The form of one action on a ticket."""

    def values(self, ticket: Ticket) -> dict[str, Any]:
        """What the service of the action takes beside the ticket and who acts; for a valid form."""
        return dict(self.cleaned_data)


class RaisedForm(ActionForm):
    """Which reminder was raised with the customer."""

    reminder = forms.IntegerField(min_value=1, max_value=2**63 - 1, widget=forms.HiddenInput)

    def values(self, ticket: Ticket) -> dict[str, Any]:
        return {"reminder_id": self.cleaned_data["reminder"]}


def survey_choices(surveys: Iterable[Survey]) -> list[tuple[str, str]]:
    """(slug, name) of each survey."""
    return [(survey.slug, survey.name) for survey in surveys]
