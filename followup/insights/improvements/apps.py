"""The app of improvements."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ImprovementsConfig(AppConfig):
    """What is mended for good, and telling customers of it."""

    name = "followup.insights.improvements"
    label = "improvements"
    verbose_name = _("Improvements")
    addresses = (
        ("insights/causes/", "followup.insights.causes.urls"),  # from where improvements start
        ("api/v1/", "followup.insights.causes.api_urls"),
        ("insights/improvements/", "followup.insights.improvements.urls"),
        ("api/v1/", "followup.insights.improvements.api_urls"),
    )

    def ready(self) -> None:
        from auditlog.registry import auditlog

        from followup.insights.improvements import services
        from followup.insights.improvements.letter import compose, keys, outcomes, telling
        from followup.insights.improvements.models import Improvement, LetterTexts
        from followup.models import ActivityKind
        from followup.notices import subjects
        from nps_project.api import enums
        from nps_project.background import queues, schedule
        from nps_project.deliveries import composing, from_header
        from nps_project.guide import help_links
        from nps_project.operations import backup
        from nps_project.system import cancelled, mail_names
        from surveys.branding import look

        composing.add(keys.TEMPLATE, compose.compose, told=outcomes.mails_left)
        mail_names.add(keys.TEMPLATE, ActivityKind.IMPROVEMENT_TOLD.label)
        from_header.name_by(keys.TEMPLATE, lambda: look.shown().sender_name)
        cancelled.add({compose.NO_WORDS: _("The mail has no words.")})
        outcomes.connect()
        subjects.add(services.WORD, services.subjects_of)
        backup.after_restore(telling.hold_all)
        schedule.every(15, tell_of_improvements="improvements.tell")
        schedule.every(3600, overdue_improvements="improvements.overdue")
        queues.add(queues.BULK, "improvements.tell", "improvements.overdue")
        enums.add(ImprovementStateEnum="followup.insights.improvements.models.State")
        views = ("list", "new", "improvement", "edit", "letter", "letter_in")
        help_links.add({"causes:causes": "causes#the-ranking"})
        help_links.add({f"improvements:{view}": "causes#improvements" for view in views})
        auditlog.register(Improvement, m2m_fields={"root_causes"}, exclude_fields=["looked_at", "told_overdue_on"])
        auditlog.register(LetterTexts)
