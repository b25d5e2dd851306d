"""Forget what is not needed any more."""

from datetime import datetime, timedelta

from django.db.models import Q

from nps_project.deliveries.inbound.models import InboundMail, TakenEvent

EVENTS_FOR = timedelta(days=90)  # no service and no server repeats one after days
AT_ONCE = 10_000


def forget(at: datetime) -> int:
    """Delete old notes of events, and of mails that wait for nobody. Returns: how many."""
    before = at - EVENTS_FOR
    notes = TakenEvent.objects.filter(at__lt=before).order_by("at").values("pk")[:AT_ONCE]
    done = InboundMail.objects.filter(Q(left_for="") | Q(seen_at__lt=before), read_at__lt=before)
    mails = done.order_by("read_at").values("pk")[:AT_ONCE]
    count: int = TakenEvent.objects.filter(pk__in=notes).delete()[0]
    return count + int(InboundMail.objects.filter(pk__in=mails).delete()[0])
