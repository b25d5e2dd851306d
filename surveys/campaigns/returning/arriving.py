"""A mail that left and did not come back in ARRIVED_AFTER has arrived, where somebody would have seen it come back.

Without a mailbox that is read, or a service that tells, nobody would: then it stays sent.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from nps_project.background import sweep
from nps_project.background.sweep import Sweep
from nps_project.deliveries.inbound.sources import are_bounces_read
from surveys.campaigns.returning.returned import end_soft_bounces
from surveys.models import Invitation, InvitationChannel, InvitationStatus

ARRIVED_AFTER = timedelta(hours=72)


def _due(at: datetime) -> QuerySet[Invitation]:
    rows = Invitation.objects.filter(channel=InvitationChannel.EMAIL, status=InvitationStatus.SENT)
    if not are_bounces_read(at):
        return rows.none()
    return rows.filter(sent_at__lte=at - ARRIVED_AFTER).order_by("sent_at", "pk")


def mark(invitation_id: int, at: datetime) -> bool:
    """Mark one invitation delivered; False when it is not sent any more, or not for long enough."""
    return not mark_together([invitation_id], at)


@transaction.atomic
def mark_together(invitation_ids: Sequence[int], at: datetime) -> Sequence[int]:
    """Mark these delivered, in three statements. Returns: those that are not to be marked."""
    rows = _due(at).filter(pk__in=invitation_ids).select_for_update(no_key=True, skip_locked=True)
    found = list(rows.values_list("pk", flat=True))
    Invitation.objects.filter(pk__in=found).update(status=InvitationStatus.DELIVERED, delivered_at=at)
    end_soft_bounces(found)
    return sorted(set(invitation_ids).difference(found))


MARK = sweep.add(Sweep("campaigns.mark_arrived", _due, mark, together=mark_together))


def mark_arrived(at: datetime) -> int:
    """One sweep. Returns: how many have arrived."""
    return sweep.run(MARK, at)
