"""The app of figures that are kept. It has no tables."""

from typing import Any

from django.apps import AppConfig
from django.db import transaction
from django.utils.translation import gettext_lazy as _


class KeptFiguresConfig(AppConfig):
    """Figures that take long to count."""

    name = "followup.insights.kept"
    label = "kept_figures"
    verbose_name = _("Kept figures")

    def ready(self) -> None:
        from followup.insights.kept import reading, tasks
        from nps_project.background import queues, schedule
        from nps_project.operations import backup
        from nps_project.privacy import registry

        reading.count_again_by(tasks.soon)
        registry.then(_forget)
        backup.after_restore(_forget)
        schedule.every(600, count_figures_of_the_day="figures.of_the_day")
        queues.add(queues.BULK, "figures.of_the_day", "figures.count_again")


def _forget(*_args: Any, **_named: Any) -> None:
    """When somebody is erased or a backup is restored, all is counted anew. What the audit has, such as another team of
    a survey or of a person, or another currency, is known from there (changes.py)."""
    from followup.insights.kept import store

    transaction.on_commit(store.forget_all)
