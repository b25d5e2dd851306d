"""Tasks that delete old rows."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from celery import shared_task
from django.db.models import QuerySet
from django.utils import timezone

from nps_project.api.models import IdempotentRequest
from nps_project.background import sweep
from nps_project.background.sweep import Sweep

REMEMBERED = timedelta(hours=24)


def _old(at: datetime) -> QuerySet[IdempotentRequest]:
    return IdempotentRequest.objects.filter(created_at__lt=at - REMEMBERED).order_by("created_at")


def _forget(row_ids: Sequence[int], _at: datetime) -> Sequence[int]:
    IdempotentRequest.objects.filter(pk__in=row_ids).delete()
    return ()


def _forget_one(row_id: int, _at: datetime) -> bool:
    return IdempotentRequest.objects.filter(pk=row_id).delete()[0] > 0


FORGET = sweep.add(Sweep("api.forget", _old, _forget_one, _forget))


@shared_task(name="api.forget_idempotent_requests")
def forget_idempotent_requests() -> None:
    """Delete idempotency keys that are older than a day."""
    sweep.run(FORGET, timezone.now())
