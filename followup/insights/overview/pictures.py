"""The pictures of the overview."""

from collections.abc import Sequence
from math import ceil, floor

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from followup.insights.comparing.trend import MONTH, QUARTER, ROLLING
from followup.insights.comparing.trend import Point as TrendPoint
from followup.insights.events.models import Event
from followup.insights.overview.query import Overview
from followup.insights.pictures.columns import Column, columns
from followup.insights.pictures.curves import Axis, Line, Point, curves
from followup.insights.pictures.drawing import Picture
from followup.presentation.wording import signed
from surveys.scoring import SCORES, group_of

MOST_TICKS = 5


def trend_picture(found: Overview, notes: Sequence[str] = ()) -> Picture | None:
    """The NPS over time of the overview; None where no period has answers."""
    return trend_of(found.points, found.step, found.events, notes)


def trend_of(
    shown: Sequence[TrendPoint], step: str, events: Sequence[Event] = (), notes: Sequence[str] = ()
) -> Picture | None:
    """An NPS over time with its interval as a band, and the marked days; None where no period has answers."""
    known = [point for point in shown if point.figures.nps is not None]
    if not known:
        return None
    is_known = [False, *(point.figures.nps is not None for point in shown), False]
    points = [
        Point(
            _place(point, step), point.figures.nps, point.figures.nps_low, point.figures.nps_high,
            is_lone=not (is_known[number] or is_known[number + 2]),
        )
        for number, point in enumerate(shown) if point.figures.nps is not None
    ]  # fmt: skip
    first, last = (_place(point, step) for point in (shown[0], shown[-1]))
    across = Axis(first - 0.5, last + 0.5, _ticks(shown, step))
    low, high = bounds(
        [point.figures.nps_low or 0.0 for point in known], [point.figures.nps_high or 0.0 for point in known]
    )
    up = Axis(low, high, [(value, signed(value)) for value in steps(low, high)])
    return curves(
        [Line(_("NPS, with its interval of 95 per cent"), points)],
        across,
        up,
        title=_("NPS over time"),
        description=_described(known),
        notes=notes,
        marked=[(event.day.toordinal(), str(number)) for number, event in enumerate(events, start=1)],
    )


def scores_picture(found: Overview, notes: Sequence[str] = ()) -> Picture | None:
    """How many answers each of the eleven scores has; None without answers."""
    if not found.nps.responses:
        return None
    bars = [
        Column(str(score), count, str(count), f"bar-{group_of(score)}")
        for score in SCORES
        for count in [found.by_score.get(score, 0)]
    ]
    words = ", ".join(f"{bar.label}: {bar.words}" for bar in bars)
    return columns(bars, title=_("Answers by score"), description=words, notes=notes)


def _place(point: TrendPoint, step: str) -> float:
    """The middle of a period, in days; of a rolling one the day that ends it."""
    last = point.last.toordinal()
    return float(last) if step in ROLLING else (point.first.toordinal() + last) / 2


def bounds(lows: Sequence[float], highs: Sequence[float]) -> tuple[float, float]:
    """The ends of an axis that all of these lie on, at tens, at least twenty apart."""
    low, high = floor(min(lows) / 10) * 10.0, ceil(max(highs) / 10) * 10.0
    return max(-100.0, min(low, 80.0)), min(100.0, max(high, low + 20))


def steps(low: float, high: float) -> list[float]:
    """The marks of an axis of an NPS."""
    step = 10 if high - low <= 50 else 20 if high - low <= 100 else 50
    first = ceil(low / step) * step
    return [float(value) for value in range(int(first), int(high) + 1, step)]


def _ticks(shown: Sequence[TrendPoint], step: str) -> list[tuple[float, str]]:
    every = max(1, ceil(len(shown) / MOST_TICKS))
    return [(_place(point, step), _name(point, step)) for point in shown[::every]]


def _name(point: TrendPoint, step: str) -> str:
    """A period as the axis names it: its month, or the day that it begins with; a rolling one the day that ends it."""
    if step in (MONTH, QUARTER):
        return date_format(point.first, "MONTH_OF_YEAR")
    return date_format(point.last if step in ROLLING else point.first, "DAY_OF_YEAR")


def _described(known: Sequence[TrendPoint]) -> str:
    first, last = known[0], known[-1]
    words = ngettext(
        "From %(first)s to %(last)s, over %(n)d period with answers.",
        "From %(first)s to %(last)s, over %(n)d periods with answers.",
        len(known),
    )
    return words % {"first": signed(first.figures.nps or 0), "last": signed(last.figures.nps or 0), "n": len(known)}
