"""Forget what is not needed any more."""

from datetime import datetime, timedelta

from nps_project.deliveries.inbound.models import TakenEvent

EVENTS_FOR = timedelta(days=90)  # no service repeats one after days
AT_ONCE = 10_000


def forget(at: datetime) -> int:
    """Delete old notes of events. Returns: how many."""
    old = TakenEvent.objects.filter(at__lt=at - EVENTS_FOR).order_by("at").values("pk")[:AT_ONCE]
    count: int = TakenEvent.objects.filter(pk__in=old).delete()[0]
    return count
