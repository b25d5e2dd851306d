"""The traits that answers are counted by, and the counts."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from surveys.models import Survey
from surveys.models.trait import LONGEST_NAME
from surveys.scoring import HIGHEST, LOWEST

MOST_TRAITS, MOST_VALUES = 5, 1_000
LONGEST_VALUE = 600  # characters: as many bytes as an index takes, whatever they are


class State(models.TextChoices):
    """How far the tallies of a trait are."""

    WAITING = "waiting", _("Waiting to begin")
    FILLING = "filling", _("Counting the answers so far")
    READY = "ready", _("Counted")
    REFUSED = "refused", _("Too many different values")


COUNTING = Q(state=State.FILLING) | Q(state=State.READY)


class MarkedTraitQuerySet(models.QuerySet["MarkedTrait"]):
    """Which traits are counted."""

    def counting(self) -> Self:
        """Those by which each new answer is counted."""
        return self.filter(COUNTING)

    def ready(self) -> Self:
        """Those whose tallies are whole, so that figures may be read from them."""
        return self.filter(state=State.READY)


class MarkedTrait(models.Model):
    """A trait that an admin marked, so that answers are counted by it.

    Answers with an id above `until` count themselves; the others are counted in the order of their ids, and
    `filled_to` is the last one that is. `values`: how many different values it had at `looked_at`. A trait that is
    marked again is another row: ids are never used twice, and tallies without a mark are deleted in the background.
    """

    name = models.CharField(_("trait"), max_length=LONGEST_NAME, unique=True)
    place = models.PositiveSmallIntegerField(unique=True)  # so that there are at most five
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    until = models.BigIntegerField(null=True)
    filled_to = models.BigIntegerField(default=0)
    values = models.PositiveIntegerField(null=True)
    looked_at = models.DateTimeField(null=True)

    objects = MarkedTraitQuerySet.as_manager()

    class Meta:
        verbose_name = _("trait that answers are counted by")
        verbose_name_plural = _("traits that answers are counted by")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=State.values), name="marked_trait_state_known"),
            models.CheckConstraint(condition=Q(place__range=(1, MOST_TRAITS)), name="marked_trait_place"),
            models.CheckConstraint(
                condition=Q(state=State.WAITING) | Q(until__isnull=False), name="marked_trait_has_begun"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def percent(self) -> int:
        """How much of the past is counted; 100 only when all of it is."""
        if self.state == State.READY:
            return 100
        return min(99, 100 * self.filled_to // self.until) if self.until else 0


class TraitTally(models.Model):
    """How many confirmed answers a survey got on one day of the company's zone with one value of a trait and one score.

    `value` is the trait's value as JSON text, cut off at LONGEST_VALUE: `"gold"`, `3.5`, `true`, and `null` where an
    answer has none. What refers to the trait is no foreign key: a customer's answer must not fail, nor wait, because
    the mark is taken away.
    """

    pk = models.CompositePrimaryKey("trait_id", "survey_id", "day", "value", "score")
    trait = models.ForeignKey(
        MarkedTrait, models.DO_NOTHING, related_name="tallies", db_constraint=False, db_index=False
    )
    survey = models.ForeignKey(Survey, models.CASCADE, related_name="+", db_index=False)
    day = models.DateField()
    value = models.TextField(db_collation="C")
    score = models.SmallIntegerField()
    count = models.IntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(score__range=(LOWEST, HIGHEST)), name="trait_tally_score_range"),
            models.CheckConstraint(condition=Q(count__gte=0), name="trait_tally_count_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.trait_id} {self.survey_id} {self.day} {self.value} {self.score}: {self.count}"


class Division(models.Model):
    """A way to divide answers that is counted day by day in the background; `days/divisions.py` has the names."""

    name = models.CharField(max_length=60, unique=True)
    looked_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("division that is counted by day")
        verbose_name_plural = _("divisions that are counted by day")

    def __str__(self) -> str:
        return self.name


class CountedDay(models.Model):
    """A day of the company's zone that is over and counted by a division. `is_over`: it has too many values to keep.

    Its counts are those of the answers, unless it is a ChangedDay. Nothing that stores an answer writes here.
    """

    pk = models.CompositePrimaryKey("division_id", "day")
    division = models.ForeignKey(Division, models.CASCADE, related_name="+", db_index=False)
    day = models.DateField()
    is_over = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("day that is counted")
        verbose_name_plural = _("days that are counted")

    def __str__(self) -> str:
        return f"{self.division_id} {self.day}"


class CountedSoFar(models.Model):
    """The day that is not over yet, counted by a division as far as its answers before `until`; as CountedDay else.

    One row for each division: it moves on with the hours, and from the day before. Whoever reads its counts reads it in
    the same statement, and no answer is in both parts.
    """

    division = models.OneToOneField(Division, models.CASCADE, primary_key=True, related_name="+")
    day = models.DateField()
    until = models.DateTimeField()
    is_over = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("day that is counted so far")
        verbose_name_plural = _("days that are counted so far")

    def __str__(self) -> str:
        return f"{self.division_id} {self.day} {self.until}"


class DayCount(models.Model):
    """How many confirmed answers of each group a survey got on one day with one value; "" is that of those without.

    Days are counted anew as a whole. What refers to the survey is no foreign key: rows of days that are not counted any
    more are never read.
    """

    pk = models.CompositePrimaryKey("division_id", "day", "survey_id", "value")
    division = models.ForeignKey(Division, models.CASCADE, related_name="+", db_index=False)
    survey = models.ForeignKey(Survey, models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False)
    day = models.DateField()
    value = models.TextField(db_collation="C")
    promoters = models.IntegerField()
    passives = models.IntegerField()
    detractors = models.IntegerField()

    class Meta:
        verbose_name = _("count of a day")
        verbose_name_plural = _("counts of days")

    def __str__(self) -> str:
        return f"{self.division_id} {self.day} {self.survey_id} {self.value}"


class ChangedDay(models.Model):
    """A day of the past whose answers changed, or the customers behind them, so that it has to be counted anew.

    Triggers write it, in the transaction of the change: one row for each transaction and day, which waits for nobody.
    """

    day = models.DateField(db_index=True)
    changed_by = models.BigIntegerField()  # the transaction's number

    class Meta:
        verbose_name = _("day to count anew")
        verbose_name_plural = _("days to count anew")
        indexes = [models.Index(fields=["changed_by", "day"], name="tallying_changed_once")]

    def __str__(self) -> str:
        return str(self.day)


class AskCount(models.Model):
    """How many customers were asked for one survey on one day, and how far that came.

    By campaign (0: none) and channel in the division "asks"; in the others by value alone. Kept as DayCount is.
    """

    pk = models.CompositePrimaryKey("division_id", "day", "survey_id", "campaign", "channel", "value")
    division = models.ForeignKey(Division, models.CASCADE, related_name="+", db_index=False)
    survey = models.ForeignKey(Survey, models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False)
    day = models.DateField()
    campaign = models.BigIntegerField(default=0)
    channel = models.CharField(max_length=5, default="", blank=True)
    value = models.TextField(db_collation="C", default="", blank=True)
    asked = models.IntegerField()
    mailed = models.IntegerField()
    delivered = models.IntegerField()
    answered = models.IntegerField()
    commented = models.IntegerField()

    class Meta:
        verbose_name = _("count of asks of a day")
        verbose_name_plural = _("counts of asks of days")

    def __str__(self) -> str:
        return f"{self.division_id} {self.day} {self.survey_id} {self.campaign} {self.channel} {self.value}"


class ChangedAskDay(models.Model):
    """A day of the past of which asks changed, or the answers or customers behind them; as ChangedDay is of answers."""

    day = models.DateField(db_index=True)
    changed_by = models.BigIntegerField()

    class Meta:
        verbose_name = _("day to count asks of anew")
        verbose_name_plural = _("days to count asks of anew")
        indexes = [models.Index(fields=["changed_by", "day"], name="tallying_ask_changed_once")]

    def __str__(self) -> str:
        return str(self.day)
