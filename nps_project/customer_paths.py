"""Middleware that leaves the customers' pages alone: no session, no account, no messages, and nothing of the audit log.

A customer waits for these pages, and has none of that. Measured by `make bench`: a seventh of an answer.
"""

from collections.abc import Callable

from auditlog.middleware import AuditlogMiddleware as _Auditlog
from csp.constants import HEADER
from csp.middleware import CSPMiddleware
from csp.utils import build_policy
from django.contrib.auth.middleware import AuthenticationMiddleware as _Authentication
from django.contrib.messages.middleware import MessageMiddleware as _Messages
from django.contrib.sessions.middleware import SessionMiddleware as _Sessions
from django.http import HttpRequest, HttpResponse

CUSTOMER_PATHS = ("/s/", "/r/", "/t/")

GetResponse = Callable[[HttpRequest], HttpResponse]


def is_customers(request: HttpRequest) -> bool:
    """Whether it asks for a page of a customer."""
    return request.path_info.startswith(CUSTOMER_PATHS)


class SessionMiddleware(_Sessions):
    """As Django's, for the others."""

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request) if is_customers(request) else super().__call__(request)  # type: ignore[return-value]  # never async here


class AuthenticationMiddleware(_Authentication):
    """As Django's, for the others."""

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request) if is_customers(request) else super().__call__(request)  # type: ignore[return-value]  # never async here


class MessageMiddleware(_Messages):
    """As Django's, for the others."""

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request) if is_customers(request) else super().__call__(request)  # type: ignore[return-value]  # never async here


class AuditlogMiddleware(_Auditlog):
    """As auditlog's, for the others."""

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request) if is_customers(request) else super().__call__(request)


class PolicyMiddleware(CSPMiddleware):
    """The policy of the settings; on the customers' pages without working it out anew each time."""

    def __init__(self, get_response: GetResponse) -> None:
        super().__init__(get_response)
        self.policy = build_policy()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not is_customers(request):
            return super().__call__(request)  # type: ignore[return-value]  # never async here
        response = self.get_response(request)
        response.headers.setdefault(HEADER, self.policy)  # type: ignore[union-attr]  # never async here
        return response  # type: ignore[return-value]
