"""Reads the address of the queue: its view, filters, search and order, and the tickets that they select."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from followup.desk.paging import after_cursor, cursor_of
from followup.desk.queue import by_name, outcomes
from followup.desk.queue.forms import NAMES, QueueFilterForm, lazy_form
from followup.models import Ticket, TicketStatus
from followup.models.ticket import TicketQuerySet
from followup.notify.cover import Cover
from followup.statistics import in_period
from followup.tickets.finding import search
from followup.tickets.finding.tags import tagged
from nps_project.accounts.models import Role, User
from nps_project.common.dates import company_day
from nps_project.common.paging import BadKey
from surveys.scoring import HIGHEST_DETRACTOR, HIGHEST_PASSIVE, SCORES, group_of

PERIOD_DAYS = 30
FOR_ME = "for_me"
TABS = {
    FOR_ME: gettext_lazy("Mine and nobody’s"),
    "all": gettext_lazy("Everybody"),
    "mine": gettext_lazy("Mine"),
    "team": gettext_lazy("My team’s"),
    "nobody": gettext_lazy("Nobody’s"),
    "due_today": gettext_lazy("Due today"),
    "due_soon": gettext_lazy("Due soon"),
    "overdue": gettext_lazy("Overdue"),
    "promised": gettext_lazy("Promises due"),
    "waiting": gettext_lazy("Waiting"),
    "passives": gettext_lazy("Passives"),
    "promoters": gettext_lazy("Promoters"),
    "resolved": gettext_lazy("Resolved"),
}
LANES = ("passives", "promoters")  # stand there only while they hold something
KEPT = "promises"  # what the share contacted in time is made of; reached from its figure
ANY = "any"  # whatever their state: what other figures are made of
NEWEST_FIRST = ("resolved", KEPT, ANY)
NO_SUCH_PAGE = gettext_lazy("This page of the queue does not exist. Begin at its first page.")


def period(at: datetime) -> tuple[date, date]:
    """The first and the last of the last thirty days in the company's zone, today included."""
    today = company_day(at)
    return today - timedelta(days=PERIOD_DAYS - 1), today


def end_of_today(at: datetime) -> datetime:
    """The midnight that ends today for the reader."""
    local = timezone.localtime(at)
    return datetime.combine(local.date() + timedelta(days=1), time(), tzinfo=local.tzinfo)


def first_view(user: User, chosen: Collection[str]) -> str:
    """The view of an address that names none: everybody's tickets, but to agents who look for nothing, their work."""
    return FOR_ME if user.role == Role.AGENT and not set(chosen) - {"sort"} else "all"


def _mine_and_nobodys(user: User, cover: Cover) -> list[tuple[Q, bool]]:
    """Each with a place of its own in the index by owner, and whether it is of one owner."""
    others = [*cover.covered_by(user), *cover.gone_ids]
    return [(Q(owner=None), True), (Q(owner=user), True), *([(Q(owner__in=others), False)] if others else [])]


def in_lane(rows: TicketQuerySet, lane: str) -> TicketQuerySet:
    """Open tickets of passives or of promoters, kept apart so that none stands before a detractor's."""
    low, high = (HIGHEST_DETRACTOR + 1, HIGHEST_PASSIVE) if lane == "passives" else (HIGHEST_PASSIVE + 1, SCORES[-1])
    return rows.unresolved().filter(score__range=(low, high))


def in_view(tickets: TicketQuerySet, view: str, user: User, cover: Cover) -> TicketQuerySet:
    """The tickets of one tab. "Mine" holds all of one's own; others leave passives and promoters to their lanes."""
    at = cover.at
    if view == KEPT:
        rows = in_period(tickets.of_detractors(), *period(at)).exclude(first_contact_due_at=None)
        return rows.met() | rows.missed() | rows.overdue(at)
    if view == ANY:
        return tickets.of_real_answers()
    open_ones = tickets.unresolved()
    views: dict[str, Callable[[], TicketQuerySet]] = {
        "resolved": lambda: tickets.exclude(resolved_at=None),
        "passives": lambda: in_lane(tickets, "passives"),
        "promoters": lambda: in_lane(tickets, "promoters"),
        FOR_ME: lambda: open_ones.of_detractors().filter(
            reduce(or_, [part for part, _is_one in _mine_and_nobodys(user, cover)])
        ),
        "mine": lambda: open_ones.mine(user, cover.covered_by(user)),
        "promised": lambda: open_ones.filter(search.promised_before(end_of_today(at))),
        "due_soon": lambda: tickets.due_soon(at).of_detractors(),
        "overdue": lambda: tickets.overdue(at).of_detractors(),
        "due_today": lambda: open_ones.filter(deadline__lt=end_of_today(at)).of_detractors(),
        "team": lambda: open_ones.filter(team__in=user.teams.all()).of_detractors(),
        "nobody": lambda: open_ones.nobodys(cover.gone_ids).of_detractors(),
        "waiting": lambda: open_ones.filter(status=TicketStatus.WAITING).of_detractors(),
    }
    return views[view]() if view in views else open_ones.of_detractors()


def filtered(
    tickets: TicketQuerySet, chosen: dict[str, Any], user: User, cover: Cover, found: Sequence[int]
) -> TicketQuerySet:
    """The tickets that match the filters in use of a QueueFilterForm. `found`: the ids of those that its words find."""
    filters: dict[str, Callable[[Any], Q]] = {
        "score": lambda value: Q(score=int(value)),
        "group": lambda value: Q(score__in=[score for score in SCORES if group_of(score) == value]),
        "survey": lambda value: Q(survey__slug=value),
        "owner": lambda value: _owned_by(value, user, cover),
        "team": lambda value: Q(team=value),
        "language": lambda value: Q(response__language=value),
        "cause": outcomes.with_cause,
        "tag": tagged,
        "value_from": search.worth_at_least,
        "value_to": search.worth_at_most,
        "trait": lambda pair: search.having_trait(*pair),
        "second": outcomes.with_second_score,
        "said": outcomes.with_word,
        "gave": lambda _value: outcomes.with_compensation(),
    }
    for name, value in chosen.items():
        if name in filters:
            tickets = tickets.filter(filters[name](value))
    tickets = in_period(tickets, chosen.get("from"), chosen.get("to"))
    if "due_state" in chosen:
        tickets = tickets.in_due_state(chosen["due_state"], cover.at)
    return tickets.filter(pk__in=found) if "q" in chosen else tickets


def _owned_by(value: str, user: User, cover: Cover) -> Q:
    if value == "none":
        return Q(owner=None) | Q(owner__in=cover.gone)
    return Q(owner=user.pk if value == "me" else value)


@dataclass(frozen=True, slots=True)
class Selection:
    """What an address selects. `rows` are in order, and none of them when there are `faults`.

    `parts` make up the rows where the database would find them apart sooner than together. `found`: the ids of the
    tickets that the words of a search find, in any view.
    """

    form: QueueFilterForm
    chosen: dict[str, Any]
    faults: list[str]
    view: str
    order: str
    tickets: TicketQuerySet  # of the view and the filters, in no order
    rows: TicketQuerySet
    parts: tuple[TicketQuerySet, ...]
    cover: Cover
    found: Sequence[int]
    is_first_page: bool

    def first(self, most: int) -> TicketQuerySet:
        """The first rows, in order. Of parts the first of each are read: for all of them together the database walks
        the queue of everybody, past every ticket of a colleague.
        """
        if not self.parts:
            return self.rows[:most]
        heads = [part.values("pk")[:most] for part in self.parts]
        return Ticket.objects.filter(pk__in=heads[0].union(*heads[1:], all=True)).in_order(self.order)[:most]

    def key_after(self, ticket: Ticket) -> str:
        """The cursor of the next page, behind this ticket."""
        return str(ticket.pk) if self.order in by_name.NAMES else cursor_of(ticket, self.order)


def select(query: QueryDict, user: User, at: datetime, *, searches: bool = True) -> Selection:
    """Read an address; no query but those that check a chosen person, survey, team or cause, that of a tag, those of an
    order by name, and those of a search: without `searches`, for a page that shows no tickets, its words find none.
    """
    visible, cover = Ticket.objects.visible_to(user), Cover(at)
    form = lazy_form(query, user, cover)
    # An address without filters is that of most looks whether the desk changed: to read its form was a sixth of them.
    chosen, faults = (form.in_use(), form.faults()) if NAMES.intersection(query) else ({}, list[str]())
    view = query.get("view", first_view(user, chosen))
    if view not in TABS and view not in (KEPT, ANY):
        allowed = ", ".join([*TABS, KEPT, ANY])
        faults.append(
            _("View cannot be “%(value)s”. Allowed: %(allowed)s.") % {"value": view[:100], "allowed": allowed}
        )
        view = "all"
    order = chosen.get("sort") or ("newest" if view in NEWEST_FIRST else "queue")
    found = search.found_by(chosen["q"], user) if searches and "q" in chosen and not faults else []
    tickets = filtered(in_view(visible, view, user, cover), chosen, user, cover, found)
    if order in by_name.NAMES:
        ordered, after = _by_name(tickets, order, query.get("after", ""), faults), query.get("after", "")
        return Selection(form, chosen, faults, view, order, tickets, ordered, (), cover, found, is_first_page=not after)
    rows = [(tickets, view == "nobody" and not cover.gone_ids)]
    if view == FOR_ME:
        everybodys = filtered(in_view(visible, "all", user, cover), chosen, user, cover, found)
        rows += [(everybodys.filter(part), is_one) for part, is_one in _mine_and_nobodys(user, cover)]
    after = query.get("after", "")
    try:
        if after:
            rows = [(after_cursor(part, order, after), is_one) for part, is_one in rows]
    except BadKey:
        faults.append(str(NO_SUCH_PAGE))
    ordered, *parts = [part.none() if faults else part.in_order(order, of_one_owner=is_one) for part, is_one in rows]
    of_parts = tuple(parts)
    return Selection(
        form, chosen, faults, view, order, tickets, ordered, of_parts, cover, found, is_first_page=not after
    )


def _by_name(tickets: TicketQuerySet, order: str, after: str, faults: list[str]) -> TicketQuerySet:
    """The rows in an order by name; what stands against it is added to `faults`."""
    try:
        return tickets.none() if faults else by_name.in_order(tickets, order, after)
    except by_name.TooMany:
        words = _("More than %(most)s tickets cannot be put in this order. Choose a view or a filter with fewer.")
        faults.append(words % {"most": by_name.MOST})
    except BadKey:
        faults.append(str(NO_SUCH_PAGE))
    return tickets.none()
