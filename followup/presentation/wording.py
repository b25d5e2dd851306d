"""Puts names, times, lengths and clocks into words, in the reader's language and zone."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal

from django.template.defaultfilters import floatformat
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import Truncator, capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from followup import deadlines
from followup.clocks.business_time import Hours
from followup.clocks.recompute import is_asked_by_customer, running_clock, target_of
from followup.clocks.targets import FIRST_CONTACT, NEXT_REPLY, RESOLUTION, warning
from followup.models import CustomerSaid, Promise, Stage, StepKind, Ticket, TicketStatus
from surveys.models import Response

_PROMISE_CHARS = 40


def name_of(response: Response) -> str:
    """What to call the customer: the name, else an address, else words that say there is none."""
    return response.reach_name or response.reach_email or response.reach_phone or _("Without a name")


def span(length: timedelta) -> str:
    """A length of time, never negative: "3 d 4 h", "4 h 10 m", "12 m"."""
    minutes = int(abs(length).total_seconds() // 60)
    hours, minutes = divmod(minutes, 60)
    days, rest = divmod(hours, 24)
    if days >= 2:
        return _("%(days)d d %(hours)d h") % {"days": days, "hours": rest}
    if hours:
        return _("%(hours)d h %(minutes)02d m") % {"hours": hours, "minutes": minutes}
    return _("%(minutes)d m") % {"minutes": minutes}


def when(at: datetime, now: datetime, *, is_inside: bool = False) -> str:
    """A time as people say it: "Today 09:12", "Mon 14:41" within six days, else "23 Nov 14:41", or with its year.

    `is_inside`: inside a sentence, where it is "today 09:12".
    """
    local, today = timezone.localtime(at), timezone.localtime(now).date()
    clock = date_format(local, "CLOCK")
    days = (local.date() - today).days
    if days == 0:
        return (_("today %(time)s") if is_inside else _("Today %(time)s")) % {"time": clock}
    if days == -1:
        return (_("yesterday %(time)s") if is_inside else _("Yesterday %(time)s")) % {"time": clock}
    if days == 1:
        return (_("tomorrow %(time)s") if is_inside else _("Tomorrow %(time)s")) % {"time": clock}
    if abs(days) < 7:
        weekday = date_format(local, "WEEKDAY_CLOCK")
        return weekday if is_inside else capfirst(weekday)
    return date_format(local, "MOMENT_OF_YEAR" if local.year == today.year else "MOMENT")


def exactly(at: datetime) -> str:
    """A time with its day and zone: "Mon 23 Nov 2026 14:41 CET"."""
    return date_format(timezone.localtime(at), "WEEKDAY_MOMENT_OF_ZONE")


def rounded(value: float | Decimal, places: int = 0) -> str:
    """A number with so many decimals, grouped and rounded as templates do: a half goes up, as people round money."""
    return floatformat(value, f"{places}g")


def percent(part: float | None) -> str:
    """A part of 1 as whole per cent, which no line breaks: "31 %"; a dash for none."""
    return f"{round(100 * part)}\N{NO-BREAK SPACE}%".replace("-", "−") if part is not None else "–"


def percent_of(part: int, whole: int) -> str:
    """A share as whole per cent; a dash of nothing."""
    return percent(part / whole if whole else None)


def signed(figure: float, places: int = 0) -> str:
    """A figure rounded to a whole number, or to so many decimals, with a true minus sign."""
    return (rounded(figure, places) if places else str(round(figure))).replace("-", "−")


@dataclass(frozen=True, slots=True)
class Clock:
    """A clock as the page draws it. `left`: whole per cent of its time; `state` is "" where no clock runs; `about`:
    what is due, where that is not the first contact.
    """

    state: str
    left: int
    words: str
    due_at: datetime | None = None
    is_over: bool = False
    is_tight: bool = False  # see `with_hours`
    about: str = ""

    @property
    def exact(self) -> str:
        """When it is due, or was, with day and zone; empty without a deadline."""
        if self.due_at is None:
            return ""
        return (_("was due %(time)s") if self.is_over else _("due %(time)s")) % {"time": exactly(self.due_at)}


def clock_of(ticket: Ticket, at: datetime) -> Clock:
    """The clock that runs; without one, how the first contact ended."""
    running = running_clock(ticket)
    if running is not None:
        return _running(ticket, *running, at)
    if ticket.status == TicketStatus.WAITING and ticket.waiting_until:
        return Clock("", 0, _("waiting until %(time)s") % {"time": when(ticket.waiting_until, at, is_inside=True)})
    return _ended(ticket, at)


TIGHT = timedelta(hours=1)


def with_hours(clock: Clock, hours: Hours, at: datetime) -> Clock:
    """The clock, tight when more than an hour is left of it, of which the team works less than an hour."""
    if clock.state not in (deadlines.ON_TIME, deadlines.DUE_SOON) or not clock.due_at or clock.due_at - at <= TIGHT:
        return clock
    return replace(clock, is_tight=hours.between(at, clock.due_at) < TIGHT.total_seconds())


_LEFT, _LATE = gettext_lazy("%(length)s left"), gettext_lazy("%(length)s late")
_ABOUT = {FIRST_CONTACT: "", NEXT_REPLY: gettext_lazy("next contact"), RESOLUTION: gettext_lazy("to be solved")}


def _running(ticket: Ticket, name: str, due: datetime, at: datetime) -> Clock:
    target = target_of(ticket, name)
    is_promised = target is None or target.due != due
    start = ticket.first_contact_at or ticket.clock_from if target is None or is_promised else target.begins
    state = deadlines.due_state(at=at, due_at=due, warn_at=ticket.warn_at, contacted_at=None, resolved_at=None) or ""
    whole = (due - start).total_seconds()
    left = round(100 * (due - at).total_seconds() / whole) if whole > 0 else 0
    words = (_LATE if state == deadlines.OVERDUE else _LEFT) % {"length": span(due - at)}
    return Clock(state, min(100, max(0, left)), words, due, about=str(_ABOUT[name]))


def promise_clock(promise: Promise, at: datetime, warn_share: float) -> Clock:
    """The clock of one promise to a customer; `warn_share` is that of the ticket's play."""
    if promise.ended_at is not None:
        return Clock("", 0, promise.get_state_display(), promise.due_at)
    whole, rest = (promise.due_at - promise.made_at).total_seconds(), (promise.due_at - at).total_seconds()
    left = round(100 * rest / whole) if whole > 0 else 0
    warn_at = warning(promise.made_at, promise.due_at, warn_share)
    state = deadlines.OVERDUE if rest < 0 else deadlines.DUE_SOON if at >= warn_at else deadlines.ON_TIME
    words = (_LATE if rest < 0 else _LEFT) % {"length": span(promise.due_at - at)}
    return Clock(state, min(100, max(0, left)), words, promise.due_at)


def _ended(ticket: Ticket, at: datetime) -> Clock:
    due, contacted = ticket.first_contact_due_at, ticket.first_contact_at
    state = ticket.due_state(at) or ""
    if due is None:
        words = _("no clock") if ticket.can_be_reached else _("no way to reach")
        return Clock("", 0, words)
    if contacted is None:
        words = _("ended without contact") if state else _("no action needed")
    elif state == deadlines.MET:
        words = _("in time, after %(length)s") % {"length": span(contacted - ticket.clock_from)}
    else:
        words = _("reached %(length)s late") % {"length": span(contacted - due)}
    return Clock(state, 0, words, due, is_over=True)


def reason(ticket: Ticket, at: datetime, promised: Promise | None = None, currency: str = "") -> str:
    """Why a ticket stands where it does, beside what its clock says.

    `promised`: its open promise that is due first. `currency`: of the company.
    """
    return ", ".join(str(part) for part in _reasons(ticket, at, promised, currency) if part)


def _reasons(ticket: Ticket, at: datetime, promised: Promise | None, currency: str) -> Iterable[str]:
    if ticket.is_resolved:
        outcome, second = ticket.get_outcome_display() or "", second_score(ticket, at)
        yield from (outcome, second) if ticket.score_after is None else (second, outcome)
        return
    if ticket.discarded_at:
        yield _("answer discarded")
    if ticket.stage_at(at) == Stage.NO_CLOCK:
        yield _("contacted") if ticket.first_contact_at else _("no deadline")
    if promised is not None and promised.is_call:
        yield _("call booked: %(time)s") % {"time": when(promised.due_at, at, is_inside=True)}
    elif promised is not None:
        words = Truncator(promised.text).chars(_PROMISE_CHARS)
        yield _("promised by %(time)s: %(what)s") % {"time": when(promised.due_at, at, is_inside=True), "what": words}
    elif ticket.next_contact_due_at and not ticket.improved_at and not is_asked_by_customer(ticket):
        yield _("answer became worse")
    if ticket.customer_said == CustomerSaid.NOT_FIXED:
        yield _("says that it is not fixed")
    elif is_asked_by_customer(ticket):  # who said "not fixed" and then "fixed" need not have written anything
        is_fixed = ticket.customer_said == CustomerSaid.FIXED
        yield _("waits for an answer") if is_fixed else _("has written, and waits for an answer")
    if ticket.customer_said == CustomerSaid.FIXED:
        yield _("says that it is fixed")
    if ticket.status == TicketStatus.WAITING:
        until = ticket.waiting_until
        clock_says_so = ticket.stage_at(at) == Stage.WAITING
        if until and not clock_says_so:
            yield _("waiting until %(time)s") % {"time": when(until, at, is_inside=True)}
        else:
            yield _("waiting")
    if ticket.solve_due_at and ticket.solve_due_at < at:
        yield _("not solved in time")
    if ticket.value_rank:
        yield _("worth %(amount)s a year") % {"amount": worth(-ticket.value_rank, currency)}
    if not ticket.can_be_reached:
        yield _("no way to reach")
    if ticket.improved_at:
        yield _("answer became better")
    if ticket.score_after is not None:
        yield second_score(ticket, at)
    if ticket.is_by_hand:
        yield _("opened by hand")


def second_score(ticket: Ticket, at: datetime) -> str:
    """How far asking the customer again has come, in a few words; "" where nobody asks."""
    if ticket.score_after is not None:
        better, other = _("asked again: %(score)s, better"), _("asked again: %(score)s, not better")
        return (better if ticket.recovered else other) % {"score": ticket.score_after}
    if ticket.asked_again_at is not None:
        return _("asked again %(time)s") % {"time": when(ticket.asked_again_at, at, is_inside=True)}
    if ticket.ask_again_at is not None:
        return _("to be asked again %(time)s") % {"time": when(ticket.ask_again_at, at, is_inside=True)}
    return ""


def amount(value: Decimal) -> str:
    """A whole sum of money without its currency, grouped as the reader's language does."""
    return rounded(value)


def worth(value: Decimal, currency: str) -> str:
    """What a customer is worth, with the company's currency where that is known: "49,000 DKK"."""
    return f"{amount(value)} {currency}".strip()


def money(value: Decimal, currency: str) -> str:
    """A sum with its currency: "20.00 EUR", in the reader's number format."""
    return f"{rounded(value, 2)} {currency}"


def record_words(kind: str, sum_of: str, words: str) -> str:
    """The record of a step that is done, such as "Gave 20.00 EUR: flowers"; "" for a step without one."""
    if kind == StepKind.COMPENSATION and sum_of:
        return (
            _("Gave %(sum)s: %(what)s") % {"sum": sum_of, "what": words}
            if words
            else _("Gave %(sum)s") % {"sum": sum_of}
        )
    said = {
        StepKind.COMPENSATION: _("Gave: %(what)s"),
        StepKind.CRM: _("In the CRM: %(what)s"),
        StepKind.NEXT_CONTACT: _("To raise: %(what)s"),
    }
    return said[StepKind(kind)] % {"what": words} if words and kind in said else ""


def count_words(found: int, limit: int) -> str:
    """A bounded count: the number itself, or "999+"."""
    return f"{limit}+" if found > limit else str(found)
