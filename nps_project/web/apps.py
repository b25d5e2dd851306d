"""The app of what all pages share."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WebConfig(AppConfig):
    """Forms that are sent twice."""

    name = "nps_project.web"
    label = "web"
    verbose_name = _("Pages")

    def ready(self) -> None:
        from nps_project.background import queues, schedule
        from nps_project.web import field_words

        field_words.use()
        schedule.every(3600, forget_form_submissions="web.forget_form_submissions")
        queues.add(queues.BULK, "web.forget_form_submissions")
