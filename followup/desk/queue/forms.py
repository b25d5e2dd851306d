"""Forms of the queue: its filters, a kept view, and bulk actions."""

from functools import cache
from typing import Any, cast

from django import forms
from django.conf import settings
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from followup.desk.forms import TeamField, WorkerField, survey_choices, teams_of
from followup.desk.queue import outcomes
from followup.models import CustomerSaid
from followup.notify.cover import Cover
from nps_project.accounts.models import User
from nps_project.common import dates
from nps_project.common.filter_form import FilterForm, choice
from nps_project.common.text import TextField
from surveys.contacts.trait_labels.filtering import filter_choices
from surveys.contacts.trait_labels.labels import TraitLabels
from surveys.contacts.traits import read_pair
from surveys.models import Group, Survey
from surveys.scoring import SCORES


def _amount(label: Any) -> forms.DecimalField:
    return forms.DecimalField(
        label=label,
        required=False,
        max_digits=14,
        decimal_places=2,
        min_value=0,
        widget=forms.NumberInput(attrs={"class": "input-short"}),
    )


class QueueFilterForm(FilterForm):
    """The filters of the queue. A trait is chosen among those that are known; an address may name any, as plan=gold."""

    q = TextField(label=_("Search"), required=False, max_length=200, widget=forms.TextInput(attrs={"type": "search"}))
    score = choice(_("Score"), [(str(score), score) for score in SCORES])
    group = choice(_("Group"), Group.choices)
    survey = choice(_("Survey"), [])
    owner = choice(_("Owner"), [])
    team = choice(_("Team"), [])
    language = choice(_("Language"), settings.LANGUAGES)
    due_state = choice(
        _("Clock"),
        [
            ("on_time", _("In time")), ("due_soon", _("Due soon")), ("overdue", _("Overdue")),
            ("met", _("Contacted in time")), ("missed", _("Missed")), ("next_overdue", _("Next contact overdue")),
            ("solve_overdue", _("Not solved in time")),
        ],
    )  # fmt: skip
    cause = outcomes.CauseFilterField(label=_("Root cause"), empty_label=_("All"))
    trait = TextField(label=_("Trait"), required=False, max_length=260)
    tag = TextField(label=_("Tag"), required=False, max_length=40)
    from_ = dates.DayField(label=_("Answered from"), required=False)
    to = dates.DayField(label=_("Answered to"), required=False)
    second = choice(
        _("Score afterwards"),
        [(outcomes.BETTER, _("Better")), (outcomes.NOT_BETTER, _("Not better")), (outcomes.GIVEN, _("Any"))],
    )
    said = choice(_("The customer says"), CustomerSaid.choices)
    gave = choice(_("Compensation"), [("true", _("Given"))])
    value_from = _amount(_("Value from"))
    value_to = _amount(pgettext_lazy("most", "Value to"))
    sort = forms.ChoiceField(
        label=_("Order"),
        required=False,
        choices=[
            ("", pgettext_lazy("order", "As usual")), ("queue", _("Most urgent")), ("score", _("Lowest score")),
            ("value", _("Highest value")), ("newest", _("Newest")), ("oldest", _("Oldest")),
            ("customer", _("Customer, A to Z")), ("owner", _("Owner, A to Z")),
        ],
    )  # fmt: skip

    def clean_trait(self) -> tuple[str, str] | None:
        """The trait as (name, value); None without one. Raises: ValidationError."""
        typed = str(self.cleaned_data["trait"])
        pair = read_pair(typed)
        if typed and pair is None:
            raise forms.ValidationError(gettext("Write a trait as name=value, such as plan=gold."))
        return (self.labels.name_of(pair[0]), pair[1]) if pair else None

    def __init__(self, data: Any, user: User, cover: Cover) -> None:
        """`user`: whose surveys and teams can be chosen. Choices are read when one is checked or shown, not before."""
        super().__init__(data)
        self.labels = TraitLabels()
        fields: dict[str, Any] = self.fields
        fields["survey"].choices = lambda: [("", _("All")), *survey_choices(Survey.objects.visible_to(user))]
        fields["owner"].choices = lambda: [("", _("All")), *_owners(cover)]
        fields["team"].choices = lambda: [("", _("All")), *((str(team.pk), team.name) for team in teams_of(user))]
        typed = str(self.data.get("trait", ""))
        choices: Any = cache(lambda: filter_choices(user, self.labels, typed))
        fields["trait"].widget = forms.Select(choices=choices)
        fields["from"] = fields.pop("from_")
        names = list(fields)
        names.insert(names.index("to"), names.pop())
        self.order_fields(names)


NAMES = {name.rstrip("_") for name in QueueFilterForm.base_fields}  # of the filters in an address


def lazy_form(data: Any, user: User, cover: Cover) -> QueueFilterForm:
    """The form, made when something of it is asked for."""
    form: Any = SimpleLazyObject(lambda: QueueFilterForm(data, user, cover))
    return cast(QueueFilterForm, form)


def _owners(cover: Cover) -> list[tuple[str, str]]:
    gone = [(str(one.pk), gettext("%(name)s (has left)") % {"name": one}) for one in cover.gone]
    working = [(str(one.pk), str(one)) for one in User.objects.workers().filter(is_service=False)]
    return [("me", gettext("Me")), ("none", gettext("Nobody")), *working, *gone]


class KeptViewForm(forms.Form):
    """A kept view of the queue: its name, the query of its address, and whether others see it."""

    name = TextField(max_length=60)
    query = forms.CharField(required=False)
    is_shared = forms.BooleanField(required=False)


class BulkForm(forms.Form):
    """The values of a bulk action."""

    owner = WorkerField(label=_("To a person"), empty_label=_("Nobody"))
    team = TeamField(label=_("Or to a team"), empty_label=_("None"))
    reason = TextField(label=_("Why"), required=False, max_length=1000)
    until = dates.TimeField(label=_("Until"), required=False)
    tags = TextField(label=_("Tags, with commas"), required=False, max_length=400)
