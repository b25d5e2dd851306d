"""Decide the follow-up of many fresh answers at once, in one transaction of a few statements, however many there are.

It decides what needs nothing else: answers that count, never changed and follow none. Those whose play opens no ticket
are done with that, and the others' tickets open as opening.py opens one. To opening.py it leaves whatever has more to
it: an account manager, an answer by phone, one that came late or is locked. A message that itself comes late takes
along what came after it: a worker that fell behind opens them together, and their messages end at once.

Its commit does not wait for the disk. When the machine loses power within that second, the answer is undecided again,
and the sweep opens its ticket anew: somebody may have seen the first one. No mail about it has left: whoever sends one
first commits that they do, and waits for the disk with it, which then has everything that was committed before.
Six round trips in place of twelve for one answer, as many for a hundred: 4 times as many tickets a second.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet

from followup.clocks import calendars
from followup.history import chain
from followup.models import Activity, ActivityKind, Calendar, Play, Ticket
from followup.notices import services as notices
from followup.notify.cover import Cover
from followup.notify.given import telling_owners
from followup.playbooks.trials import drawing as trials
from followup.playbooks.trials.drawing import Drawing
from followup.routing import assignment
from followup.routing.assignment import Routing
from followup.tickets import steps
from followup.tickets.changes import scores_of
from followup.tickets.fresh.new_ticket import is_surely_in_time, new_ticket
from nps_project.common import new_rows
from nps_project.common.kept_queries import KeptQuery, given, one_of
from nps_project.common.new_rows import Given
from surveys.contacts.services import values_of
from surveys.models import Announcement, Channel, Response, ResponseState
from surveys.services import announcements

_IDS = "SELECT nextval('followup_ticket_id_seq') FROM generate_series(1, %s)"
HINTS_NEED = timedelta(seconds=5)  # the sweep leaves a younger answer to its message
_LATE = timedelta(milliseconds=100)  # for a message: a worker that keeps up has it within 50
_MOST_ALONG = 100

_READ = (
    "state", "channel", "follows", "is_imported", "score", "language", "comment", "traits",
    "erased_at",
    "contact_name", "contact_email", "contact_phone", "answered_at", "recorded_at", "confirmed_at", "changed_at",
    "survey__team", "survey__name", "contact__account_manager",
    "contact__name", "contact__email", "contact__phone", "contact__traits", "contact__value",
)  # fmt: skip


def decide_together(response_ids: Sequence[int], at: datetime) -> Sequence[int]:
    """Decide what can be decided at once, in the caller's transaction. Returns: the ids that are left, in order."""
    announced = _read_announced(response_ids)
    if announced and _LATE < at - announced[0].recorded_at < HINTS_NEED:
        later = _announced().filter(pk__gt=announced[0].pk, recorded_at__gt=at - HINTS_NEED)
        later = later.exclude(pk__in=response_ids)
        announced += later[:_MOST_ALONG]
    fresh = [row for row in announced if _is_fresh(row)]
    decided = _decide(fresh, at) if fresh else set()
    seen = {row.pk for row in announced}
    if unseen := set(response_ids).difference(seen):
        seen.update(Announcement.objects.filter(pk__in=unseen).values_list("pk", flat=True))  # those that are locked
    return sorted(seen.intersection(response_ids).difference(decided))


def _decide(fresh: Sequence[Response], at: datetime) -> set[int]:
    """Returns: the ids of those that are plain; the others are as they were."""
    known = _Known.of(fresh, at)
    plain = [(row, play) for row in fresh if (play := known.play_of(row)) is not None]
    if not plain:
        return set()
    entries = _open([(row, play) for row, play in plain if play.opens_ticket], known)
    decided = [row.pk for row, _play in plain]
    parts = [announcements.taken(decided), *(_parts(entries, known.routing) if entries else ())]
    new_rows.store("open_tickets", parts, may_be_lost=True)
    return set(decided)


def _announced() -> QuerySet[Response]:
    """Answers to decide about, in order, locked with their announcements, which then nobody has taken; without those
    that somebody else has locked."""
    has_ticket = Exists(Ticket.objects.filter(response=OuterRef("pk")))
    rows = Response.objects.filter(announcement__isnull=False).annotate(has_ticket=has_ticket)
    rows = rows.select_related("survey", "contact", "announcement").only(*_READ, "announcement").order_by("pk")
    return rows.select_for_update(of=("self", "announcement"), no_key=True, skip_locked=True)


_ANNOUNCED = KeptQuery("announced", lambda: _announced().filter(pk__in=one_of("ids")))
_ANNOUNCED_ONE = KeptQuery("announced_one", lambda: _announced().filter(pk=given("id")))


def _read_announced(response_ids: Sequence[int]) -> list[Response]:
    """Of one id, as most messages have it, the plan holds for all; of several the database plans anew each time."""
    if len(response_ids) == 1:
        return _ANNOUNCED_ONE.read(id=response_ids[0])
    return _ANNOUNCED.read(ids=list(response_ids))


def _is_fresh(row: Any) -> bool:
    """Whether it counts, and nothing happened with it before. `row`: an announced answer."""
    if row.state != ResponseState.CONFIRMED or row.channel == Channel.PHONE or row.is_imported or row.has_ticket:
        return False
    return row.changed_at is None and row.confirmed_at is None and row.follows_id is None


@dataclass(frozen=True, slots=True)
class _Known:
    """What is read once for all of them."""

    drawing: Drawing
    calendars: Mapping[int, Calendar]  # by team, of plays that run by one
    routing: Routing

    @classmethod
    def of(cls, rows: Iterable[Response], at: datetime) -> "_Known":
        """Two queries, and more where there are rules, calendars, or people named in plays."""
        scores: dict[int, set[int]] = defaultdict(set)
        for row in rows:
            scores[row.survey_id].add(row.score)
        drawing = Drawing.of(scores)
        wanted = drawing.every_play()
        rules = assignment.rules()
        of_teams: dict[int, Calendar] = {}
        if calendars.runs_by_calendar(wanted):
            teams = {row.survey.team_id for row in rows} | {play.team_id for play in wanted}
            of_teams = calendars.calendars_of_teams(teams | {rule.row.team_id for rule in rules})
        return cls(drawing, of_teams, Routing(rules, Cover(at)))

    def play_of(self, row: Response) -> Play | None:
        """The play in force for a plain answer; None for one that is left."""
        play = self.drawing.in_force.plays[row.survey_id][row.score]
        if not play.opens_ticket:
            return play
        if row.contact is not None and row.contact.account_manager:
            return None
        return play if is_surely_in_time(row, play) else None

    def calendar_of(self, play: Play, team_id: int | None) -> Calendar | None:
        """The calendar by which the clocks of a ticket run; None for the hours of the clock."""
        return self.calendars.get(team_id or 0) if calendars.runs_by_calendar([play]) else None


def _open(plain: Sequence[tuple[Response, Play]], known: _Known) -> list[Activity]:
    """Make their tickets. Returns: the entries with which their histories begin; neither is stored yet."""
    if not plain:
        return []
    known.routing.lock((row, None) for row, _play in plain)  # people before contacts, as opening.py locks them
    values = values_of({row.contact_id for row, _play in plain if row.contact_id is not None})
    at = known.routing.cover.at
    entries, draws = [], []
    for ticket_id, (row, play) in zip(_reserve(len(plain)), plain, strict=True):
        (begins,) = scores_of(row)
        if drawn := known.drawing.draw(row, begins):
            play = known.drawing.plays(row.survey_id, drawn)[row.score]
        routed = known.routing.route(row, play, None)
        rank, calendar = -values.get(row.contact_id, Decimal(0)), known.calendar_of(play, routed.team_id)
        ticket = new_ticket(row, play, begins, routed, at=at, value_rank=rank, calendar=calendar)
        ticket.pk = ticket_id
        opened: dict[str, Any] = {"score": ticket.score, "play": play.pk, "owner": ticket.owner_id}
        entries.append(chain.next_entry(ticket, ActivityKind.OPENED, at=at, **opened))
        if routed.rule is not None:
            data = assignment.record_of(ticket, is_waiting=routed.is_waiting)
            entries.append(chain.next_entry(ticket, ActivityKind.ROUTED, at=at, **data))
        if drawn is not None:
            entries.append(trials.entry_of(ticket, drawn))
            draws.append((ticket, drawn, row))
    trials.store(draws)
    return entries


def _reserve(number: int) -> list[int]:
    """So many ids of tickets, which their histories are made with."""
    with connection.cursor() as cursor:
        cursor.execute(_IDS, [number])
        return [ticket_id for (ticket_id,) in cursor.fetchall()]


def _parts(entries: Sequence[Activity], routing: Routing) -> list[Given]:
    """Tickets with steps and history, the turns taken, and what their owners are told."""
    new = [entry.ticket for entry in entries if entry.number == 1]
    given = [entry.ticket for entry in entries if entry.kind == ActivityKind.ROUTED]
    told = [*notices.telling_owners(new, at=routing.cover.at), *telling_owners(given, routing.cover)]
    return [new_rows.rows(new), steps.of_new(new), chain.store_entries(entries), *routing.stored(), *told]
