"""The figures of the overview as a table for spreadsheets: a row for each figure, numbers unrounded."""

from collections.abc import Iterator

from followup.insights.overview.query import Overview
from surveys.scoring import GROUPS, NpsFigures, group_of

HEAD = ("figure", "group", "value", "low", "high", "n", "of")


def rows(found: Overview) -> Iterator[list[object]]:
    """The head, then every figure. Shares are 0 to 1, NPS and change points; `group` is a score, a group, the first day
    of a step of the trend, or a root cause."""
    n = found.nps.responses
    yield [*HEAD]
    yield ["nps", "", *_of_nps(found.nps)]
    yield ["nps_before", "", *_of_nps(found.before)]
    yield ["nps_without_answers_after_tickets", "", *_of_nps(found.without_following)]
    change = found.change
    yield ["change", "", *([change.change, change.low, change.high] if change else [""] * 3), n, ""]
    for group in GROUPS:
        yield ["share", group, *_share(sum(k for score, k in found.by_score.items() if group_of(score) == group), n)]
    for score in range(11):
        yield ["share_of_score", score, *_share(found.by_score.get(score, 0), n)]
    yield ["answered", "", *_share(found.answered, found.asked)]
    yield ["contacted_in_time", "", *_share(found.promises.met, found.promises.n)]
    for point in found.points:
        yield [f"nps_by_{found.step}", point.first.isoformat(), *_of_nps(point.figures)]
    for cause in found.causes:
        yield ["root_cause", cause.name, *_share(cause.n, found.with_cause)]


def _of_nps(figures: NpsFigures) -> list[object]:
    known = [figures.nps, figures.nps_low, figures.nps_high]
    return [*("" if one is None else one for one in known), figures.responses, ""]


def _share(part: int, whole: int) -> list[object]:
    return [part / whole if whole else "", "", "", part, whole]
