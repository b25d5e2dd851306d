"""The followup app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FollowupConfig(AppConfig):
    """Tickets, playbooks, clocks."""

    name = "followup"
    verbose_name = _("Follow-up")

    def ready(self) -> None:
        from auditlog.registry import auditlog

        from followup import health, receivers
        from followup.models import (
            Absence,
            Calendar,
            CalendarDay,
            FollowUpSettings,
            Play,
            Playbook,
            PlayStep,
            RootCause,
            RoutingRule,
            SurveyFollowUp,
            TeamFollowUp,
        )
        from followup.tickets.leaving import counts, hand_over
        from nps_project.accounts.people import leaving
        from nps_project.health import checks, metrics

        receivers.connect()
        leaving.set_work(leaving.Work(counts, hand_over))
        checks.add(checks.Probe("answers", _("Answers"), health.unopened_answers, needs=("database", "migrations")))
        metrics.add(health.measured)
        for model in (
            Absence,
            RoutingRule,
            Calendar,
            CalendarDay,
            TeamFollowUp,
            Playbook,
            Play,
            PlayStep,
            RootCause,
            SurveyFollowUp,
            FollowUpSettings,
        ):
            auditlog.register(model)
