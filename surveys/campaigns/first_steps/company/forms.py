"""The questions to the first admin."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from nps_project.common.text import TextField
from nps_project.common.zones import zone_names


class CompanyForm(forms.Form):
    """Name, language, zone and currency; the zone is left out where the browser may not choose it."""

    name = TextField(
        label=_("Name of your company"),
        max_length=100,
        help_text=_("Your customers read it."),
        widget=forms.TextInput({"autocomplete": "organization"}),
    )
    language = forms.ChoiceField(
        label=_("Language"), choices=settings.LANGUAGES, help_text=_("Yours, and the first one of your survey.")
    )
    time_zone = forms.ChoiceField(label=_("Time zone"), help_text=_("Its days are the days of every figure."))
    currency = forms.RegexField(
        "^[A-Za-z]{3}$",
        label=_("Currency"),
        error_messages={"invalid": _("Give the currency as three letters, such as EUR or DKK.")},
        widget=forms.TextInput({"class": "input-short", "maxlength": 3, "autocapitalize": "characters"}),
    )

    def __init__(self, *args: Any, may_choose_zone: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        zones: Any = self.fields["time_zone"]
        zones.choices = [(name, name.replace("_", " ")) for name in zone_names()]
        if not may_choose_zone:
            del self.fields["time_zone"]
