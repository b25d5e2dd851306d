"""The actions of campaigns: save, start, pause, resume, stop, send to the missing. Each is one transaction."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from nps_project.accounts.links import ADDRESS_TOKEN_LENGTH
from nps_project.accounts.models import User
from nps_project.background import sweep
from nps_project.background.sweep import Sweep
from nps_project.common.text import shown
from nps_project.deliveries.models import Delivery
from nps_project.deliveries.queueing import queue_again
from nps_project.deliveries.sender import services as sender
from surveys.campaigns.asking import NoMailServer
from surveys.campaigns.mail_keys import about
from surveys.campaigns.pacing import states
from surveys.campaigns.pacing.never_left import NEVER_LEFT
from surveys.campaigns.people import asked_since
from surveys.campaigns.running import audience, ending, repeating
from surveys.errors import SurveyError
from surveys.models import (
    AskReason,
    Campaign,
    CampaignStatus,
    Invitation,
    InvitationStatus,
    PauseCause,
    Survey,
    SurveyStatus,
    Unsubscription,
)
from surveys.models.campaign import LONGEST_DAYS, MOST_REMINDERS, WEEKDAYS

LOCAL_PART_OCTETS = 64  # RFC 5321, 4.5.3.1.1
BEFORE_THE_START = frozenset({
    "name", "survey", "segment", "start_at", "sample_share", "sample_count", "daily_limit", "window_days",
    "window_from", "window_until", "reminders", "repeat_days",
})  # fmt: skip
AFTER_THE_START = frozenset({"name", "daily_limit", "window_days", "window_from", "window_until"})
NAME_ALONE = frozenset({"name"})
WHOM_IT_ASKS = frozenset({"survey", "segment", "sample_share", "sample_count", "repeat_days"})


class WrongState(SurveyError):
    """The campaign's present state does not allow it."""

    status = 409
    code = "wrong_state"


class SenderAtFault(SurveyError):
    """Findings about the sender are red, and nobody said to start despite them."""

    status = 409
    code = "sender_at_fault"


class CannotStart(SurveyError):
    """Something has to be put right before the campaign may ask anybody."""

    status = 409
    code = "cannot_start"


def allowed_changes(campaign: Campaign) -> frozenset[str]:
    """The fields that may be changed in the campaign's present state."""
    if campaign.is_over:
        return NAME_ALONE
    return AFTER_THE_START if campaign.started_at else BEFORE_THE_START


@transaction.atomic
def save_campaign(campaign: Campaign, changes: Mapping[str, Any], *, by: User | None = None) -> Campaign:
    """Make a draft, or change what is named of a campaign. It asks customers whom its maker may see; when somebody who
    does not see all teams changes whom it asks, it is theirs, or they would get to see customers by asking them.

    Raises: ValidationError by field; WrongState for what its state does not allow to change any more.
    """
    is_new = campaign._state.adding
    if not is_new:
        campaign = Campaign.objects.select_for_update(no_key=True).get(pk=campaign.pk)
        changes = {name: value for name, value in changes.items() if getattr(campaign, name) != value}
    allowed = allowed_changes(campaign)
    for name, value in changes.items():
        if name not in allowed:
            raise WrongState(name, str(value)[:200], f"once it is {campaign.status}, changes of {_list(allowed)}")
        setattr(campaign, name, value)
    campaign.name = shown(campaign.name).strip()
    campaign.reminders = sorted(set(campaign.reminders))
    if is_new or (by is not None and not by.sees_all_teams and WHOM_IT_ASKS.intersection(changes)):
        campaign.created_by = by
    _check(campaign)
    campaign.save(update_fields=None if is_new else [*changes, "name", "reminders", "created_by"])
    return campaign


def _list(names: frozenset[str]) -> str:
    return ", ".join(sorted(names))


def _check(campaign: Campaign) -> None:
    faults: dict[str, str] = {}
    if campaign.sample_share is not None and not 0 < campaign.sample_share <= 1:
        faults["sample_share"] = "A part of 1, such as 0.25, is allowed."
    if campaign.sample_share is not None and campaign.sample_count is not None:
        faults["sample_count"] = "Either a share or a number is allowed."
    if campaign.sample_count is not None and campaign.repeat_days is not None:
        faults["sample_count"] = "A campaign that repeats takes a share."
    for name in ("sample_count", "daily_limit", "repeat_days"):
        if getattr(campaign, name) == 0:
            faults[name] = "A number from 1 is allowed."
    if any(not 1 <= days <= LONGEST_DAYS for days in campaign.reminders):
        faults["reminders"] = f"Numbers of days from 1 to {LONGEST_DAYS} are allowed."
    if len(campaign.reminders) > MOST_REMINDERS:
        faults["reminders"] = f"At most {MOST_REMINDERS} reminders are allowed."
    if campaign.reminders and campaign.repeat_days is not None and max(campaign.reminders) >= campaign.repeat_days:
        faults["reminders"] = "Fewer days than it takes until everybody is asked again are allowed."
    given = [campaign.window_days is not None, campaign.window_from is not None, campaign.window_until is not None]
    if any(given) and not all(given):
        faults["window"] = "Days, from and until together are allowed, or none of them."
    elif all(given) and not set(campaign.window_days or [0]) <= set(WEEKDAYS):
        faults["window"] = "Days from 1 (Monday) to 7, at least one, are allowed."
    elif campaign.window is not None and campaign.window[1] >= campaign.window[2]:
        faults["window"] = "A time until that is later than from, on the same day, is allowed."
    if faults:
        raise ValidationError({name: [words] for name, words in faults.items()})
    campaign.full_clean(validate_unique=False, validate_constraints=False)


@transaction.atomic
def delete_draft(*, campaign_id: int) -> None:
    """Delete a campaign that never started. Raises: WrongState."""
    campaign = states.locked(campaign_id)
    if campaign.started_at is not None or campaign.status not in (CampaignStatus.DRAFT, CampaignStatus.PAUSED):
        raise WrongState("status", campaign.status, "one that never started")
    campaign.delete()


@transaction.atomic
def start(*, campaign_id: int, at: datetime, by: User | None = None, despite_findings: bool = True) -> Campaign:
    """Start a draft: now, with its recipients written down, or at its `start_at` when that is later.

    `despite_findings` False refuses while findings about the sender are red: the doors ask a person or program first.
    Raises: WrongState, NoMailServer, CannotStart, SenderAtFault, NobodyToAsk.
    """
    campaign = states.locked(campaign_id)
    if campaign.status != CampaignStatus.DRAFT:
        raise WrongState("status", campaign.status, "draft")
    campaign.created_by = campaign.created_by or by
    return _begin(campaign, at, despite_findings=despite_findings)


def _check_sender() -> None:
    """Raises: SenderAtFault."""
    if faults := sender.faults():
        named = "; ".join(f"{fault.part}: {fault.message}" for fault in faults)
        raise SenderAtFault("despite_findings", False, f"true, or a sender without these: {named}")


def _begin(campaign: Campaign, at: datetime, *, despite_findings: bool = True) -> Campaign:
    """Of a locked campaign that has not started."""
    is_for_later = campaign.start_at is not None and campaign.start_at > at
    _check_the_way_out(campaign, at, is_for_later=is_for_later)
    if not despite_findings:
        _check_sender()
    campaign.paused_because = campaign.paused_detail = ""
    if is_for_later:
        if not audience.contacts_of(campaign).exists():
            raise _nobody(campaign)
        campaign.status = CampaignStatus.SCHEDULED
    else:
        campaign.status, campaign.started_at = CampaignStatus.RUNNING, at
    campaign.save(update_fields=["status", "started_at", "paused_because", "paused_detail", "created_by"])
    if is_for_later:
        return campaign
    if campaign.repeat_days is not None:
        if not audience.contacts_of(campaign).exists():
            raise _nobody(campaign)
        repeating.join(campaign, at)
    elif not audience.freeze(campaign, at):
        raise _nobody(campaign)
    return campaign


def _nobody(campaign: Campaign) -> audience.NobodyToAsk:
    slug = campaign.segment.slug if campaign.segment else None
    return audience.NobodyToAsk("segment", slug, "a segment with at least one customer, of whom the sample leaves one")


def _check_the_way_out(campaign: Campaign, at: datetime, *, is_for_later: bool = False) -> None:
    """Raises: NoMailServer, CannotStart."""
    if settings.MAIL_IS_STORED_ONLY:
        raise NoMailServer("EMAIL_URL", "", "a mail server, such as smtp://user:password@mail.example.com:587")
    local = settings.BOUNCE_ADDRESS.rpartition("@")[0]
    if local and len(local.encode()) + 1 + ADDRESS_TOKEN_LENGTH > LOCAL_PART_OCTETS:
        most = LOCAL_PART_OCTETS - 1 - ADDRESS_TOKEN_LENGTH
        raise CannotStart("BOUNCE_ADDRESS", settings.BOUNCE_ADDRESS, f"at most {most} octets before the @")
    survey = campaign.survey
    if Survey.objects.samples().filter(pk=survey.pk).exists():
        raise CannotStart("survey", survey.slug, "a survey that is no sample")
    is_ready = survey.status == SurveyStatus.LIVE or (is_for_later and survey.status != SurveyStatus.CLOSED)
    if not is_ready or survey.is_expired(max(at, campaign.start_at or at)):
        raise CannotStart("survey", survey.slug, "a survey that is live, and open when the campaign starts")


def _start_due(at: datetime) -> QuerySet[Campaign]:
    rows = Campaign.objects.real().filter(status=CampaignStatus.SCHEDULED, start_at__lte=at)
    return rows.order_by("start_at", "pk")


@transaction.atomic
def start_scheduled(campaign_id: int, at: datetime) -> bool:
    """Start a campaign whose time has come, or pause it and say why that cannot be; False when it is not due."""
    campaign = states.locked(campaign_id)
    if not _start_due(at).filter(pk=campaign_id).exists():
        return False
    try:
        with transaction.atomic():
            _begin(campaign, at)
    except SurveyError as error:
        states.pause(campaign_id=campaign_id, cause=PauseCause.NOT_STARTED, at=at, detail=str(error))
    return True


START = sweep.add(Sweep("campaigns.start", _start_due, start_scheduled))


@transaction.atomic
def pause(*, campaign_id: int, at: datetime, by: User | None = None) -> Campaign:
    """Pause a campaign that runs or is scheduled; no mail of it leaves from now on. Raises: WrongState."""
    campaign = states.locked(campaign_id)
    if not states.pause(campaign_id=campaign_id, cause=PauseCause.PERSON, at=at):
        raise WrongState("status", campaign.status, "running or scheduled")
    campaign.refresh_from_db()
    return campaign


@transaction.atomic
def resume(*, campaign_id: int, at: datetime, by: User | None = None) -> Campaign:
    """Let a paused campaign go on; what was held for a person with it goes on, too. One that was paused before its
    start is started, or waits for its time.

    Raises: WrongState, NoMailServer, CannotStart, NobodyToAsk.
    """
    campaign = states.locked(campaign_id)
    if campaign.status != CampaignStatus.PAUSED:
        raise WrongState("status", campaign.status, "paused")
    if campaign.started_at is None:
        return _begin(campaign, at)
    _check_the_way_out(campaign, at)
    campaign.status, campaign.resumed_at = CampaignStatus.RUNNING, at
    campaign.paused_because = campaign.paused_detail = ""
    campaign.save(update_fields=["status", "resumed_at", "paused_because", "paused_detail"])
    held = Invitation.objects.filter(campaign=campaign, status=InvitationStatus.HELD, held_until=None)
    _wait_again(held, at)
    _judge_again(_of_surely_unsent(states.queued(campaign)))
    queue_again([about(pk) for pk in states.queued(campaign).values_list("pk", flat=True)], at)
    return campaign


def _of_surely_unsent(rows: QuerySet[Invitation]) -> QuerySet[Invitation]:
    """Those whose mail was called back in time, or refused."""
    names = {about(pk): pk for pk in rows.values_list("pk", flat=True)}
    unsent = Delivery.objects.filter(about__in=names, status__in=NEVER_LEFT).values_list("about", flat=True)
    return Invitation.objects.filter(pk__in=[names[name] for name in unsent])


def _judge_again(rows: QuerySet[Invitation]) -> None:
    """Have the rules asked again about those whom somebody else has asked since, or who are as if not asked."""
    Invitation.objects.filter(pk__in=asked_since(rows).values("pk")).update(asked_at=None)


def _wait_again(rows: QuerySet[Invitation], at: datetime) -> int:
    """The rules are asked again, but of those whose mail was queued before: they were asked, and it goes out. Who got
    back when they were last asked, or was asked by somebody else since, is judged by the rules as well."""
    _judge_again(rows)
    ids = [about(pk) for pk in rows.filter(asked_at__isnull=False).values_list("pk", flat=True)]
    count = rows.update(status=InvitationStatus.WAITING, reason="", held_until=None, bounced_at=None, send_at=at)
    queue_again(ids, at)
    return count


@transaction.atomic
def stop(*, campaign_id: int, at: datetime, by: User | None = None) -> Campaign:
    """Stop a campaign for good; who was not mailed is skipped. Raises: WrongState."""
    campaign = states.locked(campaign_id)
    if campaign.status not in (CampaignStatus.RUNNING, CampaignStatus.PAUSED, CampaignStatus.SCHEDULED):
        raise WrongState("status", campaign.status, "running, paused or scheduled")
    ending.end(campaign, CampaignStatus.STOPPED, at)
    return campaign


def missing(campaign: Campaign) -> QuerySet[Invitation]:
    """Recipients who got no mail for sure, and whom nothing speaks against mailing now.

    A mail that left and came back later may have been read: some servers report the address that they forward to.
    """
    failed = Q(status=InvitationStatus.BOUNCED, reason=AskReason.REFUSED, sent_at=None)
    held = Q(status=InvitationStatus.HELD, held_until=None)
    rows = Invitation.objects.filter(Q(status=InvitationStatus.SKIPPED) | failed | held, campaign=campaign)
    left = Unsubscription.objects.filter(contact=OuterRef("contact"), survey=campaign.survey)
    return rows.exclude(reason=AskReason.RESERVED_ADDRESS).filter(
        ~Exists(left), contact__do_not_contact=False, contact__unsubscribed_at=None, contact__bounced_at=None,
        contact__email__isnull=False,
    ).order_by("pk")  # fmt: skip


@transaction.atomic
def send_to_missing(*, campaign_id: int, at: datetime, by: User | None = None) -> int:
    """Have those wait again who got no mail; the rules are asked again. Never who may have got one (`unknown`).

    A campaign that ended runs again. Returns: how many wait. Raises: WrongState, NoMailServer, CannotStart.
    """
    campaign = states.locked(campaign_id)
    if campaign.status not in (CampaignStatus.RUNNING, CampaignStatus.FINISHED, CampaignStatus.STOPPED):
        raise WrongState("status", campaign.status, "running, finished or stopped")
    _check_the_way_out(campaign, at)
    locked = missing(campaign).select_for_update(of=("self",), no_key=True)  # as they are once nobody changes them
    ids = list(locked.values_list("pk", flat=True))
    if not ids:
        raise audience.NobodyToAsk("recipients", 0, "a campaign of which somebody got no mail and may get one")
    if campaign.is_over:
        states.forget_reminders(campaign)
        campaign.status, campaign.ended_at, campaign.resumed_at = CampaignStatus.RUNNING, None, at
        campaign.save(update_fields=["status", "ended_at", "resumed_at"])
    return _wait_again(Invitation.objects.filter(pk__in=ids), at)
