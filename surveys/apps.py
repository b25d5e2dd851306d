"""The surveys app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SurveysConfig(AppConfig):
    """Surveys, contacts, invitations, responses."""

    name = "surveys"
    verbose_name = _("Surveys")

    def ready(self) -> None:
        from auditlog.registry import auditlog

        from surveys.models import Question, Survey, SurveyWords

        auditlog.register(Survey)
        auditlog.register(SurveyWords)
        auditlog.register(Question)
