"""The app of customers' words."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WordsConfig(AppConfig):
    """In which language customers wrote, and which words stand out."""

    name = "followup.insights.words"
    label = "words"
    verbose_name = _("Words")
    addresses = (
        ("insights/words/", "followup.insights.words.urls"),
        ("api/v1/", "followup.insights.words.api_urls"),
    )

    def ready(self) -> None:
        from nps_project.background import queues, schedule
        from nps_project.guide import help_links

        schedule.every(60, read_comments="words.read")
        queues.add(queues.BULK, "words.read")
        help_links.add({"words:words": "insight#words"})
