"""The API's own app: it remembers the answers to repeated requests."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """Idempotency."""

    name = "nps_project.api"
    label = "api"
    verbose_name = "API"
    addresses = (("api/", "nps_project.api.urls"),)

    def ready(self) -> None:
        from nps_project.api import authentication  # noqa: F401  (registers its scheme with the schema)
        from nps_project.background import queues, schedule

        schedule.every(3600, forget_idempotent_requests="api.forget_idempotent_requests")
        queues.add(queues.BULK, "api.forget_idempotent_requests")
