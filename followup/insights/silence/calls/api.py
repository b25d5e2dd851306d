"""REST API of call lists: drawn by admins' keys; taken, and what came of each call, by keys that write."""

from typing import Any

import django_filters as filters
from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, status, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response as ApiResponse

from followup.insights.figures.periods import Period
from followup.insights.overview.forms import MOST_DAYS
from followup.insights.recovery.api import DifferenceSerializer
from followup.insights.silence.calls import services
from followup.insights.silence.calls.frame import MOST_DRAWN
from followup.insights.silence.calls.progress import finding_of, progress_of
from followup.insights.silence.figures.asked import Scope
from followup.insights.silence.models import Call, CallList, CallListState, CallState
from nps_project.accounts.models import Role
from nps_project.api.filters import IdFilter
from nps_project.api.serializers import DayField, IdField, StrictSerializer
from nps_project.api.views import ApiView
from surveys.api.serializers import Nothing, VisibleSurveyField
from surveys.models import AskReason, Campaign, Survey
from surveys.models.response import COMMENT_MAX_LENGTH
from surveys.scoring import SCORES
from surveys.services.responses import NewAnswer


class CallListSerializer(serializers.Serializer[Any]):
    """A call list and what it says. `nps`: of all who were asked, by two-phase sampling; `if_unhappy` and `if_happy`:
    had all who were drawn and not reached been so. Null with fewer than ten scores."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    survey = serializers.CharField()
    state = serializers.CharField()
    asked = serializers.IntegerField()
    answered = serializers.IntegerField()
    silent = serializers.IntegerField()
    reachable = serializers.IntegerField()
    drawn = serializers.IntegerField()
    said = serializers.IntegerField()
    not_reached = serializers.IntegerField()
    open = serializers.IntegerField()
    nps = DifferenceSerializer(allow_null=True)
    if_unhappy = serializers.FloatField(allow_null=True)
    if_happy = serializers.FloatField(allow_null=True)


def lists_shown(lists: list[CallList]) -> list[dict[str, Any]]:
    """Call lists with how far they are and what they say, by the API's names."""
    progress = progress_of(lists)
    found = []
    for one in lists:
        says = finding_of(one, progress[one.pk])
        names = ("id", "name", "state", "asked", "answered", "silent", "reachable", "drawn")
        counts = {name: getattr(says.progress, name) for name in ("said", "not_reached", "open")}
        found.append(
            {name: getattr(one, name) for name in names}
            | counts
            | {"survey": one.survey.slug, "nps": says.whole, "if_unhappy": says.bounds and says.bounds.low,
               "if_happy": says.bounds and says.bounds.high}
        )  # fmt: skip
    return found


class NewCallListSerializer(StrictSerializer):
    """Of whom, and how many. `campaign`: only those whom it asked, by its survey. `from` and `to`: the days in which
    they were asked. Either `number` or `share`, a part of 1 of those who can be called."""

    name = serializers.CharField(max_length=200)
    survey = VisibleSurveyField(required=False)
    campaign = IdField(queryset=Campaign.objects.all(), required=False)
    to = DayField()
    number = serializers.IntegerField(min_value=1, max_value=MOST_DRAWN, required=False)
    share = serializers.FloatField(min_value=0, max_value=1, required=False)

    def get_fields(self) -> dict[str, Any]:
        """`from` is a word of Python."""
        return super().get_fields() | {"from": DayField()}

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("survey" in attrs) == ("campaign" in attrs):
            raise serializers.ValidationError({"survey": "Either a survey or a campaign is needed."})
        if bool(attrs.get("number")) == bool(attrs.get("share")):
            raise serializers.ValidationError({"number": "Either a number, or a share above 0, is needed."})
        if not 0 <= (attrs["to"] - attrs["from"]).days < MOST_DAYS:
            raise serializers.ValidationError({"to": "The first day or a later one, at most three years in all."})
        return attrs


class CallListFilter(filters.FilterSet):
    """?survey= &state="""

    survey = filters.CharFilter(field_name="survey__slug")
    state = filters.ChoiceFilter(choices=CallListState.choices)

    class Meta:
        model = CallList
        fields = ["survey", "state"]


class CallSerializer(serializers.ModelSerializer[Call]):
    """One customer of a call list. `caller` calls them, or did last; who has taken them for longer than half an hour
    without a result loses them. `not_before`: nobody is to call earlier. `response`: what they said on the phone."""

    state = serializers.ChoiceField(choices=CallState.choices, read_only=True)
    reason = serializers.ChoiceField(choices=AskReason.choices, allow_blank=True, read_only=True)
    response = serializers.IntegerField(source="response_id", read_only=True, allow_null=True)

    class Meta:
        model = Call
        fields = [
            "id", "call_list", "contact", "place", "state", "reason", "tries", "not_before", "caller", "claimed_at",
            "done_at", "response",
        ]  # fmt: skip
        read_only_fields = fields


class CallAnswerSerializer(StrictSerializer):
    """What the customer said on the phone."""

    score = serializers.IntegerField(min_value=SCORES[0], max_value=SCORES[-1])
    comment = serializers.CharField(max_length=COMMENT_MAX_LENGTH, required=False, allow_blank=True, default="")


class RefusalSerializer(StrictSerializer):
    """`leave_alone`: nobody is to contact them again, by any way."""

    leave_alone = serializers.BooleanField(default=False)


class CallFilter(filters.FilterSet):
    """?call_list= &state="""

    call_list = IdFilter(field_name="call_list_id")
    state = filters.ChoiceFilter(choices=CallState.choices)

    class Meta:
        model = Call
        fields = ["call_list", "state"]


class CallListViewSet(ApiView, mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[CallList]):
    """Customers who did not answer, drawn by chance to be called. Drawing and stopping want a key of scope admin."""

    serializer_class = CallListSerializer
    filterset_class = CallListFilter
    lookup_value_regex = "[0-9]{1,18}"
    write_role = Role.MANAGER
    queryset = CallList.objects.none()

    def get_queryset(self) -> QuerySet[CallList]:
        return CallList.objects.visible_to(self.caller).select_related("survey")

    def get_serializer(self, *args: Any, **kwargs: Any) -> Any:
        """With what is counted, read once for all that are shown."""
        kwargs.setdefault("context", self.get_serializer_context())
        if args and kwargs.get("many"):
            return self.serializer_class(lists_shown(list(args[0])), **kwargs)
        return self.serializer_class(*(lists_shown([one])[0] for one in args), **kwargs)

    @extend_schema(request=NewCallListSerializer, responses={201: CallListSerializer})
    def create(self, request: Request) -> ApiResponse:
        """Draw one. 422 `nobody_to_call`: of those who did not answer nobody can be called."""
        form = NewCallListSerializer(data=request.data, context=self.get_serializer_context())
        form.is_valid(raise_exception=True)
        data = form.validated_data
        campaign: Campaign | None = data.get("campaign")
        survey: Survey = campaign.survey if campaign else data["survey"]
        scope = Scope(Survey.objects.filter(pk=survey.pk), Period(data["from"], data["to"]), campaign)
        made = services.draw(
            name=data["name"], scope=scope, survey=survey, by=self.caller, number=data.get("number"),
            share=data.get("share"), campaign=campaign, days=(data["from"], data["to"]),
        )  # fmt: skip
        return ApiResponse(self.get_serializer(made).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=Nothing, responses={200: CallSerializer, 204: None})
    @action(detail=True, methods=["post"], filterset_class=None, write_role=Role.AGENT)
    def next(self, request: Request, pk: str) -> ApiResponse:
        """Take the next customer; who has one gets the same again. 204: nobody can be called right now.

        409 `wrong_state`: the list is over, or its survey is not live.
        """
        Nothing(data=request.data).is_valid(raise_exception=True)
        call = services.claim(call_list_id=self.get_object().pk, by=self.caller, at=timezone.now())
        if call is None:
            return ApiResponse(status=status.HTTP_204_NO_CONTENT)
        return ApiResponse(CallSerializer(call).data)

    @extend_schema(request=Nothing, responses={200: CallListSerializer})
    @action(detail=True, methods=["post"], filterset_class=None)
    def stop(self, request: Request, pk: str) -> ApiResponse:
        """Nobody else is called; who is on the phone may still finish. 409 `wrong_state`: it is over."""
        Nothing(data=request.data).is_valid(raise_exception=True)
        row = self.get_object()
        services.stop(call_list_id=row.pk, at=timezone.now())
        return ApiResponse(self.get_serializer(self.get_queryset().get(pk=row.pk)).data)


class CallViewSet(ApiView, mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Call]):
    """The customers of call lists, and what came of calling them; kept by whoever has taken the customer."""

    serializer_class = CallSerializer
    filterset_class = CallFilter
    lookup_value_regex = "[0-9]{1,18}"
    queryset = Call.objects.none()

    def get_queryset(self) -> QuerySet[Call]:
        return Call.objects.filter(call_list__in=CallList.objects.visible_to(self.caller))

    @extend_schema(request=CallAnswerSerializer, responses={200: CallSerializer})
    @action(detail=True, methods=["post"], filterset_class=None)
    def answer(self, request: Request, pk: str) -> ApiResponse:
        """Keep score and words, also when the turn had lapsed. 409 `wrong_state`: they have answered already."""
        form = CallAnswerSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        given = NewAnswer(score=form.validated_data["score"], comment=form.validated_data["comment"])
        return self._shown(
            services.record_answer(call_id=self.get_object().pk, answer=given, by=self.caller, at=timezone.now())
        )

    @extend_schema(request=RefusalSerializer, responses={200: CallSerializer})
    @action(detail=True, methods=["post"], filterset_class=None)
    def refused(self, request: Request, pk: str) -> ApiResponse:
        """They were reached and do not want to say. 409 `wrong_state`: you have not taken them."""
        form = RefusalSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        alone = form.validated_data["leave_alone"]
        return self._shown(
            services.record_refusal(call_id=self.get_object().pk, by=self.caller, at=timezone.now(), leave_alone=alone)
        )

    @extend_schema(request=Nothing, responses={200: CallSerializer})
    @action(detail=True, methods=["post"], url_path="not-reached", filterset_class=None)
    def not_reached(self, request: Request, pk: str) -> ApiResponse:
        """Nobody answered the phone: they are called again later. 409 `wrong_state`: you have not taken them."""
        call_id = self._acted_on()
        return self._shown(services.record_not_reached(call_id=call_id, by=self.caller, at=timezone.now()))

    @extend_schema(request=Nothing, responses={200: CallSerializer})
    @action(detail=True, methods=["post"], url_path="give-back", filterset_class=None)
    def give_back(self, request: Request, pk: str) -> ApiResponse:
        """They are the next one's. 409 `wrong_state`: you have not taken them."""
        return self._shown(services.give_up(call_id=self._acted_on(), by=self.caller))

    def _acted_on(self) -> int:
        Nothing(data=self.request.data).is_valid(raise_exception=True)
        return int(self.get_object().pk)

    def _shown(self, call: Call) -> ApiResponse:
        return ApiResponse(CallSerializer(call).data)
