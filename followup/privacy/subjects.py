"""The rows of followup that belong to a customer."""

from django.db.models import Q, QuerySet
from django.db.models.functions import Lower

from followup.conversations import mail_keys
from followup.conversations.models import Message
from followup.insights.improvements.models import Told
from followup.insights.praise.models import Praise
from followup.models import Ticket
from followup.notify.mails import ACCOUNT_MANAGER_MAIL
from nps_project.privacy.registry import Subject
from surveys.privacy.parts import CONTACT, RESPONSE

TICKET, MESSAGE = "followup.Ticket", "conversations.Message"


def widen(subject: Subject, is_locked: bool) -> Subject:
    """With their tickets and messages; locks them in this order, behind the answers."""
    answers, contacts = subject.of(RESPONSE), subject.of(CONTACT)
    tickets = _ids(Ticket.objects.filter(response__in=answers), is_locked)
    subject = subject.with_ids(TICKET, tickets, "ticket:", ACCOUNT_MANAGER_MAIL, page="/desk/tickets/")
    written = Q(ticket__in=tickets) | Q(contact__in=contacts) | Q(case_message__response__in=answers)
    messages = Message.objects.alias(sender=Lower("from_address"))
    subject = subject.with_ids(
        MESSAGE,
        _ids(messages.filter(written | Q(ticket=None, sender__in=subject.addresses)), is_locked),
        mail_keys.ABOUT,
    )
    told = Told.objects.filter(contact__in=contacts).values_list("pk", flat=True)
    subject = subject.with_ids("improvements.Told", told, "told:")
    praise = Praise.objects.filter(response__in=answers).values_list("pk", flat=True)
    return subject.with_ids("praise.Praise", praise, "praise:")


def _ids(rows: QuerySet[Ticket] | QuerySet[Message], is_locked: bool) -> list[int]:
    found = rows.order_by("pk")
    if is_locked:
        found = found.select_for_update(no_key=True, of=("self",))
    return list(found.values_list("pk", flat=True))
