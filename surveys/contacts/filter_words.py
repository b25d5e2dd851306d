"""A filter of contacts in words, for people who read it."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from surveys.contacts.forms import ContactFilterForm
from surveys.contacts.traits import TRAIT_FILTER as TRAIT


def in_words(chosen: Mapping[str, Any], form: ContactFilterForm) -> list[str]:
    """Each filter as "Language: Danish"; `form` knows the labels and the choices."""
    return [f"{label_of(name, form)}: {_value(name, str(value), form)}" for name, value in chosen.items()]


def label_of(name: str, form: ContactFilterForm) -> str:
    """What a filter is called."""
    if name.startswith(TRAIT):
        return form.labels.of(name.removeprefix(TRAIT))
    others = {"email": _("E-mail address"), "external_id": _("Your own number")}
    return str(form.fields[name].label) if name in form.fields else others.get(name, name)


def _value(name: str, value: str, form: ContactFilterForm) -> str:
    labels = {str(one): str(label) for one, label in getattr(form.fields.get(name), "choices", ())}
    if name in form.PERIODS and value.endswith("d") and value[:-1].isdecimal():
        return _("%(n)s days ago") % {"n": value[:-1]}
    return labels.get(value, value)


def faults_in_words(faults: Mapping[str, Any], given: Mapping[str, Any], form: ContactFilterForm) -> list[str]:
    """One sentence for each filter that could not be used."""
    return [
        _("%(field)s cannot be “%(value)s”. %(allowed)s")
        % {"field": label_of(name, form), "value": str(given.get(name, ""))[:100], "allowed": allowed}
        for name, allowed in faults.items()
    ]


def whole(filters: Iterable[str]) -> str:
    """The filters in one line."""
    return " · ".join(filters) or _("Everybody")
