"""Whom the quarantine held is asked again when it ends, while the campaign goes on."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import QuerySet

from nps_project.background import sweep
from nps_project.background.sweep import Sweep
from surveys.campaigns.pacing import turns
from surveys.models import Invitation, InvitationChannel, InvitationStatus


def _due(at: datetime) -> QuerySet[Invitation]:
    rows = Invitation.objects.filter(channel=InvitationChannel.EMAIL, status=InvitationStatus.HELD)
    rows = rows.filter(campaign__in=list(turns.at_work().values_list("pk", flat=True)), held_until__lte=at)
    return rows.order_by("campaign", "held_until", "pk")


def wake_some(invitation_ids: Sequence[int], at: datetime) -> int:
    """Have these wait again, if their quarantine ended. Returns: how many do."""
    return (
        _due(at)
        .filter(pk__in=invitation_ids)
        .update(status=InvitationStatus.WAITING, reason="", held_until=None, send_at=at)
    )


def _together(invitation_ids: Sequence[int], at: datetime) -> Sequence[int]:
    wake_some(invitation_ids, at)
    return []


WAKE = sweep.add(Sweep("campaigns.wake", _due, lambda pk, at: bool(wake_some([pk], at)), together=_together))
