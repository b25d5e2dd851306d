"""Ask one customer by mail, once. Every door that asks comes through `ask`: the contact's row decides.

Invitations wait here until their time; `ask` decides and queues one delivery, whose mail compose.py makes when it is
sent. What nobody looked at for LATE, and all that waits when a backup is restored, is held until a person lets it go.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet

from nps_project.accounts.models import User
from nps_project.background import sweep
from nps_project.background.sweep import Sweep
from nps_project.deliveries.models import Audience
from nps_project.deliveries.queueing import ToCompose, cancel_unsent, queue_again, queue_composed
from surveys.campaigns import rules
from surveys.campaigns.mail_keys import TEMPLATE, about, dedupe_key
from surveys.campaigns.pacing import turns
from surveys.campaigns.pacing.late import LATE, pause_everything, pause_late
from surveys.campaigns.pacing.never_left import give_back
from surveys.campaigns.pacing.windows import is_open
from surveys.campaigns.people import People, about_survey, asked_since, customer_of, rows_of_people
from surveys.errors import SurveyError
from surveys.models import (
    AskDecision,
    Asking,
    AskReason,
    Campaign,
    Contact,
    DecisionToAsk,
    Invitation,
    InvitationChannel,
    InvitationStatus,
    Survey,
)
from surveys.signals import ask_again_decided

UNMAILED = (InvitationStatus.WAITING, InvitationStatus.HELD)
CHUNK = 500


class NoMailServer(SurveyError):
    """Nothing can be mailed: no mail server is set."""

    status = 409
    code = "no_mail_server"


class NotHeld(SurveyError):
    """The invitation does not wait for a person."""

    status = 409
    code = "wrong_state"


def check_mail_server() -> None:
    """Raises: NoMailServer."""
    if settings.MAIL_IS_STORED_ONLY:
        raise NoMailServer("channel", "email", "link, or email once a mail server is set (EMAIL_URL)")


@transaction.atomic
def ask_by_mail(
    *, survey: Survey, contact: Contact, at: datetime, send_at: datetime | None = None, by: User | None = None
) -> Invitation:
    """Ask this customer at `send_at` (None: now), without a campaign. Returns: the invitation, with what was decided.

    What the rules forbid already is skipped at once, and says why. A survey that is not live yet may be by then.
    Raises: NoMailServer.
    """
    check_mail_server()
    moment = max(at, send_at or at)
    invitation = Invitation.objects.create(
        survey=survey, contact=contact, channel=InvitationChannel.EMAIL, status=InvitationStatus.WAITING,
        send_at=moment, created_at=at, created_by=by,
    )  # fmt: skip
    if moment <= at:
        ask(invitation.pk, at)
    else:
        people = _locked([contact])
        decision = rules.decide(customer_of(contact, people, survey), about_survey(survey, at), moment, waits=False)
        if isinstance(decision, rules.Skipped) and decision.reason != rules.SURVEY_NOT_LIVE:
            _skip(invitation, decision.reason, at, decision.until)
    invitation.refresh_from_db()
    return invitation


def _locked(contacts: Sequence[Contact]) -> list[Contact]:
    return list(rows_of_people(contacts).select_for_update(no_key=True, of=("self",)))


def ask(invitation_id: int, at: datetime) -> bool:
    """Decide about one waiting invitation and, where the rules let it, queue its one mail; False when there is nothing
    to decide, or not now, or somebody else is deciding."""
    return bool(ask_some([invitation_id], at))


@transaction.atomic
def ask_some(invitation_ids: Sequence[int], at: datetime) -> set[int]:
    """As `ask` for several, in a fixed number of queries. Returns: the ids about which it is decided.

    Locks campaigns, then invitations, then people, each in the order of their ids.
    """
    rows = Invitation.objects.filter(
        pk__in=invitation_ids, channel=InvitationChannel.EMAIL, status=InvitationStatus.WAITING, asked_at=None
    )
    campaigns = _campaigns_at_work(set(rows.exclude(campaign=None).values_list("campaign", flat=True)), at)
    locked = rows.filter(Q(campaign=None) | Q(campaign__in=list(campaigns))).order_by("send_at", "pk")
    found = list(
        locked.select_for_update(of=("self",), no_key=True, skip_locked=True)
        .select_related("survey", "contact")
        .defer("contact__search_vector")
    )
    if not found:
        return set()
    people = People(_locked([row.contact for row in found]), [row.survey_id for row in found])
    decided = _Decisions(at)
    company_days = Asking.current().quarantine_days
    for row in found:
        contact, allowance = people.row(row.contact_id), campaigns.get(row.campaign_id or 0)
        if contact is None or (allowance is not None and not _is_in_window(row, contact, allowance.campaign, at)):
            continue
        customer, about = people.customer(contact, row.survey_id), about_survey(row.survey, at, company_days)
        is_again = row.follows_id is not None
        decision = rules.decide(customer, about, at, waits=allowance is not None, is_again=is_again)
        if isinstance(decision, rules.Ask):
            if allowance is not None and not allowance.take():
                continue
            row.asked_before = contact.last_asked_at
            contact.last_asked_at = at  # so that the next row of the same person is not asked as well
        decided.add(row, contact, decision)
    decided.save()
    for allowance in campaigns.values():
        allowance.save()
    return decided.ids


def _campaigns_at_work(ids: set[int], at: datetime) -> dict[int, turns.Allowance]:
    if not ids:
        return {}
    list(Campaign.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk"))
    return {campaign.pk: turns.Allowance.of(campaign, at) for campaign in turns.at_work().filter(pk__in=ids)}


def _is_in_window(invitation: Invitation, contact: Contact, campaign: Campaign, at: datetime) -> bool:
    """Whether the recipient's window is open; one who moved since the campaign began waits in the zone of now."""
    if contact.time_zone and contact.time_zone != invitation.time_zone:
        invitation.time_zone = contact.time_zone
        invitation.save(update_fields=["time_zone"])
    return is_open(turns.window_of(campaign), turns.zone_of(invitation.time_zone), at)


class _Decisions:
    """What was decided about some invitations, whose rows and people are locked; `save` writes it."""

    def __init__(self, at: datetime) -> None:
        self.at = at
        self.ids: set[int] = set()
        self._asked: list[Invitation] = []
        self._not_asked: list[tuple[Invitation, rules.Held | rules.Skipped]] = []

    def add(self, invitation: Invitation, contact: Contact, decision: rules.Decision) -> None:
        """Take one in."""
        self.ids.add(invitation.pk)
        if not isinstance(decision, rules.Ask):
            self._not_asked.append((invitation, decision))
            return
        survey = invitation.survey
        invitation.asked_at, invitation.reason, invitation.address = self.at, "", contact.email or ""
        invitation.language = contact.language if contact.language in survey.languages else survey.default_language
        self._asked.append(invitation)

    def save(self) -> None:
        """A fixed number of statements."""
        if self._asked:
            self._save_asked()
        if self._not_asked:
            self._save_not_asked()

    def _save_asked(self) -> None:
        rows = self._asked
        Invitation.objects.bulk_update(rows, ["asked_at", "asked_before", "reason", "address", "language"])
        Contact.objects.filter(pk__in=[row.contact_id for row in rows]).update(last_asked_at=self.at)
        mails = [ToCompose(row.address, row.language, dedupe_key(row.pk), about(row.pk)) for row in rows]
        queue_composed(mails, template=TEMPLATE, audience=Audience.CUSTOMER, at=self.at)
        queue_again([mail.about for mail in mails], self.at)  # of those that wait again: their mail never left
        _record(rows, DecisionToAsk.ASKED, self.at)

    def _save_not_asked(self) -> None:
        for invitation, decision in self._not_asked:
            is_held = isinstance(decision, rules.Held)
            invitation.status = InvitationStatus.HELD if is_held else InvitationStatus.SKIPPED
            invitation.reason, invitation.held_until = decision.reason, decision.until if is_held else None
        Invitation.objects.bulk_update([row for row, _why in self._not_asked], ["status", "reason", "held_until"])
        for kind, decided in ((rules.Held, DecisionToAsk.HELD), (rules.Skipped, DecisionToAsk.SKIPPED)):
            _store(_decision(row, decided, self.at, why.reason, why.until) for row, why in self._not_asked
                   if isinstance(why, kind))  # fmt: skip


def _skip(invitation: Invitation, reason: str, at: datetime, until: datetime | None = None) -> None:
    Invitation.objects.filter(pk=invitation.pk).update(status=InvitationStatus.SKIPPED, reason=reason)
    _record([invitation], DecisionToAsk.SKIPPED, at, reason, until)


def skip_unmailed(invitation_id: int, reason: str, at: datetime) -> None:
    """Its mail will not go out: say why. A second time changes nothing."""
    with transaction.atomic():
        waiting = Invitation.objects.filter(pk=invitation_id, status=InvitationStatus.WAITING)
        if (invitation := waiting.select_for_update(no_key=True).first()) is not None:
            _skip(invitation, reason, at)
            give_back([invitation_id])


@transaction.atomic
def hold(invitation_ids: Sequence[int], reason: str, at: datetime, until: datetime | None = None) -> int:
    """Hold invitations that are not mailed yet, with the mails that are queued for them. Returns: how many.

    `until` None: until a person lets them go.
    """
    rows = Invitation.objects.select_for_update(no_key=True).filter(
        pk__in=invitation_ids, channel=InvitationChannel.EMAIL, status__in=UNMAILED
    )
    found = list(rows.order_by("pk"))
    held = Invitation.objects.filter(pk__in=[row.pk for row in found])
    held.update(status=InvitationStatus.HELD, reason=reason, held_until=until)
    cancel_unsent([about(row.pk) for row in found])
    _record(found, DecisionToAsk.HELD, at, reason, until)
    return len(found)


def _record(
    invitations: Sequence[Invitation], decision: str, at: datetime, reason: str = "", until: datetime | None = None
) -> None:
    _store(_decision(row, decision, at, reason, until) for row in invitations)


def _store(decisions: Iterable[AskDecision]) -> None:
    """Keep what was decided, and tell of it where it is about asking again after a ticket."""
    for row in AskDecision.objects.bulk_create(decisions):
        response_id = row.invitation.follows_id if row.invitation else None
        if response_id is not None:
            ask_again_decided.send(
                AskDecision, response_id=response_id, decision=row.decision, reason=row.reason, at=row.at
            )


def _decision(row: Invitation, decision: str, at: datetime, reason: str, until: datetime | None) -> AskDecision:
    return AskDecision(
        contact_id=row.contact_id, survey_id=row.survey_id, invitation=row, at=at, decision=decision, reason=reason,
        until=until,
    )  # fmt: skip


@transaction.atomic
def let_go(*, invitation_id: int, at: datetime) -> Invitation:
    """A person lets a held invitation go. The rules are asked again, unless its mail was queued before and nobody else
    has asked since: then it was asked already, and the same mail goes out. Raises: NotHeld."""
    rows = Invitation.objects.select_for_update(no_key=True).filter(pk=invitation_id, channel=InvitationChannel.EMAIL)
    invitation = rows.filter(status=InvitationStatus.HELD, held_until=None).first()
    if invitation is None:
        raise NotHeld("invitation", invitation_id, "one that is held until a person lets it go")
    invitation.status, invitation.reason = InvitationStatus.WAITING, ""
    if asked_since(Invitation.objects.filter(pk=invitation_id)).exists():
        invitation.asked_at = None
    invitation.save(update_fields=["status", "reason", "asked_at"])
    if invitation.asked_at is None:
        ask(invitation.pk, at)
    else:
        queue_again([about(invitation.pk)], at)
        _record([invitation], DecisionToAsk.ASKED, at)
    invitation.refresh_from_db()
    return invitation


@transaction.atomic
def drop(*, invitation_id: int) -> None:
    """A person decides that a held invitation is not to go out. Raises: NotHeld."""
    rows = Invitation.objects.filter(pk=invitation_id, channel=InvitationChannel.EMAIL, status=InvitationStatus.HELD)
    if not rows.update(status=InvitationStatus.REVOKED):
        raise NotHeld("invitation", invitation_id, "one that is held")
    give_back([invitation_id])


def waiting_for_a_person() -> QuerySet[Invitation]:
    """Held invitations that nothing but a person lets go."""
    return Invitation.objects.filter(
        channel=InvitationChannel.EMAIL, status=InvitationStatus.HELD, held_until=None
    ).order_by("-pk")


def look(at: datetime) -> int:
    """Hold what nobody looked at in time, and keep that somebody looked now. Returns: how many were held.

    Late is what became due more than LATE ago, with nobody looking since. When nobody looked at all for LATE, mails
    that were queued before are late, too. A campaign is paused as a whole.
    """
    with transaction.atomic():
        asking = Asking.locked()
        pause_late(asking.looked_at, at)
        late = _late(asking.looked_at, at)
        count = 0
        while ids := list(late.values_list("pk", flat=True)[:CHUNK]):
            count += hold(ids, AskReason.LATE, at)
        asking.looked_at = max(at, asking.looked_at or at)
        asking.save(update_fields=["looked_at"])
    return count


def _of_no_campaign() -> QuerySet[Invitation]:
    return Invitation.objects.filter(
        campaign=None, channel=InvitationChannel.EMAIL, status=InvitationStatus.WAITING
    ).order_by("pk")


def _late(looked_at: datetime | None, at: datetime) -> QuerySet[Invitation]:
    missed = Q(asked_at=None, send_at__lt=at - LATE)
    if looked_at is not None:
        missed &= Q(send_at__gt=looked_at)
        if looked_at < at - LATE:
            missed |= Q(asked_at__lt=at - LATE)
    return _of_no_campaign().filter(missed)


def hold_everything(at: datetime) -> int:
    """After a restore: who was mailed since the backup is not known, so all that waits is held and all campaigns are
    paused. Returns: how many are held."""
    pause_everything(at)
    count = 0
    while ids := list(_of_no_campaign().values_list("pk", flat=True)[:CHUNK]):
        count += hold(ids, AskReason.RESTORED, at)
    return count


def _together(invitation_ids: Sequence[int], at: datetime) -> Sequence[int]:
    """What is not decided now, for its window, its limit or another worker, is left for a later run."""
    ask_some(invitation_ids, at)
    return []


ASK = sweep.add(Sweep("campaigns.ask", turns.due, ask, together=_together))


def ask_due(at: datetime) -> int:
    """One sweep: first hold what is late, then ask whom it is time to ask. Returns: how many were looked at."""
    look(at)
    count = sweep.run(ASK, at, only=Q(campaign=None))
    for group in turns.turns(at):
        count += sweep.run(ASK, at, only=group)
    return count
