"""A customer reports a mail that a person wrote as spam: that is heard as the wish to be asked no more.

A person may still write to them, as to everybody who has unsubscribed; the ticket and the writer's bell say what
happened, so that the next word is a call.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from followup.conversations import telling
from followup.conversations.models import Direction, Message
from followup.history import chain
from followup.models import ActivityKind, NoticeKind
from followup.tickets.actions import lock
from surveys.campaigns.leaving import wishes
from surveys.campaigns.leaving.wishes import Wish
from surveys.models import Contact, Survey


@dataclass(slots=True)
class _OfTicket:
    """The mail as the rules of asking know one (surveys/campaigns/mailed/found.py)."""

    public_id: UUID
    contact: Contact
    survey: Survey
    language: str

    @property
    def contact_id(self) -> int:
        return self.contact.pk

    @property
    def survey_id(self) -> int:
        return self.survey.pk


@transaction.atomic
def wants_no_more(message_id: int, at: datetime, *, is_complaint: bool) -> None:
    """Unsubscribe the customer of a mail from all surveys; of a complaint, tell it once. A second time changes nothing.

    Somebody without a contact of ours is never asked, and needs no unsubscription; of one who has another address by
    now, the earlier address complained.
    """
    ticket_id = Message.objects.filter(pk=message_id, direction=Direction.OUT).values_list("ticket", flat=True).first()
    if ticket_id is None:
        return
    ticket = lock(ticket_id)
    rows = Message.objects.select_for_update(of=("self",), no_key=True).select_related("author", "contact")
    message = rows.get(pk=message_id)
    if message.contact is not None and (message.contact.email or "").lower() == message.to_address.lower():
        mail = _OfTicket(message.public_id, message.contact, ticket.response.survey, message.language)
        wishes.carry_out(mail, Wish.ALL, at)
    if not is_complaint or message.complained_at is not None:
        return
    message.complained_at = at
    message.save(update_fields=["complained_at"])
    chain.append(ticket, ActivityKind.MAIL_COMPLAINED, at=timezone.now(), message=message.pk)
    telling.tell_author(ticket, message, NoticeKind.COMPLAINED, timezone.now())
