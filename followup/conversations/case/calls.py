"""The part of a customer's page about calls: the one that is booked, and the times to choose from."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from uuid import uuid4

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.safestring import mark_safe
from django.utils.text import capfirst

from followup.conversations.case.links import case_path, form_purpose
from followup.conversations.case.reading import first_name, ticket_of, zone_of
from followup.conversations.slots import offering
from followup.conversations.slots import services as booking
from followup.models import Ticket
from followup.presentation.wording import exactly
from followup.tickets.customers.promise import has_seen
from nps_project.accounts.links import make_token
from surveys.models import Response

LAST_DIGITS = 2


@dataclass(frozen=True, slots=True)
class Time:
    """A time to choose: the value that the form sends, and the words for it."""

    value: str
    words: str


@dataclass(frozen=True, slots=True)
class Call:
    """What the page shows of calls, in the zone that is active. `booked`: when, in words; `due_at`: the same time;
    `who`: the first name of who calls.

    `number_ends`: the last digits of the number that is known; "" for none. `zone`: of the times, as their reader
    knows it.
    """

    booked: str
    who: str
    days: Sequence[tuple[str, Sequence[Time]]]
    zone: str
    number_ends: str
    due_at: datetime | None = None


def shown(response: Response, ticket: Ticket | None, at: datetime) -> Call:
    """One query where a ticket is, and those of the offer where its play offers times.

    A changed answer may promise an earlier contact than its ticket knows of: times are offered once it does.
    """
    held = booking.held_by(response.pk) if ticket is not None else None
    may_offer = ticket is not None and not response.is_unsure and has_seen(ticket, response)
    offer = offering.offer_of(ticket, at) if ticket is not None and may_offer else offering.NOTHING
    times = offer.to_choose_from(timezone.get_current_timezone())
    times = [time for time in times if held is None or time != held.promise.due_at]  # that one they have
    digits = [sign for sign in response.reach_phone if sign.isdigit()]
    return Call(
        booked=exactly(held.promise.due_at) if held else "",
        who=first_name(held.person) if held else "",
        days=days_of(times),
        zone=_zone_of(times[0]) if times else "",
        number_ends="".join(digits[-LAST_DIGITS:]),
        due_at=held.promise.due_at if held else None,
    )


def form_after_thanks(response: Response) -> str:
    """The form for the thank-you page; "" while no ticket knows the answer, without free times, or with a call."""
    ticket = ticket_of(response)
    with timezone.override(zone_of(response)):
        call = shown(response, ticket, timezone.now())
        if call.booked or not call.days:
            return ""
        context = {
            "call": call,
            "action": case_path(response),
            "submission": make_token(form_purpose(response), uuid4()),
            "typed": {},
        }
        return mark_safe(render_to_string("followup/conversations/case/_call.html", context))  # noqa: S308  (a template)


def _zone_of(time: datetime) -> str:
    """The zone that is active, by its place and its name on that day: "Copenhagen (CET)"."""
    name = date_format(timezone.localtime(time), "T")
    place = getattr(timezone.get_current_timezone(), "key", name).rpartition("/")[2].replace("_", " ")
    return name if name == place else f"{place} ({name})"


def days_of(times: Sequence[datetime]) -> list[tuple[str, list[Time]]]:
    """The times by day, in words."""
    by_day = groupby(times, key=lambda time: date_format(timezone.localtime(time), "FULL_WEEKDAY_OF_YEAR"))
    return [(capfirst(day), [_time(time) for time in found]) for day, found in by_day]


def _time(time: datetime) -> Time:
    return Time(time.astimezone(UTC).isoformat(), date_format(timezone.localtime(time), "CLOCK"))
