"""The link of a wallboard."""

from typing import Self
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from nps_project.accounts.links import make_token, read_token
from nps_project.accounts.models import Team, User
from surveys.models import Survey

NAME_MAX_LENGTH = 80
_PURPOSE = "wall"


class WallLinkQuerySet(models.QuerySet["WallLink"]):
    """Filters by who may see a link."""

    def visible_to(self, user: User) -> Self:
        """All for who sees all teams; else those of their teams and of their teams' surveys."""
        if user.sees_all_teams:
            return self
        return self.filter(Q(team__in=user.teams.all()) | Q(survey__in=Survey.objects.visible_to(user)))

    def of_token(self, token: str) -> "WallLink | None":
        """The link of a genuine token, also one that was taken back; at most one query."""
        public_id = read_token(_PURPOSE, token)
        return self.select_related("survey", "team").filter(public_id=public_id).first() if public_id else None


class WallLink(models.Model):
    """An address that shows the wallboard to whoever has it, until it is taken back.

    Its figures are those of one survey, of one team, or where both are null of the whole company.
    """

    public_id = models.UUIDField(default=uuid4, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=NAME_MAX_LENGTH)
    survey = models.ForeignKey(
        Survey, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("survey")
    )
    team = models.ForeignKey(Team, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("team"))
    language = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES, default="en")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", editable=False)
    made_at = models.DateTimeField(default=timezone.now, editable=False)
    revoked_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = WallLinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("link of a wallboard")
        verbose_name_plural = _("links of wallboards")
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="wall_link_has_a_name"),
            models.CheckConstraint(condition=Q(survey=None) | Q(team=None), name="wall_link_survey_or_team"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Its address, with the token."""
        return f"/insights/wall/{make_token(_PURPOSE, self.public_id)}/"
