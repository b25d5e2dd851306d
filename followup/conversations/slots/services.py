"""Book a time for a call, choose another one, give it back.

Each is one transaction: the answer's row is locked first, then its ticket, then the people who could call. So of many
customers who want one time, one after the other looks who is free; a unique constraint stands behind it.
"""

from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext as _

from followup.clocks import recompute
from followup.conversations import effects, on_ticket
from followup.conversations.slots import offering
from followup.conversations.slots.models import CallBooking
from followup.errors import FollowUpError
from followup.history import chain
from followup.models import ActivityKind, NoticeKind, Promise, PromiseState, Ticket
from followup.notices import services as notices
from followup.tickets.actions import lock
from nps_project.accounts.models import User


class TimeNotFree(FollowUpError):
    """The time is taken, past, or was never offered."""

    status = 409
    code = "time_not_free"


def held_by(response_id: int) -> CallBooking | None:
    """The booking of an answer that holds, with its person and promise. One query."""
    rows = CallBooking.objects.that_hold().select_related("person", "promise")
    return rows.filter(response=response_id).first()


@transaction.atomic
def book(*, response_id: int, starts_at: datetime, at: datetime) -> CallBooking:
    """Book a call; an earlier booking of the same customer is given back. The same time twice is one booking.

    The call is a promise on the ticket, due when it begins, and takes the place of the answer that the customer had
    asked for by writing. Raises: TimeNotFree, with nothing changed.
    """
    response = on_ticket.lock_response(response_id)
    before = held_by(response_id)
    if before is not None and before.promise.due_at == starts_at:  # people may have moved it
        return before
    ticket = on_ticket.ticket_of(response)
    if ticket is None:
        raise TimeNotFree("starts_at", starts_at.isoformat(), "a time for a case that people look after")
    people = sorted(offering.people_for(ticket), key=lambda person: person.pk)
    list(User.objects.select_for_update(no_key=True).filter(pk__in=[one.pk for one in people]).order_by("pk"))
    free = offering.offer_of(ticket, at).free.get(starts_at, [])
    if not free:
        raise TimeNotFree("starts_at", starts_at.isoformat(), "one of the times that are free")
    person = free[0]
    if before is not None:
        _give_back(before, ticket, at)
    _forget_what_has_ended(response_id, person, starts_at, at)
    promise = _promise(ticket, person, starts_at, at)
    return CallBooking.objects.create(
        response=response, ticket=ticket, promise=promise, person=person, starts_at=starts_at, made_at=at
    )  # fmt: skip


def _forget_what_has_ended(response_id: int, person: User, starts_at: datetime, at: datetime) -> None:
    """Bookings whose promise was kept or waived hold nothing: their time, and their customer, are free again."""
    same = Q(response=response_id) | Q(person=person, starts_at=starts_at)
    CallBooking.objects.filter(same, freed_at=None).exclude(promise__state=PromiseState.OPEN).update(freed_at=at)


def _promise(ticket: Ticket, person: User, starts_at: datetime, at: datetime) -> Promise:
    """Let a locked ticket follow a booking: it is taken up again, the call is its next clock, and a ticket that nobody
    has is from now on that of who calls: the customer reads their name."""
    effects.take_up(ticket, at)
    is_nobodys = ticket.owner is None
    if is_nobodys:
        ticket.owner = person
    if recompute.is_asked_by_customer(ticket):
        recompute.end_next_reply(ticket, by=None)
    with translation.override(person.language):
        text = _("Call, at the time that the customer chose")
    promise = Promise.objects.create(
        ticket=ticket, text=text, owner=person, due_at=starts_at, made_at=at, made_by=person, is_call=True
    )  # fmt: skip
    recompute.recompute_next_reply(ticket)
    recompute.update_queue_position(ticket)
    ticket.save(update_fields=["owner", "resolved_at", "outcome", *recompute.FIELDS])
    if is_nobodys:
        chain.append(ticket, ActivityKind.ASSIGNED, at=at, owner=person.pk, team=ticket.team_id)
    until = starts_at.isoformat()
    chain.append(ticket, ActivityKind.CALL_BOOKED, at=at, promise=promise.pk, owner=person.pk, until=until)
    told = {one.pk: one for one in (person, ticket.owner) if one is not None}
    notices.tell(told.values(), NoticeKind.BOOKED, ticket=ticket, at=at)
    return promise


@transaction.atomic
def cancel(*, response_id: int, at: datetime) -> bool:
    """Give a booked time back. What the customer had written is to be answered again. False without a booking."""
    on_ticket.lock_response(response_id)
    booking = held_by(response_id)
    if booking is None:
        return False
    ticket = lock(booking.ticket_id)
    _give_back(booking, ticket, at)
    if not ticket.is_resolved:
        effects.ask_for_reply(ticket, since=at, at=at)
    return True


def _give_back(booking: CallBooking, ticket: Ticket, at: datetime) -> None:
    booking.freed_at = at
    booking.save(update_fields=["freed_at"])
    booking.promise.state, booking.promise.ended_at = PromiseState.WAIVED, at
    booking.promise.save(update_fields=["state", "ended_at"])
    recompute.recompute_next_reply(ticket)
    recompute.update_queue_position(ticket)
    ticket.save(update_fields=recompute.FIELDS)
    chain.append(ticket, ActivityKind.CALL_CANCELLED, at=at, promise=booking.promise.pk)
    notices.take_back(NoticeKind.BOOKED, ticket=ticket)
