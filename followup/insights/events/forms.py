"""The form of a marked day."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from followup.insights.events.models import WORDS_MAX_LENGTH, Event
from nps_project.accounts.models import User
from nps_project.common.dates import DayField
from nps_project.common.text import TextField
from surveys.models import Survey


class EventForm(forms.ModelForm):  # type: ignore[type-arg]  # not generic when it runs
    """A day, what happened, and the survey that it concerns."""

    day = DayField(label=_("Day"))
    words = TextField(label=_("What happened"), max_length=WORDS_MAX_LENGTH)

    class Meta:
        model = Event
        fields = ["day", "words", "survey"]

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "event_%s"} | kwargs)
        survey: Any = self.fields["survey"]
        survey.queryset = Survey.objects.visible_to(user)
        survey.required = not user.sees_all_teams  # who sees some surveys marks those
        survey.empty_label = _("All surveys") if user.sees_all_teams else None
