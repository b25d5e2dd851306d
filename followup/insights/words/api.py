"""REST API of the words that stand out."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response as ApiResponse

from followup.insights.api.views import OF_FIGURES, period_asked_for
from followup.insights.words.counting import GROUPS, Scope
from followup.insights.words.models import LANGUAGES
from followup.insights.words.standing_out import standing_out
from followup.insights.words.views import chosen_language, row_of
from nps_project.api.errors import BadQuery
from nps_project.api.filters import refuse_unread_filters
from nps_project.api.views import ApiView
from nps_project.common.replica import read_from_replica
from surveys.api.views import PERIOD, surveys_asked_for, traits_asked_for
from surveys.contacts.traits import TRAIT_FILTER


class WordSerializer(serializers.Serializer[Any]):
    """A word or phrase that stands out in a group: `customers` of `of` use it. Shares are parts of 1; `log_odds`
    compares the group with the other two, and `z` is that in standard errors. `is_clear`: by Holm's method, too, which
    cares for how many words were compared."""

    language = serializers.CharField()
    group = serializers.CharField()
    word = serializers.CharField()
    kind = serializers.CharField(help_text="word or phrase")
    customers = serializers.IntegerField()
    of = serializers.IntegerField()
    share = serializers.FloatField()
    share_of_others = serializers.FloatField()
    log_odds = serializers.FloatField()
    z = serializers.FloatField()
    is_clear = serializers.BooleanField()


class WordsSerializer(serializers.Serializer[Any]):
    """The words of one language; they have one page. `customers`: how many of them with a comment were looked at."""

    next = serializers.CharField(allow_null=True)
    previous = serializers.CharField(allow_null=True)
    language = serializers.CharField()
    customers = serializers.IntegerField()
    results = WordSerializer(many=True)


class WordStatsView(ApiView):
    """Words that stand out."""

    @extend_schema(
        parameters=[*PERIOD, OpenApiParameter("language", OpenApiTypes.STR, enum=list(LANGUAGES))],
        responses=WordsSerializer,
        operation_id="stats_words",
    )
    @read_from_replica
    def get(self, request: Request) -> ApiResponse:
        """Filters: survey, from, to, language, and `trait.<name>`. Without language the most frequent one; without
        days the last thirty. Words that fewer than 10 customers of the group used are left out."""
        refuse_unread_filters(request, OF_FIGURES | {"language"}, prefixes=(TRAIT_FILTER,))
        wanted = request.query_params.get("language")
        if wanted is not None and wanted not in LANGUAGES:
            raise BadQuery({"language": [f"{wanted[:50]!r} is not allowed; allowed: {', '.join(LANGUAGES)}."]})
        period = period_asked_for(request)
        surveys, traits = surveys_asked_for(request, self.caller), traits_asked_for(request)
        scope = Scope(surveys, period.begins, period.ends, traits)
        language, _found = chosen_language(scope, wanted)
        result = standing_out(scope, language)
        rows = [row_of(word, language) for group in GROUPS for word in result.by_group[group]]
        found = {
            "next": None, "previous": None, "language": language, "customers": sum(result.counts.customers),
            "results": rows,
        }  # fmt: skip
        return ApiResponse(WordsSerializer(found).data)
