"""How a deadline came about, in the reader's language: "Due Mon 09:30: 24 h from Fri 16:30, without the night"."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from followup.clocks.business_time import BREAK, HOLIDAY, NIGHT, OWN_DAY, WEEKEND
from followup.clocks.targets import FIRST_CONTACT, NEXT_REPLY, RESOLUTION
from followup.models import ClockRuns, PauseKind, Ticket
from followup.presentation.wording import span, when

MOST_PARTS = 8


def explain(ticket: Ticket, at: datetime) -> list[str]:
    """One sentence for each deadline of the ticket, with its basis where that was kept; no query."""
    contacted = ticket.first_contact_at is not None
    clocks = {
        FIRST_CONTACT: None if contacted else ticket.first_contact_due_at,
        NEXT_REPLY: ticket.next_contact_due_at,
        RESOLUTION: ticket.solve_due_at,
    }
    found = []
    for name, due in clocks.items():
        if due is not None and not ticket.is_resolved:
            found.append(_sentence(name, due, ticket.clock_notes.get(name), at))
    return found


def _sentence(name: str, due: datetime, basis: dict[str, Any] | None, at: datetime) -> str:
    heads = {
        FIRST_CONTACT: _("First contact is due %(time)s"),
        NEXT_REPLY: _("The next contact is due %(time)s"),
        RESOLUTION: _("To be solved by %(time)s"),
    }
    head = heads[name] % {"time": when(due, at, is_inside=True)}
    if basis is None or (name == NEXT_REPLY and datetime.fromisoformat(basis["due"]) != due):
        return _("%(head)s: as promised to the customer.") % {"head": head} if name == NEXT_REPLY else f"{head}."
    begins = when(datetime.fromisoformat(basis["from"]), at, is_inside=True)
    hours = ngettext("%(n)d hour", "%(n)d hours", basis["hours"]) % {"n": basis["hours"]}
    if basis["runs"] == ClockRuns.SERVICE:
        hours = ngettext("%(n)d hour of service", "%(n)d hours of service", basis["hours"]) % {"n": basis["hours"]}
    parts = [_("%(hours)s from %(time)s") % {"hours": hours, "time": begins}, *_left_out(basis)]
    return f"{head}: {', '.join(parts)}."


def _left_out(basis: dict[str, Any]) -> Iterator[str]:
    """What was not counted, the longest list cut short."""
    for kind, seconds in basis.get("paused", {}).items():
        if seconds >= 60:
            words = {
                PauseKind.WAITING: _("minus %(length)s waiting for the customer"),
                PauseKind.CLOSED: _("minus %(length)s while it was resolved"),
            }
            yield words[PauseKind(kind)] % {"length": span(timedelta(seconds=seconds))}
    closed = basis.get("closed", [])
    for kind, seconds, name in closed[:MOST_PARTS]:
        yield _closed_words(kind, seconds, name)
    if len(closed) > MOST_PARTS:
        rest = sum(seconds for _kind, seconds, _name in closed[MOST_PARTS:])
        yield _("minus %(length)s of other closed time") % {"length": span(timedelta(seconds=rest))}


def _closed_words(kind: str, seconds: int, name: str) -> str:
    words = {
        NIGHT: _("minus the nights (%(length)s)") if seconds > 86_400 else _("minus the night (%(length)s)"),
        BREAK: _("minus the break (%(length)s)"),
        WEEKEND: _("minus the weekend (%(length)s)"),
        HOLIDAY: _("minus %(name)s (%(length)s)"),
        OWN_DAY: _("minus %(name)s (%(length)s)"),
    }
    unnamed = _("a day of your own")
    return words[kind] % {"length": span(timedelta(seconds=seconds)), "name": name or unnamed}
