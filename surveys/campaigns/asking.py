"""Ask one customer by mail, once. Every door that asks comes through `ask`: the contact's row decides.

Invitations wait here until their time; `ask` decides and queues one delivery, whose mail compose.py makes when it is
sent. What nobody looked at for LATE, and all that waits when a backup is restored, is held until a person lets it go.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q, QuerySet

from nps_project.accounts.models import User
from nps_project.background import sweep
from nps_project.background.sweep import Sweep
from nps_project.deliveries.models import Audience
from nps_project.deliveries.queueing import cancel_unsent, queue_again, queue_composed
from surveys.campaigns import rules
from surveys.campaigns.people import about_survey, customer_of, rows_of_person
from surveys.errors import SurveyError
from surveys.models import (
    AskDecision,
    Asking,
    AskReason,
    Contact,
    DecisionToAsk,
    Invitation,
    InvitationChannel,
    InvitationStatus,
    Survey,
)
from surveys.services.invitations import mails_about

TEMPLATE = "ask"
LATE = timedelta(hours=2)
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
        people = _locked(contact)
        decision = rules.decide(customer_of(contact, people, survey), about_survey(survey, at), moment, waits=False)
        if isinstance(decision, rules.Skipped) and decision.reason != rules.SURVEY_NOT_LIVE:
            _skip(invitation, decision.reason, at, decision.until)
    invitation.refresh_from_db()
    return invitation


def _locked(contact: Contact) -> list[Contact]:
    return list(rows_of_person(contact).select_for_update(no_key=True, of=("self",)))


@transaction.atomic
def ask(invitation_id: int, at: datetime) -> bool:
    """Decide about one waiting invitation and, where the rules let it, queue its one mail; False when there is nothing
    to decide, or somebody else is deciding."""
    rows = Invitation.objects.select_for_update(of=("self",), no_key=True, skip_locked=True)
    rows = rows.filter(pk=invitation_id, channel=InvitationChannel.EMAIL, status=InvitationStatus.WAITING)
    invitation = rows.filter(asked_at=None).select_related("survey", "contact").first()
    if invitation is None:
        return False
    survey, people = invitation.survey, _locked(invitation.contact)
    contact = next(row for row in people if row.pk == invitation.contact_id)  # as it is now that it is locked
    match rules.decide(customer_of(contact, people, survey), about_survey(survey, at), at, waits=False):
        case rules.Ask():
            _ask(invitation, contact, at)
        case rules.Held() as held:
            hold([invitation.pk], held.reason, at, held.until)
        case rules.Skipped() as skipped:
            _skip(invitation, skipped.reason, at, skipped.until)
    return True


def _ask(invitation: Invitation, contact: Contact, at: datetime) -> None:
    """The rows of invitation and person are locked."""
    survey = invitation.survey
    invitation.asked_at, invitation.address = at, contact.email or ""
    invitation.language = contact.language if contact.language in survey.languages else survey.default_language
    invitation.reason = ""
    invitation.save(update_fields=["asked_at", "address", "language", "reason"])
    Contact.objects.filter(pk=contact.pk).update(last_asked_at=at)
    queue_composed(
        template=TEMPLATE,
        to=invitation.address,
        language=invitation.language,
        dedupe_key=f"ask:{invitation.pk}:0",
        about=about(invitation.pk),
        audience=Audience.CUSTOMER,
        at=at,
    )
    _record([invitation], DecisionToAsk.ASKED, at)


def about(invitation_id: int) -> str:
    """What a delivery of this invitation is about."""
    return mails_about(invitation_id)


def invitation_id_of(delivery_about: str) -> int | None:
    """The invitation that a delivery is about; None when it is about something else."""
    kind, _colon, number = delivery_about.partition(":")
    return int(number) if kind == "invitation" and number.isdecimal() else None


def _skip(invitation: Invitation, reason: str, at: datetime, until: datetime | None = None) -> None:
    Invitation.objects.filter(pk=invitation.pk).update(status=InvitationStatus.SKIPPED, reason=reason)
    _record([invitation], DecisionToAsk.SKIPPED, at, reason, until)


def skip_unmailed(invitation_id: int, reason: str, at: datetime) -> None:
    """Its mail will not go out: say why. A second time changes nothing."""
    with transaction.atomic():
        waiting = Invitation.objects.filter(pk=invitation_id, status=InvitationStatus.WAITING)
        if (invitation := waiting.select_for_update(no_key=True).first()) is not None:
            _skip(invitation, reason, at)


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
    AskDecision.objects.bulk_create(
        AskDecision(
            contact_id=row.contact_id, survey_id=row.survey_id, invitation=row, at=at, decision=decision,
            reason=reason, until=until,
        )
        for row in invitations
    )  # fmt: skip


@transaction.atomic
def let_go(*, invitation_id: int, at: datetime) -> Invitation:
    """A person lets a held invitation go. The rules are asked again, unless its mail was queued before: then it was
    asked already, and the same mail goes out. Raises: NotHeld."""
    rows = Invitation.objects.select_for_update(no_key=True).filter(pk=invitation_id, channel=InvitationChannel.EMAIL)
    invitation = rows.filter(status=InvitationStatus.HELD, held_until=None).first()
    if invitation is None:
        raise NotHeld("invitation", invitation_id, "one that is held until a person lets it go")
    invitation.status, invitation.reason = InvitationStatus.WAITING, ""
    invitation.save(update_fields=["status", "reason"])
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


def waiting_for_a_person() -> QuerySet[Invitation]:
    """Held invitations that nothing but a person lets go."""
    return Invitation.objects.filter(
        channel=InvitationChannel.EMAIL, status=InvitationStatus.HELD, held_until=None
    ).order_by("-pk")


def look(at: datetime) -> int:
    """Hold what nobody looked at in time, and keep that somebody looked now. Returns: how many were held.

    Late is what became due more than LATE ago, with nobody looking since. When nobody looked at all for LATE, mails
    that were queued before are late, too.
    """
    with transaction.atomic():
        asking = Asking.locked()
        late = _late(asking.looked_at, at)
        count = 0
        while ids := list(late.values_list("pk", flat=True)[:CHUNK]):
            count += hold(ids, AskReason.LATE, at)
        asking.looked_at = max(at, asking.looked_at or at)
        asking.save(update_fields=["looked_at"])
    return count


def _late(looked_at: datetime | None, at: datetime) -> QuerySet[Invitation]:
    missed = Q(asked_at=None, send_at__lt=at - LATE)
    if looked_at is not None:
        missed &= Q(send_at__gt=looked_at)
        if looked_at < at - LATE:
            missed |= Q(asked_at__lt=at - LATE)
    return Invitation.objects.filter(missed, channel=InvitationChannel.EMAIL, status=InvitationStatus.WAITING).order_by(
        "pk"
    )


def hold_everything(at: datetime) -> int:
    """After a restore: who was mailed since the backup is not known, so all that waits is held. Returns: how many."""
    waiting = Invitation.objects.filter(channel=InvitationChannel.EMAIL, status=InvitationStatus.WAITING)
    count = 0
    while ids := list(waiting.order_by("pk").values_list("pk", flat=True)[:CHUNK]):
        count += hold(ids, AskReason.RESTORED, at)
    return count


def _due(at: datetime) -> QuerySet[Invitation]:
    rows = Invitation.objects.filter(channel=InvitationChannel.EMAIL, status=InvitationStatus.WAITING, asked_at=None)
    return rows.filter(send_at__lte=at).order_by(F("send_at"), "pk")


ASK = sweep.add(Sweep("campaigns.ask", _due, ask))


def ask_due(at: datetime) -> int:
    """One sweep: first hold what is late, then ask whom it is time to ask. Returns: how many were decided."""
    look(at)
    return sweep.run(ASK, at)
