"""The form of a wallboard's link."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from followup.desk.forms import teams_of
from followup.insights.wall.models import NAME_MAX_LENGTH, WallLink
from nps_project.accounts.models import User
from nps_project.common.text import TextField
from surveys.models import Survey


class WallLinkForm(forms.ModelForm):  # type: ignore[type-arg]  # not generic when it runs
    """Where it hangs, and whose figures it shows."""

    name = TextField(label=_("Where it hangs"), max_length=NAME_MAX_LENGTH)

    class Meta:
        model = WallLink
        fields = ["name", "survey", "team", "language"]

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        self.user = user
        super().__init__(*args, **{"auto_id": "wall_%s", "initial": {"language": user.language}} | kwargs)
        fields: dict[str, Any] = self.fields
        fields["survey"].queryset = Survey.objects.visible_to(user)
        fields["survey"].empty_label = _("All surveys")
        fields["team"].queryset = teams_of(user)
        fields["team"].empty_label = _("All teams") if user.sees_all_teams else _("None")

    def clean(self) -> dict[str, Any]:
        """Refuse survey and team at once, and the whole company from who does not see all of it."""
        data: dict[str, Any] = super().clean() or {}
        if data.get("survey") and data.get("team"):
            self.add_error("team", gettext("Allowed: a survey or a team, not both."))
        elif not (self.user.sees_all_teams or data.get("survey") or data.get("team") or self.errors):
            self.add_error("survey", gettext("Allowed: one of your surveys, or a team below."))
        return data
