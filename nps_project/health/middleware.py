"""Let health probes and Prometheus ask under any host name: they use an IP address or a container's name."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

PATHS = ("/healthz", "/readyz", "/metrics")


class AnyHostMiddleware:
    """Answer PATHS under every host name, since these pages make no links; all other paths obey ALLOWED_HOSTS."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info in PATHS:
            request.META["HTTP_HOST"] = next(iter(settings.ALLOWED_HOSTS), "localhost").lstrip(".*") or "localhost"
        return self.get_response(request)
