"""REST API of the themes: how well each cause is told from the words, and where people chose otherwise."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response as ApiResponse

from followup.insights.recovery.api import ShareSerializer
from followup.insights.themes import services
from followup.insights.themes.disagreeing import as_fields, disagreeing
from followup.insights.themes.models import Theme
from followup.insights.themes.quality import Quality, qualities
from nps_project.api.filters import refuse_unread_filters
from nps_project.api.views import ApiView
from nps_project.common.replica import read_from_replica

MOST = 500  # of the tickets on which people chose otherwise


class CauseThemeSerializer(serializers.Serializer[Any]):
    """One cause. `n`: tickets on which people chose it; `right`: of the suggestions of it, null where it is silent;
    `found`: the share of its tickets that were suggested rightly; `words` speak for it."""

    root_cause = serializers.CharField()
    n = serializers.IntegerField()
    right = ShareSerializer(allow_null=True)
    found = serializers.FloatField(allow_null=True)
    words = serializers.ListField(child=serializers.CharField())


class ThemeSerializer(serializers.Serializer[Any]):
    """What was learnt in one language from `n` resolved tickets; `right`: the share of all guesses, however unsure."""

    language = serializers.CharField()
    learnt_at = serializers.DateTimeField(read_only=True, allow_null=True)
    n = serializers.IntegerField()
    right = serializers.FloatField()
    causes = CauseThemeSerializer(many=True)


class ThemesSerializer(serializers.Serializer[Any]):
    """All languages. `precision`: from which on a cause is suggested, in percent."""

    next = serializers.CharField(allow_null=True)
    previous = serializers.CharField(allow_null=True)
    precision = serializers.IntegerField()
    results = ThemeSerializer(many=True)


class DifferingSerializer(serializers.Serializer[Any]):
    """A resolved ticket on which the words suggest another cause than people chose. `confidence`: in percent."""

    ticket = serializers.IntegerField()
    survey = serializers.CharField()
    score = serializers.IntegerField()
    chosen = serializers.CharField()
    suggested = serializers.CharField()
    confidence = serializers.IntegerField()
    words = serializers.ListField(child=serializers.CharField())


class DifferingListSerializer(serializers.Serializer[Any]):
    """The surest of them, on one page."""

    next = serializers.CharField(allow_null=True)
    previous = serializers.CharField(allow_null=True)
    results = DifferingSerializer(many=True)


class ThemeStatsView(ApiView):
    """What was learnt of each cause."""

    @extend_schema(responses=ThemesSerializer, operation_id="stats_themes")
    @read_from_replica
    def get(self, request: Request) -> ApiResponse:
        """What is learnt is of the whole company, so a key that sees some teams or one survey gets no results."""
        refuse_unread_filters(request, set())
        precision = services.precision()
        caller = self.caller
        sees_all = caller.sees_all_teams and caller.survey_limit_id() is None
        learnt = qualities(precision) if sees_all else []
        results = [_theme(theme, rows) for theme, rows in learnt]
        found = {"next": None, "previous": None, "precision": precision, "results": results}
        return ApiResponse(ThemesSerializer(found).data)


class DifferingView(ApiView):
    """Where people chose otherwise."""

    @extend_schema(responses=DifferingListSerializer, operation_id="stats_themes_chosen_otherwise")
    @read_from_replica
    def get(self, request: Request) -> ApiResponse:
        """The surest first, at most 500, of the tickets that the key sees."""
        refuse_unread_filters(request, set())
        rows = disagreeing(self.caller).select_related("response__survey")[:MOST]
        found = {"next": None, "previous": None, "results": [as_fields(row) for row in rows]}
        return ApiResponse(DifferingListSerializer(found).data)


def _theme(theme: Theme, rows: list[Quality]) -> dict[str, Any]:
    return {
        "language": theme.language, "learnt_at": theme.learnt_at, "n": theme.n, "right": theme.right / theme.n,
        "causes": [
            {"root_cause": row.cause.slug, "n": row.n, "right": row.right, "found": row.found, "words": row.words}
            for row in rows
        ],
    }  # fmt: skip
