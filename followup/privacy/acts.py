"""What erasing a customer changes in followup besides emptying rows."""

from django.db.models import Exists, OuterRef, Q

from followup.conversations.models import Message, MessageStatus
from followup.history import chain
from followup.insights.improvements.models import Told, ToldStatus
from followup.insights.silence.models import Call, CallState
from followup.models import Activity, ActivityKind, ActivityText, Ticket
from followup.privacy.subjects import MESSAGE, TICKET
from nps_project.privacy.registry import Erasing, Subject
from surveys.models import AskReason
from surveys.privacy.parts import CONTACT


def stop_what_is_due(subject: Subject, erasing: Erasing) -> None:
    """End what was still to reach the customer: being asked again, mails, word of an improvement, calls."""
    contacts = subject.of(CONTACT)
    Ticket.objects.filter(pk__in=subject.of(TICKET), ask_again_at__isnull=False).update(ask_again_at=None)
    Message.objects.filter(pk__in=subject.of(MESSAGE), status=MessageStatus.QUEUED).update(
        status=MessageStatus.CANCELLED, send_at=None
    )
    Message.objects.filter(pk__in=subject.of(MESSAGE), ticket=None, set_aside_at=None).update(set_aside_at=erasing.at)
    Told.objects.filter(contact__in=contacts, status__in=(ToldStatus.WAITING, ToldStatus.QUEUED)).update(
        status=ToldStatus.SKIPPED, reason=AskReason.DO_NOT_CONTACT
    )
    open_calls = Q(state=CallState.WAITING) | Q(state=CallState.CLAIMED)
    Call.objects.filter(open_calls, contact__in=contacts).update(
        state=CallState.LEFT_OUT, reason=AskReason.DO_NOT_CONTACT, claimed_at=None, done_at=erasing.at
    )


def write_history(subject: Subject, erasing: Erasing) -> None:
    """An entry on each ticket that has none, or of which texts were erased just now."""
    entries = Activity.objects.filter(ticket=OuterRef("pk"), kind=ActivityKind.ERASED)
    just_now = ActivityText.objects.filter(activity__ticket=OuterRef("pk"), erased_at=erasing.at)
    tickets = Ticket.objects.filter(~Exists(entries) | Exists(just_now), pk__in=subject.of(TICKET))
    chain.append_to_all(list(tickets.order_by("pk")), ActivityKind.ERASED, at=erasing.at, by=erasing.by)
