"""Redirect POST requests with 308, so that a form or an API call keeps its body."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse


class KeepMethodMiddleware:
    """Of a redirect to the slash at the end, or to https, a browser would make a GET, and the answer would be lost."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code == 301 and request.method not in ("GET", "HEAD"):
            response.status_code = 308  # RFC 9110, 15.4.9
        return response
