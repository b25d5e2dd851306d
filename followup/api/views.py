"""REST API of follow-up: finds what the caller may see, checks shapes, calls services, answers."""

from collections.abc import Callable
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import mixins, status, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response as ApiResponse

from followup.api import filters, serializers, ticket_fields
from followup.models import Activity, Play, Playbook, PlaybookVersion, Reminder, RootCause, Ticket
from followup.reminders import services as reminders
from followup.statistics import follow_up_figures
from followup.tickets import actions, attempts, identity, opening, promises, tags
from followup.tickets.customers import churn
from nps_project.accounts.models import Team, User
from nps_project.api.errors import BadQuery
from nps_project.api.filters import refuse_unread_filters
from nps_project.api.views import ApiView, period_of
from nps_project.common.replica import read_from_replica
from surveys.api.views import PERIOD, surveys_asked_for

NOTHING: frozenset[str] = frozenset()  # to be expanded


def _act(serializer: type[Any], *, created: bool = False, path: str | None = None) -> Callable[[Any], Any]:
    """A ticket action: POST tickets/<id>/<name>/ with this body; `path` is its name where it is not the method's."""

    def decorate(method: Any) -> Any:
        answer = {201: serializers.AttemptSerializer} if created else {200: serializers.TicketSerializer}
        more: dict[str, Any] = {"expandable": NOTHING} if created else {}
        taken = action(detail=True, methods=["post"], filterset_class=None, url_path=path, **more)(method)
        return extend_schema(request=serializer, responses=answer)(taken)

    return decorate


class TicketViewSet(ApiView, mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Ticket]):
    """Tickets, and everything that people do with them."""

    serializer_class = serializers.TicketSerializer
    filterset_class = filters.TicketFilter
    expandable = frozenset(serializers.TicketSerializer.expandable)
    names_colleagues = frozenset({"owner", "team"})
    paged_actions = frozenset({"list", "activities", "reminders"})
    lookup_value_regex = "[0-9]{1,18}"
    queryset = Ticket.objects.none()

    def get_queryset(self) -> QuerySet[Ticket]:
        rows = Ticket.objects.visible_to(self.caller)
        rows = rows.select_related("response__survey", "response__contact", "survey", "owner", "team", "root_cause")
        return (
            rows.annotate(**churn.recorded_since(), **ticket_fields.annotations())
            .defer("response__search_vector")
            .prefetch_related("steps", "promises", "team__members", "response__answers")
        )

    def get_serializer_context(self) -> dict[str, Any]:
        return super().get_serializer_context() | {"at": timezone.now()}

    @extend_schema(request=serializers.OpenTicket, responses={201: serializers.TicketSerializer})
    def create(self, request: Request) -> ApiResponse:
        """Open a ticket by hand; its clock runs from now."""
        data = self._checked(serializers.OpenTicket)
        ticket = opening.open_by_hand(response_id=data["response"].pk, by=self.caller)
        return self._shown(ticket.pk, status.HTTP_201_CREATED)

    def _checked(self, serializer_class: type[Any]) -> dict[str, Any]:
        form = serializer_class(data=self.request.data, context=self.get_serializer_context())
        form.is_valid(raise_exception=True)
        return dict(form.validated_data)

    def _shown(self, ticket_id: int, code: int = status.HTTP_200_OK) -> ApiResponse:
        """The ticket as it is now, even when the action moved it out of the caller's sight."""
        rows = Ticket.objects.select_related("response__survey", "response__contact", "survey", "root_cause")
        rows = rows.annotate(**churn.recorded_since(), **ticket_fields.annotations()).prefetch_related(
            "steps", "promises"
        )
        return ApiResponse(self.get_serializer(rows.get(pk=ticket_id)).data, status=code)

    def _do(self, service: Callable[..., Any], serializer_class: type[Any], **renamed: str) -> ApiResponse:
        ticket = self.get_object()
        data = self._checked(serializer_class)
        arguments = {renamed.get(name, name): value for name, value in data.items()}
        service(ticket_id=ticket.pk, by=self.caller, **arguments)
        return self._shown(ticket.pk)

    @_act(serializers.Claim)
    def claim(self, request: Request, pk: str) -> ApiResponse:
        """Take a ticket that nobody owns."""
        return self._do(actions.claim, serializers.Claim)

    @_act(serializers.Assign)
    def assign(self, request: Request, pk: str) -> ApiResponse:
        """Hand it to a person, or to a team."""
        return self._do(actions.assign, serializers.Assign)

    @_act(serializers.LogAttempt, created=True)
    def attempts(self, request: Request, pk: str) -> ApiResponse:
        """Log a call, mail or visit."""
        ticket = self.get_object()
        data = self._checked(serializers.LogAttempt)
        attempt = attempts.log_attempt(ticket_id=ticket.pk, by=self.caller, **data)
        return ApiResponse(serializers.AttemptSerializer(attempt).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=serializers.AddNote, responses={201: serializers.ActivitySerializer})
    @action(detail=True, methods=["post"], filterset_class=None, expandable=NOTHING)
    def notes(self, request: Request, pk: str) -> ApiResponse:
        """Write something down."""
        ticket = self.get_object()
        data = self._checked(serializers.AddNote)
        activity = actions.add_note(ticket_id=ticket.pk, by=self.caller, text=data["text"])
        return ApiResponse(serializers.ActivitySerializer(activity).data, status=status.HTTP_201_CREATED)

    @_act(serializers.SetStep)
    def steps(self, request: Request, pk: str) -> ApiResponse:
        """Tick a step off, or take the tick back."""
        return self._do(actions.set_step, serializers.SetStep, step="step_id")

    @_act(serializers.Wait)
    def wait(self, request: Request, pk: str) -> ApiResponse:
        """Wait until a time."""
        return self._do(actions.wait, serializers.Wait)

    @extend_schema(request=serializers.MakePromise, responses={201: serializers.PromiseSerializer})
    @action(detail=True, methods=["post"], filterset_class=None, expandable=NOTHING)
    def promises(self, request: Request, pk: str) -> ApiResponse:
        """Write down what was promised to the customer."""
        ticket = self.get_object()
        promise = promises.make(ticket_id=ticket.pk, by=self.caller, **self._checked(serializers.MakePromise))
        return ApiResponse(serializers.PromiseSerializer(promise).data, status=status.HTTP_201_CREATED)

    @_act(serializers.KeepPromise, path="keep-promise")
    def keep_promise(self, request: Request, pk: str) -> ApiResponse:
        """A promise is kept."""
        return self._do(promises.keep, serializers.KeepPromise, promise="promise_id")

    @_act(serializers.MovePromise, path="move-promise")
    def move_promise(self, request: Request, pk: str) -> ApiResponse:
        """A promise gets another time, with the customer's word."""
        return self._do(promises.move, serializers.MovePromise, promise="promise_id")

    @_act(serializers.WaivePromise, path="waive-promise")
    def waive_promise(self, request: Request, pk: str) -> ApiResponse:
        """A promise falls away, for a reason."""
        return self._do(promises.waive, serializers.WaivePromise, promise="promise_id")

    @_act(serializers.RaiseReminder, path="raise-reminder")
    def raise_reminder(self, request: Request, pk: str) -> ApiResponse:
        """What was to be raised with the customer was raised."""
        return self._do(reminders.mark_raised, serializers.RaiseReminder, reminder="reminder_id")

    @extend_schema(responses=serializers.ReminderSerializer(many=True))
    @action(detail=True, methods=["get"], filterset_class=None, expandable=NOTHING)
    def reminders(self, request: Request, pk: str) -> ApiResponse:
        """What is to be raised with the ticket's customer, the newest first."""
        contact_id = self.get_object().response.contact_id
        rows: QuerySet[Any] = Reminder.objects.visible_to(self.caller).to_raise_with(contact_id)
        page = self.paginate_queryset(rows.order_by("-id"))
        return self.get_paginated_response(serializers.ReminderSerializer(page, many=True).data)

    @_act(serializers.ConfirmContact, path="confirm-contact")
    def confirm_contact(self, request: Request, pk: str) -> ApiResponse:
        """The address that was typed on a public link is the known customer's."""
        return self._do(identity.confirm_contact, serializers.ConfirmContact)

    @_act(serializers.ChangeTags)
    def tags(self, request: Request, pk: str) -> ApiResponse:
        """Put tags on and take others off."""
        return self._do(tags.change_tags, serializers.ChangeTags)

    @_act(serializers.Resolve)
    def resolve(self, request: Request, pk: str) -> ApiResponse:
        """End the follow-up."""
        return self._do(actions.resolve, serializers.Resolve)

    @_act(serializers.Reopen)
    def reopen(self, request: Request, pk: str) -> ApiResponse:
        """Take it up again."""
        return self._do(actions.reopen, serializers.Reopen)

    @extend_schema(responses=serializers.ActivitySerializer(many=True))
    @action(detail=True, methods=["get"], filterset_class=None, expandable=NOTHING)
    def activities(self, request: Request, pk: str) -> ApiResponse:
        """The history of the ticket, newest first."""
        rows: QuerySet[Any] = Activity.objects.filter(ticket=self.get_object())
        page = self.paginate_queryset(rows.select_related("text_row").order_by("-id"))
        return self.get_paginated_response(serializers.ActivitySerializer(page, many=True).data)


class ReadOnlyViewSet(ApiView, mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Any]):
    """A list and its rows."""

    lookup_value_regex = "[0-9]{1,18}"


class RootCauseViewSet(ReadOnlyViewSet):
    """The company's root causes."""

    serializer_class = serializers.RootCauseSerializer
    queryset = RootCause.objects.all()
    lookup_field = "slug"
    lookup_value_regex = "[-a-zA-Z0-9_]+"


class UserViewSet(ReadOnlyViewSet):
    """People and service accounts."""

    serializer_class = serializers.UserSerializer
    queryset = User.objects.none()

    def get_queryset(self) -> QuerySet[User]:
        return User.objects.visible_to(self.caller)


class TeamViewSet(ReadOnlyViewSet):
    """Teams."""

    serializer_class = serializers.TeamSerializer
    queryset = Team.objects.none()

    def get_queryset(self) -> QuerySet[Team]:
        rows = Team.objects.prefetch_related("members")
        return rows if self.caller.survey_limit_id() is None else rows.none()


class PlaybookViewSet(ReadOnlyViewSet):
    """Playbooks in their newest version, with all eleven plays."""

    serializer_class = serializers.PlaybookSerializer
    queryset = Playbook.objects.none()

    def get_queryset(self) -> QuerySet[Playbook]:
        newest = PlaybookVersion.objects.order_by("playbook_id", "-number").distinct("playbook_id").values("pk")
        plays = Prefetch("plays", Play.objects.prefetch_related("steps", "levels"))
        return Playbook.objects.prefetch_related(
            Prefetch("versions", PlaybookVersion.objects.filter(pk__in=newest).prefetch_related(plays))
        )


def id_parameter(request: Request, name: str) -> int | None:
    """The id in a filter; None when it is not given. Raises: BadQuery."""
    given = request.query_params.get(name)
    if given is None:
        return None
    if not (given.isascii() and given.isdigit() and len(given) <= 18):
        raise BadQuery({name: [f"{given[:50]!r} is not an id, a whole number."]})
    return int(given)


class FollowUpStatsView(ApiView):
    """How promises are kept."""

    @extend_schema(
        parameters=[*PERIOD, OpenApiParameter("team", OpenApiTypes.INT), OpenApiParameter("owner", OpenApiTypes.INT)],
        responses=serializers.FollowUpFiguresSerializer,
        operation_id="stats_follow_up",
    )
    @read_from_replica
    def get(self, request: Request) -> ApiResponse:
        """Filters: survey, team, owner, from, to."""
        refuse_unread_filters(request, {"survey", "team", "owner", "from", "to"})
        rows = Ticket.objects.visible_to(self.caller)
        if "survey" in request.query_params:
            rows = rows.filter(survey__in=surveys_asked_for(request, self.caller))
        for name in ("team", "owner"):
            if (wanted := id_parameter(request, name)) is not None:
                rows = rows.filter(**{name: wanted})
        first_day, last_day = period_of(request)
        figures = follow_up_figures(rows, at=timezone.now(), first_day=first_day, last_day=last_day)
        return ApiResponse(serializers.FollowUpFiguresSerializer(figures).data)
