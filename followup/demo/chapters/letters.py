"""Sample mails: what the made-up colleagues wrote on tickets, and what some customers answered. Nothing is mailed."""

import json
from datetime import datetime, timedelta
from pathlib import Path
from uuid import uuid4

from django.conf import settings

from followup.conversations.models import Direction, Message, MessageStatus
from followup.conversations.writing.beginning import signed
from followup.history import chain
from followup.models import ActivityKind
from followup.presentation.mail_texts import filled
from followup.tickets.actions import lock
from nps_project.accounts.models import User
from nps_project.common.text import in_language

_ANSWERS: dict[str, list[str]] = json.loads(Path(__file__).with_suffix(".json").read_text())
_ANSWERED_ONE_IN = 2


def write(ticket_id: int, by: User, at: datetime) -> None:
    """The play's words, which left at this time, as the ticket's first mail."""
    ticket = lock(ticket_id)
    play, response = ticket.play, ticket.response
    if not response.reach_email:
        return
    subject = filled(in_language(play.mail_subject, response.language), ticket)
    text = signed(filled(in_language(play.mail_body, response.language), ticket), by)
    last = ticket.activities.latest("number")  # whoever took the ticket a moment ago wrote after that
    public_id, written_at = uuid4(), max(at - timedelta(seconds=12), last.at)
    message = Message.objects.create(
        public_id=public_id, ticket=ticket, contact=response.contact, direction=Direction.OUT,
        status=MessageStatus.DELIVERED, from_name=by.name, to_address=response.reach_email, subject=subject, text=text,
        language=response.language, author=by, at=written_at, send_at=at, sent_at=at,
        message_id=f"{public_id}@{settings.DEFAULT_FROM_EMAIL.rsplit('@', 1)[-1].rstrip('>')}",
    )  # fmt: skip
    chain.append(ticket, ActivityKind.MAIL_WRITTEN, at=written_at, by=by, text=subject, message=message.pk, files=0)


def answer(ticket_id: int, number: int, at: datetime) -> None:
    """What the customer wrote back, on every second ticket with a mail. `number`: of the answer in the plan."""
    ticket = lock(ticket_id)
    last = Message.objects.filter(ticket=ticket, direction=Direction.OUT).last()
    if last is None or number % _ANSWERED_ONE_IN:
        return
    texts = _ANSWERS[last.language]
    message = Message.objects.create(
        ticket=ticket, contact=last.contact, direction=Direction.IN, status=MessageStatus.RECEIVED,
        from_address=last.to_address, from_name=ticket.response.reach_name, subject=f"Re: {last.subject}",
        text=texts[number // _ANSWERED_ONE_IN % len(texts)], quoted="> " + last.text.replace("\n", "\n> "),
        language=last.language, at=at, references=[last.message_id], message_id=f"{uuid4()}@example.com",
    )  # fmt: skip
    chain.append(ticket, ActivityKind.CUSTOMER_WROTE, at=at, message=message.pk, channel="mail")
