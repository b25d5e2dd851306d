"""The trials as a table: the plan of each, how far it is, and once it is over what came out."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Count, QuerySet

from followup.insights.trials.estimate import Comparison, Side
from followup.playbooks.trials.models import Trial

HEAD = (
    "id", "name", "playbook", "state", "scores", "surveys", "baseline", "effect", "per_arm", "window_days", "last_day",
    "drawn", "started_at", "ended_at", "adopted_at",
)  # fmt: skip
RESULT = ("verdict", "difference", "low", "high", "p")
SIDE = ("n", "answered", "recovered", "share", "low", "high")


def with_drawn() -> QuerySet[Trial]:
    """Every trial, the newest first, with what `fields` reads; two queries."""
    rows: QuerySet[Trial] = Trial.objects.select_related("playbook").prefetch_related("surveys")
    return rows.annotate(drawn=Count("draws")).order_by("-pk")


def fields(row: Trial) -> dict[str, Any]:
    """A trial of `with_drawn` by the names of HEAD. While it draws, nothing says who came back: there is no peeking."""
    drawn: int = row.drawn  # type: ignore[attr-defined]
    given = {name: getattr(row, name) for name in HEAD if hasattr(row, name)}
    return given | {
        "playbook": row.playbook.name, "scores": list(row.scores), "drawn": min(drawn, row.size),
        "surveys": sorted(survey.slug for survey in row.surveys.all()),
    }  # fmt: skip


def result(row: Trial) -> dict[str, Any] | None:
    """What came out: the difference of the shares that came back better, B less A, each 0 to 1; None before the end."""
    if not row.result:
        return None
    found = Comparison.of(row.result)
    return {name: getattr(found, name) for name in RESULT} | {"a": _side(found.a), "b": _side(found.b)}


def _side(side: Side) -> dict[str, Any]:
    low, high = side.interval
    return dict(zip(SIDE, (side.n, side.answered, side.recovered, side.share, low, high), strict=True))


def table() -> Iterator[list[object]]:
    """The head, then a row for each trial; A is as it was, B with the change."""
    sides = [f"{arm}_{name}" for arm in "ab" for name in SIDE]
    yield [*HEAD, *RESULT, *sides]
    for row in with_drawn():
        found, plain = result(row), fields(row)
        told: list[object] = [""] * (len(RESULT) + len(sides))
        if found:
            told = [*(found[name] for name in RESULT), *(found[arm][name] for arm in "ab" for name in SIDE)]
        yield [*(_cell(plain[name]) for name in HEAD), *("" if one is None else one for one in told)]


def _cell(value: Any) -> object:
    if isinstance(value, list):
        return " ".join(map(str, value))
    if value is None:
        return ""
    return value.isoformat() if hasattr(value, "isoformat") else value
