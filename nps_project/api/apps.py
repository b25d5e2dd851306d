"""The API's own app: it remembers the answers to repeated requests."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """Idempotency."""

    name = "nps_project.api"
    label = "api"
    verbose_name = "API"

    def ready(self) -> None:
        from nps_project.api import authentication  # noqa: F401  (registers its scheme with the schema)
