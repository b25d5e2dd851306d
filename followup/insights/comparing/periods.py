"""Periods of whole days, and those that they are compared with. Pure."""

from dataclasses import dataclass
from datetime import date, timedelta

PREVIOUS, LAST_YEAR = "previous", "last_year"
WITH = (PREVIOUS, LAST_YEAR)


@dataclass(frozen=True, slots=True)
class Period:
    """From the first to the last day, both included."""

    first: date
    last: date

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    def compared_with(self, which: str) -> "Period":
        """PREVIOUS: as many days right before; LAST_YEAR: the same days a year before. Raises: ValueError."""
        if which == PREVIOUS:
            return Period(self.first - timedelta(days=self.days), self.first - timedelta(days=1))
        if which == LAST_YEAR:
            return Period(_year_before(self.first), _year_before(self.last))
        raise ValueError(f"with is {which}; allowed: {', '.join(WITH)}")


def last_days(today: date, days: int) -> Period:
    """So many days, today included."""
    return Period(today - timedelta(days=days - 1), today)


def _year_before(day: date) -> date:
    """The 29th of February has the 28th."""
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return day.replace(year=day.year - 1, day=28)
