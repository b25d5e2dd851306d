"""What is typed before a customer is erased."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from nps_project.privacy.models import Why
from nps_project.privacy.registry import Subject


class EraseForm(forms.Form):
    """A name, address or number of the customer, typed once more so that nobody erases the wrong one; and why.

    Of an answer by nobody known the answer's own number is typed.
    """

    typed = forms.CharField(label=_("To be sure"), max_length=320)
    why = forms.ChoiceField(label=_("Why"), choices=Why.choices, initial=Why.ASKED)

    def __init__(self, *args: Any, subject: Subject, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.subject = subject
        self.fields["typed"].widget.attrs |= {"autocomplete": "off", "spellcheck": "false", "aria-describedby": "known"}

    def clean_typed(self) -> str:
        """One of the texts by which they are known, upper and lower case alike."""
        typed: str = self.cleaned_data["typed"]
        if not self.subject.is_known_by(typed):
            words = _("“%(typed)s” is not what is known of them. Type one of these: %(known)s.")
            raise ValidationError(words, params={"typed": typed, "known": " · ".join(self.subject.known_by)})
        return typed
