"""The wallboard in words; no customer's name stands among them."""

from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _

from followup.insights.comparing.trend import ROLLING
from followup.insights.estimates.small_groups import LEAST
from followup.insights.overview.pictures import trend_of
from followup.insights.overview.words import change_words, nps_words
from followup.insights.pictures.drawing import inside_page
from followup.insights.wall.figures import DAYS, Wall
from followup.presentation.wording import count_words, percent_of, span
from nps_project.common.paging import COUNT_LIMIT

_BY = next(step for step, days in ROLLING.items() if days == DAYS)


def in_words(wall: Wall) -> dict[str, Any]:
    """What the page takes."""
    trend = trend_of(wall.points, _BY)
    return {
        "at": wall.at,
        "days": DAYS,
        "least": LEAST,
        "is_enough": wall.is_enough,
        "nps": nps_words(wall.nps),
        "change": change_words(wall.change),
        "trend": inside_page(trend, "trend") if trend and len(wall.points) > 1 else "",
        "today": wall.today,
        "open": count_words(wall.open, COUNT_LIMIT),
        "overdue": count_words(wall.overdue, COUNT_LIMIT),
        "is_late": wall.overdue > 0,
        "due_soon": count_words(wall.due_soon, COUNT_LIMIT),
        "next_in": _until(wall),
        "met_share": percent_of(wall.promises.met, wall.promises.n),
        "met": wall.promises.met,
        "promises": wall.promises.n,
        "won_back": wall.won_back,
        "resolved": wall.resolved,
    }


def _until(wall: Wall) -> str:
    if wall.next_due_at is None:
        return ""
    left = max(wall.next_due_at - wall.at, timedelta())
    return _("next call due in %(time)s") % {"time": span(left)}
