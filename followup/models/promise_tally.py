"""How many first-contact promises to detractors were met, were missed and run: by day, and what changed since then."""

from dataclasses import dataclass, field
from typing import Any, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from nps_project.accounts.models import Team, User
from surveys.models import Survey


class PromiseTally(models.Model):
    """The promises of tickets whose clock started on one day of the company's zone, by survey and team. One that is
    neither met nor missed runs on, past its deadline too.

    Without foreign keys in the database, as PromiseChange: nobody who works on a ticket waits because of a count.
    """

    day = models.DateField()
    survey = models.ForeignKey(Survey, models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False)
    team = models.ForeignKey(
        Team, models.DO_NOTHING, related_name="+", null=True, blank=True, db_constraint=False, db_index=False
    )
    met = models.IntegerField()
    missed = models.IntegerField()
    running = models.IntegerField()

    class Meta:
        verbose_name = _("tally of promises")
        verbose_name_plural = _("tallies of promises")
        constraints = [
            models.UniqueConstraint(
                fields=["day", "survey", "team"],
                include=["met", "missed", "running"],
                nulls_distinct=False,
                name="promise_tally_once_a_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.survey_id} {self.team_id}: {self.met}, {self.missed}, {self.running}"


class PromiseChange(models.Model):
    """What the tallies do not have yet: a promise that is met, missed or runs now (1), and that was so before (-1).

    Triggers of `Ticket` write it, in the transaction that changes the ticket; `followup.tallying` moves it to the tally
    of its day.
    """

    clock_from = models.DateTimeField()  # of the ticket
    survey = models.ForeignKey(Survey, models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False)
    team = models.ForeignKey(
        Team, models.DO_NOTHING, related_name="+", null=True, blank=True, db_constraint=False, db_index=False
    )
    met = models.SmallIntegerField()
    missed = models.SmallIntegerField()
    running = models.SmallIntegerField()

    class Meta:
        verbose_name = _("change of a tally of promises")
        verbose_name_plural = _("changes of tallies of promises")

    def __str__(self) -> str:
        return f"{self.clock_from} {self.survey_id} {self.team_id}: {self.met}, {self.missed}, {self.running}"


@dataclass(frozen=True, slots=True)
class PromiseCounts:
    """The tallies of some tickets, and the changes since: both are read in one statement."""

    tallies: models.QuerySet[PromiseTally] = field(default_factory=PromiseTally.objects.all)
    changes: models.QuerySet[PromiseChange] = field(default_factory=PromiseChange.objects.all)

    @classmethod
    def seen_by(cls, user: User) -> "PromiseCounts | None":
        """Of the tickets that this person may see; None where that depends on whose each of them is."""
        if not user.sees_all_teams:
            return None
        limit = user.survey_limit_id()
        return cls() if limit is None else cls().filter(survey=limit)

    def filter(self, **of: Any) -> Self:
        """Of these surveys or teams alone."""
        return type(self)(self.tallies.filter(**of), self.changes.filter(**of))
