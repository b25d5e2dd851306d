"""Forms of asking: they check what admins type, and write nothing."""

import re
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from nps_project.common.text import TextField
from nps_project.deliveries.sender.models import SELECTORS_MAX_LENGTH, SenderRecords
from nps_project.deliveries.sender.names import MOST_SELECTORS, selectors_in
from surveys.models import Asking, MailTexts

if TYPE_CHECKING:
    MailTextsModelForm = forms.ModelForm[MailTexts]
    AskingModelForm = forms.ModelForm[Asking]
else:
    MailTextsModelForm = AskingModelForm = forms.ModelForm


class MailTextsForm(MailTextsModelForm):
    """A survey's mail in one language."""

    class Meta:
        model = MailTexts
        field_classes = dict.fromkeys(MailTexts.TEXTS, TextField)
        fields = MailTexts.TEXTS
        widgets = {name: forms.Textarea(attrs={"rows": 3}) for name in ("intro", "closing")}

    def clean(self) -> dict[str, Any]:
        """Refuse unknown placeholders, which customers would read as they stand."""
        data = super().clean() or self.cleaned_data
        for name in MailTexts.TEXTS:
            for found in re.findall(r"\{+[^{}]*\}+", data.get(name, "")):
                if found != "{brand}":
                    self.add_error(name, _("Nothing stands for %(text)s. Only {brand} is replaced.") % {"text": found})
        return data


class AskingForm(AskingModelForm):
    """What holds for all asking."""

    class Meta:
        model = Asking
        fields = ("quarantine_days",)
        widgets = {"quarantine_days": forms.NumberInput(attrs={"class": "input-short"})}
        help_texts = {
            "quarantine_days": _(
                "Whoever was asked, or answered, within so many days is not asked again, whatever the survey. "
                "A survey may have a number of its own, and so may a customer who chose to be asked less often."
            )
        }


class SenderForm(forms.Form):
    """The DKIM selectors to look for."""

    selectors = TextField(
        label=SenderRecords._meta.get_field("selectors").verbose_name,
        max_length=SELECTORS_MAX_LENGTH,
        required=False,
        help_text=SenderRecords._meta.get_field("selectors").help_text,
    )

    def clean_selectors(self) -> str:
        """The selectors with commas between them."""
        try:
            return ", ".join(selectors_in(self.cleaned_data["selectors"]))
        except ValueError as error:
            words = _("%(word)s is no selector, or one of more than %(most)d.")
            raise forms.ValidationError(words % {"word": error, "most": MOST_SELECTORS}) from error
