"""The filters of the words, read from the address: those of the overview, and the language."""

from datetime import date
from functools import cache
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from followup.insights.overview.forms import PeriodForm
from followup.insights.words.counting import Scope
from followup.insights.words.models import LANGUAGES
from nps_project.accounts.models import User
from nps_project.common.filter_form import choice
from nps_project.common.text import TextField
from surveys.contacts.trait_labels.filtering import filter_choices
from surveys.contacts.trait_labels.labels import TraitLabels
from surveys.contacts.traits import read_pair
from surveys.models.response import Group


class WordsForm(PeriodForm):
    """Survey, period and language. Without a period it is a year: words need many customers."""

    days = 365

    language = choice(_("Language"), LANGUAGES.items())
    trait = TextField(label=_("Trait"), required=False, max_length=260)

    def __init__(self, data: Any, user: User, today: date) -> None:
        super().__init__(data, user, today)
        fields: dict[str, Any] = self.fields
        del fields["with"]
        fields["language"].choices = [("", _("As most fits")), *LANGUAGES.items()]
        self._labels = TraitLabels()
        typed = str(self.data.get("trait", ""))
        choices: Any = cache(lambda: filter_choices(user, self._labels, typed))
        fields["trait"].widget = forms.Select(choices=choices)
        self.order_fields(["language", "survey", "trait", "from", "to"])

    def clean_trait(self) -> tuple[str, str] | None:
        """The trait as (name, value); None without one. Raises: ValidationError."""
        typed = str(self.cleaned_data["trait"])
        pair = read_pair(typed)
        if typed and pair is None:
            raise forms.ValidationError(gettext("Write a trait as name=value, such as plan=gold."))
        return (self._labels.name_of(pair[0]), pair[1]) if pair else None

    def scope(self, user: User) -> Scope:
        """The comments that the filters leave, of those that this person may see."""
        period, trait = self.period(), self.in_use().get("trait")
        return Scope(self.surveys(user), period.begins, period.ends, dict([trait]) if trait else {})


class SentencesForm(WordsForm):
    """And whose sentences with which term."""

    group = choice(_("Group"), Group.choices)
    word = TextField(label=_("Word"), max_length=100)

    def __init__(self, data: Any, user: User, today: date) -> None:
        super().__init__(data, user, today)
        self.fields["group"].required = self.fields["language"].required = True
