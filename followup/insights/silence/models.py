"""A call list: customers who did not answer, drawn by chance, and what became of calling each."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from nps_project.accounts.models import User
from surveys.models import AskReason, Campaign, Survey
from surveys.models.campaign import new_seed


class CallListState(models.TextChoices):
    """Whether somebody is called. `finished`: nobody of it is left to call."""

    RUNNING = "running", _("Running")
    FINISHED = "finished", _("Finished")
    STOPPED = "stopped", _("Stopped")


class CallListQuerySet(models.QuerySet["CallList"]):
    """Filters by the user who may see the rows."""

    def visible_to(self, user: User) -> Self:
        """Call lists of surveys that this user may see."""
        return self.filter(survey__in=Survey.objects.visible_to(user))


class CallList(models.Model):
    """Who was asked a survey, by a campaign or in days of a period, and a chance sample of those who did not answer.

    The counts are of the moment at which it was drawn: of `asked` customers some had answered, with the groups of their
    scores, and the others were `silent`; `reachable` of these had a number and no wish against it; `drawn` are on the
    list. `seed` decides who is drawn and in which order.
    """

    name = models.CharField(_("name"), max_length=200)
    survey = models.ForeignKey(Survey, models.PROTECT, related_name="+", verbose_name=_("survey"))
    campaign = models.ForeignKey(
        Campaign, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("campaign")
    )
    first_day = models.DateField(_("first day"), null=True, blank=True)
    last_day = models.DateField(_("last day"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=8, choices=CallListState.choices, default=CallListState.RUNNING)
    seed = models.BigIntegerField(default=new_seed, editable=False)
    asked = models.PositiveIntegerField(pgettext_lazy("customers", "asked"), default=0, editable=False)
    promoters = models.PositiveIntegerField(default=0, editable=False)
    passives = models.PositiveIntegerField(default=0, editable=False)
    detractors = models.PositiveIntegerField(default=0, editable=False)
    silent = models.PositiveIntegerField(_("did not answer"), default=0, editable=False)
    reachable = models.PositiveIntegerField(_("can be called"), default=0, editable=False)
    drawn = models.PositiveIntegerField(_("drawn"), default=0, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", editable=False
    )
    ended_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = CallListQuerySet.as_manager()

    class Meta:
        verbose_name = _("call list")
        verbose_name_plural = _("call lists")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=CallListState.values), name="call_list_state_known"),
            models.CheckConstraint(
                condition=Q(state="running", ended_at=None) | (~Q(state="running") & Q(ended_at__isnull=False)),
                name="call_list_ends_once",
            ),
            models.CheckConstraint(
                condition=Q(drawn__lte=F("reachable"), reachable__lte=F("silent"))
                & Q(asked=F("promoters") + F("passives") + F("detractors") + F("silent")),
                name="call_list_counts",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_running(self) -> bool:
        return self.state == CallListState.RUNNING

    @property
    def answered(self) -> int:
        """How many had answered when it was drawn."""
        return self.promoters + self.passives + self.detractors


class CallState(models.TextChoices):
    """What became of calling a customer. `left_out`: they may not be called any more, for `reason`."""

    WAITING = "waiting", _("Waits for a call")
    CLAIMED = "claimed", _("Somebody calls")
    ANSWERED = "answered", _("Answered")
    REFUSED = "refused", _("Does not want to say")
    NOT_REACHED = "not_reached", _("Not reached")
    LEFT_OUT = "left_out", _("Left out")


OPEN_CALLS = (CallState.WAITING, CallState.CLAIMED)


class Call(models.Model):
    """One customer of a call list, called in the order of `place`.

    `tries` is how often they were not reached; after that nobody tries before `not_before`, nor while their quarantine
    lasts. `caller` calls them, or did last; meanwhile `asked_before` keeps when the customer was asked the time before.
    `response` is what they said on the phone; who answered by themselves has none here.
    """

    call_list = models.ForeignKey(CallList, models.CASCADE, related_name="calls")
    contact = models.ForeignKey("surveys.Contact", models.CASCADE, related_name="+")
    place = models.PositiveIntegerField()
    state = models.CharField(
        _("state"), max_length=11, choices=CallState.choices, default=CallState.WAITING,
        db_default=CallState.WAITING.value,
    )  # fmt: skip
    reason = models.CharField(
        _("reason"), max_length=16, choices=AskReason.choices, blank=True, default="", db_default=""
    )
    tries = models.PositiveSmallIntegerField(default=0, db_default=0)
    not_before = models.DateTimeField(null=True, blank=True)
    caller = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    claimed_at = models.DateTimeField(null=True, blank=True)
    asked_before = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    response = models.OneToOneField("surveys.Response", models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("call of a list")
        verbose_name_plural = _("calls of a list")
        ordering = ["call_list", "place"]
        constraints = [
            models.UniqueConstraint(fields=["call_list", "contact"], name="call_once_a_customer"),
            models.UniqueConstraint(
                fields=["call_list", "caller"], condition=Q(state="claimed"), name="call_one_at_a_time"
            ),
            models.CheckConstraint(condition=Q(state__in=CallState.values), name="call_state_known"),
            models.CheckConstraint(
                condition=Q(state="claimed", claimed_at__isnull=False) | (~Q(state="claimed") & Q(claimed_at=None)),
                name="call_claimed_at_a_time",
            ),
        ]
        indexes = [
            models.Index(fields=["call_list", "place"], condition=Q(state="waiting"), name="call_waiting"),
            models.Index(fields=["claimed_at"], condition=Q(state="claimed"), name="call_claimed"),
        ]

    def __str__(self) -> str:
        return f"{self.call_list_id}: {self.contact_id}"
