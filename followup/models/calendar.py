"""Calendars of service hours, and how each team and its people work."""

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _


class Calendar(models.Model):
    """Hours of service in one time zone: intervals for each weekday, without the public holidays of a country."""

    name = models.CharField(_("name"), max_length=100, unique=True)
    time_zone = models.CharField(_("time zone"), max_length=64)
    # ["0" Monday to "6" Sunday] to a list of [begin, end] as "HH:MM", ascending, apart; "24:00" ends a day.
    week = models.JSONField(_("hours"), default=dict)
    country = models.CharField(_("public holidays of"), max_length=2, blank=True)  # ISO 3166-1, as `holidays` has it
    subdivision = models.CharField(_("region"), max_length=10, blank=True)

    class Meta:
        verbose_name = _("calendar")
        verbose_name_plural = _("calendars")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class CalendarDay(models.Model):
    """An own day of the company: closed, or with other hours. It replaces weekday and public holiday."""

    calendar = models.ForeignKey(Calendar, models.CASCADE, related_name="days")
    day = models.DateField(_("day"))
    name = models.CharField(_("name"), max_length=100, blank=True)
    intervals = models.JSONField(_("hours"), default=list, blank=True)  # as in Calendar.week; empty: closed

    class Meta:
        ordering = ["day"]
        constraints = [models.UniqueConstraint(fields=["calendar", "day"], name="calendar_day_once")]

    def __str__(self) -> str:
        return f"{self.calendar_id}: {self.day}"


class TeamFollowUp(models.Model):
    """How a team works: its calendar. A team without a row, or without a calendar, is always in service."""

    team = models.OneToOneField("accounts.Team", models.CASCADE, related_name="follow_up", primary_key=True)
    calendar = models.ForeignKey(
        Calendar, models.PROTECT, null=True, blank=True, related_name="teams", verbose_name=_("calendar")
    )

    def __str__(self) -> str:
        return f"{self.team_id}: {self.calendar_id}"


class Absence(models.Model):
    """Days on which somebody is away, the first and the last included; the stand-in gets the tickets meanwhile."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="absences")
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"))
    stand_in = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("stand-in")
    )

    class Meta:
        verbose_name = _("absence")
        verbose_name_plural = _("absences")
        ordering = ["first_day", "id"]
        constraints = [
            models.CheckConstraint(condition=models.Q(last_day__gte=models.F("first_day")), name="absence_in_order"),
            models.CheckConstraint(
                condition=models.Q(stand_in=None) | ~models.Q(stand_in=models.F("person")),
                name="absence_stand_in_other",
            ),
        ]
        indexes = [models.Index(fields=["last_day", "first_day"], name="absence_days")]

    def __str__(self) -> str:
        return f"{self.person_id}: {self.first_day} - {self.last_day}"


class WorkShare(models.Model):
    """A person's part in a team's round robin: the limit of open tickets, and when they last got one."""

    team = models.ForeignKey("accounts.Team", models.CASCADE, related_name="shares")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="shares")
    open_limit = models.PositiveSmallIntegerField(
        _("open tickets at most"), null=True, blank=True, validators=[MinValueValidator(1)]
    )
    last_assigned_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["team", "person"], name="work_share_once")]

    def __str__(self) -> str:
        return f"{self.team_id}: {self.person_id}"
