"""The project as a Django app, for its commands and system checks."""

from django.apps import AppConfig


class ProjectConfig(AppConfig):
    """Registers the system checks, and what each process does before a request and a task."""

    name = "nps_project"
    verbose_name = "Winback"

    def ready(self) -> None:
        from celery.signals import task_prerun
        from django.core.signals import request_started

        from nps_project import celery, checks  # noqa: F401  (both register by import)
        from nps_project.common import company_zone

        for signal in (request_started, task_prerun):
            signal.connect(company_zone.take_over, dispatch_uid="company_zone.take_over")
