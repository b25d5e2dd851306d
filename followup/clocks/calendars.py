"""Calendars: turning their rows into hours that can be counted, and storing them."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

import holidays
from django.db import transaction
from django.db.models import ProtectedError

from followup.clocks.business_time import ALWAYS, Hours, Interval, ServiceHours
from followup.clocks.countries import countries
from followup.errors import InvalidAction
from followup.models import Calendar, CalendarDay, ClockRuns, Play, TeamFollowUp, Ticket
from nps_project.accounts.models import Team
from nps_project.common.zones import known_zones

LANGUAGES = ("en", "nl", "da")
MOST_INTERVALS, MOST_DAYS = 6, 400
_INTERVAL = re.compile(r"(\d{1,2})[:.](\d{2})\s*[-–]\s*(\d{1,2})[:.](\d{2})", re.ASCII)


def calendar_of_team(team_id: int | None) -> Calendar | None:
    """The calendar that a team works by, with its own days; None: it is always in service. At most two queries."""
    if team_id is None:
        return None
    return calendars_of_teams([team_id]).get(team_id)


def calendars_of_teams(team_ids: Iterable[int | None]) -> dict[int, Calendar]:
    """The calendars of these teams, as far as they have one, with their own days. Two queries."""
    rows = TeamFollowUp.objects.filter(team__in=[team_id for team_id in team_ids if team_id], calendar__isnull=False)
    found = rows.select_related("calendar").prefetch_related("calendar__days")
    return {row.team_id: row.calendar for row in found if row.calendar is not None}


def runs_by_calendar(plays: Iterable[Play]) -> bool:
    """Whether one of the plays has a clock of service hours, or mails escalations in service hours only."""
    return any(ClockRuns.SERVICE in (play.hours_run, play.solve_hours_run) or play.service_hours_only for play in plays)


def hours_of(ticket: Ticket) -> Hours:
    """The service hours of a ticket, by the calendar that it took when it opened. At most two queries."""
    return hours_of_calendar(ticket.calendar)


def hours_for(runs: str, calendar: Calendar | None) -> Hours:
    """The hours in which one clock counts: `runs` is a ClockRuns of its play. At most one query."""
    return hours_of_calendar(calendar) if runs == ClockRuns.SERVICE else ALWAYS


def hours_of_calendar(calendar: Calendar | None) -> Hours:
    """The service hours of a calendar; ALWAYS without one. One query, for its own days."""
    if calendar is None:
        return ALWAYS
    days = {row.day: read_day((row.name, row.intervals)) for row in calendar.days.all()}
    return service_hours(calendar, days)


def service_hours(calendar: Calendar, days: Mapping[date, tuple[str, Sequence[Interval]]]) -> ServiceHours:
    """The service hours of a calendar, saved or not, with these own days. No query."""
    return ServiceHours(
        zone=ZoneInfo(calendar.time_zone),
        week=tuple(_minutes(calendar.week.get(str(weekday), ())) for weekday in range(7)),
        own_days=days,
        holidays=holidays_of(calendar.country, calendar.subdivision),
    )


@lru_cache(maxsize=64)
def holidays_of(country: str, subdivision: str) -> Mapping[date, str]:
    """The public holidays of a country, or of a region in it; none for "". A year is computed when it is asked for."""
    if not country:
        return {}
    found = holidays.country_holidays(country, subdiv=subdivision or None)
    return _Lazily(found)


class _Lazily(Mapping[date, str]):
    """A HolidayBase as a plain mapping, so that nothing else of it is relied on."""

    def __init__(self, found: holidays.HolidayBase) -> None:
        self._found = found

    def __contains__(self, day: object) -> bool:
        return day in self._found

    def __getitem__(self, day: date) -> str:
        return str(self._found[day])

    def __iter__(self) -> Any:
        return iter(dict(self._found))

    def __len__(self) -> int:
        return len(dict(self._found))


def read_day(own: tuple[str, Sequence[Sequence[str]]]) -> tuple[str, tuple[Interval, ...]]:
    """The stored name and intervals of an own day, with the intervals in minutes."""
    return own[0], _minutes(own[1])


def _minutes(intervals: Sequence[Sequence[str]]) -> tuple[Interval, ...]:
    return tuple((_minute(begin), _minute(end)) for begin, end in intervals)


def _minute(text: str) -> int:
    hours, minutes = text.split(":")
    return int(hours) * 60 + int(minutes)


def read_intervals(text: str) -> list[list[str]]:
    """ "9:00-12:30, 13:00-17:00" as [["09:00", "12:30"], ["13:00", "17:00"]]; "" is closed. Raises: InvalidAction."""
    found: list[list[str]] = []
    before = -1
    for part in filter(None, re.split(r"\s*[,;]\s*", text.strip())):
        match = _INTERVAL.fullmatch(part)
        begin, end = (_time(match[1], match[2]), _time(match[3], match[4])) if match else (None, None)
        end = 1440 if end == 0 else end  # the midnight that ends the day
        if begin is None or end is None or not before < begin < end or len(found) == MOST_INTERVALS:
            raise InvalidAction(
                "hours",
                part[:40],
                f"at most {MOST_INTERVALS} times such as 09:00-12:30, one after the other, up to 24:00; "
                "a night is two: 22:00-24:00, and 00:00-06:00 on the next day",
            )
        before = end
        found.append([_text(begin), _text(end)])
    return found


def _time(hours: str, minutes: str) -> int | None:
    minute = int(hours) * 60 + int(minutes)
    return minute if int(minutes) < 60 and minute <= 1440 else None


def _text(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


def say_intervals(intervals: Sequence[Sequence[str]]) -> str:
    """Intervals as text that `read_intervals` reads."""
    return ", ".join(f"{begin}-{end}" for begin, end in intervals)


@transaction.atomic
def save_calendar(
    calendar: Calendar, days: Mapping[date, tuple[str, list[list[str]]]], *, teams: Iterable[Team] | None = None
) -> Calendar:
    """Store a calendar with its own days, and the teams that work by it; `teams` None leaves the teams as they are.

    Open tickets keep their deadlines. Raises: InvalidAction.
    """
    check(calendar, days)
    calendar.save()
    if teams is not None:
        chosen = list(teams)
        calendar.teams.exclude(team__in=chosen).update(calendar=None)
        for team in chosen:
            use_calendar(team=team, calendar=calendar)
    calendar.days.all().delete()
    CalendarDay.objects.bulk_create(
        CalendarDay(calendar=calendar, day=day, name=name, intervals=intervals)
        for day, (name, intervals) in sorted(days.items())
    )
    return calendar


def check(calendar: Calendar, days: Mapping[date, tuple[str, list[list[str]]]]) -> None:
    """Check a calendar before it is stored.

    Raises: InvalidAction for a zone, country or region that does not exist, and for hours that never open.
    """
    if calendar.time_zone not in known_zones():
        raise InvalidAction("time_zone", calendar.time_zone, "a time zone such as Europe/Copenhagen")
    known = countries()
    if calendar.country and calendar.country not in known:
        raise InvalidAction("country", calendar.country, "a country whose holidays are known, such as DK, or nothing")
    if calendar.subdivision and calendar.subdivision not in known.get(calendar.country, ()):
        allowed = ", ".join(known.get(calendar.country, ())[:30]) or "nothing"
        raise InvalidAction("subdivision", calendar.subdivision, allowed)
    if len(days) > MOST_DAYS:
        raise InvalidAction("days", len(days), f"at most {MOST_DAYS} days of your own")
    if not any(calendar.week.get(str(weekday)) for weekday in range(7)):
        raise InvalidAction("week", "", "open hours on at least one day of the week")


def delete_calendar(calendar: Calendar) -> None:
    """Delete a calendar. Raises: InvalidAction while a team works by it."""
    try:
        calendar.delete()
    except ProtectedError as error:
        teams = ", ".join(row.team.name for row in calendar.teams.select_related("team").order_by("team__name")[:5])
        raise InvalidAction("calendar", calendar.name, f"a calendar that no team works by; used by {teams}") from error


def use_calendar(*, team: Team, calendar: Calendar | None) -> None:
    """Let a team work by a calendar from its next ticket on; with None the team is always in service."""
    TeamFollowUp.objects.update_or_create(team=team, defaults={"calendar": calendar})


def next_closed_days(hours: ServiceHours, first: date, limit: int = 10) -> list[tuple[date, str]]:
    """The next days, as (day, name), on which a weekday of service is closed or has other hours."""
    found: list[tuple[date, str]] = []
    day = first
    while len(found) < limit and day < first + timedelta(days=400):
        if day in hours.own_days:
            found.append((day, hours.own_days[day][0]))
        elif day in hours.holidays and hours.week[day.weekday()]:
            found.append((day, hours.holidays[day]))
        day += timedelta(days=1)
    return found
