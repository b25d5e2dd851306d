"""Forms of improvements and of their letters; services store what they hold."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from followup.desk.forms import teams_of
from followup.insights.improvements.models import Improvement, State
from followup.insights.improvements.services import people_to_choose
from followup.models import RootCause
from nps_project.accounts.models import Team, User
from nps_project.common.dates import DayField
from nps_project.common.text import TextField


class CausesField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]  # not generic when it runs
    """Some root causes."""

    def label_from_instance(self, obj: RootCause) -> str:
        """After what it is part of."""
        return f"{obj.parent.name}: {obj.name}" if obj.parent else obj.name


class ImprovementForm(forms.Form):
    """What is mended, for which causes, by whom and until when."""

    title = TextField(label=_("Title"), max_length=200, help_text=_("What will be better, in a few words."))
    root_causes = CausesField(
        label=_("Root causes"), queryset=RootCause.objects.none(), widget=forms.CheckboxSelectMultiple,
        help_text=_("Whoever named one of these is told when it is done."),
    )  # fmt: skip
    note = TextField(label=_("What is to be done"), required=False, max_length=4000, widget=forms.Textarea({"rows": 4}))
    owner = forms.ModelChoiceField(label=_("Owner"), queryset=User.objects.none(), help_text=_("They get a mail."))
    team = forms.ModelChoiceField(
        label=_("Team"), queryset=Team.objects.none(), required=False, empty_label=_("The whole company"),
        help_text=_("With a team it is about that team’s tickets, and others do not see it."),
    )  # fmt: skip
    due_on = DayField(label=_("Due"), required=False)
    state = forms.ChoiceField(label=_("State"), choices=State.choices)
    done_on = DayField(label=_("Done on"), required=False, help_text=_("Empty: today, when it is done."))

    def __init__(self, *args: Any, improvement: Improvement, user: User, **kwargs: Any) -> None:
        self.improvement = improvement
        names = ("title", "note", "due_on", "state", "done_on")
        initial = {name: getattr(improvement, name) for name in names}
        initial |= {"owner": improvement.owner_id or user.pk, "team": improvement.team_id}
        if improvement.pk:
            initial["root_causes"] = list(improvement.root_causes.values_list("pk", flat=True))
        kwargs["initial"] = initial | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        chosen = initial.get("root_causes", [])
        causes = RootCause.objects.filter(is_active=True) | RootCause.objects.filter(pk__in=chosen)
        fields["root_causes"].queryset = causes.select_related("parent").order_by("position", "pk")
        fields["owner"].queryset = people_to_choose([improvement.owner_id] if improvement.owner_id else [])
        fields["team"].queryset = teams_of(user)
        if not user.sees_all_teams:
            fields["team"].required, fields["team"].empty_label = True, None
        if not improvement.pk:
            del fields["done_on"], fields["state"]

    def changes(self) -> dict[str, Any]:
        """The arguments of services.save_improvement."""
        data = dict(self.cleaned_data)
        if data.get("state") != State.DONE:
            data.pop("done_on", None)
        return data


class LetterForm(forms.Form):
    """What customers are told, in one language."""

    subject = TextField(label=_("Subject"), max_length=150)
    body = TextField(
        label=_("What you say"), max_length=3000, widget=forms.Textarea({"rows": 10}),
        help_text=_("{cause} becomes what the customer named, {brand} the brand, {name} their name."),
    )  # fmt: skip


class SinceForm(forms.Form):
    """From which day on customers are told."""

    since = DayField(
        label=_("Customers who named it since"), required=False, help_text=_("Empty: everybody who ever named it.")
    )
