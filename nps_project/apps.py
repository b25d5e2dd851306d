"""The project as a Django app, for its commands and system checks."""

from django.apps import AppConfig


class ProjectConfig(AppConfig):
    """Registers the system checks."""

    name = "nps_project"
    verbose_name = "Winback"

    def ready(self) -> None:
        from nps_project import celery, checks  # noqa: F401  (both register by import)
