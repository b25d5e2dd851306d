"""Turn exceptions into RFC 9457 problem bodies; no other module does.

One rule: 400 for a request that cannot be read (malformed JSON, a fault in its address or headers), 422 for a body
that can be read and not be done, 409 when the state of things forbids it, 401, 403, 404, 405 as ever.
"""

import logging
import math
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.exceptions import ValidationError as ModelValidationError
from django.http import Http404, HttpRequest, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import set_rollback

from nps_project.api.throttle import ALLOWANCE, headers_of
from nps_project.errors import DomainError

logger = logging.getLogger(__name__)

CONTENT_TYPE = "application/problem+json"
TITLES = {
    400: "The request cannot be read",
    401: "A key is needed",
    403: "Not allowed with this key",
    404: "Not found",
    405: "Not possible here",
    406: "Only JSON is spoken here",
    409: "Not possible now",
    413: "Too large",
    415: "Only JSON is read here",
    422: "Not acceptable as it is",
    429: "Too many requests",
    500: "Something went wrong on our side",
}


class BadQuery(exceptions.ValidationError):
    """A fault in the address or a header, whatever the method: 400."""


def problem(status: int, detail: str, *, code: str = "", errors: list[dict[str, Any]] | None = None) -> dict[str, Any]:
    """A problem body: type, title, status, detail, and where known `code` and `errors` [{field, value, allowed}]."""
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": TITLES.get(status, "Error"),
        "status": status,
        "detail": detail,
    }
    if code:
        body["code"] = code
    if errors is not None:
        body["errors"] = errors
    return body


def problem_response(exc: Exception, context: dict[str, Any]) -> Response | None:
    """The exception handler of the API; None lets an unknown exception become a 500."""
    status, body, headers = _body_of(exc, context)
    if status is None:
        return None
    set_rollback()
    return Response(body, status=status, headers=headers, content_type=CONTENT_TYPE)


def _body_of(exc: Exception, context: dict[str, Any]) -> tuple[int | None, dict[str, Any], dict[str, str]]:
    if isinstance(exc, DomainError):
        error = {"field": exc.field, "value": _shown(exc.value), "allowed": exc.allowed}
        return exc.status, problem(exc.status, str(exc), code=exc.code, errors=[error]), {}
    if isinstance(exc, ModelValidationError):
        return 422, _of_fields(422, _messages_of_model(exc), _data(context)), {}
    if isinstance(exc, exceptions.ValidationError):
        request = context.get("request")
        is_read = request is None or request.method in ("GET", "HEAD", "OPTIONS")
        status = 400 if is_read or isinstance(exc, BadQuery) else 422
        given = _data(context) if status == 422 else getattr(request, "query_params", {})
        return status, _of_fields(status, exc.detail, given), {}
    if isinstance(exc, Http404):
        return 404, problem(404, "There is nothing here that this key may see."), {}
    if isinstance(exc, PermissionDenied):
        return 403, problem(403, "The scope of this key does not allow it."), {}
    if isinstance(exc, exceptions.APIException):
        headers = {}
        if getattr(exc, "auth_header", None):
            headers["WWW-Authenticate"] = exc.auth_header  # type: ignore[attr-defined]
        if getattr(exc, "wait", None) is not None:
            headers["Retry-After"] = str(math.ceil(exc.wait))  # type: ignore[attr-defined]
        return exc.status_code, problem(exc.status_code, str(exc.detail), code=str(exc.get_codes())), headers
    return None, {}, {}


def _data(context: dict[str, Any]) -> Any:
    try:
        return context["request"].data
    except Exception:  # noqa: BLE001  (a body that cannot be read has no values to show)
        return {}


def _messages_of_model(exc: ModelValidationError) -> dict[str, list[str]]:
    return exc.message_dict if hasattr(exc, "error_dict") else {"": exc.messages}


def _of_fields(status: int, detail: Any, given: Any) -> dict[str, Any]:
    errors = [
        {"field": field, "value": _shown(_value_at(given, field)), "allowed": message}
        for field, message in _flatten("", detail)
    ]
    first = errors[0] if errors else {"field": "", "allowed": ""}
    return problem(status, f"{first['field']}: {first['allowed']}".lstrip(": "), code="invalid", errors=errors)


def _flatten(path: str, detail: Any) -> list[tuple[str, str]]:
    if isinstance(detail, dict):
        pairs = []
        for name, inner in detail.items():
            name = "" if name in ("non_field_errors", "__all__") else str(name)
            pairs += _flatten(".".join(part for part in (path, name) if part), inner)
        return pairs
    if isinstance(detail, list):
        pairs = []
        for number, inner in enumerate(detail):
            pairs += _flatten(f"{path}.{number}" if isinstance(inner, dict) and inner else path, inner)
        return pairs
    return [(path, str(detail))]


def _value_at(given: Any, field: str) -> Any:
    for part in field.split("."):
        if not hasattr(given, "get") or not part:
            return None
        given = given.get(part)
    return given


def _shown(value: object) -> Any:
    """A value small enough to be repeated in an error."""
    if value is None or isinstance(value, bool | float) or (isinstance(value, int) and abs(value) < 2**63):
        return value
    text = str(value)
    return text if len(text) <= 100 else text[:97] + "..."


@csrf_exempt
def not_found(request: HttpRequest, path: str = "") -> JsonResponse:
    """Answer 404 below /api/, for every method."""
    return JsonResponse(problem(404, "There is no such address."), status=404, content_type=CONTENT_TYPE)


def bad_request(request: HttpRequest) -> JsonResponse:
    """Answer 400 to what Django itself refuses, such as an unknown host."""
    return JsonResponse(problem(400, "The request cannot be read."), status=400, content_type=CONTENT_TYPE)


def server_error(request: HttpRequest, status: int = 500) -> JsonResponse:
    """Answer 500 without details; 503 while the database is away."""
    body = problem(status, "The request could not be finished. Nothing was half done; you may send it again.")
    left = headers_of(getattr(request, ALLOWANCE, None))
    return JsonResponse(body, status=status, content_type=CONTENT_TYPE, headers=left)
