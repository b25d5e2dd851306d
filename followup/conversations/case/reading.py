"""What a customer's page shows of their case: the state, what was promised, and what was written both ways."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext as _

from followup.clocks.recompute import target_of
from followup.clocks.targets import NEXT_REPLY
from followup.conversations.models import Direction, Message, MessageStatus
from followup.models import Promise, PromiseState, Ticket, TicketStatus
from followup.presentation.wording import exactly, when
from nps_project.accounts.models import User
from nps_project.common.text import shown
from surveys.models import Response

SHOWN_OUT = (MessageStatus.SENT, MessageStatus.DELIVERED)
MOST_MESSAGES = 200  # the newest
MOST_PROMISES = 50


@dataclass(frozen=True, slots=True)
class Line:
    """A message as the page draws it. `who`: the first name of who wrote it; empty: the customer."""

    who: str
    is_own: bool
    text: str
    time: str
    at: datetime
    files: Sequence[str]


@dataclass(frozen=True, slots=True)
class PromiseLine:
    """Something that was promised, by whom and when it is or was due."""

    text: str
    who: str
    time: str
    is_kept: bool
    is_late: bool


@dataclass(frozen=True, slots=True)
class State:
    """Where the case stands, in a sentence; `is_late`: what was promised has not happened yet. `is_call`: it is about
    the call that the customer chose, which says when."""

    words: str
    is_late: bool = False
    is_call: bool = False


def ticket_of(response: Response) -> Ticket | None:
    """The ticket of an answer, or that of the answer which it follows. One query, and one more for the latter."""
    rows = Ticket.objects.select_related("owner", "play")
    ticket = rows.filter(response=response.pk).first()
    if ticket is None and response.follows_id is not None:
        ticket = rows.filter(response=response.follows_id).first()
    return ticket


def zone_of(response: Response) -> ZoneInfo:
    """The zone in which the customer reads times: their own where it is known, else the company's."""
    name = response.contact.time_zone if response.contact else ""
    try:
        return ZoneInfo(name or settings.TIME_ZONE)
    except (ValueError, OSError, KeyError):
        return ZoneInfo(settings.TIME_ZONE)


def first_name(person: User | None) -> str:
    """What customers read of a person: the first name, never an address."""
    words = shown(person.name).split() if person is not None else []
    return words[0] if words else ""


def messages(response: Response, ticket: Ticket | None, at: datetime) -> list[Line]:
    """What was written both ways and arrived: no notes, no mail that waits or came of itself. At most two queries."""
    of_page = Q(case_message__response=response.pk)
    rows = Message.objects.filter(of_page | Q(ticket=ticket) if ticket else of_page, erased_at=None)
    wrote = Q(direction=Direction.IN, is_accepted=True, is_automatic=False)
    got = Q(direction=Direction.OUT, status__in=SHOWN_OUT)
    rows = rows.filter(wrote | got).select_related("author").prefetch_related("attachments").order_by("-at", "-pk")
    return [line_of(row, at) for row in reversed(rows[:MOST_MESSAGES])]


def line_of(message: Message, at: datetime) -> Line:
    """One message as the customer reads it at this time, in the zone that is active."""
    is_own = message.direction == Direction.IN
    time = message.at if is_own else message.sent_at or message.at
    return Line(
        who="" if is_own else first_name(message.author),
        is_own=is_own,
        text=message.text,
        time=when(time, at, is_inside=True),
        at=time,
        files=[file.name for file in message.attachments.all()],
    )


def promises(ticket: Ticket, at: datetime) -> list[PromiseLine]:
    """What was promised and is open or kept, without calls, the first due first. One query."""
    rows = ticket.promises.filter(is_call=False).exclude(state=PromiseState.WAIVED).select_related("owner")
    return [_promise(row, at) for row in rows.order_by("due_at", "pk")[:MOST_PROMISES]]


def _promise(promise: Promise, at: datetime) -> PromiseLine:
    is_kept = promise.state == PromiseState.KEPT
    return PromiseLine(
        text=promise.text,
        who=first_name(promise.owner),
        time=when(promise.ended_at if is_kept and promise.ended_at else promise.due_at, at, is_inside=True),
        is_kept=is_kept,
        is_late=not is_kept and promise.due_at < at,
    )


def state_of(ticket: Ticket | None, at: datetime, call_at: datetime | None = None) -> State:
    """Where the case stands; no query. `call_at`: of a booked call, which leads where nothing is due before it."""
    if ticket is None or ticket.discarded_at is not None:
        return State(_("What you wrote has arrived."))
    if ticket.is_resolved:
        return State(_("For us, this is settled."))
    reply = target_of(ticket, NEXT_REPLY)
    first = ticket.first_contact_due_at if ticket.first_contact_at is None else None
    due = min((time for time in (first, reply.due if reply else None) if time), default=None)
    if call_at is not None and (due is None or call_at <= due):
        if call_at >= at:
            return State("", is_call=True)
        return State(
            _("We wanted to call you: %(time)s. That is late, and we are sorry.") % {"time": exactly(call_at)}, True
        )
    if due is None:
        return State(_without_due(ticket))
    words = {
        (True, False): _("We will contact you by %(time)s."),
        (True, True): _("We wanted to contact you by %(time)s. That is late, and we are sorry."),
        (False, False): _("You will have our answer by %(time)s."),
        (False, True): _("You should have had our answer by %(time)s. That is late, and we are sorry."),
    }
    is_first, is_late = due == first, due < at
    return State(words[is_first, is_late] % {"time": exactly(due)}, is_late)


def _without_due(ticket: Ticket) -> str:
    if ticket.first_contact_at is not None or ticket.status == TicketStatus.CONTACTED:
        return _("We have talked with you and are working on it.")
    if not ticket.can_be_reached:
        return _("You left no way to reach you. Write here, and look here for our answer.")
    return _("We have read it and are working on it.")
