"""Set the security and caching headers of every answer."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from nps_project.web.customer_pipeline import is_customers

_POWERS = ("accelerometer", "camera", "display-capture", "geolocation", "gyroscope", "microphone", "payment", "usb")
PERMISSIONS = ", ".join(f"{power}=()" for power in _POWERS)
PERSONAL = "private, no-store"


class HeadersMiddleware:
    """Sets headers that the view has not set. A page with a session is never cached.

    Customers' pages know none: what they say of themselves holds, also in the browser of a colleague.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers["Permissions-Policy"] = PERMISSIONS
        if settings.SESSION_COOKIE_NAME in request.COOKIES or response.cookies:
            given = response.headers.get("Cache-Control", "")
            is_said = "no-store" in given or (given and is_customers(request))
            if not is_said and not request.path_info.startswith(settings.STATIC_URL):
                response.headers["Cache-Control"] = PERSONAL
        return response
