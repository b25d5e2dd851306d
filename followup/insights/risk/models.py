"""The customers at risk, as they were found when it was last looked."""

from decimal import Decimal
from typing import Any, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from nps_project.accounts.models import User
from surveys.models import Contact, Survey


class Reason(models.TextChoices):
    """Why a customer is at risk."""

    SILENT = "silent", _("Stopped answering")
    BOUNCED = "bounced", _("Mail came back")
    UNSUBSCRIBED = "unsubscribed", _("Unsubscribed")
    FELL = "fell", _("Fell from 9–10 to 7–8")


# The column that says since when; null where the reason does not hold.
SINCE = {
    Reason.SILENT: "silent_since",
    Reason.BOUNCED: "bounced_at",
    Reason.UNSUBSCRIBED: "unsubscribed_at",
    Reason.FELL: "fell_at",
}


class AtRiskQuerySet(models.QuerySet["AtRisk"]):
    """Filters by the user who may see the rows, and by reason."""

    def visible_to(self, user: User) -> Self:
        """Customers whose last answer is to a survey that this user may see; without an answer, who left such a survey,
        and customers that they may see for what is of no survey."""
        if user.survey_limit_id() is None and user.sees_all_teams:
            return self
        mine = Survey.objects.visible_to(user)
        of_no_survey = Q(survey=None, contact__in=Contact.objects.visible_to(user))
        return self.filter(Q(survey__in=mine) | of_no_survey)

    def for_reason(self, reason: str) -> Self:
        return self.filter(**{f"{SINCE[Reason(reason)]}__isnull": False})

    def in_order(self) -> Self:
        """Those worth most first."""
        return self.order_by("rank", "pk")

    def behind(self, rank: Any, pk: int) -> Self:
        """The rows behind one in that order."""
        return self.filter(Q(rank__gt=rank) | Q(rank=rank, pk__gt=pk))


class AtRisk(models.Model):
    """One customer who turns away and has no ticket for it. Each look writes the rows anew.

    `response`: their last answer that counts, `survey` its survey; where they never answered, null and the survey that
    they unsubscribed from, if that is why. `asks`: mails that asked them since then, `silent_since` the first of these.
    `score_before`: what they gave the same survey before they fell. `rank`: what the contact is worth a year, negated;
    0 where nobody knows.
    """

    contact = models.OneToOneField("surveys.Contact", models.CASCADE, related_name="+")
    company = models.ForeignKey("surveys.Company", models.SET_NULL, null=True, related_name="+", db_index=False)
    response = models.ForeignKey("surveys.Response", models.CASCADE, null=True, related_name="+")
    survey = models.ForeignKey("surveys.Survey", models.CASCADE, null=True, related_name="+", db_index=False)
    rank = models.DecimalField(max_digits=14, decimal_places=2, default=0)
    asks = models.PositiveIntegerField(default=0)
    silent_since = models.DateTimeField(null=True)
    bounced_at = models.DateTimeField(null=True)
    unsubscribed_at = models.DateTimeField(null=True)
    fell_at = models.DateTimeField(null=True)
    score_before = models.SmallIntegerField(null=True)
    looked_at = models.DateTimeField()

    objects = AtRiskQuerySet.as_manager()

    class Meta:
        verbose_name = _("customer at risk")
        verbose_name_plural = _("customers at risk")
        constraints = [
            models.CheckConstraint(
                condition=Q(silent_since__isnull=False)
                | Q(bounced_at__isnull=False)
                | Q(unsubscribed_at__isnull=False)
                | Q(fell_at__isnull=False),
                name="at_risk_for_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(fell_at=None) | Q(score_before__isnull=False, response__isnull=False),
                name="at_risk_fell_from",
            ),
        ]
        indexes = [
            # /insights/risk/: those worth most first.
            models.Index(F("rank"), F("id"), name="at_risk_by_worth"),
            # The same by company.
            models.Index(fields=["company"], name="at_risk_company", condition=Q(company__isnull=False)),
        ]

    def __str__(self) -> str:
        return str(self.contact_id)

    @property
    def value(self) -> Decimal:
        """What the customer is worth a year; 0 where nobody knows."""
        return -self.rank

    @property
    def reasons(self) -> list[Reason]:
        """Why, in the order in which pages name them."""
        return [reason for reason, column in SINCE.items() if getattr(self, column) is not None]
