"""A customer's scores over time, as the points of a small line, and in words."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from followup.presentation.wording import when
from surveys.scoring import SCORES

MOST = 20
LEFT, WIDTH, TOP, HEIGHT = 16, 180, 6, 36  # of the drawing, in its own units; at the left stand 10 and 0


@dataclass(frozen=True, slots=True)
class ScoreLine:
    """A line as the page draws it: `points` of a polyline; `here`: the place of this page's answer. Plain numbers."""

    points: str
    here: tuple[str, str]
    words: str


def count_line(counts: Sequence[int]) -> str:
    """The points of a polyline through counts at equal distances, from 0 up to the greatest of them. Pure."""
    most, steps = max(counts, default=0) or 1, max(len(counts) - 1, 1)
    places = [(number / steps * 100, 2 + (1 - count / most) * 20) for number, count in enumerate(counts)]
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in places)


def score_line(answers: Iterable[tuple[datetime, int]], this: tuple[datetime, int], now: datetime) -> ScoreLine | None:
    """The line of a customer's answers, as (time, score), with `this` among them; None for a single answer.

    Distances are those of the times; equal ones when all answers came at once. Pure, except for the language of its
    words.
    """
    rows = sorted(answers)
    if len(rows) < 2:
        return None
    first, last = rows[0], rows[-1]
    whole = (last[0] - first[0]).total_seconds()
    places = []
    for number, (at, score) in enumerate(rows):
        share = (at - first[0]).total_seconds() / whole if whole else number / (len(rows) - 1)
        x, y = LEFT + share * WIDTH, TOP + (1 - score / max(SCORES)) * HEIGHT
        places.append((f"{x:.1f}", f"{y:.1f}"))
    words = _("%(n)s answers: from %(first)s (%(begin)s) to %(last)s (%(end)s)") % {
        "n": len(rows), "first": first[1], "begin": when(first[0], now, is_inside=True),
        "last": last[1], "end": when(last[0], now, is_inside=True),
    }  # fmt: skip
    return ScoreLine(" ".join(",".join(place) for place in places), places[rows.index(this)], words)
