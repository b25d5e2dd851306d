"""Filters of the API of surveys."""

from datetime import datetime
from typing import Any, cast

import django_filters as filters
from django.conf import settings
from django.db.models import QuerySet

from nps_project.api.filters import IdFilter, MomentFilter, PeriodForm
from surveys.models import (
    BulkDecision,
    BulkState,
    Channel,
    DecisionKind,
    Group,
    Response,
    ResponseState,
    Survey,
    SurveyStatus,
)
from surveys.models.response import ResponseQuerySet
from surveys.services.answer_filter import filtered


class SurveyFilter(filters.FilterSet):
    """?status="""

    status = filters.ChoiceFilter(choices=SurveyStatus.choices)

    class Meta:
        model = Survey
        fields = ["status"]


class ResponseFilter(filters.FilterSet):
    """The filters of responses/, also for a decision about many answers; services/answer_filter.py applies them."""

    survey = filters.CharFilter(field_name="survey__slug")
    score = filters.ChoiceFilter(choices=[(score, score) for score in range(11)])
    group = filters.ChoiceFilter(choices=Group.choices)
    channel = filters.ChoiceFilter(choices=Channel.choices)
    language = filters.ChoiceFilter(choices=settings.LANGUAGES)
    state = filters.ChoiceFilter(choices=ResponseState.choices)
    contact = IdFilter(field_name="contact_id")
    doubtful = filters.ChoiceFilter(choices=[("true", "true"), ("false", "false")])
    q = filters.CharFilter(max_length=200)
    same_source = IdFilter()

    class Meta:
        model = Response
        form = PeriodForm
        fields = ["survey", "score", "group", "channel", "language", "state", "contact"]

    def chosen(self) -> dict[str, Any]:
        """The filters that were given, as JSON; call it on a valid form."""
        given = {name: value for name, value in self.form.cleaned_data.items() if value not in (None, "")}
        return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in given.items()}

    def filter_queryset(self, queryset: QuerySet[Any]) -> ResponseQuerySet:
        return filtered(cast(ResponseQuerySet, queryset), self.chosen())


# `from` is a word of Python, so these two are declared by name.
ResponseFilter.base_filters["from"] = MomentFilter(field_name="answered_at", lookup_expr="gte")
ResponseFilter.base_filters["to"] = MomentFilter(field_name="answered_at", lookup_expr="lt", ends=True)


class BulkDecisionFilter(filters.FilterSet):
    """?kind= &state="""

    kind = filters.ChoiceFilter(choices=DecisionKind.choices)
    state = filters.ChoiceFilter(choices=BulkState.choices)

    class Meta:
        model = BulkDecision
        fields = ["kind", "state"]
