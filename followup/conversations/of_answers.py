"""Every row of the conversations about some answers, for whoever takes all of it away."""

from collections.abc import Collection, Iterator
from typing import Any

from django.db import models
from django.db.models import Q

from followup.conversations.case.models import CaseMessage, ClosedCase
from followup.conversations.models import Attachment, AttachmentContent, MailDigest, Message, RawMail
from followup.conversations.slots.models import CallBooking


def conversation_of(
    responses: Collection[int], tickets: Collection[int]
) -> Iterator[tuple[type[models.Model], dict[str, Any]]]:
    """(model, filter of its rows), for answers and their tickets by id."""
    messages = Message.objects.filter(Q(ticket__in=tickets) | Q(case_message__response__in=responses)).values("pk")
    yield Message, {"pk__in": messages}
    yield RawMail, {"message__in": messages}
    yield MailDigest, {"message__in": messages}
    yield Attachment, {"message__in": messages}
    yield AttachmentContent, {"attachment__message__in": messages}
    for model in (CaseMessage, ClosedCase, CallBooking):
        yield model, {"response__in": responses}
