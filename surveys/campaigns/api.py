"""REST API of asking: invitations, and what was decided about a contact."""

from typing import Any

import django_filters as filters
from django.conf import settings
from django.db.models import Q, QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import mixins, serializers, status, viewsets
from rest_framework.exceptions import PermissionDenied, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response as ApiResponse

from nps_project.accounts.links import make_token
from nps_project.accounts.models import User
from nps_project.api.filters import IdFilter
from nps_project.api.serializers import ExpandMixin, IdField, StrictModelSerializer
from nps_project.api.views import ApiView
from surveys.api.contact_serializers import ContactSerializer, wishes_of
from surveys.api.serializers import (
    LANGUAGES,
    SurveySerializer,
    VisibleSurveyField,
    check_contact_or_email,
)
from surveys.api.views import contact_of
from surveys.campaigns import asking
from surveys.models import (
    AskDecision,
    AskReason,
    Contact,
    DecisionToAsk,
    Invitation,
    InvitationChannel,
    InvitationStatus,
    Survey,
)
from surveys.services import invitations

# What a key of one survey sees of these, so that no address tells it whether the company knows the customer.
HIDDEN_STATES = set(InvitationStatus.values) - {"created", "answered", "revoked"}


class InvitationFilter(filters.FilterSet):
    """?survey= &contact= &status="""

    survey = filters.CharFilter(field_name="survey__slug")
    contact = IdFilter(field_name="contact_id")
    status = filters.ChoiceFilter(choices=InvitationStatus.choices, method="in_state")

    class Meta:
        model = Invitation
        fields = ["survey", "contact", "status"]

    def in_state(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """By the state that the caller sees."""
        caller = getattr(self.request, "user", None)
        if not isinstance(caller, User) or caller.survey_limit_id() is None:
            return rows.filter(status=value)
        by_mail = Q(channel=InvitationChannel.EMAIL)
        hidden = by_mail & Q(status__in=HIDDEN_STATES)
        return rows.filter(hidden if value == InvitationStatus.WAITING else Q(status=value) & ~hidden)


class InvitationSerializer(ExpandMixin, StrictModelSerializer):
    """A personal link. POST takes survey, and contact (an id) or email, name, language in its place.

    `channel: email` asks the customer by mail at `send_at` (now), by the rules of quarantine; `reason` says why not.
    """

    survey = VisibleSurveyField()
    contact = IdField(queryset=Contact.objects.filter(erased_at=None), required=False)
    email = serializers.EmailField(max_length=254, write_only=True, required=False)
    name = serializers.CharField(max_length=200, write_only=True, required=False, allow_blank=True)
    language = serializers.ChoiceField(choices=LANGUAGES, write_only=True, required=False)
    channel = serializers.ChoiceField(choices=InvitationChannel.choices, required=False)
    url = serializers.SerializerMethodField()
    status = serializers.SerializerMethodField()
    reason = serializers.SerializerMethodField()
    expandable = {"survey": SurveySerializer, "contact": ContactSerializer}

    class Meta:
        model = Invitation
        fields = [
            "id", "survey", "contact", "email", "name", "language", "channel", "campaign", "url", "status", "reason",
            "send_at",
            "created_at", "answered_at",
        ]  # fmt: skip
        read_only_fields = ["campaign", "created_at", "answered_at"]

    def get_url(self, invitation: Invitation) -> str:
        """The personal link."""
        return f"{settings.SITE_URL}/r/{make_token('r', invitation.public_id)}/"

    @extend_schema_field(serializers.ChoiceField(choices=InvitationStatus.choices))
    def get_status(self, invitation: Invitation) -> str:
        """Its state; of one by mail, a key of one survey sees only that it waits or was answered."""
        return str(InvitationStatus.WAITING if self._is_hidden(invitation) else invitation.status)

    @extend_schema_field(serializers.ChoiceField(choices=AskReason.choices, allow_blank=True))
    def get_reason(self, invitation: Invitation) -> str:
        """Why it is held, was skipped or came back; else empty."""
        return "" if self._is_hidden(invitation) else invitation.reason

    def _is_hidden(self, invitation: Invitation) -> bool:
        caller = self.context.get("caller")
        is_limited = caller is None or caller.survey_limit_id() is not None
        return is_limited and invitation.channel == InvitationChannel.EMAIL and invitation.status in HIDDEN_STATES

    def validate_channel(self, channel: str) -> str:
        if channel == InvitationChannel.PHONE:
            raise serializers.ValidationError("link or email is allowed.")
        return channel

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        check_contact_or_email(attrs, required=True)
        if "contact" in attrs and ({"name", "language"} & set(attrs)):
            raise serializers.ValidationError({"name": "name and language go with email, in place of contact."})
        return attrs


class InvitationViewSet(ApiView, mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Invitation]):
    """Personal links, which a program hands over or the product mails."""

    serializer_class = InvitationSerializer
    filterset_class = InvitationFilter
    expandable = frozenset({"survey", "contact"})
    lookup_value_regex = "[0-9]{1,18}"
    queryset = Invitation.objects.none()

    def get_queryset(self) -> QuerySet[Invitation]:
        rows = Invitation.objects.visible_to(self.caller).select_related("survey", "contact__survey")
        return rows.prefetch_related(wishes_of(self.caller, "contact__")) if "contact" in self.expanded() else rows

    def create(self, request: Request) -> ApiResponse:
        """Make a personal link. With `channel: email` it is mailed at `send_at`, or skipped for `reason`."""
        form = self.get_serializer(data=request.data)
        form.is_valid(raise_exception=True)
        data = form.validated_data
        is_by_mail = data.get("channel") == InvitationChannel.EMAIL
        if is_by_mail:
            asking.check_mail_server()
        contact = contact_of(data, self.caller)
        if contact is None:
            raise ValidationError({"contact": ["A contact or an email is needed."]})
        survey, send_at = data["survey"], data.get("send_at")
        if is_by_mail:
            invitation = asking.ask_by_mail(
                survey=survey, contact=contact, at=timezone.now(), send_at=send_at, by=self.caller
            )
        else:
            invitation = invitations.create_invitation(survey=survey, contact=contact, send_at=send_at, by=self.caller)
        return ApiResponse(self.get_serializer(invitation).data, status=status.HTTP_201_CREATED)


class AskDecisionSerializer(serializers.ModelSerializer[AskDecision]):
    """One decision about asking a customer."""

    survey = serializers.SlugRelatedField[Survey](slug_field="slug", read_only=True)
    campaign = serializers.SerializerMethodField()
    decision = serializers.ChoiceField(choices=DecisionToAsk.choices, read_only=True)
    reason = serializers.ChoiceField(choices=AskReason.choices, allow_blank=True, read_only=True)

    class Meta:
        model = AskDecision
        fields = ["id", "at", "survey", "campaign", "invitation", "decision", "reason", "until"]
        read_only_fields = fields

    @extend_schema_field({"type": ["integer", "null"]})
    def get_campaign(self, row: AskDecision) -> int | None:
        """The campaign for which it was decided; null outside campaigns."""
        return row.invitation.campaign_id if row.invitation else None


class AskDecisionViewSet(ApiView, mixins.ListModelMixin, viewsets.GenericViewSet[AskDecision]):
    """What was decided about asking one contact, the last first."""

    serializer_class = AskDecisionSerializer
    queryset = AskDecision.objects.none()

    def get_queryset(self) -> QuerySet[AskDecision]:
        if self.caller.survey_limit_id() is not None:
            raise PermissionDenied("This key is limited to one survey; decisions are about all of them.")
        if "id" not in self.kwargs:  # the schema is drawn for nobody in particular
            return AskDecision.objects.none()
        contact = get_object_or_404(Contact.objects.visible_to(self.caller), pk=self.kwargs["id"])
        return (
            AskDecision.objects.visible_to(self.caller).filter(contact=contact).select_related("survey", "invitation")
        )

    @extend_schema(operation_id="contacts_decisions_list")
    def list(self, request: Request, *args: Any, **kwargs: Any) -> ApiResponse:
        """Every decision: asked, held or skipped, why and until when."""
        return super().list(request, *args, **kwargs)
