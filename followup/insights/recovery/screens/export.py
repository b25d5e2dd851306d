"""The figures of recovery as a table for spreadsheets: a row for each figure, numbers unrounded."""

from collections.abc import Iterator, Sequence

from followup.insights.estimates.shares import Estimate, Share
from followup.insights.estimates.survival import Retained
from followup.insights.recovery.breakdown import Line
from followup.insights.recovery.figures import Recovery
from followup.insights.recovery.screens import texts

HEAD = ("figure", "group", "value", "low", "high", "n", "of")
KEPT = ("in_time", "late", "not_contacted")


def rows(found: Recovery, by: str, lines: Sequence[Line]) -> Iterator[list[object]]:
    """The head, then every figure. A hidden one has no numbers. Shares are 0 to 1, times seconds, changes points."""
    yield [*HEAD]
    yield from _counts(found)
    yield ["recovered", "", *_of_share(found.recovered)]
    yield ["recovered_if_all_others_failed", "", *_of_share(found.of_all)]
    for one in found.changed:
        pairs = one.pairs
        yield ["change", one.name, *([pairs.change, pairs.low, pairs.high, pairs.n, ""] if pairs else [""] * 5)]
    yield ["drift", "points", found.drift.points, "", "", found.drift.n, ""]
    yield ["drift", "share", found.drift.share, "", "", found.drift.n, ""]
    yield ["change_beyond_drift", "contacted", *_of_estimate(found.beyond)]
    for speed in found.speeds:
        name = texts.speed_name(speed.place)
        yield ["recovered_by_speed", name, *_of_share(speed.share)]
        yield ["recovered_beyond_drift", name, "" if speed.beyond is None else speed.beyond, "", "", "", ""]
        yield ["difference_among_alike", name, *_of_estimate(speed.compared)]
    yield ["retained_at_90", "", *_of_share(found.retained)]
    for kept in found.by_kept:
        yield ["recovered_by_promise", KEPT[kept.kept], *_of_share(kept.recovered)]
        yield ["retained_at_90", KEPT[kept.kept], *_of_share(kept.retained)]
    for line in lines:
        yield [f"tickets_by_{by}", line.name, "", "", "", "" if line.n is None else line.n, ""]
        yield [f"in_time_by_{by}", line.name, *_of_share(line.in_time)]
        yield [f"recovered_by_{by}", line.name, *_of_share(line.recovered)]


def _counts(found: Recovery) -> Iterator[list[object]]:
    promises = found.promises
    yield ["tickets", "", "", "", "", found.n, ""]
    yield ["contacted", "", "", "", "", found.contacted, found.n]
    yield ["in_time", "", "" if promises.met_share is None else promises.met_share, "", "", promises.met, promises.n]
    for name, length in (("median", found.median_first_contact), ("p90", found.p90_first_contact)):
        seconds = "" if length is None else length.total_seconds()
        yield [f"{name}_first_contact_s", "", seconds, "", "", found.contacted, ""]
    for outcome, number in found.outcomes.items():
        yield ["outcome", outcome, "", "", "", number, found.n]
    yield ["asked_again", "", "", "", "", found.asked_again, found.n]
    yield ["answered_again", "", "", "", "", found.answered_again, found.asked_again]


def _of_share(share: Share | Retained | None) -> list[object]:
    if share is None or share.share is None:
        return [""] * 5
    return [share.share, share.low, share.high, share.n, share.of]


def _of_estimate(found: Estimate | None) -> list[object]:
    return [found.value, found.low, found.high, found.n, ""] if found else [""] * 5
