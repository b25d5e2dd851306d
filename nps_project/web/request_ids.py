"""Give each request an id, for its log lines, its answer and the tasks that it dispatches."""

import logging
import re
import secrets
import time
from collections.abc import Callable, Mapping
from typing import Any

from celery.signals import before_task_publish, task_postrun, task_prerun
from django.http import HttpRequest, HttpResponse

from nps_project.operations.logs import request_id
from nps_project.web.customer_pipeline import is_customers

logger = logging.getLogger(__name__)

HEADER = "X-Request-ID"
TASK_HEADER = "winback_request"
_GIVEN = re.compile(r"[A-Za-z0-9_.:-]{8,64}", re.ASCII)
_UNTOLD = ("/healthz", "/readyz", "/metrics", "/static/")  # asked all day by programs


def id_for(environ: Mapping[str, Any], *, is_trusted: bool) -> str:
    """The id that a trusted proxy gave the request, or a new one."""
    given = environ.get("HTTP_X_REQUEST_ID", "") if is_trusted else ""
    return given if _GIVEN.fullmatch(given) else secrets.token_hex(8)


class RequestIdMiddleware:
    """Takes the id from a trusted proxy, or makes one; one line a request in the log.

    Customers' pages write no line unless they fail: nobody waits for a log there, and the proxy's has them.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        about = id_for(request.META, is_trusted="winback.trusted" in request.META)
        reset = request_id.set(about)
        began = time.monotonic()
        try:
            response = self.get_response(request)
            response.headers[HEADER] = about
            if response.status_code >= 500 or not (is_customers(request) or request.path_info.startswith(_UNTOLD)):
                self._tell(request, response.status_code, time.monotonic() - began)
        finally:
            request_id.reset(reset)
        return response

    @staticmethod
    def _tell(request: HttpRequest, status: int, took_s: float) -> None:
        level = logging.WARNING if status >= 500 else logging.INFO
        values: dict[str, Any] = {"method": request.method, "path": request.path_info, "status": status}
        values["ms"] = round(1000 * took_s)
        about = {"repeats": "503"} if status == 503 else {}  # the database is away: for every page alike
        logger.log(level, "%(method)s %(path)s %(status)d in %(ms)d ms", values, extra=values | about)


@before_task_publish.connect(dispatch_uid="request_ids.publish")
def _send_along(headers: dict[str, Any], **_kwargs: Any) -> None:
    headers.setdefault(TASK_HEADER, request_id.get())


@task_prerun.connect(dispatch_uid="request_ids.begin")
def _begin(task_id: str, task: Any, **_kwargs: Any) -> None:
    request_id.set(getattr(task.request, TASK_HEADER, None) or task_id)


@task_postrun.connect(dispatch_uid="request_ids.end")
def _end(**_kwargs: Any) -> None:
    request_id.set("")
