"""REST API of improvements."""

from typing import Any

import django_filters as filters
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, status, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response as ApiResponse

from followup.insights.improvements import services
from followup.insights.improvements.letter import telling
from followup.insights.improvements.models import Improvement, State
from followup.insights.improvements.screens.showing import counts_of, may_tell
from followup.models import RootCause
from nps_project.accounts.models import Role, Team, User
from nps_project.api.filters import IdFilter
from nps_project.api.serializers import IdField, StrictModelSerializer
from nps_project.api.views import ApiView
from surveys.api.serializers import Nothing


class ToldCountsSerializer(serializers.Serializer[Any]):
    """How many customers are in each state."""

    waiting = serializers.IntegerField()
    queued = serializers.IntegerField()
    sent = serializers.IntegerField()
    bounced = serializers.IntegerField()
    skipped = serializers.IntegerField()
    unknown = serializers.IntegerField()


class ImprovementSerializer(StrictModelSerializer):
    """What is mended so that some root causes come up less. `team` null: the whole company's. `since`: customers who
    named a cause from this day on are told; null: all. `done_on` goes with the state done; without it, it is today."""

    root_causes = serializers.SlugRelatedField(
        slug_field="slug", many=True, queryset=RootCause.objects.all(), allow_empty=False
    )
    owner = IdField(queryset=User.objects.people())
    team = IdField(queryset=Team.objects.all(), allow_null=True, required=False)
    is_telling = serializers.BooleanField(read_only=True)
    told = serializers.SerializerMethodField()

    class Meta:
        model = Improvement
        fields = [
            "id", "title", "note", "root_causes", "owner", "team", "due_on", "state", "done_on", "since",
            "reviewed_at", "is_telling", "told_at", "told", "created_at",
        ]  # fmt: skip
        read_only_fields = ["reviewed_at", "told_at", "created_at"]

    def get_told(self, improvement: Improvement) -> ToldCountsSerializer:
        """How far telling customers is."""
        return counts_of(improvement)  # type: ignore[return-value]  # the hint is for the schema


class ImprovementFilter(filters.FilterSet):
    """?state= &owner= &root_cause="""

    state = filters.ChoiceFilter(choices=State.choices)
    owner = IdFilter(field_name="owner_id")
    root_cause = filters.CharFilter(field_name="root_causes__slug", max_length=64)

    class Meta:
        model = Improvement
        fields = ["state", "owner", "root_cause"]


class ImprovementViewSet(
    ApiView, mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Improvement]
):
    """Improvements: what is mended for good, and telling customers of it. Changes want a key of scope admin."""

    serializer_class = ImprovementSerializer
    filterset_class = ImprovementFilter
    lookup_value_regex = "[0-9]{1,18}"
    write_role = Role.MANAGER
    queryset = Improvement.objects.none()

    def get_queryset(self) -> QuerySet[Improvement]:
        return Improvement.objects.visible_to(self.caller).prefetch_related("root_causes")

    def create(self, request: Request) -> ApiResponse:
        """Start one."""
        self._refuse_limited()
        form = self.get_serializer(data=request.data)
        form.is_valid(raise_exception=True)
        made = services.save_improvement(Improvement(), form.validated_data, by=self.caller, at=timezone.now())
        return ApiResponse(self.get_serializer(made).data, status=status.HTTP_201_CREATED)

    def partial_update(self, request: Request, pk: str) -> ApiResponse:
        """Change one; what is left out stays."""
        improvement = self.get_object()
        form = self.get_serializer(improvement, data=request.data, partial=True)
        form.is_valid(raise_exception=True)
        services.save_improvement(improvement, form.validated_data, by=self.caller, at=timezone.now())
        return self._as_it_is(improvement)

    @extend_schema(request=Nothing, responses={200: ImprovementSerializer})
    @action(detail=True, methods=["post"], url_path="tell-customers", filterset_class=None)
    def tell_customers(self, request: Request, pk: str) -> ApiResponse:
        """Send the letter to everybody who named a cause, each once. A person has to have approved its words before.

        409 says what is missing: `wrong_state`, `not_reviewed`, `no_words`, `nobody`, `no_mail_server`.
        """
        improvement = self.get_object()
        Nothing(data=request.data).is_valid(raise_exception=True)
        if not may_tell(self.caller):
            raise PermissionDenied
        telling.tell(improvement_id=improvement.pk, by=self.caller, at=timezone.now())
        return self._as_it_is(improvement)

    def _refuse_limited(self) -> None:
        if self.caller.survey_limit_id() is not None:
            raise PermissionDenied

    def _as_it_is(self, improvement: Improvement) -> ApiResponse:
        return ApiResponse(self.get_serializer(self.get_queryset().get(pk=improvement.pk)).data)
