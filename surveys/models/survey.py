"""A survey, and the versions of its texts in each language."""

from datetime import datetime
from typing import Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, RegexValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from nps_project.accounts.models import User
from surveys import scoring
from surveys.models.sample import Sample
from surveys.standard_texts import standard_texts

CUSTOMER_LANGUAGES = [code for code, _name in settings.LANGUAGES]


class SurveyStatus(models.TextChoices):
    """Whether a survey takes answers."""

    DRAFT = "draft", _("Draft")
    LIVE = "live", _("Live")
    PAUSED = "paused", _("Paused")
    CLOSED = "closed", _("Closed")


class SurveyQuerySet(models.QuerySet["Survey"]):
    """Filters by the user who may see the rows."""

    def visible_to(self, user: User) -> Self:
        """Surveys this user may see: all, those of the own teams, or the one its key is limited to."""
        limit = user.survey_limit_id()
        if limit is not None:
            return self.filter(pk=limit)
        return self if user.sees_all_teams else self.filter(team__in=user.teams.all())

    def not_expired(self, at: datetime) -> Self:
        """Surveys that are neither closed nor past their closing time: those that `is_expired` denies."""
        return self.exclude(status=SurveyStatus.CLOSED).exclude(closes_at__lte=at)

    def samples(self) -> Self:
        """Surveys of the sample data."""
        return self.filter(pk__in=Sample.objects.values(listed=models.Func("survey_ids", function="unnest")))


def default_languages() -> list[str]:
    """The languages of a new survey."""
    return ["en"]


class Survey(models.Model):
    """One NPS question put to customers of one brand."""

    slug = models.CharField(
        _("short name"),
        max_length=64,
        unique=True,
        validators=[RegexValidator(r"^[a-z0-9]+(?:-[a-z0-9]+)*\Z", _("Use a-z, 0-9 and single hyphens."))],
        help_text=_("Part of the link: /s/short-name/"),
    )
    name = models.CharField(_("name"), max_length=200, help_text=_("For your own people."))
    brand = models.CharField(_("brand"), max_length=100, help_text=_("The name that customers know."))
    status = models.CharField(_("status"), max_length=6, choices=SurveyStatus.choices, default=SurveyStatus.DRAFT)
    default_language = models.CharField(_("first language"), max_length=5, choices=settings.LANGUAGES, default="en")
    languages = ArrayField(
        models.CharField(max_length=5, choices=settings.LANGUAGES),
        verbose_name=_("languages"),
        default=default_languages,
    )
    team = models.ForeignKey(
        "accounts.Team", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("team")
    )
    allowed_traits = ArrayField(
        models.CharField(max_length=50), verbose_name=_("traits taken from the link"), default=list, blank=True
    )
    closes_at = models.DateTimeField(_("closes"), null=True, blank=True)
    edit_days = models.PositiveSmallIntegerField(_("days in which an answer may be changed"), default=14)
    quarantine_days = models.PositiveSmallIntegerField(
        _("days between two asks of one customer"), null=True, blank=True, validators=[MaxValueValidator(3650)]
    )  # null: the company's
    flood_limit = models.PositiveIntegerField(
        _("answers an hour that count at once"), null=True, blank=True, validators=[MaxValueValidator(1_000_000_000)]
    )  # of the public link; null: the usual number, 0: no limit
    flood_limit_learnt = models.PositiveIntegerField(default=200, db_default=200, editable=False)
    flood_told_on = models.DateField(null=True, editable=False)  # when managers were last told that answers wait
    revision = models.PositiveIntegerField(default=1, editable=False)  # grows with every change of what customers see
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = SurveyQuerySet.as_manager()

    class Meta:
        verbose_name = _("survey")
        verbose_name_plural = _("surveys")
        ordering = ["name", "id"]
        constraints = [
            models.CheckConstraint(condition=models.Q(status__in=SurveyStatus.values), name="survey_status_known"),
            models.CheckConstraint(
                condition=models.Q(languages__contained_by=CUSTOMER_LANGUAGES) & models.Q(languages__len__gte=1),
                name="survey_languages_known",
            ),
            models.CheckConstraint(
                condition=models.Q(languages__contains=[models.F("default_language")]),
                name="survey_default_language_spoken",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def takes_answers(self, at: datetime) -> bool:
        """Whether customers may answer it."""
        return self.status == SurveyStatus.LIVE and not self.is_expired(at)

    def is_expired(self, at: datetime) -> bool:
        """Whether the survey is closed, or past its closing time."""
        return self.status == SurveyStatus.CLOSED or (self.closes_at is not None and at >= self.closes_at)


class SurveyTexts(models.Model):
    """One version of a survey's texts in one language. Customers see the highest version; old ones are history.

    In every text `{brand}` stands for the survey's brand; nothing else is replaced. A text of a band of scores that is
    empty is the standard one of its language: `shown`.
    """

    survey = models.ForeignKey(Survey, models.CASCADE, related_name="texts")
    language = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES)
    version = models.PositiveIntegerField(default=1, editable=False)
    question = models.CharField(_("the question"), max_length=300)
    low_label = models.CharField(_("label of 0"), max_length=60)
    high_label = models.CharField(_("label of 10"), max_length=60)
    ask_any = models.CharField(_("asked when the score is not known"), max_length=300)
    # By band (scoring.BANDS). Columns have the names of the groups that the texts were for at first.
    ask_0_2 = models.CharField(_("asked after 0-2"), max_length=300, blank=True, db_column="ask_detractor")
    thanks_0_2 = models.TextField(_("thank-you after 0-2"), max_length=1000, blank=True, db_column="thanks_detractor")
    ask_3_4 = models.CharField(_("asked after 3-4"), max_length=300, blank=True, default="", db_default="")
    thanks_3_4 = models.TextField(_("thank-you after 3-4"), max_length=1000, blank=True, default="", db_default="")
    ask_5_6 = models.CharField(_("asked after 5-6"), max_length=300, blank=True, default="", db_default="")
    thanks_5_6 = models.TextField(_("thank-you after 5-6"), max_length=1000, blank=True, default="", db_default="")
    ask_7_8 = models.CharField(_("asked after 7-8"), max_length=300, blank=True, db_column="ask_passive")
    thanks_7_8 = models.TextField(_("thank-you after 7-8"), max_length=1000, blank=True, db_column="thanks_passive")
    ask_9_10 = models.CharField(_("asked after 9-10"), max_length=300, blank=True, db_column="ask_promoter")
    thanks_9_10 = models.TextField(_("thank-you after 9-10"), max_length=1000, blank=True, db_column="thanks_promoter")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", editable=False
    )

    OF_BANDS = tuple(f"{kind}_{low}_{high}" for low, high in scoring.BANDS for kind in ("ask", "thanks"))
    TEXTS = ("question", "low_label", "high_label", "ask_any", *OF_BANDS)

    class Meta:
        db_table = "surveys_surveywords"
        verbose_name = _("words of a survey")
        verbose_name_plural = _("words of surveys")
        constraints = [
            models.UniqueConstraint(fields=["survey", "language", "version"], name="survey_words_version_once")
        ]

    def __str__(self) -> str:
        return f"{self.survey_id} {self.language} {self.version}"

    def shown(self, name: str) -> str:
        """One of TEXTS as customers see it: the survey's own, else the standard one of its language."""
        return getattr(self, name) or standard_texts(self.language)[name]

    def thanks_for(self, score: int) -> str:
        """The thank-you after a score. Raises: ValueError outside 0-10."""
        low, high = scoring.band_of(score)
        return self.shown(f"thanks_{low}_{high}")
