"""The figures about the silent as a table for spreadsheets: a row for each figure, numbers unrounded."""

from collections.abc import Iterator
from typing import Any

from followup.insights.estimates.shares import Estimate, Share
from followup.insights.silence.calls.progress import calls_of
from followup.insights.silence.figures.funnel import Part, Steps
from followup.insights.silence.figures.funnel import names as step_names
from followup.insights.silence.figures.read import Silence
from followup.insights.silence.models import CallList
from nps_project.common.tables import AT_ONCE, in_pages
from surveys.scoring import NpsFigures

CALL_HEAD = ("place", "contact", "name", "state", "reason", "tries", "caller", "score", "by_themselves", "at")
HEAD = ("figure", "group", "value", "low", "high", "n", "of")


def rows(found: Silence, by: str, weigh: str) -> Iterator[list[object]]:
    """The head, then every figure. A hidden group has no numbers. Shares are 0 to 1, NPS and intervals in points."""
    yield [*HEAD]
    yield from _steps("all", "", found.funnel.whole)
    for part in found.funnel.channels:
        yield from _steps("channel", part.key, part.steps)
    for part in found.funnel.campaigns:
        yield from _steps("campaign", _called(part), part.steps)
    yield ["response_rate", "", *_share(found.rates.whole)]
    for row in found.rates.rows:
        yield [f"response_rate_by_{by}", row.name, *_share(row.rate)]
    if found.rates.others:
        yield [f"response_rate_by_{by}", "*", *_share(found.rates.others.rate)]
    weighed = found.weighed
    yield ["nps", "plain", *_nps(weighed.plain)]
    yield ["nps", "of_known_customers", *_nps(weighed.known)]
    yield ["nps", f"weighted_by_{weigh}", *_estimate(weighed.nps)]
    yield ["base_without_answers", weigh, weighed.missing, "", "", "", weighed.base]
    for group in weighed.groups:
        yield [f"nps_by_{weigh}", group.name, *_nps(group.figures)]
        yield [f"base_by_{weigh}", group.name, group.share, "", "", group.base, weighed.base]


def _called(part: Part) -> str:
    return f"{part.key} {part.name}" if part.key else ""


def _steps(kind: str, name: str, steps: Steps) -> Iterator[list[object]]:
    for step in step_names():
        yield [f"{step}_{kind}" if kind != "all" else step, name, "", "", "", getattr(steps, step), ""]


def _share(share: Share | None) -> list[object]:
    if share is None:
        return [""] * 5
    return ["" if share.share is None else share.share, share.low or 0.0, share.high or 0.0, share.n, share.of]


def _nps(figures: NpsFigures) -> list[object]:
    if figures.nps is None:
        return ["", "", "", 0, ""]
    return [figures.nps, figures.nps_low, figures.nps_high, figures.responses, ""]


def _estimate(found: Estimate | None) -> list[object]:
    return [found.value, found.low, found.high, found.n, ""] if found else [""] * 5


def call_pages(row: CallList) -> Iterator[list[list[object]]]:
    """The customers of a call list, the head first, in pages. `at`: when the call was done."""
    return in_pages([*CALL_HEAD], map(_call, calls_of(row).iterator(chunk_size=AT_ONCE)))


def _call(call: Any) -> list[object]:
    said = call.score is not None
    return [
        call.place, call.contact_id, call.contact.name, call.state, call.reason, call.tries, call.caller or "",
        call.score if said else "", said and not call.response_id, call.done_at.isoformat() if call.done_at else "",
    ]  # fmt: skip
