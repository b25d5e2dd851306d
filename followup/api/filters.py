"""Filters of the API of follow-up."""

from typing import Any, cast

import django_filters as filters
from django.db.models import QuerySet
from django.utils import timezone

from followup.deadlines import DUE_STATES
from followup.models import Ticket, TicketStatus
from followup.models.ticket import TicketQuerySet
from surveys.models import Group

MAX_ID = 2**63 - 1


class TicketFilter(filters.FilterSet):
    """By survey, score, group, status, owner, team, state of the clock."""

    survey = filters.CharFilter(field_name="survey__slug")
    score = filters.ChoiceFilter(choices=[(score, score) for score in range(11)])
    group = filters.ChoiceFilter(field_name="response__group", choices=Group.choices)
    status = filters.ChoiceFilter(choices=TicketStatus.choices)
    owner = filters.NumberFilter(field_name="owner_id", max_value=MAX_ID)
    team = filters.NumberFilter(field_name="team_id", max_value=MAX_ID)
    due_state = filters.ChoiceFilter(choices=[(state, state) for state in DUE_STATES], method="in_due_state")

    class Meta:
        model = Ticket
        fields = ["survey", "score", "group", "status", "owner", "team", "due_state"]

    def in_due_state(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return cast(TicketQuerySet, rows).in_due_state(value, timezone.now())
