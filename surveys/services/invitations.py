"""Create and revoke invitations (personal links)."""

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
    """Create one customer's personal link, without sending it. `follows`: the answer that led to asking again."""
    return Invitation.objects.create(survey=survey, contact=contact, send_at=send_at, follows=follows, created_by=by)


@transaction.atomic
def revoke_invitation(*, invitation_id: int) -> bool:
    """Revoke a link. Returns: False when it was answered or revoked before."""
    unanswered = Invitation.objects.filter(pk=invitation_id).exclude(
        status__in=[InvitationStatus.ANSWERED, InvitationStatus.REVOKED]
    )
    return bool(unanswered.update(status=InvitationStatus.REVOKED))
