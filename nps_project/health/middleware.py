"""Programs that look after this one ask by address, or under the name of a container."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

PATHS = ("/healthz", "/readyz", "/metrics")


class AnyHostMiddleware:
    """Their pages hold no link and make none, so they answer under every name; all others only to ALLOWED_HOSTS."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info in PATHS:
            request.META["HTTP_HOST"] = next(iter(settings.ALLOWED_HOSTS), "localhost").lstrip(".*") or "localhost"
        return self.get_response(request)
