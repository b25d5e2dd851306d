"""/healthz: the process answers. /readyz: everything it needs does."""

import time
from datetime import timedelta

import redis
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from nps_project.health.models import SignOfLife

SWEEP_FRESH = timedelta(minutes=3)
_started = time.monotonic()


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Alive; asks nothing of anyone."""
    return HttpResponse("ok\n", content_type="text/plain", headers={"Cache-Control": "no-store"})


@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """Each part with "ok" or what is wrong; 503 when any is."""
    parts = {"database": _database(), "broker": _broker()}
    if parts["database"] == "ok":
        parts |= {"migrations": _migrations(), "sweep": _sweep()}
    ready = all(state == "ok" for state in parts.values())
    return JsonResponse({"ready": ready, **parts}, status=200 if ready else 503, headers={"Cache-Control": "no-store"})


def _database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return "cannot be reached"
    return "ok"


def _migrations() -> str:
    executor = MigrationExecutor(connection)
    return "missing: run manage.py migrate" if executor.migration_plan(executor.loader.graph.leaf_nodes()) else "ok"


def _broker() -> str:
    try:
        with redis.Redis.from_url(settings.REDIS_URL, socket_timeout=1, socket_connect_timeout=1) as store:
            store.ping()
    except (redis.RedisError, OSError):
        return "cannot be reached"
    return "ok"


def _sweep() -> str:
    """A sweep in the last 3 minutes, or a start younger than that."""
    seen = SignOfLife.objects.filter(name="sweep").values_list("at", flat=True).first()
    if seen is not None and timezone.now() - seen < SWEEP_FRESH:
        return "ok"
    if time.monotonic() - _started < SWEEP_FRESH.total_seconds():
        return "ok"
    return "none in the last 3 minutes: is the worker running, and beat?"
