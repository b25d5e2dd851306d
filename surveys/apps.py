"""The surveys app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SurveysConfig(AppConfig):
    """Surveys, contacts, invitations, responses."""

    name = "surveys"
    verbose_name = _("Surveys")
    addresses = (
        ("", "surveys.urls.public"),
        ("setup/", "surveys.urls.setup"),
        ("contacts/", "surveys.contacts.urls"),
        ("admin/surveys/surveywords/", "surveys.urls.moved"),
        ("api/v1/", "surveys.api.urls"),
    )

    def ready(self) -> None:
        from auditlog.registry import auditlog
        from django.db.models.signals import post_delete, post_save

        from nps_project.api import enums
        from nps_project.background import queues, schedule
        from nps_project.guide import help_links
        from nps_project.operations import backup
        from nps_project.web import customer_pipeline
        from nps_project.web.kept_pages import forms, memory
        from surveys.contacts import lookup
        from surveys.models import Question, Segment, Survey, SurveyTexts, TraitLabel
        from surveys.views import blank_page, sent, tabs

        for model in (Survey, SurveyTexts, Question):
            for signal in (post_save, post_delete):
                signal.connect(lookup.forget, sender=model, dispatch_uid="surveys.forget_what_is_shown")
        customer_pipeline.add_paths("/s/", "/r/", "/t/")
        memory.find_by(blank_page.asked_for)
        forms.take_by("/s/", forms.Way(sent.read, sent.store))
        backup.add_precious("surveys_response")
        surveys = ("surveys", "survey_new", "survey_edit", "words", "questions", "question_new", "question_edit")
        help_links.add({f"surveys_setup:{view}": "admin#surveys" for view in surveys})
        help_links.add(
            {
                "surveys_setup:index": "admin#setup",
                "surveys_setup:traits": "admin#traits",
                "surveys_setup:share": "asking#the-link-on-paper",
                "surveys_setup:looks": "admin#branding",
            }
        )
        tabs.add(tabs.Tab("looks", _("Preview"), "surveys_setup:looks"))
        tabs.add(tabs.Tab("share", _("Link and poster"), "surveys_setup:share"))
        schedule.every(15, go_on_deciding="surveys.go_on_deciding")
        schedule.every(6 * 3600, learn_what_is_usual="surveys.learn_and_forget")
        queues.add(queues.BULK, "surveys.decide_about_many", "surveys.go_on_deciding", "surveys.learn_and_forget")
        enums.add(
            DecisionKindEnum="surveys.models.decision.DecisionKind",
            ChannelEnum="surveys.models.response.Channel",
            EvidenceWhyEnum="surveys.models.response.EvidenceWhy",
        )
        auditlog.register(Survey)
        auditlog.register(SurveyTexts)
        auditlog.register(Question)
        auditlog.register(Segment)
        auditlog.register(TraitLabel)
