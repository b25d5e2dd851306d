"""The form of the branding: it checks what admins type, and writes nothing."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from nps_project.common.text import TextField
from surveys.branding import colours
from surveys.branding.models import Branding

if TYPE_CHECKING:
    BrandingModelForm = forms.ModelForm[Branding]
else:
    BrandingModelForm = forms.ModelForm


class ColourField(forms.CharField):
    """A colour as #rrggbb; empty where none is wanted."""

    def __init__(self, **kwargs: Any) -> None:
        attrs = {"spellcheck": "false", "autocapitalize": "none", "placeholder": "#0b5d5a"}
        super().__init__(required=False, max_length=20, widget=forms.TextInput(attrs=attrs), **kwargs)

    def clean(self, value: object) -> str:
        """The colour, in lower case. Raises: ValidationError."""
        typed = str(super().clean(value) or "").strip()
        try:
            return colours.read(typed) if typed else ""
        except ValueError:
            words = _("%(value)s is no colour. Write # and six of 0-9 and a-f, such as #0b5d5a.")
            raise ValidationError(words % {"value": typed}) from None


class BrandingForm(BrandingModelForm):
    """The sender's name and the colours."""

    accent = ColourField(
        label=gettext_lazy("First colour"),
        help_text=gettext_lazy(
            "For the button, the chosen number and links, such as #0b5d5a. Empty: the standard one."
        ),
    )
    second = ColourField(
        label=gettext_lazy("Second colour"),
        help_text=gettext_lazy("For your name at the head and the lines. Empty: the first colour."),
    )

    class Meta:
        model = Branding
        fields = ("sender_name", "accent", "second")
        field_classes = {"sender_name": TextField}
        help_texts = {
            "sender_name": gettext_lazy(
                "Mails that ask come from this name, and it stands at their head. "
                "Empty: the name of DEFAULT_FROM_EMAIL, and each survey's brand at the head."
            )
        }
