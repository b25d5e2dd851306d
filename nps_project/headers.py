"""Headers of every answer: what a browser may not do for our pages, and that personal pages are kept by nobody."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

_POWERS = ("accelerometer", "camera", "display-capture", "geolocation", "gyroscope", "microphone", "payment", "usb")
PERMISSIONS = ", ".join(f"{power}=()" for power in _POWERS)
PERSONAL = "private, no-store"


class HeadersMiddleware:
    """Adds what no view has said itself. A page that knows a session is personal, whatever it shows."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers["Permissions-Policy"] = PERMISSIONS
        if settings.SESSION_COOKIE_NAME in request.COOKIES or response.cookies:
            given = response.headers.get("Cache-Control", "")
            if "no-store" not in given and not request.path_info.startswith(settings.STATIC_URL):
                response.headers["Cache-Control"] = PERSONAL
        return response
