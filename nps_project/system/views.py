"""Pages about the installation: /healthz, /readyz and /metrics for programs, /setup/system/ for admins."""

import ipaddress
import threading
import time
from datetime import timedelta
from typing import Any

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

from nps_project.accounts.keys import user_of_key
from nps_project.accounts.permissions import StaffRequest, admin_required
from nps_project.health import heartbeats, metrics
from nps_project.health.checks import State, run_checks
from nps_project.health.standard import READY

SWEEP_FRESH = timedelta(minutes=3)
READY_FOR_S = 1.0
started_at = time.monotonic()
last_look: tuple[float, dict[str, Any]] | None = None  # when /readyz looked last, and what it saw
_looking = threading.Lock()


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """200 while the process answers; it asks no server."""
    return HttpResponse("ok\n", content_type="text/plain", headers={"Cache-Control": "no-store"})


@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """200 when database, migrations, broker and sweeps are well, else 503 with what is wrong; `more` has other states.

    Anyone may ask, so the checks run at most once in READY_FOR_S; other requests get the last result.
    """
    global last_look  # noqa: PLW0603
    seen = last_look
    if seen is None or time.monotonic() - seen[0] >= READY_FOR_S:
        if _looking.acquire(blocking=seen is None):
            try:
                if last_look is seen:  # nobody else looked while this one waited
                    last_look = (time.monotonic(), look_at_readiness())
            finally:
                _looking.release()
        seen = last_look
    assert seen is not None  # noqa: S101  (whoever found nothing has looked, or waited)
    body = seen[1]
    return JsonResponse(body, status=200 if body["ready"] else 503, headers={"Cache-Control": "no-store"})


def look_at_readiness() -> dict[str, Any]:
    with translation.override("en"):
        results = {check.part: result for check, result in run_checks(thoroughly=False)}
        needed = {
            part: "ok" if result.state != State.BROKEN else f"{result.message}. {result.hint}"
            for part, result in results.items()
            if part in READY
        }
        if needed["database"] == "ok" == needed["migrations"]:
            needed["sweep"] = _sweep()
    ready = all(state == "ok" for state in needed.values())
    rest = {part: str(result.state) for part, result in results.items() if part not in READY}
    return {"ready": ready, **needed, "more": rest}


def _sweep() -> str:
    """ "ok" when a sweep ran, or this process started, in the last 3 minutes; else what is wrong."""
    try:
        seen = heartbeats.last_seen().get(heartbeats.SWEEP)
    except DatabaseError:
        return "unknown"
    if seen is not None and timezone.now() - seen < SWEEP_FRESH:
        return "ok"
    if time.monotonic() - started_at < SWEEP_FRESH.total_seconds():
        return "ok"
    return "none in the last 3 minutes: is the worker running, and beat?"


def _may_measure(request: HttpRequest) -> bool:
    """Whether the caller has a key that may read everything, or is this machine without a proxy in between."""
    scheme, _space, key = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
    if scheme:
        user = user_of_key(key.strip()) if scheme.lower() == "bearer" else None
        return user is not None and user.survey_limit_id() is None
    if "winback.forwarded" in request.META:
        return False
    try:
        return ipaddress.ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False


@never_cache
@require_safe
def measured(request: HttpRequest) -> HttpResponse:
    """The figures for Prometheus; 401 without a read key, unless this machine asks."""
    if not _may_measure(request):
        refused = "Send a key with scope read: Authorization: Bearer <key>. Without one only this machine may ask.\n"
        headers = {"WWW-Authenticate": 'Bearer realm="metrics"'}
        return HttpResponse(refused, status=401, content_type="text/plain; charset=utf-8", headers=headers)
    return HttpResponse(metrics.text(), content_type=CONTENT_TYPE_PLAIN_0_0_4)


@never_cache
@require_safe
@admin_required
def system(request: StaffRequest) -> HttpResponse:
    """The results of `manage.py doctor` as a page."""
    results = run_checks(thoroughly=True)
    worst = State.OK
    for state in (State.LOOK, State.BROKEN):
        if any(result.state == state for _check, result in results):
            worst = state
    words = {State.OK: _("OK"), State.LOOK: _("Check"), State.BROKEN: _("Broken")}
    rows = [(check, result, words[result.state]) for check, result in results]
    context = {"room": "setup", "here": "system", "title": _("System"), "rows": rows, "worst": str(worst)}
    return render(request, "system/system.html", context)
