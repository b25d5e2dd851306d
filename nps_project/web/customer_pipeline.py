"""The short way to the customers' pages: the few middlewares that they need, and none of the others.

A customer waits for these pages, and has no session, account, message or cookie; their language is their survey's.
Measured by `make bench`: a fifth of an answer.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from csp.constants import HEADER
from csp.utils import build_policy
from django.conf import settings
from django.core.handlers.base import BaseHandler
from django.core.handlers.exception import convert_exception_to_response
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.module_loading import import_string

_paths: set[str] = set()

GetResponse = Callable[[HttpRequest], HttpResponse]


def add_paths(*prefixes: str) -> None:
    """Addresses that begin so are pages of customers; called by an app's ready()."""
    _paths.update(prefixes)


def is_customers(request: HttpRequest) -> bool:
    """Whether it asks for a page of a customer."""
    return request.path_info.startswith(tuple(_paths))


class CustomerHandler(BaseHandler):
    """The views behind settings.CUSTOMER_MIDDLEWARE, of which none has a hook but its call."""

    def load_middleware(self, is_async: bool = False) -> None:
        """Build the chain as Django does for the others."""
        self._view_middleware: list[Any] = []
        self._template_response_middleware: list[Any] = []
        self._exception_middleware: list[Any] = []
        handler: Any = convert_exception_to_response(self._get_response)  # type: ignore[attr-defined]  # its stubs leave it out
        for name in reversed(settings.CUSTOMER_MIDDLEWARE):
            handler = convert_exception_to_response(import_string(name)(handler))
        self.chain: GetResponse = handler


class ShortWayMiddleware:
    """In front of all others: sends customers the short way."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        handler = CustomerHandler()
        handler.load_middleware()
        self.short_way = handler.chain

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.short_way(request) if is_customers(request) else self.get_response(request)


class CustomerPageMiddleware:
    """What Django's locale and frame middlewares and the policy's do for the others: language and headers.

    A view switches to the language of its survey; the browser's is that of the pages without one.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        self.policy = build_policy()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        translation.activate(_language_of_browser(request.META.get("HTTP_ACCEPT_LANGUAGE", "")))
        response = self.get_response(request)
        headers = response.headers
        headers.setdefault(HEADER, self.policy)
        headers.setdefault("X-Frame-Options", settings.X_FRAME_OPTIONS)
        if "Content-Language" not in headers:
            headers["Content-Language"] = translation.get_language() or settings.LANGUAGE_CODE
            patch_vary_headers(response, ["Accept-Language"])
        return response


@lru_cache(maxsize=1024)
def _language_of_browser(accepted: str) -> str:
    """By Django's rules; nothing but this header counts, for customers have no cookie."""
    asking = HttpRequest()
    asking.META["HTTP_ACCEPT_LANGUAGE"] = accepted
    return translation.get_language_from_request(asking)
