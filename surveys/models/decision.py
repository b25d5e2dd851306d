"""The decisions of people about answers: whether they count."""

from typing import Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from nps_project.accounts.models import User
from surveys.models.response import Response, ResponseState

REASON_MAX_LENGTH = 500


class DecisionKind(models.TextChoices):
    """The kind of a decision."""

    ACCEPTED = "accepted", _("Accepted")
    DISCARDED = "discarded", _("Discarded")
    RESTORED = "restored", _("Brought back")


class Decision(models.Model):
    """One decision of a person about an answer, with the state in which it found the answer; append-only by trigger."""

    response = models.ForeignKey(Response, models.CASCADE, related_name="decisions")
    kind = models.CharField(_("kind"), max_length=9, choices=DecisionKind.choices)
    before = models.CharField(_("state before"), max_length=11, choices=ResponseState.choices)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    reason = models.CharField(_("reason"), max_length=REASON_MAX_LENGTH, blank=True)
    at = models.DateTimeField(_("time"))
    bulk = models.ForeignKey(
        "surveys.BulkDecision", models.PROTECT, null=True, blank=True, db_index=False, related_name="decisions"
    )

    class Meta:
        verbose_name = _("decision about an answer")
        verbose_name_plural = _("decisions about answers")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=models.Q(kind__in=DecisionKind.values), name="decision_kind_known"),
            models.CheckConstraint(condition=models.Q(before__in=ResponseState.values), name="decision_before_known"),
        ]
        indexes = [
            # What an undo takes back, in its order.
            models.Index(fields=["bulk", "response"], condition=models.Q(bulk__isnull=False), name="decision_of_many")
        ]

    def __str__(self) -> str:
        return f"{self.response_id}: {self.kind}"


class BulkState(models.TextChoices):
    """The state of a decision about many answers."""

    RUNNING = "running", _("Running")
    STOPPED = "stopped", _("Stopped")
    FINISHED = "finished", _("Finished")


class BulkDecisionQuerySet(models.QuerySet["BulkDecision"]):
    """Filters by the user who may see the rows."""

    def visible_to(self, user: User) -> Self:
        """The user's own decisions; all for admins."""
        is_admin = user.is_at_least("admin") and user.survey_limit_id() is None
        return self if is_admin else self.filter(by=user)


class BulkDecision(models.Model):
    """One decision about many answers: which ones, how far it is, and what came of it.

    `chosen` is what services/answer_filter.py takes; no answer that came after `upto_id` is touched. An undo has no
    filter: it takes the answers that `undoes` discarded.
    """

    kind = models.CharField(_("kind"), max_length=9, choices=DecisionKind.choices)
    chosen = models.JSONField(default=dict, blank=True)
    undoes = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="undone_by")
    reason = models.CharField(_("reason"), max_length=REASON_MAX_LENGTH, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(_("asked"))
    finished_at = models.DateTimeField(null=True, blank=True)
    state = models.CharField(_("state"), max_length=8, choices=BulkState.choices, default=BulkState.RUNNING)
    total = models.PositiveIntegerField()  # how many there were when it was asked
    upto_id = models.BigIntegerField()
    last_id = models.BigIntegerField(default=0)  # all answers up to this one were looked at
    done = models.PositiveIntegerField(default=0)
    left = models.PositiveIntegerField(default=0)  # somebody else had decided meanwhile
    failed = models.PositiveIntegerField(default=0)

    objects = BulkDecisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("decision about many answers")
        verbose_name_plural = _("decisions about many answers")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=models.Q(kind__in=DecisionKind.values), name="bulk_decision_kind_known"),
            models.CheckConstraint(condition=models.Q(state__in=BulkState.values), name="bulk_decision_state_known"),
        ]
        indexes = [
            # What a worker is to go on with.
            models.Index(fields=["id"], condition=models.Q(state="running"), name="bulk_decision_running")
        ]

    def __str__(self) -> str:
        return f"{self.pk}: {self.kind} {self.total}"

    @property
    def looked_at(self) -> int:
        """How many answers the decision has dealt with so far."""
        return self.done + self.left + self.failed
