"""Marks for a moment who changed something, so that figures show it to them even where a replica is behind."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from nps_project.common.replica import WROTE

_SAFE = ("GET", "HEAD", "OPTIONS", "TRACE")


class JustWrittenMiddleware:
    """With DATABASE_REPLICA_URL, sets a cookie that lives as long as figures may be behind."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if settings.DATABASE_REPLICA and request.method not in _SAFE:
            response.set_cookie(
                WROTE, "1", max_age=settings.DATABASE_REPLICA_SECONDS, secure=settings.SESSION_COOKIE_SECURE,
                httponly=True, samesite="Lax",
            )  # fmt: skip
        return response
