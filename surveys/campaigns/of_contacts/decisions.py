"""What was decided about asking a contact and what is planned, for the contact's page (templates/surveys/asking/)."""

from django.db.models import Case, DateTimeField, Exists, F, OuterRef, Q, When

from nps_project.accounts.models import User
from surveys.models import AskDecision, Contact, Invitation, InvitationChannel, InvitationStatus, Response

SHOWN = 50
# When something happens next with an invitation by mail: null where nobody knows yet.
NEXT_AT = Case(
    When(status=InvitationStatus.WAITING, then="send_at"),
    When(status=InvitationStatus.HELD, then="held_until"),
    default="remind_at",
    output_field=DateTimeField(),
)


def of_contact(contact: Contact, user: User) -> list[AskDecision]:
    """The newest decisions that this user may see, at most SHOWN; one query."""
    rows = AskDecision.objects.visible_to(user).filter(contact=contact).select_related("survey")
    return list(rows.order_by("-pk")[:SHOWN])


def planned_for(contact: Contact, user: User) -> list[Invitation]:
    """The mails to this contact that are still to come, the next one first, at most SHOWN; one query.

    Those of no known time come last: they wait for a person, or for their campaign. Who has answered the survey since
    the mail, by whatever door, is not reminded.
    """
    said = Response.objects.filter(contact=contact, survey=OuterRef("survey"), answered_at__gte=OuterRef("sent_at"))
    waits = Q(status__in=[InvitationStatus.WAITING, InvitationStatus.HELD])
    waits |= Q(~Exists(said), remind_at__isnull=False)
    rows = Invitation.objects.visible_to(user).filter(waits, contact=contact, channel=InvitationChannel.EMAIL)
    rows = rows.select_related("survey", "campaign").annotate(next_at=NEXT_AT)
    return list(rows.order_by(F("next_at").asc(nulls_last=True), "pk")[:SHOWN])
