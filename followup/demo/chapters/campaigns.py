"""Sample campaigns: one that ended, one that is under way, and one whose mails came back. Nothing of them is mailed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext_noop

from surveys.models import (
    AskReason,
    Campaign,
    CampaignStatus,
    Contact,
    Invitation,
    InvitationChannel,
    InvitationStatus,
    PauseCause,
    Survey,
)

_DAY = timedelta(days=1)
_MISTYPED = 3  # of a hundred addresses in an old list, some are worse


@dataclass(frozen=True, slots=True)
class _Told:
    """A campaign as the sample data tells it. Times are days before now, shares are per hundred recipients."""

    name: str
    survey: int
    status: str
    began: int
    ended: int
    bounced: int
    waiting: int = 0
    more: Mapping[str, Any] | None = None


_CAMPAIGNS = (
    _Told(gettext_noop("Sample: how are we doing, this autumn"), 2, CampaignStatus.FINISHED, 75, 47, _MISTYPED,
          more={"reminders": [5, 12], "daily_limit": 100}),
    _Told(gettext_noop("Sample: an old list of addresses"), 1, CampaignStatus.PAUSED, 23, 14, 11, waiting=60,
          more={"paused_because": PauseCause.BOUNCES, "paused_detail": "11 / 100 (11.0 %)"}),
    _Told(gettext_noop("Sample: after delivery, these weeks"), 0, CampaignStatus.RUNNING, 9, 0, 1, waiting=40,
          more={"daily_limit": 50, "window_days": [1, 2, 3, 4, 5], "window_from": "09:00", "window_until": "17:00"}),
)  # fmt: skip


def make_campaigns(surveys: tuple[Survey, ...], contacts: Mapping[int, Contact], now: datetime) -> None:
    """Make them of the personal links by which customers answered meanwhile, and of others who did not answer."""
    for told in _CAMPAIGNS:
        began, ended = now - told.began * _DAY, (now - told.ended * _DAY if told.ended else None)
        campaign = Campaign.objects.create(
            name=told.name, survey=surveys[told.survey], status=told.status, created_at=began - _DAY, started_at=began,
            ended_at=ended if told.status == CampaignStatus.FINISHED else None, **(told.more or {}),
        )  # fmt: skip
        answered = _take_answered(campaign, began, ended or now)
        others = [contact for number, contact in sorted(contacts.items()) if number % 3 == told.survey]
        _add_others(campaign, told, [one for one in others if one.pk not in answered], began, 3 * len(answered) + 20)


def _take_answered(campaign: Campaign, began: datetime, ended: datetime) -> set[int]:
    """The first answered link of each customer in this time becomes one that was mailed. Returns: the contacts."""
    rows = Invitation.objects.filter(survey=campaign.survey, created_at__range=(began, ended), campaign=None)
    first = {row.contact_id: row for row in rows.select_related("contact").order_by("-created_at")}
    for row in first.values():
        _mailed(row, campaign, row.created_at)
    Invitation.objects.bulk_update(
        first.values(),
        ["campaign", "channel", "asked_at", "sent_at", "delivered_at", "address", "language", "time_zone"],
        batch_size=500,
    )
    return set(first)


def _mailed(row: Invitation, campaign: Campaign, at: datetime) -> Invitation:
    row.campaign, row.channel = campaign, InvitationChannel.EMAIL
    row.asked_at = row.sent_at = at
    row.delivered_at = at + timedelta(minutes=1)
    row.address, row.language, row.time_zone = row.contact.email or "", row.contact.language, row.contact.time_zone
    return row


def _add_others(campaign: Campaign, told: _Told, contacts: list[Contact], began: datetime, most: int) -> None:
    """Of a hundred some came back, some wait, some were not asked, and the others did not answer."""
    made = []
    for number, contact in enumerate(contacts[:most]):
        at = began + timedelta(minutes=number)
        row = Invitation(survey=campaign.survey, contact=contact, campaign=campaign, created_at=began)
        row.channel, row.time_zone = InvitationChannel.EMAIL, contact.time_zone
        place = number * 37 % 100
        if contact.do_not_contact or contact.unsubscribed_at is not None:
            row.status = InvitationStatus.SKIPPED
            row.reason = AskReason.DO_NOT_CONTACT if contact.do_not_contact else AskReason.UNSUBSCRIBED
        elif place < told.waiting:
            row.status, row.send_at = InvitationStatus.WAITING, began
        elif place < told.waiting + told.bounced:
            _mailed(row, campaign, at)
            row.status, row.delivered_at, row.bounced_at = InvitationStatus.BOUNCED, None, row.delivered_at
            row.reason = AskReason.BOUNCED
        else:
            _mailed(row, campaign, at).status = InvitationStatus.DELIVERED
        made.append(row)
    Invitation.objects.bulk_create(made, batch_size=500)
    came_back = [row.contact_id for row in made if row.status == InvitationStatus.BOUNCED]
    Contact.objects.filter(pk__in=came_back, bounced_at=None).update(bounced_at=began)
