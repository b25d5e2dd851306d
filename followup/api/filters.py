"""Filters of the API of follow-up."""

from typing import Any, cast

import django_filters as filters
from django.db.models import QuerySet
from django.utils import timezone

from followup.deadlines import DUE_STATES
from followup.models import Ticket, TicketStatus
from followup.models.ticket import TicketQuerySet
from nps_project.api.filters import IdFilter
from surveys.models import Group


class TicketFilter(filters.FilterSet):
    """By survey, score, group, status, owner, team, state of the clock."""

    survey = filters.CharFilter(field_name="survey__slug")
    score = filters.ChoiceFilter(choices=[(score, score) for score in range(11)])
    group = filters.ChoiceFilter(field_name="response__group", choices=Group.choices)
    status = filters.ChoiceFilter(choices=TicketStatus.choices)
    owner = IdFilter(field_name="owner_id")
    team = IdFilter(field_name="team_id")
    due_state = filters.ChoiceFilter(choices=[(state, state) for state in DUE_STATES], method="in_due_state")

    class Meta:
        model = Ticket
        fields = ["survey", "score", "group", "status", "owner", "team", "due_state"]

    def in_due_state(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return cast(TicketQuerySet, rows).in_due_state(value, timezone.now())
