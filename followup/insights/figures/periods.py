"""The days of a figure, in the company's zone."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings

from nps_project.common.dates import company_day

PERIOD_DAYS = 90
PREVIOUS, LAST_YEAR = "previous", "last_year"  # what a period is compared with
WITH = (PREVIOUS, LAST_YEAR)
MONTHS = 12  # of a small line, the last one that of the period's end


@dataclass(frozen=True, slots=True)
class Period:
    """Days of the company's zone, both included, and as many days before them."""

    first: date
    last: date

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def before(self) -> "Period":
        """The period of the same length that ends where this one begins."""
        return Period(self.first - timedelta(days=self.days), self.first - timedelta(days=1))

    def compared_with(self, which: str) -> "Period":
        """PREVIOUS: the days before; LAST_YEAR: the same days a year before. Raises: ValueError."""
        if which == PREVIOUS:
            return self.before
        if which == LAST_YEAR:
            return Period(_year_before(self.first), _year_before(self.last))
        raise ValueError(f"with is {which}; allowed: {', '.join(WITH)}")

    @property
    def begins(self) -> datetime:
        return midnight(self.first)

    @property
    def ends(self) -> datetime:
        """The midnight after the last day."""
        return midnight(self.last + timedelta(days=1))


def midnight(day: date) -> datetime:
    """The beginning of a day in the company's zone."""
    return datetime.combine(day, time(), ZoneInfo(settings.TIME_ZONE))


def period_of(first: date | None, last: date | None, at: datetime) -> Period:
    """The chosen period; what is left open is filled in: until today, and PERIOD_DAYS long."""
    last = last or max(company_day(at), first or date.min)
    return Period(first, last) if first else last_days(last, PERIOD_DAYS)


def last_days(today: date, days: int) -> Period:
    """So many days, today included."""
    return Period(today - timedelta(days=days - 1), today)


def _year_before(day: date) -> date:
    """The 29th of February has the 28th."""
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return day.replace(year=day.year - 1, day=28)


def months_until(last: date) -> list[tuple[int, int]]:
    """(year, month) of the MONTHS months that end with that of a day, the oldest first."""
    number = last.year * 12 + last.month - 1
    return [(month // 12, month % 12 + 1) for month in range(number - MONTHS + 1, number + 1)]
