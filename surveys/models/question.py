"""Extra questions of a survey, and the answers to them."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from surveys.models.response import Response
from surveys.models.survey import Survey


class QuestionKind(models.TextChoices):
    """How an extra question is answered."""

    RATING = "rating", _("1 to 5")
    CHOICE = "choice", _("One of a list")
    TEXT = "text", _("Words")


class Question(models.Model):
    """An extra question, asked after the score. Its texts and options are per language."""

    survey = models.ForeignKey(Survey, models.CASCADE, related_name="questions")
    position = models.PositiveSmallIntegerField(_("position"), default=1)
    kind = models.CharField(_("kind"), max_length=6, choices=QuestionKind.choices)
    texts = models.JSONField(_("texts"), default=dict, help_text=_('By language: {"en": "…"}'))
    options = models.JSONField(_("options"), default=dict, blank=True, help_text=_('By language: {"en": ["…"]}'))
    is_active = models.BooleanField(_("asked"), default=True)

    class Meta:
        verbose_name = _("extra question")
        verbose_name_plural = _("extra questions")
        ordering = ["position", "id"]
        constraints = [
            models.CheckConstraint(condition=models.Q(kind__in=QuestionKind.values), name="question_kind_known")
        ]

    def __str__(self) -> str:
        return str(self.texts.get("en") or next(iter(self.texts.values()), self.pk))

    def text_in(self, language: str, first: str) -> str:
        """The question in a language, else in the survey's first one."""
        return str(self.texts.get(language) or self.texts.get(first, ""))

    def options_in(self, language: str) -> list[str]:
        """The options of a list in a language; the same place in each language means the same option."""
        return list(self.options.get(language, []))


class Answer(models.Model):
    """The answer of one response to one extra question: a number, a text, or an option in the first language."""

    response = models.ForeignKey(Response, models.CASCADE, related_name="answers")
    question = models.ForeignKey(Question, models.PROTECT, related_name="answers")
    value = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["response", "question"], name="answer_once_per_question")]

    def __str__(self) -> str:
        return f"{self.response_id} {self.question_id}"
