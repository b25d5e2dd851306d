"""Forms of the set-up of people, teams and keys: they check what people type, and write nothing."""

from datetime import time
from typing import TYPE_CHECKING, Any

from django import forms
from django.apps import apps
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.dates import WEEKDAYS
from django.utils.functional import lazy
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from nps_project.accounts.models import Role, Team, TicketMail, User
from nps_project.accounts.models.key import Scope
from nps_project.common.text import TextField
from nps_project.common.zones import zone_names

if TYPE_CHECKING:
    UserForm = forms.ModelForm[User]
    TeamModelForm = forms.ModelForm[Team]
else:
    UserForm = TeamModelForm = forms.ModelForm


def _zones() -> list[tuple[str, Any]]:
    return [("", _("The company's")), *((name, name.replace("_", " ")) for name in zone_names())]


_NEVER = "never"


def _weekdays() -> list[tuple[str, Any]]:
    return [(_NEVER, _("Never")), *((str(number), capfirst(name)) for number, name in WEEKDAYS.items())]


class MeForm(UserForm):
    """One's own name, language, zone, shortcuts and password."""

    time_zone = forms.ChoiceField(label=_("Time zone"), choices=lazy(_zones, list)(), required=False)
    password = forms.CharField(
        label=_("Password of now"),
        required=False,
        strip=False,
        max_length=1000,
        help_text=_("Only to change it."),
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    new_password = forms.CharField(
        label=_("New password"),
        required=False,
        strip=False,
        max_length=1000,
        help_text=_("At least ten characters. A few words in a row are easy to remember."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    mail_about_tickets = forms.ChoiceField(
        label=_("Mail about tickets"), choices=TicketMail.choices, required=False, widget=forms.RadioSelect
    )

    weekly_day = forms.ChoiceField(
        label=_("Weekly mail"), choices=lazy(_weekdays, list)(), required=False,
        help_text=_("What came in, what is late, what was recovered. Not when nothing happened."),
    )  # fmt: skip
    weekly_time = forms.TimeField(
        label=_("Time of the weekly mail"), required=False, help_text=_("In your time zone."),
        widget=forms.TimeInput({"type": "time", "class": "input-short"}, "%H:%M"),
    )  # fmt: skip

    class Meta:
        model = User
        fields = ("name", "language", "time_zone", "mail_about_tickets", "single_keys", "weekly_day", "weekly_time")
        field_classes = {"name": TextField}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        person = self.instance
        self.initial["weekly_day"] = _NEVER if person.weekly_day is None else str(person.weekly_day)
        of_all = person.is_at_least(Role.MANAGER) and person.sees_all_teams
        if not of_all and not Team.objects.filter(lead=person).exists():
            del self.fields["weekly_day"], self.fields["weekly_time"]

    def clean_weekly_day(self) -> int | None:
        """Keep the stored choice when the field is empty."""
        given = self.cleaned_data["weekly_day"]
        return self.instance.weekly_day if not given else None if given == _NEVER else int(given)

    def clean_weekly_time(self) -> time:
        """Keep the stored choice when the field is empty."""
        return self.cleaned_data["weekly_time"] or self.instance.weekly_time

    def clean_mail_about_tickets(self) -> str:
        """Keep the stored choice when the field is empty."""
        return self.cleaned_data["mail_about_tickets"] or self.instance.mail_about_tickets

    def clean(self) -> dict[str, Any]:
        """The old password is asked for only when there is a new one."""
        data = super().clean() or self.cleaned_data
        new = data.get("new_password", "")
        if not new:
            if data.get("password"):
                self.add_error("new_password", _("Type the new password here, or leave both fields empty."))
            return data
        if not self.instance.check_password(data.get("password", "")):
            self.add_error("password", _("That is not the password of now."))
        try:
            validate_password(new, self.instance)
        except ValidationError as error:
            self.add_error("new_password", error)
        return data


class PersonForm(UserForm):
    """A colleague's account."""

    role = forms.ChoiceField(label=_("Role"), choices=Role.choices, widget=forms.RadioSelect)
    teams = forms.ModelMultipleChoiceField(
        label=_("Teams"), queryset=Team.objects.all(), required=False, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = User
        field_classes = {"name": TextField}
        fields = ("email", "name", "role", "all_teams", "teams", "language", "is_active")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if kwargs.get("instance"):
            self.fields["teams"].initial = list(self.instance.teams.all())
        else:
            del self.fields["is_active"]
        if not Team.objects.exists():
            del self.fields["teams"]

    def clean_email(self) -> str:
        """Stored in lower case, so that one person has one account."""
        return str(self.cleaned_data["email"]).strip().lower()


class HandOverForm(forms.Form):
    """Who takes over the work of a person who leaves: a person, a team, or nobody."""

    owner = forms.ModelChoiceField(
        label=_("To a colleague"), queryset=User.objects.none(), required=False, empty_label=_("Nobody")
    )
    team = forms.ModelChoiceField(
        label=_("Or to a team, for anyone in it"),
        queryset=Team.objects.none(),
        required=False,
        empty_label=_("The teams they are in"),
        help_text=_("With neither, anyone who sees the tickets can claim them."),
    )

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        colleagues = User.objects.workers().filter(is_service=False).exclude(pk=person.pk)
        self.fields["owner"].queryset = colleagues  # type: ignore[attr-defined]
        self.fields["team"].queryset = Team.objects.all()  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Check that at most one of the two is chosen."""
        data = super().clean() or self.cleaned_data
        if data.get("owner") and data.get("team"):
            self.add_error("team", _("Choose a colleague or a team, not both."))
        return data


class TeamForm(TeamModelForm):
    """A team, its lead and its members."""

    lead = forms.ModelChoiceField(
        label=_("Lead"),
        queryset=User.objects.none(),
        required=False,
        empty_label=_("Nobody: all managers are told"),
        help_text=_("Hears of tickets that are late, and of those without an owner that are nearly so."),
    )
    members = forms.ModelMultipleChoiceField(
        label=_("Members"), queryset=User.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = Team
        fields = ("name", "lead", "members")
        field_classes = {"name": TextField}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = User.objects.people()
        self.fields["lead"].queryset = people  # type: ignore[attr-defined]
        self.fields["members"].queryset = people  # type: ignore[attr-defined]


class KeyForm(forms.Form):
    """A key of a program."""

    name = TextField(label=_("Name"), max_length=100, help_text=_("What it is for. History shows it as the actor."))
    scope = forms.ChoiceField(
        label=_("Scope"),
        choices=Scope.choices,
        initial=Scope.READ,
        widget=forms.RadioSelect,
        help_text=_("Read sees what a viewer sees, write does what an agent does, admin everything."),
    )
    survey: "forms.ModelChoiceField[Any]" = forms.ModelChoiceField(
        label=_("Only this survey"), queryset=None, required=False, empty_label=_("All surveys")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["survey"].queryset = apps.get_model("surveys", "Survey")._default_manager.all()  # type: ignore[attr-defined]
