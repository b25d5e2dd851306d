"""Error pages for people: 403, 404, 405, 429, 500 and 503, never with a stack trace."""

import sys
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.db import DatabaseError, InterfaceError, OperationalError, connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from nps_project.accounts.signin.views import safe_next
from nps_project.api import errors
from nps_project.operations.logs import request_id
from nps_project.web.customer_pipeline import is_customers
from nps_project.web.kept_forms import keeping


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400, and 413 for a form that is larger than any that is taken, of which nothing was read."""
    if request.path.startswith("/api/"):
        return errors.bad_request(request)
    if isinstance(exception, RequestDataTooBig):
        return render(request, "errors/413.html", status=413)
    return render(request, "errors/400.html", status=400)


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "errors/403.html", status=403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form whose CSRF token is wrong: read before a new sign-in, too old, or from another site."""
    is_sign_in = request.path.startswith(settings.LOGIN_URL)
    context = _sign_in_again(request) if is_sign_in else keeping.kept_or_not(request)
    return render(request, "errors/csrf.html", context, status=403)


def _sign_in_again(request: HttpRequest) -> dict[str, object]:
    """The context for a sign-in form that was open in two tabs: the way to go on."""
    wanted = request.POST.get("next", "")
    if request.user.is_authenticated:
        return {"is_signed_in": True, "address": safe_next(request, wanted)}
    return {"address": f"{settings.LOGIN_URL}?{urlencode({'next': wanted})}" if wanted else settings.LOGIN_URL}


class NotAllowedMiddleware:
    """Answer 405 with a page that leads back, where an address takes only forms."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code != 405 or response.streaming or response.content:
            return response
        allowed = response.headers["Allow"]
        if "GET" in allowed:
            address = request.path
        else:
            came_from, query = keeping.referring(request)
            is_elsewhere = came_from not in ("", request.path)
            address = f"{came_from}?{query}".rstrip("?") if is_elsewhere else keeping.page_above(request.path)
        page = render(request, "errors/405.html", {"address": address}, status=405)
        page.headers["Allow"] = allowed
        return page


def page_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    if request.path.startswith("/api/"):
        return errors.not_found(request)
    try:
        asked = request.GET.get("lang", "")
    except TooManyFieldsSent:
        asked = ""
    if asked in dict(settings.LANGUAGES):  # as on the customers' pages
        translation.activate(asked)
    return render(request, "errors/404.html", status=404)


def _status() -> int:
    """503 when the database is away, so that the same request works later; else 500."""
    error = sys.exc_info()[1]
    while error is not None:
        if isinstance(error, OperationalError | InterfaceError) or (isinstance(error, DatabaseError) and _is_cut_off()):
            return 503
        error = error.__cause__
    return 500


def _is_cut_off() -> bool:
    """Whether the connection is closed: a killed database process leaves an error of no special class."""
    raw: Any = connection.connection
    return raw is None or bool(raw.closed)


def server_error(request: HttpRequest) -> HttpResponse:
    status = _status()
    if request.path.startswith("/api/"):
        response: HttpResponse = errors.server_error(request, status)
    elif is_customers(request) and request.method == "POST":
        response = _again_page(request, status)
    else:
        response = _fault_page(status)
    if status == 503:
        response["Retry-After"] = "5"
    return response


def too_many(request: HttpRequest, words: str, retry_after_s: int) -> HttpResponse:
    """A 429 page: this person has too much under way."""
    page = render(request, "errors/429.html", {"words": words}, status=429)
    page.headers["Retry-After"] = str(retry_after_s)
    return page


def _again_page(request: HttpRequest, status: int) -> HttpResponse:
    """A page with what the customer sent, to send it again; it needs no database."""
    try:
        given = [(name, value) for name, values in request.POST.lists() for value in values]
        about = {
            "address": request.get_full_path(),
            "hidden": [(name, value) for name, value in given if name != "comment" or not value],
            "comment": request.POST.get("comment", ""),
            "request_id": request_id.get(),
        }
        return HttpResponse(str(render_to_string("errors/again.html", about)), status=status)
    except Exception:  # noqa: BLE001  (a body that cannot be read, or what is missing for the page)
        return _fault_page(status)


def _fault_page(status: int) -> HttpResponse:
    # Without the request: no context processor, no session and no database, which may be what went wrong.
    try:
        page = str(render_to_string("errors/500.html", {"request_id": request_id.get()}))
    except Exception:  # noqa: BLE001  (the last page there is must not fail, whatever is missing)
        page = f"<!doctype html><title>500</title><h1>{_('Something went wrong on our side.')}</h1>"
    return HttpResponse(page, status=status)
