"""A trial of two versions of plays, and whom it drew."""

import secrets

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class TrialState(models.TextChoices):
    """How far a trial is."""

    DRAFT = "draft", _("Draft")
    DRAWING = "drawing", _("Draws customers")
    WAITING = "waiting", _("Waits for second scores")
    ENDED = "ended", _("Ended")
    STOPPED = "stopped", _("Stopped without result")


UNDER_WAY = (TrialState.DRAWING, TrialState.WAITING)


class Arm(models.TextChoices):
    """Which of the two versions a customer gets."""

    A = "a", _("As it is")
    B = "b", _("With the change")


SEED_BYTES = 16
LEAST_WINDOW, LONGEST_WINDOW = 21, 180  # days from the draw in which a second score counts


def new_seed() -> bytes:
    """What the coin is thrown with; nobody can tell before the start who gets what."""
    return secrets.token_bytes(SEED_BYTES)


class Trial(models.Model):
    """Some plays of a playbook beside a changed copy of them: size, end and what counts are fixed before it starts.

    before: the version in force when it started. changed: the copy. result: by arm, how many were drawn, answered again
    and came back better; counted once, at the end.
    """

    name = models.CharField(_("name"), max_length=100)
    expectation = models.TextField(_("what you expect, and why"), max_length=2000)
    playbook = models.ForeignKey("followup.Playbook", models.PROTECT, related_name="trials", verbose_name=_("playbook"))
    surveys = models.ManyToManyField("surveys.Survey", related_name="+", blank=True, verbose_name=_("surveys"))
    scores = ArrayField(models.SmallIntegerField(), verbose_name=_("scores"))
    before = models.ForeignKey("followup.PlaybookVersion", models.PROTECT, null=True, blank=True, related_name="+")
    changed = models.OneToOneField("followup.PlaybookVersion", models.PROTECT, related_name="trial")
    baseline = models.PositiveSmallIntegerField(_("come back better as it is (%)"))
    effect = models.PositiveSmallIntegerField(_("effect worth finding (points)"))
    per_arm = models.PositiveIntegerField(_("customers for each version"))
    window_days = models.PositiveSmallIntegerField(_("days in which a second score counts"))
    last_day = models.DateField(_("last day of drawing"))
    state = models.CharField(_("state"), max_length=7, choices=TrialState.choices, default=TrialState.DRAFT)
    seed = models.BinaryField(max_length=SEED_BYTES, default=new_seed, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    started_at = models.DateTimeField(null=True, blank=True)
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    drawn_until = models.DateTimeField(null=True, blank=True)  # answers from then on are not drawn
    counts_until = models.DateTimeField(null=True, blank=True)  # second scores until then count
    ended_at = models.DateTimeField(null=True, blank=True)
    stop_reason = models.TextField(_("why it is stopped"), max_length=1000, blank=True)
    stopped_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    result = models.JSONField(null=True, blank=True)
    adopted_at = models.DateTimeField(null=True, blank=True)
    adopted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    adopted = models.ForeignKey("followup.PlaybookVersion", models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("trial")
        verbose_name_plural = _("trials")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=TrialState.values), name="trial_state_known"),
            models.CheckConstraint(
                condition=Q(baseline__range=(1, 98)) & Q(effect__range=(1, 98)) & Q(per_arm__gte=2),
                name="trial_size_range",
            ),
            models.CheckConstraint(
                condition=Q(window_days__range=(LEAST_WINDOW, LONGEST_WINDOW)), name="trial_window_range"
            ),
            models.CheckConstraint(
                condition=Q(state=TrialState.DRAFT, started_at=None, before=None)
                | (~Q(state=TrialState.DRAFT) & Q(started_at__isnull=False, before__isnull=False)),
                name="trial_started_with_plays",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[TrialState.DRAFT, TrialState.DRAWING], drawn_until=None)
                | Q(state=TrialState.WAITING, drawn_until__isnull=False, counts_until__isnull=False)
                | Q(
                    state__in=[TrialState.ENDED, TrialState.STOPPED], drawn_until__isnull=False, ended_at__isnull=False
                ),
                name="trial_ends_in_order",
            ),
            models.CheckConstraint(  # no peeking: there is nothing to look at before the end
                condition=Q(state=TrialState.ENDED, result__isnull=False)
                | (~Q(state=TrialState.ENDED) & Q(result=None)),
                name="trial_result_at_the_end",
            ),
            models.CheckConstraint(
                condition=~Q(state=TrialState.STOPPED) | Q(stop_reason__gt=""), name="trial_stopped_with_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def size(self) -> int:
        """How many customers are counted, of both versions together."""
        return 2 * self.per_arm

    @property
    def is_under_way(self) -> bool:
        return self.state in UNDER_WAY


class Draw(models.Model):
    """One customer drawn by a trial: the ticket with which they came in, and their score then."""

    trial = models.ForeignKey(Trial, models.CASCADE, related_name="draws")
    ticket = models.ForeignKey("followup.Ticket", models.CASCADE, related_name="+")
    contact = models.ForeignKey("surveys.Contact", models.SET_NULL, null=True, blank=True, related_name="+")
    arm = models.CharField(max_length=1, choices=Arm.choices)
    score = models.SmallIntegerField()
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("draw of a trial")
        verbose_name_plural = _("draws of a trial")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["trial", "contact"], name="draw_once_per_customer"),
            models.UniqueConstraint(fields=["trial", "ticket"], name="draw_once_per_ticket"),
            models.CheckConstraint(condition=Q(arm__in=Arm.values), name="draw_arm_known"),
        ]

    def __str__(self) -> str:
        return f"{self.trial_id}: {self.ticket_id}"
