"""Answers that were stored in the moment in which their customer was erased: they are erased after it.

An answer is stored by one statement, which waits for no lock; it may end after the erasing that did not see it yet.
"""

from datetime import datetime, timedelta

from celery import shared_task
from django.db.models import QuerySet
from django.utils import timezone

from nps_project.background import sweep
from nps_project.background.sweep import Sweep
from nps_project.privacy import erasing
from nps_project.privacy.models import Erasure, Kind
from surveys.models import Response

LOOKED_FOR = timedelta(days=30)  # after an erasure: no request takes so long, but to mend what the database refuses may


def _late(at: datetime) -> QuerySet[Response]:
    erasures = Erasure.objects.filter(kind=Kind.CONTACT, at__gte=at - LOOKED_FOR)
    erased = set(erasures.values_list("row_id", flat=True))  # told whose, the database looks for nobody else's
    rows = Response.objects.filter(contact__in=erased, contact__erased_at__isnull=False, erased_at=None)
    return rows.order_by("pk")


def _erase(response_id: int, at: datetime) -> bool:
    late = _late(at).filter(pk=response_id).values_list("contact", flat=True).first()
    if late is None:
        return False
    first = Erasure.objects.filter(kind=Kind.CONTACT, row_id=late).select_related("by").order_by("pk")[0]
    erasing.erase(Kind.CONTACT, late, by=first.by, why=first.why)
    return True


LATE = sweep.add(Sweep("privacy.late", _late, _erase))


@shared_task(name="privacy.erase_late")
def erase_late() -> None:
    """Erase what was stored while its customer was erased."""
    sweep.run(LATE, timezone.now())
