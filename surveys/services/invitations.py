"""Personal links: made, revoked."""

from datetime import datetime

from django.db import transaction

from nps_project.accounts.models import User
from surveys.models import Contact, Invitation, InvitationStatus, Response, Survey


@transaction.atomic
def create_invitation(
    *,
    survey: Survey,
    contact: Contact,
    send_at: datetime | None = None,
    follows: Response | None = None,
    by: User | None = None,
) -> Invitation:
    """A personal link for one customer; nothing is sent yet. `follows`: the earlier answer that led to asking again."""
    return Invitation.objects.create(survey=survey, contact=contact, send_at=send_at, follows=follows, created_by=by)


@transaction.atomic
def revoke_invitation(*, invitation_id: int) -> bool:
    """End a link that was not answered; False when it was answered or revoked before."""
    unanswered = Invitation.objects.filter(pk=invitation_id).exclude(
        status__in=[InvitationStatus.ANSWERED, InvitationStatus.REVOKED]
    )
    return bool(unanswered.update(status=InvitationStatus.REVOKED))
