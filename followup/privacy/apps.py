"""The app of what followup keeps of customers. It has no tables."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FollowupPrivacyConfig(AppConfig):
    """Tickets, conversations, and what is found out of answers."""

    name = "followup.privacy"
    label = "followup_privacy"
    verbose_name = _("What follow-up keeps of customers")

    def ready(self) -> None:
        from followup.desk.answers import parts as answer_parts
        from followup.privacy import acts, on_answer, parts, subjects
        from nps_project.privacy import registry

        registry.widen_by(subjects.widen)
        for part in (parts.TICKETS, parts.MESSAGES, parts.FOUND_OUT):
            registry.add(part)
        for act in (acts.stop_what_is_due, acts.write_history):
            registry.then(act)
        answer_parts.add(answer_parts.Part("followup/privacy/_on_answer.html", on_answer.shown))
