"""What hangs on talking with a customer, and on what they are told later: who sees it, and a row of each."""

from datetime import datetime

from django.db import models

from followup.conversations.case import services as case
from followup.conversations.case.models import CaseMessage, ClosedCase
from followup.conversations.models import Attachment, AttachmentContent, MailDigest, Message, RawMail
from followup.conversations.slots.models import CallBooking
from followup.insights.improvements.models import Improvement, Told
from followup.insights.praise.models import Praise
from followup.models import Ticket
from nps_project.accounts.models import User

SEEN_WITH: dict[type[models.Model], str] = {
    **dict.fromkeys((Message, CallBooking, Told), "ticket"),
    **dict.fromkeys((RawMail, Attachment, MailDigest), "message"),
    AttachmentContent: "attachment",
    **dict.fromkeys((CaseMessage, ClosedCase, Praise), "response"),
}
PATHS: dict[type[models.Model], str] = {
    **dict.fromkeys((RawMail, Attachment, MailDigest), "message__ticket"),
    AttachmentContent: "attachment__message__ticket",
    **dict.fromkeys((CaseMessage, ClosedCase, Praise), "response__ticket"),
}
WITHOUT_WORDS = {CaseMessage, ClosedCase, CallBooking, MailDigest, Praise, Told}
WITHOUT_WORDS |= {RawMail, AttachmentContent}  # as bytes


def add(ticket: Ticket, secret: str, *, by: User, at: datetime) -> None:
    """A message with a file, and a booked call, each with the secret; `by`: the person with an open promise."""
    case.write(response_id=ticket.response_id, text=f"{secret} writes", submission=None, at=at)
    message = Message.objects.get(ticket=ticket)
    RawMail.objects.create(message=message, content=secret.encode())
    MailDigest.objects.create(message=message, digest="d" * 64)
    mended = Improvement.objects.create(title="Mended", owner=by)
    Told.objects.create(
        improvement=mended, contact_id=ticket.response.contact_id or 0, ticket=ticket, survey=ticket.survey
    )  # fmt: skip
    Praise.objects.create(response=ticket.response, person=by)
    file = Attachment.objects.create(message=message, name=f"{secret}.txt", content_type="text/plain", size=9)
    AttachmentContent.objects.create(attachment=file, content=secret.encode())
    promise = ticket.promises.get()
    CallBooking.objects.create(
        response=ticket.response, ticket=ticket, promise=promise, person=by, starts_at=promise.due_at, made_at=at
    )  # fmt: skip
    case.close(ticket_id=ticket.pk, by=by, at=at, is_closed=True)
