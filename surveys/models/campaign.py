"""The campaign: a survey put to the contacts of a segment by mail."""

import secrets
from datetime import time
from typing import Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from nps_project.accounts.models import User
from surveys.models.segment import Segment
from surveys.models.survey import Survey

MOST_REMINDERS = 5
LONGEST_DAYS = 3650
WEEKDAYS = [1, 2, 3, 4, 5, 6, 7]  # Monday is 1


class CampaignStatus(models.TextChoices):
    """The state of a campaign. `finished`: no recipient is left about whom anything is to be decided or sent."""

    DRAFT = "draft", _("Draft")
    SCHEDULED = "scheduled", _("Scheduled")
    RUNNING = "running", _("Running")
    PAUSED = "paused", _("Paused")
    FINISHED = "finished", _("Finished")
    STOPPED = "stopped", _("Stopped")


ENDED = (CampaignStatus.FINISHED, CampaignStatus.STOPPED)


class PauseCause(models.TextChoices):
    """Why a campaign is paused."""

    PERSON = "person", _("a person paused it")
    LATE = "late", _("nothing looked at it for two hours")
    RESTORED = "restored", _("a backup was restored, and who was mailed since is not known")
    POLICY = "policy", _("a mail was refused by policy, which is the sender's to mend")
    BOUNCES = "bounces", _("too many mails came back")
    COMPLAINTS = "complaints", _("too many recipients complained")
    NOT_STARTED = "not_started", _("it could not be started at its time")


class CampaignQuerySet(models.QuerySet["Campaign"]):
    """Filters by the user who may see the rows, and by what sweeps may touch."""

    def visible_to(self, user: User) -> Self:
        """Campaigns of surveys that this user may see."""
        return self.filter(survey__in=Survey.objects.visible_to(user))

    def real(self) -> Self:
        """Without those of sample surveys, which are never mailed."""
        return self.exclude(survey__in=Survey.objects.samples().values("pk"))


def new_seed() -> int:
    """A seed for the sample of a new campaign."""
    return secrets.randbits(62)


class Campaign(models.Model):
    """Whom to ask, when, and how far the asking is allowed to go. Its invitations by mail are its recipients.

    `segment` is null for all contacts. Of `sample_share` (a part of 1) and `sample_count` at most one is set; `seed`
    decides who is drawn. The window is three columns, all set or all null. `reminders` are days after the mail that
    asked, ascending. With `repeat_days` everybody of the segment is asked every so many days, without an end;
    `joined_on` is the last day whose contacts have joined. `used` mails left on `used_on`, for the daily limit.
    """

    name = models.CharField(_("name"), max_length=200)
    survey = models.ForeignKey(Survey, models.PROTECT, related_name="campaigns", verbose_name=_("survey"))
    segment = models.ForeignKey(
        Segment, models.PROTECT, null=True, blank=True, related_name="campaigns", verbose_name=_("segment")
    )
    status = models.CharField(
        _("status"), max_length=9, choices=CampaignStatus.choices, default=CampaignStatus.DRAFT, editable=False
    )
    paused_because = models.CharField(
        _("paused because"), max_length=11, choices=PauseCause.choices, blank=True, default="", editable=False
    )
    paused_detail = models.CharField(max_length=300, blank=True, default="", editable=False)
    start_at = models.DateTimeField(_("start at"), null=True, blank=True)
    sample_share = models.DecimalField(_("share of them"), max_digits=5, decimal_places=4, null=True, blank=True)
    sample_count = models.PositiveIntegerField(_("number of them"), null=True, blank=True)
    seed = models.BigIntegerField(default=new_seed, editable=False)
    daily_limit = models.PositiveIntegerField(_("mails a day at most"), null=True, blank=True)
    window_days = ArrayField(models.PositiveSmallIntegerField(), verbose_name=_("days"), null=True, blank=True)
    window_from = models.TimeField(_("from"), null=True, blank=True)
    window_until = models.TimeField(_("until"), null=True, blank=True)
    reminders = ArrayField(
        models.PositiveSmallIntegerField(), verbose_name=_("reminders, days after the mail"), default=list, blank=True
    )
    repeat_days = models.PositiveSmallIntegerField(_("again every so many days"), null=True, blank=True)
    started_at = models.DateTimeField(_("started"), null=True, editable=False)
    resumed_at = models.DateTimeField(null=True, editable=False)  # mails since then are judged (guard.py)
    ended_at = models.DateTimeField(_("ended"), null=True, editable=False)
    joined_on = models.DateField(null=True, editable=False)
    used_on = models.DateField(null=True, editable=False)
    used = models.PositiveIntegerField(default=0, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", editable=False
    )

    objects = CampaignQuerySet.as_manager()

    class Meta:
        verbose_name = _("campaign")
        verbose_name_plural = _("campaigns")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=CampaignStatus.values), name="campaign_status_known"),
            models.CheckConstraint(
                condition=Q(status="paused", paused_because__in=PauseCause.values)
                | (~Q(status="paused") & Q(paused_because="")),
                name="campaign_paused_for_a_cause",
            ),
            models.CheckConstraint(
                condition=~Q(status="scheduled") | Q(start_at__isnull=False), name="campaign_scheduled_for_a_time"
            ),
            models.CheckConstraint(
                condition=Q(sample_share=None) | Q(sample_share__gt=0, sample_share__lte=1, sample_count=None),
                name="campaign_sample_share",
            ),
            models.CheckConstraint(
                condition=Q(sample_count=None) | Q(sample_count__gte=1, repeat_days=None), name="campaign_sample_count"
            ),
            models.CheckConstraint(condition=Q(daily_limit=None) | Q(daily_limit__gte=1), name="campaign_daily_limit"),
            models.CheckConstraint(
                condition=Q(window_days=None, window_from=None, window_until=None)
                | Q(
                    window_days__contained_by=WEEKDAYS,
                    window_days__len__gte=1,
                    window_from__isnull=False,
                    window_until__gt=F("window_from"),
                ),
                name="campaign_window_whole",
            ),
            models.CheckConstraint(condition=Q(reminders__len__lte=MOST_REMINDERS), name="campaign_few_reminders"),
            models.CheckConstraint(
                condition=Q(repeat_days=None) | Q(repeat_days__gte=1, repeat_days__lte=LONGEST_DAYS),
                name="campaign_repeat_days",
            ),
        ]
        indexes = [
            # What the sweeps look at.
            models.Index(fields=["id"], condition=Q(status="scheduled") | Q(status="running"), name="campaign_at_work"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def window(self) -> tuple[list[int], time, time] | None:
        """(days, from, until) in the recipient's zone; None for any time."""
        if self.window_days is None or self.window_from is None or self.window_until is None:
            return None
        return self.window_days, self.window_from, self.window_until

    @property
    def is_over(self) -> bool:
        """Whether it is finished or stopped."""
        return self.status in ENDED
