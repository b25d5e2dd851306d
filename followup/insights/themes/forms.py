"""Forms of the themes."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from followup.causes.fields import CauseField
from followup.insights.themes.models import LEAST_PRECISION, MOST_PRECISION, STANDARD_PRECISION


class PrecisionForm(forms.Form):
    """From which precision on causes are suggested."""

    precision = forms.IntegerField(
        label=_("Suggest a cause where at least so many of 100 suggestions are right"),
        min_value=LEAST_PRECISION,
        max_value=MOST_PRECISION,
        initial=STANDARD_PRECISION,
        widget=forms.NumberInput({"class": "input-short"}),
    )


class AcceptForm(forms.Form):
    """The cause that is accepted."""

    cause = CauseField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["cause"].offer()  # type: ignore[attr-defined]
