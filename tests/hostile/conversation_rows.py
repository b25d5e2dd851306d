"""What hangs on talking with a customer, and on what they are told later: who sees it, and a row of each."""

from datetime import datetime

from django.db import models

from followup.conversations.case import services as case
from followup.conversations.case.models import CaseMessage, ClosedCase
from followup.conversations.models import Attachment, AttachmentContent, MailDigest, Message, RawMail
from followup.conversations.slots.models import CallBooking
from followup.insights.improvements.models import Improvement, Told
from followup.insights.praise.models import Praise
from followup.insights.risk.models import AtRisk
from followup.insights.silence.models import Call, CallList
from followup.insights.themes.models import Suggestion
from followup.insights.words.models import CommentTerms, ToRead
from followup.models import RootCause, Ticket
from nps_project.accounts.models import User

SEEN_WITH: dict[type[models.Model], str] = {
    **dict.fromkeys((Message, CallBooking, Told), "ticket"),
    **dict.fromkeys((RawMail, Attachment, MailDigest), "message"),
    AttachmentContent: "attachment",
    **dict.fromkeys((CaseMessage, ClosedCase, Praise, CommentTerms, ToRead, Suggestion), "response"),
    AtRisk: "visible_to",
    Call: "contact",
}
PATHS: dict[type[models.Model], str] = {
    **dict.fromkeys((RawMail, Attachment, MailDigest), "message__ticket"),
    AttachmentContent: "attachment__message__ticket",
    **dict.fromkeys((CaseMessage, ClosedCase, Praise, CommentTerms, ToRead, Suggestion), "response__ticket"),
    **dict.fromkeys((AtRisk, Call), "response__ticket"),
}
WITHOUT_WORDS = {AtRisk, Call, ToRead, CaseMessage, ClosedCase, CallBooking, MailDigest, Praise, Told}
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
    answer = ticket.response
    CommentTerms.objects.create(
        response=answer, survey=ticket.survey, group="detractor", answered_at=at, customer=1, language="en",
        terms=[secret.lower()], surfaces=[secret],
    )  # fmt: skip
    ToRead.objects.get_or_create(response=answer)
    cause = RootCause.objects.filter(is_active=True)[0]
    Suggestion.objects.create(response=answer, cause=cause, confidence=99, words=[[secret, 1.0]], learnt_at=at)
    AtRisk.objects.create(
        contact_id=answer.contact_id or 0, response=answer, survey=ticket.survey, bounced_at=at, looked_at=at
    )  # fmt: skip
    calls = CallList.objects.create(name="Silent", survey=ticket.survey, created_by=by)
    Call.objects.create(call_list=calls, contact_id=answer.contact_id or 0, place=1, state="answered", response=answer)
    Praise.objects.create(response=ticket.response, person=by)
    file = Attachment.objects.create(message=message, name=f"{secret}.txt", content_type="text/plain", size=9)
    AttachmentContent.objects.create(attachment=file, content=secret.encode())
    promise = ticket.promises.get()
    CallBooking.objects.create(
        response=ticket.response, ticket=ticket, promise=promise, person=by, starts_at=promise.due_at, made_at=at
    )  # fmt: skip
    case.close(ticket_id=ticket.pk, by=by, at=at, is_closed=True)
