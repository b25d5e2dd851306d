"""When the company owes a customer something, and when a warning of that is due: plain Python, the times passed in.

`targets` is the one function that makes a deadline. It is called when a ticket opens and when its answer becomes worse,
for the check whether an answer arrived too late, for the promise on the customer's page, and by the dry run of a play.
All times are aware; those that come out are in UTC.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from followup.clocks.business_time import ALWAYS, Closed, Hours

FIRST_CONTACT, NEXT_REPLY, RESOLUTION = "first_contact", "next_contact", "solve"  # as clock_notes and the API say
ELAPSED, SERVICE = "always", "service"  # what the hours of a target are counted in
WAITING = "waiting"  # the kind of standstill that a play limits


@dataclass(frozen=True, slots=True)
class PlayHours:
    """The clocks of a play: whole hours, None for no clock, and the share of the time (0 to 1) left at the warning."""

    hours: int | None
    hours_run: str = ELAPSED
    solve_hours: int | None = None
    solve_hours_run: str = ELAPSED
    warn_share: float = 0.25


@dataclass(frozen=True, slots=True)
class Target:
    """One deadline and its basis.

    `base`: the deadline without the time for which the clock stood still; None in a basis of an earlier release.
    `paused`: that time, in open seconds by kind. `closed`: closed time between `begins` and `due`. `ended_by`: the id
    of the contact attempt that met it.
    """

    name: str
    begins: datetime
    hours: int
    counted_in: str
    warn_share: float
    base: datetime | None
    due: datetime
    warn_at: datetime
    closed: tuple[Closed, ...] = ()
    paused: Mapping[str, float] = field(default_factory=dict)
    ended_by: int | None = None

    def to_json(self) -> dict[str, Any]:
        """The target as `clock_notes` keeps it: times in ISO format, lengths in seconds."""
        basis: dict[str, Any] = {
            "from": self.begins.isoformat(),
            "hours": self.hours,
            "runs": self.counted_in,
            "warn_share": self.warn_share,
            "due": self.due.isoformat(),
            "warn_at": self.warn_at.isoformat(),
            "closed": [[part.kind, part.seconds, part.name] for part in self.closed],
        }
        if self.base is not None and self.base != self.due:
            basis["base"] = self.base.isoformat()
        if self.paused:
            basis["paused"] = dict(self.paused)
        if self.ended_by is not None:
            basis["ended_by"] = self.ended_by
        return basis

    @classmethod
    def from_json(cls, name: str, basis: Mapping[str, Any]) -> "Target":
        """The target that `to_json` wrote. A basis of an earlier release has no warning; it is computed then."""
        begins, due = datetime.fromisoformat(basis["from"]), datetime.fromisoformat(basis["due"])
        share = basis.get("warn_share", 0.25)
        paused, warn_at, base = basis.get("paused", {}), basis.get("warn_at"), basis.get("base")
        if base is None and not paused:
            base = basis["due"]
        return cls(
            name=name,
            begins=begins,
            hours=basis["hours"],
            counted_in=basis["runs"],
            warn_share=share,
            base=datetime.fromisoformat(base) if base else None,
            due=due,
            warn_at=datetime.fromisoformat(warn_at) if warn_at else warning(begins, due, share),
            closed=tuple(Closed(*part) for part in basis.get("closed", [])),
            paused=paused,
            ended_by=basis.get("ended_by"),
        )


@dataclass(frozen=True, slots=True)
class Standstill:
    """A time in which the resolution target stands still: WAITING for somebody, or while the ticket was resolved."""

    kind: str
    since: datetime
    until: datetime


def targets(
    play: PlayHours, begins: datetime, service: Hours = ALWAYS, *, contact: str = FIRST_CONTACT
) -> dict[str, Target]:
    """The targets of a play from `begins` on, by name: the contact (FIRST_CONTACT or NEXT_REPLY) and the RESOLUTION.

    `service`: the team's hours of service; ALWAYS for a team without a calendar. A clock that the play does not have is
    left out. Raises: NeverOpenError.
    """
    wanted = ((contact, play.hours, play.hours_run), (RESOLUTION, play.solve_hours, play.solve_hours_run))
    return {
        name: _target(name, begins, hours, counted_in, hours_of(counted_in, service), play.warn_share)
        for name, hours, counted_in in wanted
        if hours is not None
    }


def hours_of(counted_in: str, service: Hours) -> Hours:
    """The hours in which a target counts: `service` for SERVICE, else ALWAYS."""
    return service if counted_in == SERVICE else ALWAYS


def _target(name: str, begins: datetime, hours: int, counted_in: str, counted: Hours, warn_share: float) -> Target:
    due = counted.add(begins, hours * 3600)
    return Target(
        name=name,
        begins=begins,
        hours=hours,
        counted_in=str(counted_in),
        warn_share=warn_share,
        base=due,
        due=due,
        warn_at=warning(begins, due, warn_share, counted),
        closed=tuple(counted.closed(begins, due)),
    )


def earlier(one: Target | None, other: Target | None) -> Target | None:
    """The target that binds: the one that is due first; `one` when both are due at once."""
    if one is None or other is None:
        return one or other
    return other if other.due < one.due else one


def warning(begins: datetime, due: datetime, share: float, counted: Hours = ALWAYS, paused_s: float = 0) -> datetime:
    """When `share` (0 to 1) of a clock's own time is left; `due` itself when that has passed.

    `paused_s`: seconds between `begins` and `due` that are not the clock's own time.
    """
    whole = counted.between(begins, due)
    return min(due, counted.add(begins, whole - share * max(whole - paused_s, 0)))


def with_standstills(
    target: Target, standstills: Iterable[Standstill], counted: Hours, wait_limit: timedelta
) -> Target:
    """The target moved by the time for which its clock stood still; `standstills` in the order of their beginnings.

    A standstill that begins at the deadline or later moves nothing: what is late stays late. WAITING counts up to
    `wait_limit` of elapsed time in all.
    """
    base = target.base or counted.add(target.begins, target.hours * 3600)
    due, paused = base, dict[str, float]()
    for still in standstills:
        since, until = max(still.since, target.begins), still.until
        if since >= due:
            break
        if still.kind == WAITING:
            until = min(until, since + wait_limit)
            wait_limit -= max(until - since, timedelta())
        length = counted.between(since, until)
        paused[still.kind] = paused.get(still.kind, 0) + length
        due = counted.add(due, length)
    return replace(
        target,
        base=base,
        due=due,
        warn_at=warning(target.begins, due, target.warn_share, counted, sum(paused.values())),
        closed=tuple(counted.closed(target.begins, due)),
        paused=paused,
    )
