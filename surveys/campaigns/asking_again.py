"""Ask a customer again after the ticket of their answer: by one mail, outside the quarantine, without a reminder."""

from datetime import datetime

from django.db import transaction

from surveys.campaigns import asking
from surveys.campaigns.pacing.late import LATE
from surveys.models import AskReason, Contact, Invitation, InvitationChannel, InvitationStatus, Response


@transaction.atomic
def ask_again(
    response: Response, contact: Contact, *, send_at: datetime, at: datetime, hold_as: str = ""
) -> Invitation:
    """Ask this contact, whose answer it is, the same survey again. What they answer follows that answer.

    What should have gone out more than LATE ago waits for a person, and so does all with `hold_as`, an AskReason.
    ask_again_decided tells what was decided. Raises: NoMailServer; IntegrityError for an answer that was asked again
    by mail before.
    """
    asking.check_mail_server()
    invitation = Invitation.objects.create(
        survey_id=response.survey_id, contact=contact, follows=response, send_at=send_at, created_at=at,
        channel=InvitationChannel.EMAIL, status=InvitationStatus.WAITING,
    )  # fmt: skip
    reason = hold_as or (AskReason.LATE if send_at < at - LATE else "")
    if reason:
        asking.hold([invitation.pk], reason, at)
    else:
        asking.ask(invitation.pk, at)
    return invitation
