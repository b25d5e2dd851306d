"""REST API of campaigns: made, changed and run by keys of scope admin."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import time
from typing import Any

import django_filters as filters
from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import mixins, serializers, status, viewsets
from rest_framework.decorators import action
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response as ApiResponse

from nps_project.accounts.models import Role
from nps_project.api.serializers import StrictModelSerializer, StrictSerializer
from nps_project.api.views import ApiView
from surveys.api.serializers import Nothing, VisibleSurveyField
from surveys.campaigns import trying
from surveys.campaigns.running import dry_run, progress, services
from surveys.contacts.contact_filter import segments_for
from surveys.models import AskReason, Campaign, CampaignStatus, Invitation, InvitationStatus, PauseCause, Segment
from surveys.models.campaign import LONGEST_DAYS, MOST_REMINDERS

_WINDOW = ("window_days", "window_from", "window_until")


class SegmentField(serializers.SlugRelatedField[Segment]):
    """A segment by its slug, among those that the caller may see."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(slug_field="slug", queryset=Segment.objects.all(), **kwargs)

    def get_queryset(self) -> Any:
        caller = self.context.get("caller")
        return segments_for(caller) if caller else Segment.objects.none()


class WindowSerializer(StrictSerializer):
    """When mails may go out, in the recipient's time zone: weekdays (Monday is 1), from, and until, which is later."""

    days = serializers.ListField(child=serializers.IntegerField(min_value=1, max_value=7), min_length=1, max_length=7)
    until = serializers.TimeField(format="%H:%M", input_formats=["%H:%M"])

    def get_fields(self) -> dict[str, Any]:
        """`from` is a word of Python."""
        clock = serializers.TimeField(format="%H:%M", input_formats=["%H:%M"])
        fields = super().get_fields()
        return {"days": fields["days"], "from": clock, "until": fields["until"]}

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs["from"] >= attrs["until"]:
            raise serializers.ValidationError({"until": "A time later than from, on the same day, is allowed."})
        return attrs


class CountsSerializer(serializers.Serializer[Any]):
    """recipients = waiting + held + skipped + unknown + sent; the last four are of those sent."""

    recipients = serializers.IntegerField()
    waiting = serializers.IntegerField()
    held = serializers.IntegerField()
    skipped = serializers.IntegerField()
    unknown = serializers.IntegerField()
    sent = serializers.IntegerField()
    delivered = serializers.IntegerField()
    bounced = serializers.IntegerField()
    complained = serializers.IntegerField()
    answered = serializers.IntegerField()


class CampaignSerializer(StrictModelSerializer):
    """A survey put to a segment by mail. `segment` null: all contacts. `sample_share` is a part of 1.

    `window` null: at any time. `reminders` are days after the mail. With `repeat_days` everybody is asked every so many
    days, without an end. After the start only name, daily_limit and window change.
    """

    survey = VisibleSurveyField()
    segment = SegmentField(allow_null=True, required=False)
    sample_share = serializers.DecimalField(
        max_digits=5, decimal_places=4, min_value=0, max_value=1, allow_null=True, required=False,
        coerce_to_string=False,
    )  # fmt: skip
    sample_count = serializers.IntegerField(min_value=1, max_value=2**31 - 1, allow_null=True, required=False)
    daily_limit = serializers.IntegerField(min_value=1, max_value=2**31 - 1, allow_null=True, required=False)
    window = WindowSerializer(allow_null=True, required=False)
    reminders = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=LONGEST_DAYS), max_length=MOST_REMINDERS, required=False
    )
    repeat_days = serializers.IntegerField(min_value=1, max_value=LONGEST_DAYS, allow_null=True, required=False)
    status = serializers.ChoiceField(choices=CampaignStatus.choices, read_only=True)
    paused_because = serializers.ChoiceField(choices=PauseCause.choices, allow_blank=True, read_only=True)
    counts = serializers.SerializerMethodField()

    class Meta:
        model = Campaign
        fields = [
            "id", "name", "survey", "segment", "status", "paused_because", "paused_detail", "start_at", "sample_share",
            "sample_count", "daily_limit", "window", "reminders", "repeat_days", "counts", "created_at", "started_at",
            "ended_at",
        ]  # fmt: skip
        read_only_fields = ["paused_detail", "created_at", "started_at", "ended_at"]

    @extend_schema_field(CountsSerializer)
    def get_counts(self, campaign: Campaign) -> dict[str, int]:
        """How far it is."""
        return asdict(self.context["counts"].get(campaign.pk, progress.Counts()))

    def to_representation(self, instance: Campaign) -> dict[str, Any]:
        shown: dict[str, Any] = super().to_representation(_Shown(instance))
        share = instance.sample_share
        return shown | {"sample_share": None if share is None else float(share)}

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        """The window as the columns that keep it."""
        given: dict[str, Any] = super().to_internal_value(data)
        if "window" in given:
            window = given.pop("window") or {"days": None, "from": None, "until": None}
            days = sorted(set(window["days"])) if window["days"] else None
            given |= dict(zip(_WINDOW, (days, window["from"], window["until"]), strict=True))
        if given.get("sample_share") == 0:
            raise serializers.ValidationError({"sample_share": ["A part of 1 above 0 is allowed."]})
        return given


class _Shown:
    """A campaign whose window is one thing."""

    def __init__(self, campaign: Campaign) -> None:
        self._campaign = campaign

    def __getattr__(self, name: str) -> Any:
        return getattr(self._campaign, name)

    @property
    def window(self) -> dict[str, list[int] | time] | None:
        window = self._campaign.window
        return window and {"days": window[0], "from": window[1], "until": window[2]}


class TestMailSerializer(StrictSerializer):
    """Where a test goes; it counts nowhere. `language`: one of the survey's, unset its first."""

    to = serializers.EmailField(max_length=254)
    language = serializers.CharField(max_length=5, required=False)


class SentToSerializer(serializers.Serializer[Any]):
    """The address to which a test is queued."""

    to = serializers.EmailField()


class DryRunSerializer(serializers.Serializer[Any]):
    """What a start would do: `asked` in all, `by_day` of the company's zone, and who not, by reason.

    Whom the quarantine holds at the start stands under skipped; the campaign asks them when it ends.
    """

    asked = serializers.IntegerField()
    by_day = serializers.DictField(child=serializers.IntegerField())
    skipped = serializers.DictField(child=serializers.IntegerField())


class RecipientSerializer(serializers.ModelSerializer[Invitation]):
    """What became of one recipient."""

    contact = serializers.IntegerField(source="contact_id", read_only=True)
    status = serializers.ChoiceField(choices=InvitationStatus.choices, read_only=True)
    reason = serializers.ChoiceField(choices=AskReason.choices, allow_blank=True, read_only=True)

    class Meta:
        model = Invitation
        fields = ["id", "contact", "status", "reason", "held_until", "asked_at", "sent_at", "answered_at"]
        read_only_fields = fields


class MissingSerializer(serializers.Serializer[Any]):
    """How many wait again."""

    waiting = serializers.IntegerField()


class StartSerializer(StrictSerializer):
    """`despite_findings`: start although findings about the sender are red."""

    despite_findings = serializers.BooleanField(default=False)


class CampaignFilter(filters.FilterSet):
    """?survey= &status="""

    survey = filters.CharFilter(field_name="survey__slug")
    status = filters.ChoiceFilter(choices=CampaignStatus.choices)

    class Meta:
        model = Campaign
        fields = ["survey", "status"]


def _action(name: str, taken: type[Any], shown: type[Any]) -> Callable[[Any], Any]:
    def decorate(act: Any) -> Any:
        made = action(detail=True, methods=["post"], url_path=name, filterset_class=None)(act)
        return extend_schema(request=taken, responses={200: shown})(made)

    return decorate


class CampaignViewSet(ApiView, mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Campaign]):
    """Campaigns: whom to ask, when, and how far that is."""

    serializer_class = CampaignSerializer
    filterset_class = CampaignFilter
    lookup_value_regex = "[0-9]{1,18}"
    write_role = Role.MANAGER
    paged_actions = frozenset({"list", "recipients"})
    queryset = Campaign.objects.none()

    def get_queryset(self) -> QuerySet[Campaign]:
        self._refuse_limited()
        return Campaign.objects.visible_to(self.caller).select_related("survey", "segment")

    def get_serializer(self, *args: Any, **kwargs: Any) -> Any:
        """With the counts of what is shown."""
        shown = list(args[0]) if args and kwargs.get("many") else list(args[:1])
        context = kwargs.pop("context", None) or self.get_serializer_context()
        return self.serializer_class(*args, **kwargs, context=context | {"counts": progress.counts_of(shown)})

    def create(self, request: Request) -> ApiResponse:
        """Make a draft."""
        self._refuse_limited()
        form = self.get_serializer(data=request.data)
        form.is_valid(raise_exception=True)
        campaign = services.save_campaign(Campaign(), form.validated_data, by=self.caller)
        return ApiResponse(self.get_serializer(campaign).data, status=status.HTTP_201_CREATED)

    def partial_update(self, request: Request, pk: str) -> ApiResponse:
        """Change a campaign; what is left out stays."""
        campaign = self.get_object()
        form = self.get_serializer(campaign, data=request.data, partial=True)
        form.is_valid(raise_exception=True)
        return ApiResponse(
            self.get_serializer(services.save_campaign(campaign, form.validated_data, by=self.caller)).data
        )

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, pk: str) -> ApiResponse:
        """Delete a campaign that never started."""
        services.delete_draft(campaign_id=self.get_object().pk)
        return ApiResponse(status=status.HTTP_204_NO_CONTENT)

    @_action("start", StartSerializer, CampaignSerializer)
    def start(self, request: Request, pk: str) -> ApiResponse:
        """Start it now, or at `start_at`; its recipients are written down then.

        409 `sender_at_fault` names what is wrong with the sender; `despite_findings` starts it all the same.
        """
        campaign, form = self.get_object(), StartSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        services.start(campaign_id=campaign.pk, at=timezone.now(), by=self.caller, **form.validated_data)
        return self._as_it_is(campaign)

    @_action("pause", Nothing, CampaignSerializer)
    def pause(self, request: Request, pk: str) -> ApiResponse:
        """Pause it before the next mail."""
        return self._do(services.pause)

    @_action("resume", Nothing, CampaignSerializer)
    def resume(self, request: Request, pk: str) -> ApiResponse:
        """Let a paused one go on."""
        return self._do(services.resume)

    @_action("stop", Nothing, CampaignSerializer)
    def stop(self, request: Request, pk: str) -> ApiResponse:
        """Stop it for good; who was not mailed is skipped."""
        return self._do(services.stop)

    @_action("send-to-missing", Nothing, MissingSerializer)
    def send_to_missing(self, request: Request, pk: str) -> ApiResponse:
        """Ask those who got no mail for sure; never who may have got one."""
        campaign = self._acted_on()
        count = services.send_to_missing(campaign_id=campaign.pk, at=timezone.now(), by=self.caller)
        return ApiResponse({"waiting": count})

    @_action("test", TestMailSerializer, SentToSerializer)
    def test(self, request: Request, pk: str) -> ApiResponse:
        """Send the mail to an address of yours; it counts nowhere."""
        campaign = self.get_object()
        form = TestMailSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        survey, to = campaign.survey, form.validated_data["to"]
        language = form.validated_data.get("language", survey.default_language)
        if language not in survey.languages:
            raise serializers.ValidationError(
                {"language": [f"One of these is allowed: {', '.join(survey.languages)}."]}
            )
        trying.send_test_to(survey, language, to=to)
        return ApiResponse({"to": to})

    @_action("dry-run", Nothing, DryRunSerializer)
    def dry_run(self, request: Request, pk: str) -> ApiResponse:
        """What a start would do. Nothing is written."""
        found = dry_run.dry_run(self._acted_on(), timezone.now())
        by_day = {day.isoformat(): count for day, count in found.by_day.items()}
        return ApiResponse({"asked": found.asked, "by_day": by_day, "skipped": found.skipped})

    @extend_schema(responses=RecipientSerializer(many=True), operation_id="campaigns_recipients_list")
    @action(detail=True, methods=["get"], filterset_class=None)
    def recipients(self, request: Request, pk: str) -> ApiResponse:
        """Everybody whom it was to ask, and what became of them."""
        rows: QuerySet[Any] = progress.recipients(self.get_object()).select_related(None)
        page = self.paginate_queryset(self.filter_queryset(rows))
        return self.get_paginated_response(RecipientSerializer(page, many=True).data)

    def _refuse_limited(self) -> None:
        if self.caller.survey_limit_id() is not None:
            raise PermissionDenied("This key is limited to one survey; campaigns ask customers of the company.")

    def _acted_on(self) -> Campaign:
        campaign = self.get_object()
        Nothing(data=self.request.data).is_valid(raise_exception=True)
        return campaign

    def _do(self, service: Callable[..., Campaign]) -> ApiResponse:
        campaign = self._acted_on()
        service(campaign_id=campaign.pk, at=timezone.now(), by=self.caller)
        return self._as_it_is(campaign)

    def _as_it_is(self, campaign: Campaign) -> ApiResponse:
        return ApiResponse(self.get_serializer(self.get_queryset().get(pk=campaign.pk)).data)
