"""The forms of contacts: what is known of one, and the filters of their list."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings
from django.core.validators import MinValueValidator
from django.http import QueryDict
from django.utils import timezone
from django.utils.functional import lazy
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from nps_project.accounts.models import User
from nps_project.common.dates import DayField, company_day
from nps_project.common.filter_form import choice
from nps_project.common.text import TextField
from nps_project.common.zones import zone_names
from surveys.contacts import phones
from surveys.contacts.bounds import MOST_DAYS, may_have_left, may_wish
from surveys.contacts.services import KNOWN_BY
from surveys.contacts.trait_labels.filtering import filter_choices
from surveys.contacts.trait_labels.labels import TraitLabels
from surveys.contacts.traits import TRAIT_FILTER as TRAIT
from surveys.contacts.traits import Trait
from surveys.models import Contact, Group, Segment
from surveys.models.contact import COMPANY_TRAIT
from surveys.scoring import SCORES

_PLAIN = (
    "name", "email", "phone", "external_id", "language", "account_manager", "value", "time_zone", "ask_every_days",
    "do_not_contact",
)  # fmt: skip


def zone_field(empty: Any) -> forms.ChoiceField:
    """A time zone, or none, which `empty` names."""

    def choices() -> list[tuple[str, Any]]:
        return [("", empty), *((name, name.replace("_", " ")) for name in zone_names())]

    return forms.ChoiceField(label=_("Time zone"), choices=lazy(choices, list)(), required=False)


class ContactForm(forms.Form):
    """What is known of a customer, as agents type it."""

    name = TextField(label=_("Name"), max_length=200, required=False)
    email = forms.EmailField(label=_("E-mail address"), max_length=254, required=False)
    phone = TextField(label=_("Phone"), max_length=phones.MAX_LENGTH, required=False)
    company_name = TextField(label=_("Company"), max_length=200, required=False)
    external_id = TextField(
        label=_("Your own number"), max_length=200, required=False, help_text=_("As your other systems know them.")
    )
    language = forms.ChoiceField(
        label=_("Language"), required=False, choices=[("", _("Not known")), *settings.LANGUAGES]
    )
    account_manager = forms.EmailField(
        label=_("Account manager"), max_length=254, required=False, help_text=_("The address of a colleague.")
    )
    value = forms.DecimalField(
        label=_("Value a year"), max_digits=14, decimal_places=2, min_value=0, required=False,
        widget=forms.NumberInput(attrs={"class": "input-short"}),
    )  # fmt: skip
    time_zone = zone_field(_("Not known"))
    ask_every_days = forms.IntegerField(
        label=_("Ask at most every so many days"), min_value=0, max_value=MOST_DAYS, required=False,
        widget=forms.NumberInput(attrs={"class": "input-short"}),
        help_text=_("What this customer wants. Leave it empty for your company’s own rule."),
    )  # fmt: skip
    do_not_contact = forms.BooleanField(
        label=_("Do not contact"), required=False, help_text=_("Stops all mail to this customer.")
    )
    churned_on = DayField(label=_("Left on"), required=False)

    def __init__(self, data: Any = None, *, contact: Contact, typed: Mapping[str, Any] | None = None) -> None:
        """`typed`: what was typed, in place of what is stored."""
        self.contact = contact
        initial = {name: getattr(contact, name) for name in _PLAIN}
        initial |= {
            "company_name": contact.company_name,
            "churned_on": contact.churned_at and company_day(contact.churned_at),
        }
        super().__init__(data, initial=initial | dict(typed or {}))
        zones: Any = self.fields["time_zone"]
        if contact.time_zone and contact.time_zone not in zone_names():
            zones.choices = [*zones.choices, (contact.time_zone, contact.time_zone)]

    def clean_phone(self) -> str:
        try:
            return phones.read_phone(self.cleaned_data["phone"])
        except phones.NoPhone as error:
            said = gettext("A phone number has 5 to 15 digits, such as +45 33 12 34 56.")
            raise forms.ValidationError(said) from error

    def clean_ask_every_days(self) -> int | None:
        """Nobody wishes to be asked every 0 days; a 0 that is stored stays until it is changed."""
        days: int | None = self.cleaned_data["ask_every_days"]
        if not may_wish(days, self.contact.ask_every_days):
            MinValueValidator(1)(days)
        return days

    def clean_churned_on(self) -> date | None:
        """Who leaves later has not left; a day to come that is stored stays until it is changed."""
        day: date | None = self.cleaned_data["churned_on"]
        if "churned_on" in self.changed_data and not may_have_left(_begin_of(day), None, timezone.now()):
            raise forms.ValidationError(gettext("This lies in the future."))
        return day

    def clean(self) -> dict[str, Any]:
        """One thing must be known by which the customer can be told from others."""
        data = super().clean() or self.cleaned_data
        if not self.errors and not any(data[name] for name in KNOWN_BY):
            self.add_error("name", gettext("Fill in a name, an address, a phone number or your own number."))
        return data

    def changes(self, traits: Mapping[str, Trait] | None = None) -> dict[str, Any]:
        """The changed fields, as save_contact takes them; for a valid form. `traits`: those but for the company, where
        they changed."""
        data = self.cleaned_data
        found = {name: data[name] for name in _PLAIN if name in self.changed_data}
        if traits is not None or "company_name" in self.changed_data:
            company, others = data["company_name"].strip(), self.contact.traits if traits is None else traits
            kept = {name: value for name, value in others.items() if name != COMPANY_TRAIT}
            found["traits"] = kept | ({COMPANY_TRAIT: company} if company else {})
        if "churned_on" in self.changed_data:
            found["churned_at"] = _begin_of(data["churned_on"])
        return found


def _begin_of(day: date | None) -> datetime | None:
    return datetime.combine(day, time(), ZoneInfo(settings.TIME_ZONE)) if day else None


_YES_NO = (("true", _("Yes")), ("false", _("No")))


def _when(label: Any) -> forms.CharField:
    return forms.CharField(
        label=label, required=False, max_length=40, widget=forms.TextInput(attrs={"placeholder": "2026-11-23, 90d"})
    )


def _amount(label: Any) -> forms.CharField:
    return forms.CharField(
        label=label, required=False, max_length=20, widget=forms.TextInput(attrs={"inputmode": "decimal"})
    )


class ContactFilterForm(forms.Form):
    """Draws the filters of the list of contacts; contact_filter.py reads them.

    Its names are those of the filters, but for `trait`, which stands for a name and a value, such as plan=gold.
    `kept`: what of the address no field draws, to be sent with the form all the same.
    """

    q = forms.CharField(
        label=_("Search"), required=False, max_length=200,
        widget=forms.TextInput(attrs={"type": "search"}),
    )  # fmt: skip
    segment = choice(_("Segment"), [])
    company = forms.CharField(label=_("Company"), required=False, max_length=200)
    language = choice(_("Language"), settings.LANGUAGES)
    last_group = choice(_("Last answer"), Group.choices)
    trait = choice(_("Trait"), [])
    last_score = choice(_("Last score"), [(str(score), score) for score in SCORES])
    account_manager = forms.CharField(label=_("Account manager"), required=False, max_length=200)
    value_from = _amount(_("Value from"))
    value_to = _amount(pgettext_lazy("most", "Value to"))
    answered_after = _when(_("Answered since"))
    answered_before = _when(_("Answered before"))
    asked_after = _when(_("Asked since"))
    asked_before = _when(_("Asked before"))
    never_asked = choice(_("Never asked"), _YES_NO)
    never_answered = choice(_("Never answered"), _YES_NO)
    unsubscribed = choice(_("Unsubscribed"), _YES_NO)
    bounced = choice(_("Mail came back"), _YES_NO)
    do_not_contact = choice(_("Do not contact"), _YES_NO)

    MAIN = ("q", "segment", "company", "language", "last_group", "trait")
    UNDRAWN = ("email", "external_id", "columns")
    PERIODS = ("answered_after", "answered_before", "asked_after", "asked_before")

    def __init__(self, query: QueryDict | None = None, *, segments: Iterable[Segment], user: User) -> None:
        """`user`: whose traits can be chosen; they are read when they are shown."""
        given = QueryDict(mutable=True) if query is None else query.copy()
        self.kept = [(name, value) for name, value in given.items() if name in self.UNDRAWN or name.startswith(TRAIT)]
        traits = [(name, value) for name, value in self.kept if name.startswith(TRAIT)]
        if traits and not given.get("trait"):
            self.kept.remove(traits[0])
            given["trait"] = f"{traits[0][0].removeprefix(TRAIT)}={traits[0][1]}"
        super().__init__(given)
        self.labels = TraitLabels()
        fields: dict[str, Any] = self.fields
        typed = str(given.get("trait", ""))
        fields["trait"].choices = cache(lambda: filter_choices(user, self.labels, typed))
        fields["segment"].choices = [("", _("All")), *((one.slug, one.name) for one in segments)]

    @property
    def main(self) -> list[forms.BoundField]:
        """The filters that stand open."""
        return [self[name] for name in self.MAIN]

    @property
    def more(self) -> list[forms.BoundField]:
        """The filters that fold away."""
        return [self[name] for name in self.fields if name not in self.MAIN]

    @property
    def is_more_in_use(self) -> bool:
        return any(field.value() for field in self.more)
