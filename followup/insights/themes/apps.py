"""The app of themes."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ThemesConfig(AppConfig):
    """Which words go with which root cause, and what they suggest."""

    name = "followup.insights.themes"
    label = "themes"
    verbose_name = _("Themes")
    addresses = (
        ("insights/themes/", "followup.insights.themes.urls"),
        ("api/v1/", "followup.insights.themes.api_urls"),
    )

    def ready(self) -> None:
        from auditlog.registry import auditlog

        from followup.api import ticket_fields
        from followup.desk.answers import parts as answer_parts
        from followup.desk.ticket import parts
        from followup.insights.themes import on_answer, on_ticket, suggesting
        from followup.insights.themes.models import ThemeSettings
        from followup.insights.words import reading
        from nps_project.background import queues, schedule
        from nps_project.guide import help_links

        reading.then(suggesting.suggest)
        parts.add(
            parts.Part(
                parts.Place.SAID, "followup/insights/themes/_on_ticket.html", on_ticket.shown, on_ticket.annotations
            )
        )
        answer_parts.add(answer_parts.Part("followup/insights/themes/_on_answer.html", on_answer.shown))
        ticket_fields.add(ticket_fields.Extra("suggested_cause", on_ticket.SuggestedCauseField, on_ticket.annotations))
        schedule.every(300, learn_themes="themes.learn")
        queues.add(queues.BULK, "themes.learn")
        help_links.add({"themes:themes": "insight#themes"})
        auditlog.register(ThemeSettings)
