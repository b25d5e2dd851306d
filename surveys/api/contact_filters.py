"""Filters of contacts, companies and segments; surveys/contacts/contact_filter.py reads those of contacts."""

from typing import Any, cast

import django_filters as filters
from django.conf import settings
from django.db.models import QuerySet
from rest_framework.exceptions import ValidationError

from surveys.contacts import contact_filter
from surveys.contacts.contact_filter import FILTERS, BadFilter
from surveys.contacts.traits import TRAIT_FILTER
from surveys.models import Company, Contact, Group
from surveys.models.company import CompanyQuerySet
from surveys.models.contact import ContactQuerySet
from surveys.scoring import SCORES

_FLAG = [("true", "true"), ("false", "false")]
_CHOICES: dict[str, list[tuple[Any, Any]]] = {
    "language": list(settings.LANGUAGES),
    "last_group": list(Group.choices),
    "last_score": [(score, score) for score in SCORES],
    **dict.fromkeys(("never_asked", "never_answered", "bounced", "unsubscribed", "do_not_contact"), _FLAG),
}


class ContactFilter(filters.FilterSet):
    """The filters of contacts: those of segments, and `survey`, whose key made them. `trait.<name>` is read as well."""

    prefixes = (TRAIT_FILTER,)
    survey = filters.CharFilter(field_name="survey__slug")

    class Meta:
        model = Contact
        fields = ["survey"]

    def filter_queryset(self, queryset: QuerySet[Any]) -> ContactQuerySet:
        """Raises: ValidationError."""
        asked = (self.data or {}).items()
        given = {name: value for name, value in asked if name in FILTERS or name.startswith(TRAIT_FILTER)}
        rows = cast(ContactQuerySet, queryset)
        if survey := self.form.cleaned_data.get("survey"):
            rows = rows.filter(survey__slug=survey)
        try:
            return contact_filter.filtered(rows, contact_filter.read(given), by=getattr(self.request, "user", None))
        except BadFilter as error:
            raise ValidationError({name: [str(allowed)] for name, allowed in error.faults.items()}) from error


for _name in FILTERS:
    ContactFilter.base_filters[_name] = (
        filters.ChoiceFilter(choices=_CHOICES[_name]) if _name in _CHOICES else filters.CharFilter(max_length=200)
    )


class CompanyFilter(filters.FilterSet):
    """?q="""

    q = filters.CharFilter(method="named", max_length=200)

    class Meta:
        model = Company
        fields: list[str] = []

    def named(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return cast(CompanyQuerySet, rows).named(value)
