"""Pause a campaign, and close what is left of one that ended. Each takes effect before the next mail."""

from datetime import datetime

from django.db import connection, transaction
from django.db.models import QuerySet

from nps_project.deliveries.queueing import cancel_unsent
from surveys.campaigns.mail_keys import about
from surveys.campaigns.pacing.never_left import give_back
from surveys.models import Campaign, CampaignStatus, Invitation, InvitationStatus, PauseCause

CLOSED_AT_ONCE = 5000
_CLOSE = """
WITH closed AS (
    UPDATE surveys_invitation SET status = 'skipped', reason = CASE WHEN {is_kept} THEN reason ELSE 'ended' END,
        held_until = NULL
    WHERE id IN (
        SELECT id FROM surveys_invitation WHERE campaign_id = %(campaign)s AND status IN ('waiting', 'held')
        ORDER BY status, id LIMIT %(most)s FOR NO KEY UPDATE
    )
    RETURNING id, contact_id, survey_id, reason
)
INSERT INTO surveys_askdecision (contact_id, survey_id, invitation_id, at, decision, reason)
SELECT contact_id, survey_id, id, %(at)s, 'skipped', reason FROM closed
RETURNING invitation_id
"""
_IS_KEPT = "status = 'held' AND held_until IS NULL AND reason <> ''"  # why it waited for a person


def locked(campaign_id: int) -> Campaign:
    """The campaign, locked until the transaction ends. Whoever locks recipients as well locks the campaign first."""
    return Campaign.objects.select_for_update(no_key=True).get(pk=campaign_id)


def queued(campaign: Campaign) -> QuerySet[Invitation]:
    """Recipients whose mail is queued, and may be on its way."""
    return Invitation.objects.filter(
        campaign=campaign, channel="email", status=InvitationStatus.WAITING, asked_at__isnull=False
    )


def cancel_queued(campaign: Campaign) -> None:
    """Cancel the mails that are queued for a campaign; its row is locked."""
    cancel_unsent([about(pk) for pk in queued(campaign).order_by("pk").values_list("pk", flat=True)])


@transaction.atomic
def pause(*, campaign_id: int, cause: PauseCause, at: datetime, detail: str = "") -> bool:
    """Pause a campaign that runs or is scheduled; False when it does neither."""
    campaign = locked(campaign_id)
    if campaign.status not in (CampaignStatus.RUNNING, CampaignStatus.SCHEDULED):
        return False
    campaign.status, campaign.paused_because, campaign.paused_detail = CampaignStatus.PAUSED, cause, detail[:300]
    campaign.save(update_fields=["status", "paused_because", "paused_detail"])
    cancel_queued(campaign)
    return True


def close(campaign: Campaign, at: datetime) -> int:
    """Skip some of those who are left of an ended campaign, whose row is locked; whose mail was queued and never left
    was not asked. Nobody is reminded. Returns: about how many something was written, of each kind at most
    CLOSED_AT_ONCE."""
    with connection.cursor() as cursor:
        cursor.execute(_CLOSE.format(is_kept=_IS_KEPT), {"campaign": campaign.pk, "at": at, "most": CLOSED_AT_ONCE})
        ids = [invitation_id for (invitation_id,) in cursor.fetchall()]
    give_back(ids)
    return len(ids) + forget_reminders(campaign, CLOSED_AT_ONCE)


def forget_reminders(campaign: Campaign, most: int | None = None) -> int:
    """Remind nobody any more of a campaign that ended, whose row is locked, not even when it goes on for those whom it
    did not mail. Returns: how many would have been reminded, at most `most`."""
    rows = Invitation.objects.filter(campaign=campaign, remind_at__isnull=False)
    found = rows.filter(pk__in=rows.order_by("remind_at", "pk").values("pk")[:most]) if most else rows
    return found.update(remind_at=None)
