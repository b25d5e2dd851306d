"""The app of praise."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PraiseConfig(AppConfig):
    """What promoters say of colleagues, and love most."""

    name = "followup.insights.praise"
    label = "praise"
    verbose_name = _("Praise")
    addresses = (("insights/praise/", "followup.insights.praise.urls"),)

    def ready(self) -> None:
        from followup.desk.answers import parts as answer_parts
        from followup.desk.ticket import parts
        from followup.insights.praise import loved, on_answer
        from nps_project.background import queues, schedule
        from nps_project.privacy import registry

        answer_parts.add(answer_parts.Part("followup/insights/_praise.html", on_answer.shown))
        parts.add(parts.Part(parts.Place.ASIDE, "followup/insights/_loved.html", loved.shown, loved.annotations))
        registry.then(loved.forget)
        schedule.every(3600, count_praise="praise.count")
        queues.add(queues.BULK, "praise.count")
