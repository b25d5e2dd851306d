"""The people who sign in, the service accounts behind API keys, and their teams."""

from collections.abc import Collection
from datetime import time
from typing import Any, ClassVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from nps_project.common.text import shown


class Role(models.TextChoices):
    """What a person may do; each role includes the ones below it."""

    ADMIN = "admin", _("Admin")
    MANAGER = "manager", _("Manager")
    AGENT = "agent", _("Agent")
    VIEWER = "viewer", _("Viewer")


class TicketMail(models.TextChoices):
    """How a person gets mails of warnings, escalations and mentions."""

    EACH = "each", _("At once, one mail each")
    DAILY = "daily", _("Together, once a day in the morning")


WEEKLY_TIME = time(7, 30)  # of the reader's zone, on Mondays unless they choose another day
RANK = {Role.VIEWER: 0, Role.AGENT: 1, Role.MANAGER: 2, Role.ADMIN: 3}


class UserManager(BaseUserManager["User"]):
    """Creates users; addresses are stored in lower case, so one person has one account."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """A new user; without a password it cannot sign in. Raises: IntegrityError for a taken address."""
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """An admin: what `createsuperuser` asks for."""
        return self.create_user(email, password, **fields | {"role": Role.ADMIN})

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=(username or "").strip().lower())

    def visible_to(self, user: "User") -> models.QuerySet["User"]:
        """Everybody; for a key that is limited to one survey, itself alone."""
        return self.all() if user.survey_limit_id() is None else self.filter(pk=user.pk)

    def people(self) -> models.QuerySet["User"]:
        """Active users who are persons, not service accounts."""
        return self.filter(is_active=True, is_service=False)

    def workers(self) -> models.QuerySet["User"]:
        """Active users and service accounts who may own tickets."""
        return self.filter(is_active=True).exclude(role=Role.VIEWER)


class User(AbstractBaseUser):
    """A person, or the service account of an API key."""

    email = models.EmailField(_("e-mail address"), unique=True)
    name = models.CharField(_("name"), max_length=150, blank=True)
    role = models.CharField(_("role"), max_length=10, choices=Role.choices, default=Role.AGENT)
    all_teams = models.BooleanField(
        _("sees all teams"), default=True, help_text=_("Off: only tickets and answers of the person's own teams.")
    )
    language = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES, default="en")
    time_zone = models.CharField(_("time zone"), max_length=64, blank=True)
    single_keys = models.BooleanField(_("single-key shortcuts"), default=True)
    mail_about_tickets = models.CharField(
        _("mail about tickets"), max_length=5, choices=TicketMail.choices, default=TicketMail.EACH
    )
    weekly_day = models.PositiveSmallIntegerField(_("weekly mail"), null=True, blank=True, default=0, db_default=0)
    weekly_time = models.TimeField(_("time of the weekly mail"), default=WEEKLY_TIME, db_default=WEEKLY_TIME)
    is_active = models.BooleanField(_("active"), default=True)
    is_service = models.BooleanField(_("service account"), default=False, editable=False)
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects = UserManager()

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ["name", "email"]
        constraints = [
            models.CheckConstraint(condition=models.Q(email=Lower("email")), name="user_email_lower_case"),
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="user_role_known"),
            models.CheckConstraint(
                condition=models.Q(weekly_day=None) | models.Q(weekly_day__range=(0, 6)), name="user_weekly_day_is_one"
            ),
        ]

    def __str__(self) -> str:
        return shown(self.name) or self.email

    def is_at_least(self, role: str) -> bool:
        """Whether this active user has the role or a higher one."""
        return self.is_active and RANK[Role(self.role)] >= RANK[Role(role)]

    @property
    def zone(self) -> ZoneInfo:
        """Where their days and mornings are; the company's zone, where theirs is unset or known to nobody."""
        try:
            return ZoneInfo(self.time_zone or settings.TIME_ZONE)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            return ZoneInfo(settings.TIME_ZONE)

    @property
    def sees_all_teams(self) -> bool:
        """Admins, and those whom an admin lets see all."""
        return self.all_teams or self.is_at_least(Role.ADMIN)

    def sees_team(self, team_id: int | None, own: Collection[int]) -> bool:
        """Whether what is of a team, such as the answers to its surveys, is shown to this person; None is no team's.

        What `visible_to` of surveys says in the database, without a query. `own`: the ids of the person's teams.
        """
        return self.sees_all_teams or team_id in own

    @property
    def is_staff(self) -> bool:
        """May open /admin/: admins who are persons."""
        return self.role == Role.ADMIN and not self.is_service

    @property
    def is_superuser(self) -> bool:
        return self.is_staff

    def has_perm(self, perm: str, obj: object = None) -> bool:
        return self.is_active and self.is_staff

    def has_module_perms(self, app_label: str) -> bool:
        return self.is_active and self.is_staff

    def survey_limit_id(self) -> int | None:
        """The one survey that this service account may see, or None for all; at most one query."""
        if not self.is_service:
            return None
        key = getattr(self, "api_key", None)
        return key.survey_id if key else None


class Team(models.Model):
    """People who share a queue; its lead hears of what is late or has no owner."""

    name = models.CharField(_("name"), max_length=100, unique=True)
    lead = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="led_teams", verbose_name=_("lead")
    )
    members = models.ManyToManyField(User, related_name="teams", blank=True, verbose_name=_("members"))

    class Meta:
        verbose_name = _("team")
        verbose_name_plural = _("teams")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
