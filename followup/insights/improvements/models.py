"""An improvement, the words in which customers are told of it, and who was told."""

import uuid
from datetime import date
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from nps_project.accounts.models import User
from surveys.models import AskReason, Contact, Survey


class State(models.TextChoices):
    """How far an improvement is."""

    OPEN = "open", _("Open")
    DOING = "doing", _("Under way")
    DONE = "done", _("Done")
    DROPPED = "dropped", _("Dropped")


UNDER_WAY = (State.OPEN, State.DOING)


class ImprovementQuerySet(models.QuerySet["Improvement"]):
    """Filters by who may see the rows, and by what is due."""

    def visible_to(self, user: User) -> Self:
        """Those of the whole company, of one's teams, and one's own; none for a key of one survey."""
        if user.survey_limit_id() is not None:
            return self.none()
        if user.sees_all_teams:
            return self
        return self.filter(Q(team=None) | Q(team__in=user.teams.all()) | Q(owner=user))

    def under_way(self) -> Self:
        return self.filter(state__in=UNDER_WAY)


class Improvement(models.Model):
    """What is mended so that some root causes come up less.

    `team`: whose tickets it is about; null: everybody's. `since`: whoever named a cause from this day on is told.
    `is_telling`: mails to them go out; `stopped_because`: why not any more, where not a person stopped it.
    `looked_at`: when the sweep last saw to it. `told_overdue_on`: the date for which the owner was told that it passed.
    """

    title = models.CharField(_("title"), max_length=200)
    root_causes = models.ManyToManyField("followup.RootCause", related_name="improvements", verbose_name=_("causes"))
    note = models.TextField(_("what is to be done"), max_length=4000, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="improvements", verbose_name=_("owner")
    )
    team = models.ForeignKey(
        "accounts.Team", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("team")
    )
    due_on = models.DateField(_("due"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=7, choices=State.choices, default=State.OPEN)
    done_on = models.DateField(_("done on"), null=True, blank=True)
    since = models.DateField(_("customers since"), null=True, blank=True)
    reviewed_at = models.DateTimeField(_("words approved"), null=True, editable=False)
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", editable=False
    )
    is_telling = models.BooleanField(_("mails go out"), default=False, editable=False)
    stopped_because = models.CharField(max_length=8, blank=True, default="", editable=False)
    told_at = models.DateTimeField(_("customers told"), null=True, editable=False)  # when telling first began
    told_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", editable=False)
    looked_at = models.DateTimeField(null=True, editable=False)
    told_overdue_on = models.DateField(null=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", editable=False
    )

    objects = ImprovementQuerySet.as_manager()

    class Meta:
        verbose_name = _("improvement")
        verbose_name_plural = _("improvements")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=State.values), name="improvement_state_known"),
            models.CheckConstraint(
                condition=Q(state=State.DONE, done_on__isnull=False) | (~Q(state=State.DONE) & Q(done_on=None)),
                name="improvement_done_with_its_day",
            ),
            models.CheckConstraint(
                condition=Q(is_telling=False) | Q(state=State.DONE, reviewed_at__isnull=False),
                name="improvement_told_when_done_and_read",
            ),
        ]
        indexes = [
            # Under way, in the words that a restored copy has, too.
            models.Index(fields=["due_on"], condition=Q(state="open") | Q(state="doing"), name="improvement_due"),
            models.Index(fields=["id"], condition=Q(is_telling=True), name="improvement_telling"),
        ]

    def __str__(self) -> str:
        return self.title

    def is_overdue(self, today: date) -> bool:
        """Whether its day has passed and it is not done."""
        return self.state in UNDER_WAY and self.due_on is not None and self.due_on < today


class LetterTexts(models.Model):
    """What customers are told, in one language. {brand}, {cause} and {name} are filled in for each of them."""

    improvement = models.ForeignKey(Improvement, models.CASCADE, related_name="letters")
    language = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES)
    subject = models.CharField(_("subject"), max_length=150)
    body = models.TextField(_("what has changed"), max_length=3000)
    changed_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("words of an improvement")
        verbose_name_plural = _("words of improvements")
        constraints = [models.UniqueConstraint(fields=["improvement", "language"], name="letter_texts_once")]

    def __str__(self) -> str:
        return f"{self.improvement_id} {self.language}"


class ToldStatus(models.TextChoices):
    """What became of telling one customer."""

    WAITING = "waiting", _("Waiting")
    QUEUED = "queued", _("On its way")
    SENT = "sent", _("Sent")
    BOUNCED = "bounced", _("Came back")
    SKIPPED = "skipped", _("Not told")
    UNKNOWN = "unknown", _("Unknown")


class Told(models.Model):
    """One customer who named what was mended, and what became of telling them; once for each improvement.

    `ticket`: the newest on which they named it. `address` and `language`: as the mail was queued.
    """

    improvement = models.ForeignKey(Improvement, models.CASCADE, related_name="told")
    contact = models.ForeignKey(Contact, models.CASCADE, related_name="+")
    ticket = models.ForeignKey("followup.Ticket", models.CASCADE, related_name="+")
    survey = models.ForeignKey(Survey, models.CASCADE, related_name="+", db_index=False)
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    status = models.CharField(max_length=7, choices=ToldStatus.choices, default=ToldStatus.WAITING)
    reason = models.CharField(max_length=16, choices=AskReason.choices, blank=True, default="")
    address = models.CharField(max_length=254, blank=True, default="")
    language = models.CharField(max_length=5, blank=True, default="")
    queued_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    bounced_at = models.DateTimeField(null=True)
    complained_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("customer told of an improvement")
        verbose_name_plural = _("customers told of improvements")
        constraints = [
            models.CheckConstraint(condition=Q(status__in=ToldStatus.values), name="told_status_known"),
            models.UniqueConstraint(fields=["improvement", "contact"], name="told_once"),
            models.UniqueConstraint(
                "improvement", Lower("address"), condition=~Q(address=""), name="told_one_address_once"
            ),
        ]
        indexes = [
            models.Index(fields=["improvement", "id"], condition=Q(status="waiting"), name="told_waiting"),
        ]

    def __str__(self) -> str:
        return f"{self.improvement_id} {self.contact_id} {self.status}"
