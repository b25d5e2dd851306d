"""What was learnt of each language, how often it is right, and what it suggests for each answer."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q, Subquery, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from followup.insights.words.models import LANGUAGES
from followup.models import RootCause
from surveys.models import Response

LEAST_PRECISION, MOST_PRECISION, STANDARD_PRECISION = 50, 99, 70


class ThemeSettings(models.Model):
    """From which precision on a cause is suggested; there is one row, or none while nobody chose."""

    precision = models.PositiveSmallIntegerField(
        _("precision"),
        default=STANDARD_PRECISION,
        validators=[MinValueValidator(LEAST_PRECISION), MaxValueValidator(MOST_PRECISION)],
    )

    class Meta:
        verbose_name = _("settings of themes")
        verbose_name_plural = _("settings of themes")
        constraints = [
            models.CheckConstraint(condition=Q(pk=1), name="themes_settings_once"),
            models.CheckConstraint(
                condition=Q(precision__range=(LEAST_PRECISION, MOST_PRECISION)), name="themes_precision_range"
            ),
        ]

    def __str__(self) -> str:
        return str(self.precision)


def precision_in_force() -> Combinable:
    """The precision that the admin chose, in percent, for a query."""
    chosen = ThemeSettings.objects.values("precision")[:1]
    return Coalesce(Subquery(chosen), Value(STANDARD_PRECISION), output_field=models.PositiveSmallIntegerField())


class Theme(models.Model):
    """What was learnt in one language: how much each term speaks for each cause.

    n: tickets with a chosen cause that it rests on, 0 where there were too few. causes: their ids, the last one null
    where some are too rare to be told apart. weights: by term, one for each cause. claimed_at: a worker has it in hand.
    """

    language = models.CharField(max_length=2, unique=True, choices=LANGUAGES.items())
    learnt_at = models.DateTimeField(null=True)
    claimed_at = models.DateTimeField(null=True)
    n = models.PositiveIntegerField(default=0)
    right = models.PositiveIntegerField(default=0)  # of n, in cross-validation, whatever the precision
    causes = models.JSONField(default=list)
    bias = models.JSONField(default=list)
    weights = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("theme model")
        verbose_name_plural = _("theme models")
        constraints = [models.CheckConstraint(condition=Q(language__in=LANGUAGES), name="themes_language_known")]

    def __str__(self) -> str:
        return self.language


class CauseQuality(models.Model):
    """How well one cause is told from the words, by cross-validation.

    n: tickets on which people chose it. curve: [share, suggested, right] from the surest on: of the answers for which
    the model gives the cause at least this share, how many there are, and for how many people chose it.
    words: [word, weight] that speak for it most, each of enough customers.
    """

    theme = models.ForeignKey(Theme, models.CASCADE, related_name="qualities", db_index=False)  # the next is one
    cause = models.ForeignKey(RootCause, models.CASCADE, related_name="+")
    n = models.PositiveIntegerField()
    curve = models.JSONField(default=list)
    words = models.JSONField(default=list)

    class Meta:
        verbose_name = _("quality of a cause")
        verbose_name_plural = _("qualities of causes")
        constraints = [models.UniqueConstraint(fields=["theme", "cause"], name="themes_quality_once")]

    def __str__(self) -> str:
        return f"{self.theme_id}: {self.cause_id}"


class Learning(models.Model):
    """One night's learning of a language: how far it is, and what came of it."""

    theme = models.ForeignKey(Theme, models.CASCADE, related_name="learnings")
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    done = models.PositiveSmallIntegerField(default=0)
    steps = models.PositiveSmallIntegerField()
    n = models.PositiveIntegerField(default=0)
    right = models.PositiveIntegerField(default=0)
    suggested = models.PositiveIntegerField(default=0)  # answers for which it found a cause

    class Meta:
        verbose_name = _("learning")
        verbose_name_plural = _("learnings")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.theme_id}: {self.began_at:%Y-%m-%d}"


class Suggestion(models.Model):
    """The cause that the words of an answer suggest. A trigger forgets it when the comment changes.

    confidence: in percent, how often so sure a suggestion of this cause was right in cross-validation; it is shown from
    the precision on that the admin chose. words: [word, weight] of the comment that decided, the heaviest first.
    """

    response = models.OneToOneField(Response, models.CASCADE, primary_key=True, related_name="+")
    cause = models.ForeignKey(RootCause, models.CASCADE, related_name="+")
    confidence = models.PositiveSmallIntegerField()
    words = models.JSONField(default=list)
    learnt_at = models.DateTimeField()

    class Meta:
        verbose_name = _("suggested cause")
        verbose_name_plural = _("suggested causes")
        constraints = [models.CheckConstraint(condition=Q(confidence__lte=100), name="themes_confidence_range")]

    def __str__(self) -> str:
        return f"{self.response_id}: {self.cause_id}"
