"""Routing: to whom a new ticket goes. The first rule that matches decides."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from surveys.scoring import SCORES


class RouteTo(models.TextChoices):
    """Where a rule sends a ticket."""

    ACCOUNT_MANAGER = "account_manager", _("The customer’s account manager")
    PERSON = "person", _("A person")
    TEAM = "team", _("A team, in turn")


class RoutingRule(models.Model):
    """Conditions, all of which must hold, and where the ticket goes then. An empty condition always holds."""

    name = models.CharField(_("name"), max_length=100)
    position = models.PositiveSmallIntegerField(_("place"), default=1)
    is_active = models.BooleanField(_("in use"), default=True)
    scores = ArrayField(models.SmallIntegerField(), verbose_name=_("scores"), default=list, blank=True)
    surveys = models.ManyToManyField("surveys.Survey", blank=True, related_name="+", verbose_name=_("surveys"))
    languages = ArrayField(models.CharField(max_length=5), verbose_name=_("languages"), default=list, blank=True)
    traits = models.JSONField(_("traits"), default=dict, blank=True)  # name to the values that fit
    value_from = models.DecimalField(_("value from"), max_digits=14, decimal_places=2, null=True, blank=True)
    value_to = models.DecimalField(_("value up to"), max_digits=14, decimal_places=2, null=True, blank=True)
    to = models.CharField(_("goes to"), max_length=15, choices=RouteTo.choices)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("person")
    )
    team = models.ForeignKey(
        "accounts.Team", models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("team")
    )

    class Meta:
        verbose_name = _("routing rule")
        verbose_name_plural = _("routing rules")
        ordering = ["position", "id"]
        constraints = [
            models.CheckConstraint(condition=models.Q(to__in=RouteTo.values), name="routing_to_known"),
            models.CheckConstraint(
                condition=models.Q(scores__contained_by=list(SCORES)), name="routing_scores_in_range"
            ),
            models.CheckConstraint(
                condition=(models.Q(to=RouteTo.PERSON) & models.Q(person__isnull=False))
                | (models.Q(to=RouteTo.TEAM) & models.Q(team__isnull=False))
                | models.Q(to=RouteTo.ACCOUNT_MANAGER),
                name="routing_has_its_target",
            ),
        ]

    def __str__(self) -> str:
        return self.name
