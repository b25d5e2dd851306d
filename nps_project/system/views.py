"""/healthz: the process answers. /readyz: everything it needs does. /metrics: figures. /setup/system/: for people."""

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
from nps_project.health.checks import State, look
from nps_project.health.standard import READY

SWEEP_FRESH = timedelta(minutes=3)
READY_FOR_S = 1.0
_started = time.monotonic()
_seen: tuple[float, dict[str, Any]] | None = None  # when /readyz looked last, and what it saw
_looking = threading.Lock()


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Alive; asks nothing of anyone."""
    return HttpResponse("ok\n", content_type="text/plain", headers={"Cache-Control": "no-store"})


@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """What it needs with "ok" or what is wrong, then 503; the rest with its state alone: anyone may ask.

    So it is looked at once a second; who asks meanwhile gets what was seen last.
    """
    global _seen  # noqa: PLW0603
    seen = _seen
    if seen is None or time.monotonic() - seen[0] >= READY_FOR_S:
        if _looking.acquire(blocking=seen is None):
            try:
                if _seen is seen:  # nobody else looked while this one waited
                    _seen = (time.monotonic(), _readiness())
            finally:
                _looking.release()
        seen = _seen
    assert seen is not None  # noqa: S101  (whoever found nothing has looked, or waited)
    body = seen[1]
    return JsonResponse(body, status=200 if body["ready"] else 503, headers={"Cache-Control": "no-store"})


def _readiness() -> dict[str, Any]:
    with translation.override("en"):
        found = {probe.part: finding for probe, finding in look(thoroughly=False)}
        needed = {
            part: "ok" if finding.state != State.BROKEN else f"{finding.says}. {finding.advice}"
            for part, finding in found.items()
            if part in READY
        }
        if needed["database"] == "ok" == needed["migrations"]:
            needed["sweep"] = _sweep()
    ready = all(state == "ok" for state in needed.values())
    rest = {part: str(finding.state) for part, finding in found.items() if part not in READY}
    return {"ready": ready, **needed, "more": rest}


def _sweep() -> str:
    """A sweep in the last 3 minutes, or a start younger than that."""
    try:
        seen = heartbeats.last_seen().get(heartbeats.SWEEP)
    except DatabaseError:
        return "unknown"
    if seen is not None and timezone.now() - seen < SWEEP_FRESH:
        return "ok"
    if time.monotonic() - _started < SWEEP_FRESH.total_seconds():
        return "ok"
    return "none in the last 3 minutes: is the worker running, and beat?"


def _may_measure(request: HttpRequest) -> bool:
    """A key that may read everything; or a program on this machine that no proxy speaks for."""
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
    """Prometheus reads it. 401 for anyone else."""
    if not _may_measure(request):
        refused = "Send a key with scope read: Authorization: Bearer <key>. Without one only this machine may ask.\n"
        headers = {"WWW-Authenticate": 'Bearer realm="metrics"'}
        return HttpResponse(refused, status=401, content_type="text/plain; charset=utf-8", headers=headers)
    return HttpResponse(metrics.text(), content_type=CONTENT_TYPE_PLAIN_0_0_4)


@never_cache
@require_safe
@admin_required
def system(request: StaffRequest) -> HttpResponse:
    """The same as `manage.py doctor`, to look at."""
    found = look(thoroughly=True)
    worst = State.OK
    for state in (State.LOOK, State.BROKEN):
        if any(finding.state == state for _probe, finding in found):
            worst = state
    words = {State.OK: _("Well"), State.LOOK: _("Worth a look"), State.BROKEN: _("Broken")}
    rows = [(probe, finding, words[finding.state]) for probe, finding in found]
    context = {"room": "setup", "here": "system", "title": _("System"), "rows": rows, "worst": str(worst)}
    return render(request, "system/system.html", context)
