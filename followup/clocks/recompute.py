"""Applies targets to a ticket's row: its deadlines, the clock that runs now, and its place in the queue.

The arithmetic is in followup.clocks.targets. `clock_notes` keeps the basis of each deadline, a Target as JSON, by its
name, so that the deadline can be explained in any language. Callers have locked the ticket's row, and save it.
"""

from datetime import datetime, timedelta

from followup.clocks import targets
from followup.clocks.business_time import ALWAYS, Hours
from followup.clocks.calendars import calendar_of_team, hours_of_calendar, runs_by_calendar
from followup.clocks.targets import FIRST_CONTACT, NEXT_REPLY, RESOLUTION, PlayHours, Standstill, Target
from followup.models import Attempt, Pause, PauseKind, Play, Promise, PromiseState, Stage, Ticket, TicketStatus
from followup.models.ticket import NO_DEADLINE

PLACE_FIELDS = ("stage", "deadline", "warn_at", "escalation_level", "escalate_at")
FIELDS = (
    *PLACE_FIELDS,
    "status", "waiting_until", "calendar", "clock_notes",
    "first_contact_due_at", "first_contact_warn_at", "next_contact_due_at", "solve_due_at", "ask_again_at",
)  # fmt: skip
REPLY_HOURS = 24
ASKED_BY, CUSTOMER = "by", "customer"  # in the basis of the next reply
DUE_FIELDS = {
    FIRST_CONTACT: "first_contact_due_at",
    NEXT_REPLY: "next_contact_due_at",
    RESOLUTION: "solve_due_at",
}


def hours_of_play(play: Play) -> PlayHours:
    """The clocks of a play, as the arithmetic takes them."""
    return PlayHours(play.hours, play.hours_run, play.solve_hours, play.solve_hours_run, play.warn_share)


def apply_play(ticket: Ticket, begins: datetime, play: Play, *, contact: str = FIRST_CONTACT) -> None:
    """Apply the targets that a play asks for from `begins` on: the contact and the resolution. The earlier ones bind.

    `contact`: FIRST_CONTACT or NEXT_REPLY. A customer who cannot be reached is owed no contact. A ticket takes its
    team's calendar with the first play that runs by one. At most four queries.
    """
    if ticket.calendar_id is None and runs_by_calendar([play]):
        ticket.calendar = calendar_of_team(ticket.team_id)
    wanted = targets.targets(hours_of_play(play), begins, _service_hours(ticket, play), contact=contact)
    if not ticket.can_be_reached:
        wanted.pop(contact, None)
    for target in wanted.values():
        _apply_if_earlier(ticket, _with_pauses(ticket, target) if target.name == RESOLUTION else target)


def start_reply(ticket: Ticket, begins: datetime, *, is_owed: bool = False) -> None:
    """Make an answer to the customer due by the play's reply hours from `begins` on; an earlier target stays.

    `is_owed`: without reply hours it is due by those of the first contact, and without those in a day. At most three
    queries, for a play that runs by a calendar.
    """
    play = ticket.play
    hours = play.reply_hours or ((play.hours or REPLY_HOURS) if is_owed else None)
    if hours is None:
        return
    if ticket.calendar_id is None and runs_by_calendar([play]):
        ticket.calendar = calendar_of_team(ticket.team_id)
    asked = PlayHours(hours, play.hours_run, warn_share=play.warn_share)
    wanted = targets.targets(asked, begins, _service_hours(ticket, play), contact=NEXT_REPLY)[NEXT_REPLY]
    _apply_if_earlier(ticket, wanted)
    if target_of(ticket, NEXT_REPLY) == wanted:
        basis = ticket.clock_notes[NEXT_REPLY] | {ASKED_BY: CUSTOMER}
        ticket.clock_notes = ticket.clock_notes | {NEXT_REPLY: basis}


def is_asked_by_customer(ticket: Ticket) -> bool:
    """Whether the next reply is due because the customer wrote, or says that it is not fixed."""
    return target_of(ticket, NEXT_REPLY) is not None and ticket.clock_notes[NEXT_REPLY].get(ASKED_BY) == CUSTOMER


def start_first_contact(ticket: Ticket, begins: datetime) -> None:
    """Make the first contact of the ticket's play due from `begins` on: the customer can be reached since then."""
    ticket.clock_from, ticket.first_contact_due_at = begins, None
    wanted = targets.targets(hours_of_play(ticket.play), begins, _service_hours(ticket, ticket.play))
    if FIRST_CONTACT in wanted:
        _apply_if_earlier(ticket, wanted[FIRST_CONTACT])


def drop_first_contact(ticket: Ticket) -> None:
    """Take the deadline of the first contact away: the customer can no longer be reached."""
    ticket.first_contact_due_at = ticket.first_contact_warn_at = None


def target_of(ticket: Ticket, name: str) -> Target | None:
    """The target of that name as it was computed; None for one that the ticket does not have, or that was met."""
    basis = ticket.clock_notes.get(name)
    found = Target.from_json(name, basis) if basis else None
    return found if found and found.ended_by is None else None


def _service_hours(ticket: Ticket, play: Play) -> Hours:
    return hours_of_calendar(ticket.calendar) if runs_by_calendar([play]) else ALWAYS


def _store(ticket: Ticket, target: Target) -> None:
    ticket.clock_notes = ticket.clock_notes | {target.name: target.to_json()}
    setattr(ticket, DUE_FIELDS[target.name], target.due)
    if target.name == FIRST_CONTACT:
        ticket.first_contact_warn_at = target.warn_at


def _apply_if_earlier(ticket: Ticket, target: Target) -> None:
    """Take a target where there is none of its name, or where it is due earlier.

    A promise to the customer may be due before the next reply: the target is kept beside it, and counts again when the
    promise is kept.
    """
    due = getattr(ticket, DUE_FIELDS[target.name])
    if target.name == NEXT_REPLY:
        noted = target_of(ticket, NEXT_REPLY)
        if noted is None or target.due < noted.due:
            _store(ticket, target)
            ticket.next_contact_due_at = min(due or target.due, target.due)
    elif due is None or target.due < due:
        _store(ticket, target)


# The next reply: a promise to the customer, or an answer that became worse after the first contact


def recompute_next_reply(ticket: Ticket) -> None:
    """Set when the next reply is due: at the earlier of the first open promise and the NEXT_REPLY target. One query."""
    target = target_of(ticket, NEXT_REPLY)
    found = _first_promise(ticket)
    times = [due for due in (found and found.due_at, target and target.due) if due]
    ticket.next_contact_due_at = min(times, default=None)


def end_next_reply(ticket: Ticket, by: Attempt | None) -> None:
    """End the NEXT_REPLY target: by a contact attempt, which a bounced mail may take back, or for good (`by` None)."""
    target = target_of(ticket, NEXT_REPLY)
    if target is not None:
        notes = {name: basis for name, basis in ticket.clock_notes.items() if name != NEXT_REPLY}
        ended = {NEXT_REPLY: {**ticket.clock_notes[NEXT_REPLY], "ended_by": by.pk}} if by else {}
        ticket.clock_notes = notes | ended
    recompute_next_reply(ticket)


def take_back_next_reply(ticket: Ticket, attempt: Attempt) -> None:
    """Make the next reply due again that this attempt had ended; its mail bounced."""
    basis = ticket.clock_notes.get(NEXT_REPLY, {})
    if basis.get("ended_by") == attempt.pk:
        running = {key: value for key, value in basis.items() if key != "ended_by"}
        ticket.clock_notes = ticket.clock_notes | {NEXT_REPLY: running}
    recompute_next_reply(ticket)


def _first_promise(ticket: Ticket) -> Promise | None:
    return Promise.objects.filter(ticket=ticket.pk, state=PromiseState.OPEN).order_by("due_at", "id").first()


# The resolution: its clock stands still while somebody is waited for, and while the ticket is resolved


def begin_waiting(ticket: Ticket, until: datetime, at: datetime) -> None:
    """Put the ticket aside until a time; an earlier waiting ends."""
    _end_pause(ticket, at)
    ticket.status, ticket.waiting_until = TicketStatus.WAITING, until
    _begin_pause(ticket, PauseKind.WAITING, at)


def end_waiting(ticket: Ticket, at: datetime) -> None:
    """End the waiting at `at`, or at its own end when that was earlier: a late sweep gives nobody more time."""
    _end_pause(ticket, at)
    ticket.status, ticket.waiting_until = _open_status(ticket), None


def close(ticket: Ticket, at: datetime) -> None:
    """Resolve the clocks: nothing is due, and the resolution target stands still. The caller saves the outcome too."""
    _end_pause(ticket, at)
    ticket.status, ticket.waiting_until = TicketStatus.RESOLVED, None
    end_next_reply(ticket, by=None)
    _begin_pause(ticket, PauseKind.CLOSED, at)


def reopen(ticket: Ticket, at: datetime) -> None:
    """Make the ticket unresolved again; the resolution target has the time that it had left.

    The caller saves `resolved_at` and `outcome` too.
    """
    _end_pause(ticket, at)
    ticket.status, ticket.resolved_at, ticket.outcome = _open_status(ticket), None, None
    ticket.ask_again_at = None


def _open_status(ticket: Ticket) -> TicketStatus:
    return TicketStatus.CONTACTED if ticket.first_contact_at else TicketStatus.OPEN


def _begin_pause(ticket: Ticket, kind: PauseKind, at: datetime) -> None:
    Pause.objects.create(ticket=ticket, kind=kind, began_at=at)
    _recompute_resolution(ticket)


def _end_pause(ticket: Ticket, at: datetime) -> None:
    for row in Pause.objects.filter(ticket=ticket, ended_at=None):
        own_end = ticket.waiting_until if row.kind == PauseKind.WAITING else None
        row.ended_at = max(min(at, own_end) if own_end else at, row.began_at)
        row.save(update_fields=["ended_at"])
        _recompute_resolution(ticket)


def _recompute_resolution(ticket: Ticket) -> None:
    target = target_of(ticket, RESOLUTION)
    if target is not None:
        _store(ticket, _with_pauses(ticket, target))


def _with_pauses(ticket: Ticket, target: Target) -> Target:
    """The resolution target with the time that the ticket's clock stood still; a wait that lasts counts to its end."""
    if ticket._state.adding:
        return target
    rows = Pause.objects.filter(ticket=ticket).order_by("began_at", "id")
    stood = [Standstill(row.kind, row.began_at, row.ended_at or ticket.waiting_until or row.began_at) for row in rows]
    if not stood:
        return target
    counted = targets.hours_of(target.counted_in, hours_of_calendar(ticket.calendar))
    return targets.with_standstills(target, stood, counted, timedelta(hours=ticket.play.wait_limit_hours))


# Which clock runs now, and the place in the queue


def running_clock(ticket: Ticket) -> tuple[str, datetime] | None:
    """The name and the deadline of the clock that runs out first; None when none runs.

    The names are FIRST_CONTACT, NEXT_REPLY and RESOLUTION.
    """
    if ticket.status == TicketStatus.RESOLVED:
        return None
    first, solve = ticket.first_contact_due_at if ticket.first_contact_at is None else None, ticket.solve_due_at
    if ticket.status == TicketStatus.WAITING and solve and ticket.waiting_until and solve > ticket.waiting_until:
        solve = None  # it stands still; beyond the limit of waiting it does not
    times = ((FIRST_CONTACT, first), (NEXT_REPLY, ticket.next_contact_due_at), (RESOLUTION, solve))
    clocks = [(due, name) for name, due in times if due]
    due, name = min(clocks, default=(None, ""), key=lambda clock: clock[0])
    return (name, due) if due else None


def update_queue_position(ticket: Ticket) -> None:
    """Set the deadline, the warning and the stage of a ticket by the clock that runs now.

    A clock that is new to the ticket begins on time, even when it is late already: the sweep moves it on, and sends the
    warning or the escalation then. A clock that goes on keeps its stage and its levels.
    """
    running = running_clock(ticket)
    if running is None:
        ticket.deadline = ticket.warn_at = NO_DEADLINE
        ticket.stage = Stage.WAITING if ticket.status == TicketStatus.WAITING else Stage.NO_CLOCK
        ticket.escalation_level, ticket.escalate_at = 0, NO_DEADLINE
        return
    name, due = running
    if due != ticket.deadline:
        ticket.deadline = due
        ticket.warn_at = _warn_at(ticket, name, due)
        ticket.stage = Stage.ON_TIME
        ticket.escalation_level, ticket.escalate_at = 0, NO_DEADLINE


def _warn_at(ticket: Ticket, name: str, due: datetime) -> datetime:
    """When the play's share of that very clock's own time is left."""
    target = target_of(ticket, name)
    if target is not None and target.due == due:
        return target.warn_at
    promised = _first_promise(ticket) if name == NEXT_REPLY else None
    return targets.warning(promised.made_at if promised else ticket.clock_from, due, ticket.play.warn_share)
