"""Which times for a call a customer may choose: free with somebody who is there, and within what was promised."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings

from followup.clocks.business_time import Hours
from followup.clocks.calendars import calendar_of_team, hours_of_calendar
from followup.clocks.recompute import hours_of_play, is_asked_by_customer, target_of
from followup.clocks.targets import FIRST_CONTACT, NEXT_REPLY, targets
from followup.conversations.slots import grid
from followup.conversations.slots.models import CallBooking
from followup.models import Absence, Ticket
from followup.notify.cover import local_day
from followup.routing.turns import members
from nps_project.accounts.models import Role, User

MOST_PEOPLE = 100
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Offer:
    """The times that are free, in order, each with the people who are, the owner first."""

    free: dict[datetime, list[User]]

    def to_choose_from(self, zone: ZoneInfo) -> list[datetime]:
        """Some of them, over the next days of the reader's zone."""
        return grid.to_choose_from(list(self.free), zone)


NOTHING = Offer({})


def offers_times(ticket: Ticket | None) -> bool:
    """Whether the play of a ticket offers times for a call."""
    return ticket is not None and ticket.play.offers_call_slots and ticket.discarded_at is None


def offer_of(ticket: Ticket, at: datetime) -> Offer:
    """The free times of a ticket; five queries, none where its play offers no times.

    Before the first contact each ends within its deadline, which never moves; so does it within what the play asks for
    after an answer became worse. What the customer asked for by writing may be later, since they choose it.
    """
    if not offers_times(ticket):
        return NOTHING
    service = hours_of_calendar(calendar_of_team(ticket.team_id))
    hours = grid.hours_to_call(service, ZoneInfo(settings.TIME_ZONE))
    times = list(grid.starts(hours, at, _latest(ticket, service, at)))
    if not times:
        return NOTHING
    return Offer(_free(times, people_for(ticket), ticket.owner_id))


def _latest(ticket: Ticket, service: Hours, at: datetime) -> datetime | None:
    """Until when the customer is to be contacted, whatever they choose; None without such a deadline.

    Who could not be reached so far gives a number with the booking: their first contact is due from then on.
    """
    first = ticket.first_contact_due_at if ticket.first_contact_at is None else None
    if ticket.first_contact_at is None and not ticket.can_be_reached and ticket.play.hours:
        first = targets(hours_of_play(ticket.play), at, service)[FIRST_CONTACT].due
    reply = target_of(ticket, NEXT_REPLY)
    asked = reply.due if reply is not None and not is_asked_by_customer(ticket) else None
    return min((due for due in (first, asked) if due is not None), default=None)


def people_for(ticket: Ticket) -> list[User]:
    """Who may call: the owner, and the ticket's team; without either the play's owner, else all who see all teams.

    Who has as many open tickets as their share of the team allows gets no other one by a call.
    """
    found: dict[int, User] = {}
    if ticket.owner is not None:
        found[ticket.owner.pk] = ticket.owner
    if ticket.team_id is not None:
        has_room = (person for person in members(ticket.team_id) if person.places is None or person.places > 0)  # type: ignore[attr-defined]
        found |= {person.pk: person for person in has_room if person.pk not in found}
    if not found and ticket.play.owner is not None:
        found[ticket.play.owner.pk] = ticket.play.owner
    people = [person for person in found.values() if person.is_at_least(Role.AGENT) and not person.is_service]
    if not people:
        rows = User.objects.workers().filter(is_service=False, all_teams=True).order_by("pk")
        people = list(rows[:MOST_PEOPLE])
    return people


def _free(times: Sequence[datetime], people: Sequence[User], owner_id: int | None) -> dict[datetime, list[User]]:
    """By time those who are there and not booked: the owner first, then who has the fewest calls. Two queries."""
    ids = [person.pk for person in people]
    booked = set(
        CallBooking.objects.that_hold()
        .filter(person__in=ids, starts_at__range=(times[0] - grid.LENGTH, times[-1] + grid.LENGTH))
        .values_list("person", "starts_at")
    )
    away = list(
        Absence.objects.filter(
            person__in=ids, first_day__lte=(times[-1] + DAY).date(), last_day__gte=(times[0] - DAY).date()
        )
    )
    calls = Counter(person_id for person_id, _starts in booked)
    ordered = sorted(people, key=lambda person: (person.pk != owner_id, calls[person.pk], person.pk))
    found: dict[datetime, list[User]] = {}
    for begins in times:
        free = [
            person for person in ordered
            if not _is_booked(booked, person, begins) and not _is_away(away, person, begins)
        ]  # fmt: skip
        if free:
            found[begins] = free
    return found


def _is_booked(booked: set[tuple[int, datetime]], person: User, begins: datetime) -> bool:
    """Calendars of two zones may be half an hour apart by a quarter: calls that overlap are one too many."""
    near = (begins + timedelta(minutes=minutes) for minutes in (-15, 0, 15))
    return any((person.pk, time) in booked for time in near)


def _is_away(away: Sequence[Absence], person: User, begins: datetime) -> bool:
    day = local_day(person, begins)
    return any(row.person_id == person.pk and row.first_day <= day <= row.last_day for row in away)
