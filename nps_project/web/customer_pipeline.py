"""The pipeline of customers' pages: only the middlewares that these pages need.

Customers have no session, account, message or cookie, and their language is the survey's. Leaving the other middlewares
out saves a fifth of an answer's time (`make bench`).
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
    """Send addresses that begin with these prefixes through this pipeline; an app's ready() calls it."""
    _paths.update(prefixes)


def is_customers(request: HttpRequest) -> bool:
    """Whether the request is for a customer's page."""
    return request.path_info.startswith(tuple(_paths))


class CustomerHandler(BaseHandler):
    """Calls the views through settings.CUSTOMER_MIDDLEWARE. Those may not have process_view or other hooks."""

    def load_middleware(self, is_async: bool = False) -> None:
        """Build the chain of CUSTOMER_MIDDLEWARE, as Django builds that of MIDDLEWARE."""
        self._view_middleware: list[Any] = []
        self._template_response_middleware: list[Any] = []
        self._exception_middleware: list[Any] = []
        handler: Any = convert_exception_to_response(self._get_response)  # type: ignore[attr-defined]  # its stubs leave it out
        for name in reversed(settings.CUSTOMER_MIDDLEWARE):
            handler = convert_exception_to_response(import_string(name)(handler))
        self.chain: GetResponse = handler


class CustomerPipelineMiddleware:
    """The first of settings.MIDDLEWARE: it hands customers' requests to CustomerHandler, and all others on."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        handler = CustomerHandler()
        handler.load_middleware()
        self.customer_pipeline = handler.chain

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.customer_pipeline(request) if is_customers(request) else self.get_response(request)


class CustomerPageMiddleware:
    """Sets language, Content-Security-Policy and X-Frame-Options, in place of three middlewares of the other pages.

    A view activates its survey's language; pages without a survey are in the browser's.
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
    """The language that Django chooses for this Accept-Language header alone, without cookies."""
    asking = HttpRequest()
    asking.META["HTTP_ACCEPT_LANGUAGE"] = accepted
    return translation.get_language_from_request(asking)
