"""What hangs on the conversation with a customer: who sees it, how it leads to its ticket, and a row of each."""

from datetime import datetime

from django.db import models

from followup.conversations.case import services as case
from followup.conversations.case.models import CaseMessage, ClosedCase
from followup.conversations.models import Attachment, AttachmentContent, Message, RawMail
from followup.conversations.slots.models import CallBooking
from followup.models import Ticket
from nps_project.accounts.models import User

SEEN_WITH: dict[type[models.Model], str] = {
    **dict.fromkeys((Message, CallBooking), "ticket"),
    **dict.fromkeys((RawMail, Attachment), "message"),
    AttachmentContent: "attachment",
    **dict.fromkeys((CaseMessage, ClosedCase), "response"),
}
PATHS: dict[type[models.Model], str] = {
    **dict.fromkeys((RawMail, Attachment), "message__ticket"),
    AttachmentContent: "attachment__message__ticket",
    **dict.fromkeys((CaseMessage, ClosedCase), "response__ticket"),
}
WITHOUT_WORDS = {CaseMessage, ClosedCase, CallBooking, RawMail, AttachmentContent}  # the last two: as bytes


def add(ticket: Ticket, secret: str, *, by: User, at: datetime) -> None:
    """A message with a file, and a booked call, each with the secret; `by`: the person with an open promise."""
    case.write(response_id=ticket.response_id, text=f"{secret} writes", submission=None, at=at)
    message = Message.objects.get(ticket=ticket)
    RawMail.objects.create(message=message, content=secret.encode())
    file = Attachment.objects.create(message=message, name=f"{secret}.txt", content_type="text/plain", size=9)
    AttachmentContent.objects.create(attachment=file, content=secret.encode())
    promise = ticket.promises.get()
    CallBooking.objects.create(
        response=ticket.response, ticket=ticket, promise=promise, person=by, starts_at=promise.due_at, made_at=at
    )  # fmt: skip
    case.close(ticket_id=ticket.pk, by=by, at=at, is_closed=True)
