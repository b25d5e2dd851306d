"""What is kept of asking by mail: each decision, the company's setting, and a survey's mail in each language."""

from datetime import datetime
from typing import Self

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from nps_project.accounts.models import User
from surveys.models.survey import Survey

DEFAULT_QUARANTINE_DAYS = 30
LONGEST_QUARANTINE_DAYS = 3650


class AskReason(models.TextChoices):
    """Why somebody is not asked, or not yet, or why a mail came back."""

    QUARANTINE = "quarantine", _("asked or answered a short while ago")
    UNSUBSCRIBED = "unsubscribed", _("unsubscribed")
    BOUNCED = "bounced", _("mail to this address came back")
    DO_NOT_CONTACT = "do_not_contact", _("not to be contacted")
    NO_ADDRESS = "no_address", _("no e-mail address")
    RESERVED_ADDRESS = "reserved_address", _("an address that can belong to nobody")
    SURVEY_NOT_LIVE = "survey_not_live", _("the survey was not live")
    LATE = "late", _("nothing looked at it for two hours")
    RESTORED = "restored", _("a backup was restored since")
    POLICY = "policy", _("refused by policy, which is the sender's to mend")
    REFUSED = "refused", _("the mail server did not take it")
    ENDED = "ended", _("its campaign ended before")


class DecisionToAsk(models.TextChoices):
    """What was decided about asking a customer."""

    ASKED = "asked", _("Asked")
    HELD = "held", _("Held")
    SKIPPED = "skipped", _("Not asked")


class AskDecisionQuerySet(models.QuerySet["AskDecision"]):
    """Filters by the user who may see the rows."""

    def visible_to(self, user: User) -> Self:
        """Decisions about surveys that this user may see."""
        return self.filter(survey__in=Survey.objects.visible_to(user))


class AskDecision(models.Model):
    """One decision about asking one customer; rows are only added."""

    contact = models.ForeignKey("surveys.Contact", models.CASCADE, related_name="ask_decisions", db_index=False)
    survey = models.ForeignKey(Survey, models.CASCADE, related_name="+")
    invitation = models.ForeignKey("surveys.Invitation", models.SET_NULL, null=True, related_name="decisions")
    at = models.DateTimeField(default=timezone.now)
    decision = models.CharField(max_length=7, choices=DecisionToAsk.choices)
    reason = models.CharField(max_length=16, choices=AskReason.choices, blank=True, default="")
    until = models.DateTimeField(null=True)

    objects = AskDecisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("decision about asking")
        verbose_name_plural = _("decisions about asking")
        constraints = [
            models.CheckConstraint(condition=models.Q(decision__in=DecisionToAsk.values), name="ask_decision_known"),
        ]
        indexes = [models.Index(fields=["contact", "-id"], name="ask_decision_contact")]  # the contact's page

    def __str__(self) -> str:
        return f"{self.contact_id} {self.decision}"


class Asking(models.Model):
    """The one row of what holds for all asking: the company's quarantine, and when the sweep last looked."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    quarantine_days = models.PositiveSmallIntegerField(
        _("days between two asks of one customer"),
        default=DEFAULT_QUARANTINE_DAYS,
        validators=[MaxValueValidator(LONGEST_QUARANTINE_DAYS)],
    )
    looked_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("asking")
        verbose_name_plural = _("asking")
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="asking_once")]

    def __str__(self) -> str:
        return str(self.quarantine_days)

    @classmethod
    def current(cls) -> "Asking":
        """The row, or the defaults where there is none yet; one query."""
        return Asking.objects.filter(pk=1).first() or Asking()

    @classmethod
    def locked(cls) -> "Asking":
        """The row, made when there is none, locked until the transaction ends."""
        Asking.objects.bulk_create([Asking()], ignore_conflicts=True)
        return Asking.objects.select_for_update().get(pk=1)

    def was_looked_at_since(self, at: datetime) -> bool:
        """Whether the sweep has looked since `at`."""
        return self.looked_at is not None and self.looked_at >= at


class MailTexts(models.Model):
    """A survey's mail in one language, where it differs from the standard. `{brand}` stands for the brand."""

    survey = models.ForeignKey(Survey, models.CASCADE, related_name="mail_texts")
    language = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES)
    subject = models.CharField(_("subject"), max_length=150)
    intro = models.TextField(_("before the question"), max_length=1000, blank=True)
    closing = models.TextField(_("after the numbers"), max_length=1000, blank=True)
    why = models.CharField(_("why they get it, in small print"), max_length=300)

    TEXTS = ("subject", "intro", "closing", "why")

    class Meta:
        verbose_name = _("mail of a survey")
        verbose_name_plural = _("mails of surveys")
        constraints = [models.UniqueConstraint(fields=["survey", "language"], name="mail_texts_once")]

    def __str__(self) -> str:
        return f"{self.survey_id} {self.language}"
