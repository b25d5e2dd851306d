"""Record what a customer said on the phone to one of the company's people."""

from dataclasses import replace

from django.db import transaction
from django.utils import timezone

from nps_project.accounts.models import User
from surveys.models import Channel, Invitation, InvitationChannel, InvitationStatus, Response, Survey
from surveys.services.responses import NewAnswer, Origin, Recorded, record_response


@transaction.atomic
def record_by_phone(*, survey: Survey, answer: NewAnswer, origin: Origin, by: User) -> Recorded:
    """Store what the contact of `origin` said to `by`: an invitation keeps who asked, and its link goes to nobody.

    Raises: InvalidAnswer.
    """
    assert origin.contact_id is not None  # noqa: S101  (a call is with somebody)
    asked_at = origin.answered_at or timezone.now()
    invitation = Invitation.objects.create(
        survey=survey, contact_id=origin.contact_id, channel=InvitationChannel.PHONE, status=InvitationStatus.CREATED,
        asked_at=asked_at, created_by=by,
    )  # fmt: skip
    told = replace(origin, channel=Channel.PHONE, invitation_id=invitation.pk, answered_at=asked_at)
    return record_response(survey=survey, answer=answer, origin=told)


def taken_by(response: Response) -> User | None:
    """Who had the customer on the phone as they answered; None for every other answer. At most one query."""
    if response.channel != Channel.PHONE or response.invitation_id is None:
        return None
    invitation = Invitation.objects.select_related("created_by").get(pk=response.invitation_id)
    return invitation.created_by
