"""Create and revoke invitations (personal links)."""

from datetime import datetime

from django.db import transaction
from django.db.models import Max

from nps_project.accounts.models import User
from nps_project.deliveries.models import Delivery
from surveys.models import Contact, Invitation, InvitationStatus, Response, Survey


def mails_about(invitation_id: int) -> str:
    """What the deliveries of this invitation's mails are about."""
    return f"invitation:{invitation_id}"


def last_mail_at(invitation: Invitation) -> datetime | None:
    """When the last mail of this invitation left, be it a reminder; None when that is not known. One query."""
    mails = Delivery.objects.filter(about=mails_about(invitation.pk))
    known = (invitation.sent_at, mails.aggregate(last=Max("sent_at"))["last"])
    return max((at for at in known if at is not None), default=None)


@transaction.atomic
def create_invitation(
    *,
    survey: Survey,
    contact: Contact,
    send_at: datetime | None = None,
    follows: Response | None = None,
    by: User | None = None,
) -> Invitation:
    """Create one customer's personal link, without sending it. `follows`: the answer that led to asking again."""
    return Invitation.objects.create(survey=survey, contact=contact, send_at=send_at, follows=follows, created_by=by)


@transaction.atomic
def revoke_invitation(*, invitation_id: int) -> bool:
    """Revoke a link. Returns: False when it was answered or revoked before."""
    unanswered = Invitation.objects.filter(pk=invitation_id).exclude(
        status__in=[InvitationStatus.ANSWERED, InvitationStatus.REVOKED]
    )
    return bool(unanswered.update(status=InvitationStatus.REVOKED))
