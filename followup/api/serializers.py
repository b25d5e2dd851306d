"""Shapes of the API of follow-up."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from followup.api import ticket_fields
from followup.deadlines import DUE_STATES
from followup.models import (
    Activity,
    Attempt,
    AttemptChannel,
    AttemptResult,
    EscalationLevel,
    Outcome,
    Play,
    Playbook,
    PlayStep,
    Promise,
    Reminder,
    RootCause,
    Step,
    Ticket,
)
from followup.tickets.customers import churn
from nps_project.accounts.models import Team, User
from nps_project.api.serializers import ExpandMixin, IdField, StrictModelSerializer, StrictSerializer, TimeField
from surveys.api.serializers import ResponseSerializer, SurveySerializer
from surveys.models import Response


class RootCauseSerializer(StrictModelSerializer):
    """A root cause; its name is in the reader's language (Accept-Language)."""

    name = serializers.CharField(read_only=True)

    class Meta:
        model = RootCause
        fields = ["id", "slug", "name", "names", "is_active"]
        read_only_fields = fields


class UserSerializer(StrictModelSerializer):
    """A person or the service account of a key."""

    class Meta:
        model = User
        fields = ["id", "email", "name", "role", "is_service", "is_active"]
        read_only_fields = fields


class TeamSerializer(StrictModelSerializer):
    """A team with its lead and members, by id."""

    class Meta:
        model = Team
        fields = ["id", "name", "lead", "members"]
        read_only_fields = fields


class PlayStepSerializer(StrictModelSerializer):
    """A step of a play, its words by language."""

    required = serializers.BooleanField(source="is_required")  # type: ignore[assignment]  # a field's name here

    class Meta:
        model = PlayStep
        fields = ["kind", "texts", "required"]


class LevelSerializer(StrictModelSerializer):
    """A level of escalation beyond the deadline."""

    class Meta:
        model = EscalationLevel
        fields = ["hours_after", "to", "person"]


class PlaySerializer(StrictModelSerializer):
    """What one score asks for."""

    steps = PlayStepSerializer(many=True)
    levels = LevelSerializer(many=True)

    class Meta:
        model = Play
        fields = [
            "score",
            "opens_ticket",
            "priority",
            "hours",
            "hours_run",
            "solve_hours",
            "solve_hours_run",
            "wait_limit_hours",
            "warn_share",
            "service_hours_only",
            "contact_by",
            "compensation_limit",
            "compensation_currency",
            "ask_again_days",
            "reply_hours",
            "offers_call_slots",
            "tells",
            "call_script",
            "mail_subject",
            "mail_body",
            "owner",
            "team",
            "levels",
            "steps",
        ]


class PlaybookSerializer(StrictModelSerializer):
    """A playbook in its newest version."""

    version = serializers.SerializerMethodField()
    plays = serializers.SerializerMethodField()

    class Meta:
        model = Playbook
        fields = ["id", "name", "is_default", "version", "plays"]
        read_only_fields = fields

    def get_version(self, playbook: Playbook) -> int:
        """The number of the newest version."""
        return max(version.number for version in playbook.versions.all())

    @extend_schema_field(PlaySerializer(many=True))
    def get_plays(self, playbook: Playbook) -> Any:
        newest = max(playbook.versions.all(), key=lambda version: version.number)
        return PlaySerializer(newest.plays.all(), many=True).data


class StepSerializer(StrictModelSerializer):
    """A step on a ticket; its text is in the reader's language."""

    text = serializers.SerializerMethodField()
    required = serializers.BooleanField(source="is_required", read_only=True)  # type: ignore[assignment]

    class Meta:
        model = Step
        fields = ["id", "kind", "text", "required", "done_at", "done_by", "amount", "currency"]
        read_only_fields = fields

    def get_text(self, step: Step) -> str:
        return step.text()


class PromiseSerializer(StrictModelSerializer):
    """What was promised to the customer."""

    class Meta:
        model = Promise
        fields = ["id", "text", "owner", "due_at", "state", "made_at", "made_by", "ended_at", "moved_count"]
        read_only_fields = fields


class TicketSerializer(ExpandMixin, StrictModelSerializer):
    """A ticket as it is now."""

    survey = serializers.SlugRelatedField[Any](slug_field="slug", read_only=True)
    group = serializers.CharField(source="response.group", read_only=True)
    root_cause = serializers.SlugRelatedField[Any](slug_field="slug", read_only=True, allow_null=True)
    due_state = serializers.SerializerMethodField()
    steps = StepSerializer(many=True, read_only=True)
    promises = PromiseSerializer(many=True, read_only=True)
    tags = serializers.ListField(child=serializers.CharField(), read_only=True)
    recovered = serializers.BooleanField(read_only=True, allow_null=True)
    retained_at_90 = serializers.SerializerMethodField()
    expandable = {
        "response": ResponseSerializer,
        "survey": SurveySerializer,
        "owner": UserSerializer,
        "team": TeamSerializer,
        "root_cause": RootCauseSerializer,
    }

    class Meta:
        model = Ticket
        fields = [
            "id", "response", "survey", "score", "group", "priority", "status", "owner", "team", "opened_at",
            "is_by_hand", "clock_notes",
            "can_be_reached", "first_contact_due_at", "first_contact_at", "next_contact_due_at", "solve_due_at",
            "waiting_until", "resolved_at", "due_state", "escalation_level", "outcome", "root_cause", "improved_at",
            "asked_again_at", "score_after", "recovered", "customer_said", "retained_at_90", "discarded_at", "tags",
            "promises", "steps",
        ]  # fmt: skip
        read_only_fields = fields

    def get_fields(self) -> dict[str, Any]:
        """With those of apps above the API."""
        return super().get_fields() | ticket_fields.fields()

    @extend_schema_field(serializers.ChoiceField(choices=DUE_STATES, allow_null=True))
    def get_due_state(self, ticket: Ticket) -> str | None:
        return ticket.due_state(self.context.get("at") or timezone.now())

    @extend_schema_field(serializers.BooleanField(allow_null=True))
    def get_retained_at_90(self, ticket: Ticket) -> bool | None:
        """Whether the customer was still one 90 days after the answer; null while that is not known."""
        return churn.retained_at_90(ticket, self.context.get("at") or timezone.now())


class AttemptSerializer(StrictModelSerializer):
    """A logged attempt; `counts`: it was the customer's contact."""

    class Meta:
        model = Attempt
        fields = ["id", "ticket", "by", "result", "channel", "at", "duration_s", "counts"]
        read_only_fields = fields


class ActivitySerializer(StrictModelSerializer):
    """One entry of a ticket's history; `text` is empty when there is none or it was erased.

    `no_attempt_reason`: why nobody contacted the customer, on a ticket resolved so; the beginning of `text`.
    """

    text = serializers.SerializerMethodField()
    no_attempt_reason = serializers.SerializerMethodField()

    class Meta:
        model = Activity
        fields = ["number", "kind", "actor", "at", "data", "text", "no_attempt_reason", "hash"]
        read_only_fields = fields

    def get_text(self, activity: Activity) -> str:
        row = getattr(activity, "text_row", None)
        return row.text if row else ""

    def get_no_attempt_reason(self, activity: Activity) -> str:
        return activity.reason_and_words()[0]


class OpenTicket(StrictSerializer):
    """POST tickets/: open one by hand for an answer."""

    response = IdField(queryset=Response.objects.all())


class Claim(StrictSerializer):
    """claim: nothing to say."""


class OwnerField(IdField):
    """Somebody whom the caller may see; a key of one survey sees itself alone."""

    def get_queryset(self) -> Any:
        caller = self.context.get("caller")
        return User.objects.visible_to(caller) if caller else User.objects.none()


class TeamField(IdField):
    """A team; a key of one survey sees none."""

    def get_queryset(self) -> Any:
        caller = self.context.get("caller")
        return Team.objects.all() if caller and caller.survey_limit_id() is None else Team.objects.none()


class Assign(StrictSerializer):
    """assign: to an owner, or to a team, for a reason."""

    owner = OwnerField(queryset=User.objects.all(), required=False)
    team = TeamField(queryset=Team.objects.all(), required=False)
    reason = serializers.CharField(max_length=10_000, required=False, allow_blank=True)


class LogAttempt(StrictSerializer):
    """attempts: a call, mail or visit."""

    result = serializers.ChoiceField(choices=AttemptResult.choices)
    channel = serializers.ChoiceField(choices=AttemptChannel.choices, required=False)
    at = TimeField(required=False)
    duration_s = serializers.IntegerField(min_value=0, max_value=86_400, required=False, allow_null=True)
    note = serializers.CharField(max_length=10_000, required=False, allow_blank=True)


class AddNote(StrictSerializer):
    """notes: some words."""

    text = serializers.CharField(max_length=10_000)


class SetStep(StrictSerializer):
    """steps: tick one, or take the tick back."""

    step = serializers.IntegerField(min_value=1, max_value=2**63 - 1)
    done = serializers.BooleanField(default=True)
    amount = serializers.DecimalField(max_digits=12, decimal_places=2, min_value=0, required=False, allow_null=True)
    currency = serializers.RegexField("^[A-Za-z]{3}$", required=False, allow_blank=True)
    note = serializers.CharField(max_length=10_000, required=False, allow_blank=True)


class Wait(StrictSerializer):
    """wait: until a time, for a reason."""

    until = TimeField()
    reason = serializers.CharField(max_length=10_000, required=False, allow_blank=True)


class MakePromise(StrictSerializer):
    """promises: what, by when, and who sees to it (unset: the caller)."""

    text = serializers.CharField(max_length=1000)
    due_at = TimeField()
    owner = OwnerField(queryset=User.objects.all(), required=False)


class OnePromise(StrictSerializer):
    """Which promise of the ticket."""

    promise = serializers.IntegerField(min_value=1, max_value=2**63 - 1)


class KeepPromise(OnePromise):
    """keep-promise: it is done."""

    note = serializers.CharField(max_length=10_000, required=False, allow_blank=True)


class ReminderSerializer(StrictModelSerializer):
    """What is to be raised at the next contact with the customer; `ticket` is where it was set."""

    class Meta:
        model = Reminder
        fields = ["id", "ticket", "text", "set_at", "set_by"]
        read_only_fields = fields


class RaiseReminder(StrictSerializer):
    """raise-reminder: it was raised with the customer."""

    reminder = serializers.IntegerField(min_value=1, max_value=2**63 - 1)


class ConfirmContact(StrictSerializer):
    """confirm-contact: nothing to say."""


class WaivePromise(OnePromise):
    """waive-promise: it will not be kept, and why."""

    reason = serializers.CharField(max_length=10_000)


class MovePromise(OnePromise):
    """move-promise: another time, and how the customer agreed."""

    due_at = TimeField()
    reason = serializers.CharField(max_length=10_000)


class ChangeTags(StrictSerializer):
    """tags: put some on, take others off."""

    add = serializers.ListField(child=serializers.CharField(max_length=40), max_length=20, required=False)
    remove = serializers.ListField(child=serializers.CharField(max_length=40), max_length=20, required=False)


class Resolve(StrictSerializer):
    """resolve: with an outcome and a root cause."""

    outcome = serializers.ChoiceField(choices=Outcome.choices)
    root_cause = serializers.SlugRelatedField(slug_field="slug", queryset=RootCause.objects.filter(is_active=True))
    note = serializers.CharField(max_length=10_000, required=False, allow_blank=True)
    no_attempt_reason = serializers.CharField(max_length=10_000, required=False, allow_blank=True)


class Reopen(StrictSerializer):
    """reopen: for a reason."""

    reason = serializers.CharField(max_length=10_000)


class FollowUpFiguresSerializer(serializers.Serializer[Any]):
    """How promises are kept; `n` counts met, missed and overdue ones."""

    open = serializers.IntegerField()
    due_soon = serializers.IntegerField()
    overdue = serializers.IntegerField()
    met = serializers.IntegerField()
    missed = serializers.IntegerField()
    met_share = serializers.FloatField(allow_null=True)
    n = serializers.IntegerField()
    median_first_contact_s = serializers.FloatField(allow_null=True)
