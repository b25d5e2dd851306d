"""A ticket's three clocks: when first contact, next contact and solution are due, and where that puts it in the queue.

`clock_notes` keeps how each deadline came about, in codes and seconds, so that it can be explained in any language:
{"from": ISO time, "hours": n, "runs": ClockRuns, "due": ISO time, "closed": [[kind, seconds, name]],
"paused": {kind: seconds}}.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from followup import deadlines
from followup.business_time import ALWAYS, Hours
from followup.models import (
    Calendar,
    ClockRuns,
    Pause,
    PauseKind,
    Play,
    Promise,
    PromiseState,
    Stage,
    Ticket,
    TicketStatus,
)
from followup.models.ticket import FAR_AWAY
from followup.services.calendars import hours_for

PLACE_FIELDS = ("stage", "deadline", "warn_at", "escalation_level", "escalate_at")
FIELDS = (*PLACE_FIELDS, "first_contact_due_at", "next_contact_due_at", "solve_due_at", "clock_notes")
FIRST, NEXT, SOLVE = "first_contact", "next_contact", "solve"

Start = tuple[datetime, Play]  # from when a play's clocks run
Note = dict[str, Any]


def start(ticket: Ticket, starts: Sequence[Start]) -> None:
    """Set the clocks of a new ticket: of several plays, one after the other, the earliest deadline binds."""
    ticket.clock_from = starts[0][0]
    for begins, play in starts:
        if ticket.can_be_reached:
            _bind(ticket, FIRST, _note(begins, play.hours, play.hours_run, ticket.calendar))
        _bind(ticket, SOLVE, _note(begins, play.solve_hours, play.solve_hours_run, ticket.calendar))


def tighten(ticket: Ticket, begins: datetime, play: Play, *, contact: str) -> None:
    """A play begins anew, on a clock of contact (FIRST or NEXT) and on that of the solution; the earlier one binds."""
    _bind(ticket, contact, _note(begins, play.hours, play.hours_run, ticket.calendar))
    _bind(ticket, SOLVE, _note(begins, play.solve_hours, play.solve_hours_run, ticket.calendar))


def restart_first_contact(ticket: Ticket, begins: datetime) -> None:
    """The customer can be reached from now on: its play's clock begins."""
    ticket.first_contact_due_at = None
    play = ticket.play
    _bind(ticket, FIRST, _note(begins, play.hours, play.hours_run, ticket.calendar))


def settle_next_contact(ticket: Ticket, *, contacted: bool = False) -> None:
    """The next contact is due with the earliest open promise, or as an answer that became worse asks; one query.

    `contacted`: what such an answer asks for is done.
    """
    if contacted:
        ticket.clock_notes = {name: note for name, note in ticket.clock_notes.items() if name != NEXT}
    open_promises = Promise.objects.filter(ticket=ticket.pk, state=PromiseState.OPEN)
    promised = open_promises.order_by("due_at").values_list("due_at", flat=True).first()
    ticket.next_contact_due_at = min((due for due in (promised, _noted(ticket, NEXT)) if due), default=None)


def pause(ticket: Ticket, kind: PauseKind, at: datetime) -> None:
    """The solved clock stands still; nothing on a ticket without one, or whose clock stands already."""
    if SOLVE in ticket.clock_notes:
        resume(ticket, at)
        Pause.objects.create(ticket=ticket, kind=kind, began_at=at)
        settle_solution(ticket)


def resume(ticket: Ticket, at: datetime) -> None:
    """The solved clock goes on."""
    if SOLVE in ticket.clock_notes:
        for row in Pause.objects.filter(ticket=ticket, ended_at=None):
            row.ended_at = max(at, row.began_at)
            row.save(update_fields=["ended_at"])
        settle_solution(ticket)


def settle_solution(ticket: Ticket) -> None:
    """When the solution is due, with the time in which its clock stood still; a wait that lasts is taken to its end.

    Waiting counts up to the play's limit, in hours of the clock. On the (locked, unsaved) ticket.
    """
    note = dict(ticket.clock_notes[SOLVE])
    hours, begins = hours_for(note["runs"], ticket.calendar), datetime.fromisoformat(note["from"])
    left = timedelta(hours=ticket.play.wait_limit_hours)
    paused: dict[str, float] = {}
    for row in Pause.objects.filter(ticket=ticket).order_by("began_at", "id"):
        since, until = max(row.began_at, begins), row.ended_at or ticket.waiting_until or row.began_at
        if row.kind == PauseKind.WAITING:
            until = min(until, since + left)
            left -= max(until - since, timedelta())
        paused[row.kind] = paused.get(row.kind, 0) + hours.between(since, until)
    due = hours.add(begins, note["hours"] * 3600 + sum(paused.values()))
    note |= {"due": due.isoformat(), "closed": _closed(hours, begins, due), "paused": paused}
    ticket.clock_notes = ticket.clock_notes | {SOLVE: note}
    ticket.solve_due_at = due


def running_deadline(ticket: Ticket) -> datetime | None:
    """The earliest deadline of the clocks that run now; None when none runs."""
    running = running_clock(ticket)
    return running[1] if running else None


def running_clock(ticket: Ticket) -> tuple[str, datetime] | None:
    """Which clock runs out first (FIRST, NEXT or SOLVE), and when; None when none runs."""
    if ticket.status == TicketStatus.RESOLVED:
        return None
    first, solve = ticket.first_contact_due_at if ticket.first_contact_at is None else None, ticket.solve_due_at
    if ticket.status == TicketStatus.WAITING and solve and ticket.waiting_until and solve > ticket.waiting_until:
        solve = None  # it stands still; beyond the limit of waiting it does not
    clocks = [(due, name) for name, due in ((FIRST, first), (NEXT, ticket.next_contact_due_at), (SOLVE, solve)) if due]
    due, name = min(clocks, default=(None, ""), key=lambda clock: clock[0])
    return (name, due) if due else None


def place(ticket: Ticket, at: datetime) -> None:
    """Set deadline, warning and stage on the (locked, unsaved) ticket.

    A clock that is new to the ticket begins on time, even when it is late already: the sweep moves it on, and whoever
    moves it sends the warning or the escalation. A clock that goes on keeps its stage and its levels.
    """
    running = running_clock(ticket)
    if running is None:
        ticket.deadline = ticket.warn_at = FAR_AWAY
        ticket.stage = Stage.WAITING if ticket.status == TicketStatus.WAITING else Stage.IN_HAND
        ticket.escalation_level, ticket.escalate_at = 0, FAR_AWAY
        return
    name, due = running
    if due != ticket.deadline:
        ticket.deadline = due
        ticket.warn_at = _warning(ticket, name, due, at)
        ticket.stage = Stage.ON_TIME
        ticket.escalation_level, ticket.escalate_at = 0, FAR_AWAY


def _warning(ticket: Ticket, name: str, due: datetime, at: datetime) -> datetime:
    """When the play's share of the clock's own time is left."""
    begins, share = at if name == NEXT else ticket.clock_from, ticket.play.warn_share
    hours = hours_for(ticket.clock_notes.get(name, {}).get("runs", ClockRuns.ALWAYS), ticket.calendar)
    if hours is ALWAYS or begins >= due:
        return deadlines.warning_at(begins, due, share)
    return min(due, hours.add(begins, hours.between(begins, due) * (1 - share)))


def _note(begins: datetime, hours: int | None, runs: str, calendar: Calendar | None) -> Note | None:
    """How a deadline comes about; None where the play has no such clock. At most one query."""
    if hours is None:
        return None
    counted = hours_for(runs, calendar)
    due = counted.add(begins, hours * 3600)
    return {
        "from": begins.isoformat(),
        "hours": hours,
        "runs": str(runs),
        "due": due.isoformat(),
        "closed": _closed(counted, begins, due),
    }


def _closed(hours: Hours, begins: datetime, due: datetime) -> list[list[Any]]:
    return [[part.kind, part.seconds, part.name] for part in hours.closed(begins, due)]


_FIELDS = {FIRST: "first_contact_due_at", NEXT: "next_contact_due_at", SOLVE: "solve_due_at"}


def _bind(ticket: Ticket, name: str, note: Note | None) -> None:
    """Take a deadline where there is none, or where it is earlier than that of the same clock.

    For the next contact the note is kept beside an earlier promise: when that is kept, the note counts again.
    """
    if note is None:
        return
    due, field = datetime.fromisoformat(note["due"]), _FIELDS[name]
    set_before = getattr(ticket, field)
    before = _noted(ticket, NEXT) if name == NEXT else set_before
    if before is None or due < before:
        ticket.clock_notes = ticket.clock_notes | {name: note}
        setattr(ticket, field, min(set_before or due, due))


def _noted(ticket: Ticket, name: str) -> datetime | None:
    note = ticket.clock_notes.get(name)
    return datetime.fromisoformat(note["due"]) if note else None
