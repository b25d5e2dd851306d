"""Filters of the API of follow-up."""

from collections.abc import Callable
from typing import Any, cast

import django_filters as filters
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from followup.deadlines import DUE_STATES
from followup.models import CustomerSaid, Ticket, TicketStatus
from followup.models.ticket import CLOCK_STATES, TicketQuerySet
from followup.tickets.finding import search
from followup.tickets.finding.tags import tagged
from nps_project.accounts.models import User
from nps_project.api.filters import IdFilter, MomentFilter, PeriodForm
from surveys.contacts.traits import read_pair
from surveys.models import Group

_METHODS: dict[str, Callable[[Any], Q]] = {
    "tag": tagged,
    "value_from": search.worth_at_least,
    "value_to": search.worth_at_most,
}


def _is_trait(value: str) -> None:
    """Raises: ValidationError."""
    if read_pair(value) is None:
        raise ValidationError("A name and a value, such as plan=gold, are allowed.")


class TicketFilter(filters.FilterSet):
    """As the desk: by survey, score, group, status, owner, team, customer, clocks, promises, words."""

    survey = filters.CharFilter(field_name="survey__slug")
    score = filters.ChoiceFilter(choices=[(score, score) for score in range(11)])
    group = filters.ChoiceFilter(field_name="response__group", choices=Group.choices)
    language = filters.ChoiceFilter(field_name="response__language", choices=settings.LANGUAGES)
    status = filters.ChoiceFilter(choices=TicketStatus.choices)
    owner = IdFilter(field_name="owner_id")
    team = IdFilter(field_name="team_id")
    due_state = filters.ChoiceFilter(
        choices=[(state, state) for state in (*DUE_STATES, *CLOCK_STATES)], method="in_due_state"
    )
    root_cause = filters.CharFilter(field_name="root_cause__slug")
    trait = filters.CharFilter(method="having_trait", max_length=200, validators=[_is_trait])
    customer_said = filters.ChoiceFilter(choices=CustomerSaid.choices)
    contact = IdFilter(field_name="response__contact_id")
    tag = filters.CharFilter(method="chosen", max_length=40)
    value_from = filters.NumberFilter(method="chosen", min_value=0, max_value=10**12)
    value_to = filters.NumberFilter(method="chosen", min_value=0, max_value=10**12)
    promise_to = MomentFilter(method="promised_before", ends=True)
    q = filters.CharFilter(method="found_by", max_length=200)

    class Meta:
        model = Ticket
        form = PeriodForm
        fields = ["survey", "score", "group", "status", "owner", "team", "due_state"]

    def in_due_state(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return cast(TicketQuerySet, rows).in_due_state(value, timezone.now())

    def having_trait(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        pair = read_pair(value)
        return rows.filter(search.having_trait(*pair)) if pair else rows.none()

    def chosen(self, rows: QuerySet[Any], name: str, value: Any) -> QuerySet[Any]:
        return rows.filter(_METHODS[name](value))

    def promised_before(self, rows: QuerySet[Any], name: str, value: Any) -> QuerySet[Any]:
        return rows.filter(search.promised_before(value))

    def found_by(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return rows.filter(pk__in=search.found_by(value, cast(User, cast(HttpRequest, self.request).user)))
