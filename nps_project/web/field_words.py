"""What every form says beside a field whose value cannot be used: what is allowed, as the product says it elsewhere."""

from typing import Any

from django import forms
from django.core import validators
from django.utils.translation import gettext_lazy as _


def use() -> None:
    """Take the place of Django's own words; called once, before a form is made."""
    forms.Field.default_error_messages = {"required": _("This is needed.")}
    validators.MinValueValidator.message = _("Allowed: %(limit_value)s or more.")
    validators.MaxValueValidator.message = _("Allowed: at most %(limit_value)s.")
    validators.MaxLengthValidator.message = _("Allowed: at most %(limit_value)d characters; these are %(show_value)d.")
    of_decimals: dict[str, Any] = {
        "invalid": _("Allowed: a number."),
        "max_digits": _("Allowed: at most %(max)s digits."),
        "max_decimal_places": _("Allowed: at most %(max)s digits after the decimal point."),
        "max_whole_digits": _("Allowed: at most %(max)s digits before the decimal point."),
    }
    validators.DecimalValidator.messages = of_decimals
    forms.IntegerField.default_error_messages = {"invalid": _("Allowed: a whole number.")}
    forms.FloatField.default_error_messages = {"invalid": _("Allowed: a number.")}
    forms.DecimalField.default_error_messages = {"invalid": _("Allowed: a number.")}
