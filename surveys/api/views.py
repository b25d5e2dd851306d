"""REST API of surveys: finds what the caller may see, checks shapes, calls services, answers."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import mixins, status, viewsets
from rest_framework.decorators import action
from rest_framework.exceptions import PermissionDenied, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response as ApiResponse

from nps_project.accounts.models import Role, User
from nps_project.api.errors import BadQuery
from nps_project.api.filters import refuse_unread_filters
from nps_project.api.views import ApiView, period_of
from nps_project.common.replica import read_from_replica
from surveys import statistics
from surveys.api import filters, serializers
from surveys.api.contact_serializers import wishes_of
from surveys.contacts import services as contacts
from surveys.contacts.traits import TRAIT_FILTER
from surveys.errors import SlugTaken, SurveyNotOpen
from surveys.models import BulkDecision, Channel, Contact, Response, Survey
from surveys.services import bulk_decisions, decisions, phone_answers, responses
from surveys.services import surveys as survey_services
from surveys.services.surveys import current_texts
from surveys.tasks import begin_deciding


class SurveyViewSet(
    ApiView,
    mixins.ListModelMixin,
    mixins.RetrieveModelMixin,
    viewsets.GenericViewSet[Survey],
):
    """Surveys; made and changed by keys of scope admin."""

    serializer_class = serializers.SurveySerializer
    filterset_class = filters.SurveyFilter
    lookup_field = "slug"
    lookup_value_regex = "[a-z0-9-]+"
    write_role = Role.ADMIN
    queryset = Survey.objects.none()

    def get_queryset(self) -> QuerySet[Survey]:
        return Survey.objects.visible_to(self.caller)

    def create(self, request: Request) -> ApiResponse:
        """Make a survey; the standard words and the default playbook apply at once."""
        if self.caller.survey_limit_id() is not None:
            raise PermissionDenied("This key is limited to one survey.")
        form = self.get_serializer(data=request.data)
        form.is_valid(raise_exception=True)
        slug = form.validated_data["slug"]
        if Survey.objects.filter(slug=slug).exists():
            raise SlugTaken("slug", slug, "a slug that no other survey has")
        try:
            survey = survey_services.create_survey(**form.validated_data, by=self.caller)
        except IntegrityError as error:  # taken in this moment
            raise SlugTaken("slug", slug, "a slug that no other survey has") from error
        return ApiResponse(self.get_serializer(survey).data, status=status.HTTP_201_CREATED)

    def partial_update(self, request: Request, slug: str) -> ApiResponse:
        """Change a survey; its slug stays."""
        survey = self.get_object()
        form = self.get_serializer(survey, data=request.data, partial=True)
        form.is_valid(raise_exception=True)
        if form.validated_data.get("slug", survey.slug) != survey.slug:
            raise ValidationError({"slug": ["The slug is part of links that customers have; it stays as it is."]})
        return ApiResponse(
            self.get_serializer(survey_services.update_survey(survey, form.validated_data, by=self.caller)).data
        )


def contact_of(data: dict[str, Any], caller: User) -> Contact | None:
    """The contact that a body names by id, or by an address that is found or made known; None when it names nobody."""
    known: Contact | None = data.get("contact")
    if known is not None:
        return known
    if data.get("email"):
        name, language = data.get("name", ""), data.get("language", "")
        return contacts.find_or_make(email=data["email"], name=name, language=language, by=caller)
    return None


def _decision(serializer: type[Any], shown: type[Any]) -> Callable[[Any], Any]:
    """POST <resource>/<id>/<name>/ with this body, for who may do what managers do."""

    def decorate(method: Any) -> Any:
        taken = action(detail=True, methods=["post"], filterset_class=None, write_role=Role.MANAGER)(method)
        return extend_schema(request=serializer, responses={200: shown})(taken)

    return decorate


class ResponseViewSet(ApiView, mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Response]):
    """Answers of every group."""

    serializer_class = serializers.ResponseSerializer
    filterset_class = filters.ResponseFilter
    expandable = frozenset({"survey", "contact"})
    lookup_value_regex = "[0-9]{1,18}"
    write_role = Role.AGENT
    queryset = Response.objects.none()

    def get_queryset(self) -> QuerySet[Response]:
        rows = Response.objects.visible_to(self.caller).defer("search_vector")
        rows = rows.select_related("survey", "contact__survey").prefetch_related("answers")
        return rows.prefetch_related(wishes_of(self.caller, "contact__")) if "contact" in self.expanded() else rows

    @extend_schema(request=serializers.NewResponseSerializer, responses={201: serializers.ResponseSerializer})
    def create(self, request: Request) -> ApiResponse:
        """Record an answer, as if the customer had given it now, or at `answered_at`.

        With `channel: phone` the caller had the customer on the phone: a ticket that it opens begins as contacted.
        """
        form = serializers.NewResponseSerializer(data=request.data, context=self.get_serializer_context())
        form.is_valid(raise_exception=True)
        data = form.validated_data
        survey, contact = data["survey"], contact_of(data, self.caller)
        if not survey.takes_answers(data.get("answered_at") or timezone.now()):
            raise SurveyNotOpen("survey", survey.slug, "a survey that is live, and was open when the answer was given")
        language = data.get("language") or (contact.language if contact else "")
        if language not in survey.languages:
            language = survey.default_language
        texts = current_texts(survey).get(language)
        is_by_phone = data.get("channel") == Channel.PHONE and contact is not None
        by_phone = partial(phone_answers.record_by_phone, by=self.caller)
        record: Callable[..., responses.Recorded] = by_phone if is_by_phone else responses.record_response
        recorded = record(
            survey=survey,
            answer=responses.NewAnswer(
                score=data["score"],
                comment=data["comment"].replace("\r\n", "\n"),
                contact_name=data.get("name", "") if contact is None else "",
                contact_phone=data.get("phone", ""),
                answers={int(key): value for key, value in data.get("answers", {}).items()},
            ),
            origin=responses.Origin(
                channel=Channel.PHONE if is_by_phone else Channel.API,
                language=language,
                contact_id=contact.pk if contact else None,
                texts_id=texts.pk if texts else None,
                traits={**(contact.traits if contact else {}), **data.get("traits", {})},
                follows_id=data["follows"].pk if data.get("follows") else None,
                answered_at=data.get("answered_at"),
            ),
        )
        row = self.get_queryset().get(pk=recorded.response_id)
        return ApiResponse(self.get_serializer(row).data, status=status.HTTP_201_CREATED)

    @_decision(serializers.Nothing, serializers.ResponseSerializer)
    def accept(self, request: Request, pk: str) -> ApiResponse:
        """Accept a doubtful answer: it counts, and its clock starts now."""
        return self._decide(decisions.accept_response, serializers.Nothing)

    @_decision(serializers.Discard, serializers.ResponseSerializer)
    def discard(self, request: Request, pk: str) -> ApiResponse:
        """Discard a false answer: it stays stored and no longer counts, and its ticket ends."""
        return self._decide(decisions.discard_response, serializers.Discard)

    @_decision(serializers.Nothing, serializers.ResponseSerializer)
    def restore(self, request: Request, pk: str) -> ApiResponse:
        """Take a discard back: the answer is what it was before, and so is its ticket."""
        return self._decide(decisions.restore_response, serializers.Nothing)

    def _decide(self, service: Callable[..., bool], serializer_class: type[Any]) -> ApiResponse:
        answer = self.get_object()
        form = serializer_class(data=self.request.data)
        form.is_valid(raise_exception=True)
        service(response_id=answer.pk, by=self.caller, **form.validated_data)
        return ApiResponse(self.get_serializer(self.get_object()).data)


class BulkDecisionViewSet(
    ApiView, mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[BulkDecision]
):
    """Decisions about many answers at once; a worker does them."""

    serializer_class = serializers.BulkDecisionSerializer
    filterset_class = filters.BulkDecisionFilter
    lookup_value_regex = "[0-9]{1,18}"
    write_role = Role.MANAGER
    queryset = BulkDecision.objects.none()

    def get_queryset(self) -> QuerySet[BulkDecision]:
        return BulkDecision.objects.visible_to(self.caller).select_related("undone_by")

    @extend_schema(request=serializers.NewBulkDecisionSerializer, responses={201: serializers.BulkDecisionSerializer})
    def create(self, request: Request) -> ApiResponse:
        """Decide about all answers that the filter finds at this moment."""
        form = serializers.NewBulkDecisionSerializer(data=request.data, context=self.get_serializer_context())
        form.is_valid(raise_exception=True)
        data = form.validated_data
        with transaction.atomic():
            bulk = bulk_decisions.ask(
                kind=data["kind"], chosen=data["filter"], by=self.caller, reason=data.get("reason", "")
            )
            begin_deciding(bulk.pk)
        return ApiResponse(self.get_serializer(bulk).data, status=status.HTTP_201_CREATED)

    @_decision(serializers.Nothing, serializers.BulkDecisionSerializer)
    def stop(self, request: Request, pk: str) -> ApiResponse:
        """Stop the decision; answers that are decided stay so."""
        bulk = self._acted_on()
        bulk_decisions.stop(bulk_id=bulk.pk)
        return self._shown(bulk)

    @_decision(serializers.Nothing, serializers.BulkDecisionSerializer)
    def resume(self, request: Request, pk: str) -> ApiResponse:
        """Resume a stopped decision."""
        bulk = self._acted_on()
        with transaction.atomic():
            if bulk_decisions.go_on(bulk_id=bulk.pk):
                begin_deciding(bulk.pk)
        return self._shown(bulk)

    @_decision(serializers.Nothing, serializers.BulkDecisionSerializer)
    def undo(self, request: Request, pk: str) -> ApiResponse:
        """Bring back what a stopped or finished discard took; the answer is the decision that does so."""
        bulk = self._acted_on()
        with transaction.atomic():
            undone_by = bulk_decisions.undo(bulk_id=bulk.pk, by=self.caller)
            begin_deciding(undone_by.pk)
        return self._shown(undone_by)

    def _acted_on(self) -> BulkDecision:
        bulk = self.get_object()
        serializers.Nothing(data=self.request.data).is_valid(raise_exception=True)
        return bulk

    def _shown(self, bulk: BulkDecision) -> ApiResponse:
        """The decision as it is now."""
        return ApiResponse(self.get_serializer(BulkDecision.objects.select_related("undone_by").get(pk=bulk.pk)).data)


PERIOD = [
    OpenApiParameter("survey", OpenApiTypes.STR, description="A survey's slug."),
    OpenApiParameter("from", OpenApiTypes.DATE, description="First day, of the company's time zone."),
    OpenApiParameter("to", OpenApiTypes.DATE, description="Last day, included."),
]


DOUBTFUL = OpenApiParameter(
    "doubtful", OpenApiTypes.STR, enum=["without", "with"], description="With the answers that wait for a decision."
)


def surveys_asked_for(request: Request, caller: User) -> QuerySet[Survey]:
    """The surveys that the caller may see, or the one of ?survey=. Raises: BadQuery for an unknown slug."""
    rows = Survey.objects.visible_to(caller)
    slug = request.query_params.get("survey")
    if slug is None:
        return rows
    if "\0" in slug or not rows.filter(slug=slug).exists():
        raise BadQuery({"survey": [f"{slug[:50]!r} is not the slug of a survey that this key may see."]})
    return rows.filter(slug=slug)


def traits_asked_for(request: Request) -> dict[str, str]:
    """The values of ?trait.<name>=, by name. Raises: BadQuery."""
    traits: dict[str, str] = {}
    for name in request.query_params:
        if name.startswith(TRAIT_FILTER):
            traits[name.removeprefix(TRAIT_FILTER)] = value = str(request.query_params[name])
            if "\0" in name + value:
                raise BadQuery({"trait": ["Text without NUL characters is allowed."]})
    return traits


class NpsView(ApiView):
    """The Net Promoter Score over a period, with its 95 % interval."""

    @extend_schema(parameters=[*PERIOD, DOUBTFUL], responses=serializers.NpsSerializer, operation_id="stats_nps")
    @read_from_replica
    def get(self, request: Request) -> ApiResponse:
        """Filters: survey, from, to, and `trait.<name>`; `doubtful=with` counts answers that wait for a decision."""
        refuse_unread_filters(request, {"survey", "from", "to", "doubtful"}, prefixes=(TRAIT_FILTER,))
        doubtful = request.query_params.get("doubtful", "without")
        if doubtful not in ("with", "without"):
            raise BadQuery({"doubtful": [f"{doubtful[:50]!r} is not allowed; allowed: with, without."]})
        first_day, last_day = period_of(request)
        figures = statistics.nps_figures(
            surveys_asked_for(request, self.caller),
            first_day=first_day,
            last_day=last_day,
            traits=traits_asked_for(request),
            with_doubtful=doubtful == "with",
        )
        return ApiResponse(serializers.NpsSerializer(figures).data)
