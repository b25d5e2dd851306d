"""The figures of recovery, computed from the facts of a selection; pure."""

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from followup.insights.estimates import drift as drifts
from followup.insights.estimates.pairs import Pairs, changes
from followup.insights.estimates.shares import Estimate, Share, wilson
from followup.insights.estimates.small_groups import hidden
from followup.insights.estimates.strata import Stratum, pooled_difference
from followup.insights.estimates.survival import Retained, Step, Watched, kaplan_meier, retained
from followup.insights.recovery.facts import (
    BUCKETS,
    IN_TIME,
    LATE,
    LATER,
    NEVER_REACHED,
    NOT_CONTACTED,
    RETAINED_DAYS,
    SPEEDS,
    UNTOUCHED,
)
from followup.insights.recovery.query import Cell, Facts, Seen
from followup.statistics import Promises
from surveys.scoring import HIGHEST_DETRACTOR, HIGHEST_PASSIVE, Z_95

RHO = 0.6  # assumed of two answers of one customer: docs/recovery.md says why
CUT = HIGHEST_DETRACTOR + 0.5  # scores are whole: a detractor's lies below it
TRIED, ALL = "tried", "all"


@dataclass(frozen=True, slots=True)
class Drift:
    """What customers gain by themselves: in points, and as the share that is no detractor any more, 0 to 1.

    `n`: the untouched customers it rests on beside the formula; 0 where these are too few to be shown.
    """

    n: int
    points: float
    share: float
    error: float  # standard error of the points


@dataclass(frozen=True, slots=True)
class Speed:
    """One group by hours to the first contact. The figures are None where the group is too small to be shown.

    `beyond`: its share less what comes back by itself; `compared`: with the group it is held against, among customers
    of the same score, value and quarter. Both are differences of shares, -1 to 1.
    """

    place: int
    from_h: int | None
    to_h: int | None
    is_hidden: bool
    share: Share | None
    beyond: float | None
    compared: Estimate | None


@dataclass(frozen=True, slots=True)
class Changed:
    """The pairs of one group; None where it is too small to be shown."""

    name: str
    pairs: Pairs | None


@dataclass(frozen=True, slots=True)
class Kept:
    """Customers contacted in time, late, or not at all; None where a figure's group is too small to be shown."""

    kept: int
    recovered: Share | None
    retained: Retained | None
    curve: Sequence[Step]


@dataclass(frozen=True, slots=True)
class Recovery:
    """The figures of one selection. `untouched` is also the last of `speeds`."""

    n: int
    contacted: int
    promises: Promises
    median_first_contact: timedelta | None
    p90_first_contact: timedelta | None
    outcomes: Mapping[str, int]
    asked_again: int
    answered_again: int
    recovered: Share
    of_all: Share  # as if everybody without a second score had not recovered
    passives: int
    promoters: int
    pairs: Pairs
    changed: Sequence[Changed]
    drift: Drift
    beyond: Estimate | None  # the change of those contacted, less what comes by itself; points
    speeds: Sequence[Speed]
    untouched: Speed
    against: int | None  # the speed that the others are compared with
    retained: Retained | None
    curve: Sequence[Step]
    by_kept: Sequence[Kept]


def figures_of(found: Facts) -> Recovery:
    """All figures of a selection."""
    second = [cell for cell in found.cells if cell.second is not None]
    recovered = wilson(_n(second, has_recovered), _n(second))
    covered = hidden([_n(second, _at(place)) for place in SPEEDS])
    drift = _drift(found.scores, [] if UNTOUCHED in covered else [c for c in second if c.speed == UNTOUCHED])
    speeds, against = _speeds(second, covered, drift)
    changed = _changed(second)
    watched = _watched(found.seen)
    return Recovery(
        n=found.counts["n"],
        contacted=found.counts["contacted"],
        promises=found.promises,
        median_first_contact=_length(found.median_s),
        p90_first_contact=_length(found.p90_s),
        outcomes={name: found.counts[name] for name in ("recovered", "kept", "lost", "unreachable", "no_action")},
        asked_again=found.counts["asked_again"],
        answered_again=found.counts["answered_again"],
        recovered=recovered,
        of_all=wilson(recovered.n, found.counts["n"]),
        passives=_n(second, lambda cell: HIGHEST_DETRACTOR < (cell.second or 0) <= HIGHEST_PASSIVE),
        promoters=_n(second, lambda cell: (cell.second or 0) > HIGHEST_PASSIVE),
        pairs=_pairs(second),
        changed=changed,
        drift=drift,
        beyond=_beyond(next((one.pairs for one in changed if one.name == "contacted"), None), drift),
        speeds=speeds,
        untouched=speeds[-1],
        against=against,
        retained=retained(watched, RETAINED_DAYS) if found.records_churn else None,
        curve=kaplan_meier(watched),
        by_kept=_by_kept(second, found.seen),
    )


def has_recovered(cell: Cell) -> bool:
    """Whether the second score is in a better group than a detractor's."""
    return cell.second is not None and cell.second > HIGHEST_DETRACTOR


def _at(place: int) -> Callable[[Cell], bool]:
    return lambda cell: cell.speed == place


def _n(cells: Iterable[Cell], which: Callable[[Cell], bool] = lambda _cell: True) -> int:
    return sum(cell.n for cell in cells if which(cell))


def _length(seconds: float | None) -> timedelta | None:
    return None if seconds is None else timedelta(seconds=seconds)


def _pairs(cells: Iterable[Cell]) -> Pairs:
    counts: Counter[tuple[int, int]] = Counter()
    for cell in cells:
        counts[cell.score, cell.second or 0] += cell.n
    return changes(counts)


def _changed(second: Sequence[Cell]) -> Sequence[Changed]:
    """Those contacted, tried in vain, and untouched: together they are all."""
    groups: dict[str, Callable[[Cell], bool]] = {
        "contacted": lambda cell: cell.speed < NEVER_REACHED,
        "never_reached": _at(NEVER_REACHED),
        "untouched": _at(UNTOUCHED),
    }
    covered = hidden([_n(second, which) for which in groups.values()])
    return [
        Changed(name, None if place in covered else _pairs(filter(which, second)))
        for place, (name, which) in enumerate(groups.items())
    ]


def _drift(scores: Mapping[int, int], untouched: Sequence[Cell]) -> Drift:
    """From the untouched, drawn towards the formula for the scores of all answers of the period."""
    mean, sd = _mean_and_sd(scores)
    own, share = _pairs(untouched), wilson(_n(untouched, has_recovered), _n(untouched)).share
    points = drifts.shrunk(own.change, own.n, drifts.expected_rise(mean, sd, RHO, CUT))
    likely = drifts.shrunk(share, own.n, drifts.expected_share(mean, sd, RHO, CUT))
    spread = own.spread if own.spread is not None else 2 * (1 - RHO) * sd**2
    return Drift(own.n, points, likely, math.sqrt(spread / (own.n + drifts.PRIOR_WEIGHT)))


def _mean_and_sd(scores: Mapping[int, int]) -> tuple[float, float]:
    """Of all answers; those of a usual company where there are too few that differ."""
    n = sum(scores.values())
    mean = sum(score * number for score, number in scores.items()) / n if n else 7.0
    spread = sum((score - mean) ** 2 * number for score, number in scores.items()) / n if n else 0.0
    return (mean, math.sqrt(spread)) if n >= drifts.PRIOR_WEIGHT and spread >= 0.25 else (7.0, 2.0)


def _beyond(contacted: Pairs | None, drift: Drift) -> Estimate | None:
    if contacted is None or contacted.change is None or contacted.spread is None:
        return None
    margin = Z_95 * math.sqrt(contacted.spread / contacted.n + drift.error**2)
    value = contacted.change - drift.points
    return Estimate(contacted.n, value, value - margin, value + margin)


def _speeds(second: Sequence[Cell], covered: frozenset[int], drift: Drift) -> tuple[Sequence[Speed], int | None]:
    """Each group by speed; and which one the others are compared with: the untouched, else those contacted late."""
    against = next((place for place in (UNTOUCHED, LATER) if _n(second, _at(place)) and place not in covered), None)
    found = []
    for place in SPEEDS:
        cells = [cell for cell in second if cell.speed == place]
        from_h, to_h = BUCKETS[place] if place < NEVER_REACHED else (None, None)
        share = None if place in covered else wilson(_n(cells, has_recovered), _n(cells))
        compared = None
        if against is not None and place != against and place not in covered:
            compared = pooled_difference(_strata(second, place, against))
        beyond = share.share - drift.share if share is not None and share.share is not None else None
        found.append(Speed(place, from_h, to_h, place in covered, share, beyond, compared))
    return found, against


def _strata(second: Sequence[Cell], place: int, against: int) -> Iterable[Stratum]:
    """Customers of two speeds, within strata of one score, one class of value and one quarter."""
    counts: dict[tuple[int, int, str], list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for cell in second:
        if cell.speed in (place, against):
            at = 0 if cell.speed == place else 2
            of = counts[cell.score, cell.worth, cell.quarter]
            of[at] += cell.n if has_recovered(cell) else 0
            of[at + 1] += cell.n
    return [Stratum(*of) for of in counts.values()]


def _watched(seen: Iterable[Seen], kept: int | None = None) -> Sequence[Watched]:
    return [Watched(one.days, one.left, one.n) for one in seen if kept in (None, one.kept)]


def _by_kept(second: Sequence[Cell], seen: Sequence[Seen]) -> Sequence[Kept]:
    groups = (IN_TIME, LATE, NOT_CONTACTED)
    shares = [wilson(_n([c for c in second if c.kept == k], has_recovered), _n([c for c in second if c.kept == k]))
              for k in groups]  # fmt: skip
    watched = [_watched(seen, kept) for kept in groups]
    no_share = hidden([one.of for one in shares])
    no_curve = hidden([sum(one.n for one in group) for group in watched])
    return [
        Kept(
            kept,
            None if kept in no_share else shares[kept],
            None if kept in no_curve or not watched[kept] else retained(watched[kept], RETAINED_DAYS),
            [] if kept in no_curve else kaplan_meier(watched[kept]),
        )
        for kept in groups
    ]
