"""The app."""

from django.apps import AppConfig

from tests.hostile import quick_ends


class QuickEndsConfig(AppConfig):
    """Gives the web server other times when a process of it begins."""

    name = "tests.hostile.quick_ends"

    def ready(self) -> None:
        from nps_project.web import asgi, connections

        for name in ("HEAD_WITHIN_S", "KEPT_FOR_S", "REST_WITHIN_S", "READ_WITHIN_S", "BODY_WITHIN_S"):
            setattr(connections, name, getattr(quick_ends, name))
        asgi.BODY_WITHIN_S = quick_ends.BODY_WITHIN_S
