"""Remind recipients who did not answer: further mails of the same invitation, days after the one that asked.

A reminder belongs to its ask: the quarantine does not hold it, and it moves no last_asked_at.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from nps_project.background import sweep
from nps_project.background.sweep import Sweep
from nps_project.deliveries.models import Audience, Delivery, Status
from nps_project.deliveries.queueing import ToCompose, queue_composed
from surveys.campaigns import rules
from surveys.campaigns.mail_keys import REMINDER, about, dedupe_key
from surveys.campaigns.pacing import turns
from surveys.campaigns.pacing.never_left import NEVER_LEFT
from surveys.campaigns.pacing.windows import opening
from surveys.campaigns.people import Answers, People, about_survey, rows_of_people
from surveys.models import Asking, Campaign, Invitation, InvitationStatus, Response

MAY_BE_REMINDED = (InvitationStatus.SENT, InvitationStatus.DELIVERED)


def remind_at(campaign: Campaign, sent_at: datetime, reminded: int) -> datetime | None:
    """When the next reminder is due, after so many; None when there is none."""
    days = campaign.reminders[reminded : reminded + 1]
    return sent_at + timedelta(days=days[0]) if days else None


def _due(at: datetime) -> QuerySet[Invitation]:
    rows = Invitation.objects.filter(campaign__in=list(turns.at_work().values_list("pk", flat=True)))
    return rows.filter(remind_at__lte=at).order_by("remind_at", "pk")


@transaction.atomic
def remind_some(invitation_ids: Sequence[int], at: datetime) -> set[int]:
    """Queue the reminders of these that are due, or forget those that nobody is to get any more.

    Returns: the ids about which it is decided; the others wait for their window or for tomorrow's limit.
    """
    due = _due(at).filter(pk__in=invitation_ids)
    ids = set(due.values_list("campaign", flat=True))
    list(Campaign.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk"))
    campaigns = {row.pk: turns.Allowance.of(row, at) for row in turns.at_work().filter(pk__in=ids)}
    answered = Exists(Response.objects.filter(invitation=OuterRef("pk")))
    rows = list(
        due.filter(campaign__in=list(campaigns)).annotate(has_answer=answered)
        .select_for_update(of=("self",), no_key=True, skip_locked=True)
        .select_related("survey", "contact").defer("contact__search_vector")
    )  # fmt: skip
    if not rows:
        return set()
    people = People(list(rows_of_people([row.contact for row in rows])), [row.survey_id for row in rows])
    answers = Answers(people, [row.survey_id for row in rows])
    company_days, last_at = Asking.current().quarantine_days, _last_reminded(rows, at)
    decided: list[Invitation] = []
    mails: list[ToCompose] = []
    for row in rows:
        allowance = campaigns[row.campaign_id or 0]
        campaign = allowance.campaign
        if not _may_be_reminded(row, people, answers) or not about_survey(row.survey, at, company_days).is_live:
            row.remind_at = None
        elif (apart := _apart(campaign, row.reminded, last_at.get(row.pk))) is not None and apart > at:
            row.remind_at = apart
        elif (opens := opening(turns.window_of(campaign), turns.zone_of(row.time_zone), at)) > at:
            row.remind_at = opens
        elif allowance.take():
            row.reminded += 1
            row.remind_at = remind_at(campaign, row.sent_at or at, row.reminded)
            mails.append(ToCompose(row.address, row.language, dedupe_key(row.pk, row.reminded), about(row.pk)))
        else:
            continue
        decided.append(row)
    Invitation.objects.bulk_update(decided, ["remind_at", "reminded"])
    queue_composed(mails, template=REMINDER, audience=Audience.CUSTOMER, at=at)
    for allowance in campaigns.values():
        allowance.save()
    return {row.pk for row in decided}


def _last_reminded(rows: Sequence[Invitation], at: datetime) -> dict[int, datetime]:
    """When those of these that were reminded before got the last one; `at` when it is still on its way. One query."""
    names = {about(row.pk): row.pk for row in rows if row.reminded}
    mails = Delivery.objects.filter(about__in=names, template=REMINDER).exclude(status__in=NEVER_LEFT)
    found: dict[int, datetime] = {}
    for name, status, sent_at, claimed_at in mails.values_list("about", "status", "sent_at", "claimed_at"):
        is_to_come = status in (Status.QUEUED, Status.IN_FLIGHT)
        left_at = at if is_to_come else sent_at or claimed_at or at
        found[names[name]] = max(left_at, found.get(names[name], left_at))
    return found


def _apart(campaign: Campaign, reminded: int, last_at: datetime | None) -> datetime | None:
    """When the next reminder may follow one that was held up, by a pause or a busy server: after half of the days that
    lie between the two. None when there was none."""
    if last_at is None or not 0 < reminded < len(campaign.reminders):
        return None
    return last_at + timedelta(days=campaign.reminders[reminded] - campaign.reminders[reminded - 1]) / 2


def _may_be_reminded(row: Invitation, people: People, answers: Answers) -> bool:
    has_answer: bool = row.has_answer  # type: ignore[attr-defined]  # annotated above
    contact = people.row(row.contact_id)
    if contact is None or has_answer or row.status not in MAY_BE_REMINDED or row.complained_at is not None:
        return False
    is_same = (contact.email or "").lower() == row.address.lower()
    if answers.have_come_since(contact, row.survey_id, row.sent_at):  # on the phone, or by another link
        return False
    return is_same and not rules.never_mailed(people.customer(contact, row.survey_id))


def _together(invitation_ids: Sequence[int], at: datetime) -> Sequence[int]:
    remind_some(invitation_ids, at)
    return []


REMIND = sweep.add(Sweep("campaigns.remind", _due, lambda pk, at: bool(remind_some([pk], at)), together=_together))


def remind_due(at: datetime) -> int:
    """One sweep, campaign by campaign. Returns: how many were looked at."""
    return sum(
        sweep.run(REMIND, at, only=Q(campaign=campaign.pk))
        for campaign in turns.at_work()
        if campaign.reminders and turns.Allowance.of(campaign, at).left > 0
    )
