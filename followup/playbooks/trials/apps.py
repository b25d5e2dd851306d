"""The app of the trials of plays."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TrialsConfig(AppConfig):
    """Trials and what they drew. Their pages are in followup.insights.trials."""

    name = "followup.playbooks.trials"
    label = "trials"
    verbose_name = _("Trials")

    def ready(self) -> None:
        from auditlog.registry import auditlog

        from followup.playbooks import services as playbooks
        from followup.playbooks.trials import guard
        from followup.playbooks.trials.models import Trial
        from nps_project.background import queues, schedule

        playbooks.add_guard(guard.refuse_change)
        schedule.every(60, move_trials="trials.move")
        queues.add(queues.SWEEPS, "trials.move")
        auditlog.register(Trial, exclude_fields=["seed"])
