"""The filters of the words, read from the address: those of the overview, and the language."""

from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from followup.insights.overview.forms import PeriodForm
from followup.insights.words.counting import Scope
from followup.insights.words.models import LANGUAGES
from nps_project.accounts.models import User
from nps_project.common.filter_form import choice
from nps_project.common.text import TextField
from surveys.models.response import Group


class WordsForm(PeriodForm):
    """Survey, period and language. Without a period it is a year: words need many customers."""

    days = 365

    language = choice(_("Language"), LANGUAGES.items())

    def __init__(self, data: Any, user: User, today: date) -> None:
        super().__init__(data, user, today)
        fields: dict[str, Any] = self.fields
        del fields["with"]
        fields["language"].choices = [("", _("As most fits")), *LANGUAGES.items()]
        self.order_fields(["language", "survey", "from", "to"])

    def scope(self, user: User) -> Scope:
        """The comments that the filters leave, of those that this person may see."""
        period = self.period()
        return Scope(self.surveys(user), period.begins, period.ends)


class SentencesForm(WordsForm):
    """And whose sentences with which term."""

    group = choice(_("Group"), Group.choices)
    word = TextField(label=_("Word"), max_length=100)

    def __init__(self, data: Any, user: User, today: date) -> None:
        super().__init__(data, user, today)
        self.fields["group"].required = self.fields["language"].required = True
