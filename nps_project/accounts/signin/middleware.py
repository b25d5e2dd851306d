"""Activate a signed-in person's own language and time zone."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

from nps_project.accounts.signin.sessions import note


class StaffPreferencesMiddleware:
    """Activates both; a request without a session cookie (every customer's) costs no query."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # A customer's page has no user, also when a colleague who is signed in looks at it.
        known = settings.SESSION_COOKIE_NAME in request.COOKIES and hasattr(request, "user")
        if not known or not request.user.is_authenticated:
            return self.get_response(request)
        note(request, timezone.now())
        translation.activate(request.user.language)
        request.LANGUAGE_CODE = request.user.language
        with timezone.override(request.user.zone):
            return self.get_response(request)
