"""Whether so many hits are more than chance gives: exact tests for counts, also for few and for very many."""

import math
from collections.abc import Iterator

_NOTHING = 1e-17  # of a sum, what one more term may add and be left out


def binomial_p(hits: int, of: int, share: float) -> float:
    """The two-sided p-value that `hits` of `of` come from a share that is known.

    Twice the smaller tail, at most 1: of ten coins ten heads are as odd as none.
    Raises: ValueError for counts that are none, or a share outside 0..1.
    Source: Clopper and Pearson, "The Use of Confidence or Fiducial Limits", Biometrika 26, 1934.
    """
    if not 0 <= hits <= of or not 0 <= share <= 1:
        raise ValueError(f"{hits} of {of} beside a share of {share}")
    if share in (0, 1):
        return 1.0 if hits == of * share else 0.0
    if hits < of * share:  # the lower tail is the upper one of what missed
        hits, share = of - hits, 1 - share
    log_first = (
        math.lgamma(of + 1) - math.lgamma(hits + 1) - math.lgamma(of - hits + 1)
        + hits * math.log(share) + (of - hits) * math.log1p(-share)
    )  # fmt: skip
    odds = share / (1 - share)
    ratios = (odds * (of - number) / (number + 1) for number in range(hits, of))
    return min(1.0, 2 * _tail(log_first, ratios))


def fisher_p(hits: int, of: int, beside_hits: int, beside_of: int) -> float:
    """The two-sided p-value that two groups share one share of hits.

    Twice the smaller tail, at most 1. Raises: ValueError for counts that are none.
    Source: Fisher, "The Logic of Inductive Inference", Journal of the Royal Statistical Society 98, 1935.
    """
    if not 0 <= hits <= of or not 0 <= beside_hits <= beside_of:
        raise ValueError(f"{hits} of {of} beside {beside_hits} of {beside_of}")
    if not of or not beside_of:
        return 1.0
    if hits * (of + beside_of) < of * (hits + beside_hits):
        hits, beside_hits = of - hits, beside_of - beside_hits
    all_hits, total = hits + beside_hits, of + beside_of
    log_first = _log_choose(of, hits) + _log_choose(beside_of, beside_hits) - _log_choose(total, all_hits)
    most = min(of, all_hits)
    ratios = (
        (of - number) * (all_hits - number) / ((number + 1) * (beside_of - all_hits + number + 1))
        for number in range(hits, most)
    )
    return min(1.0, 2 * _tail(log_first, ratios))


def _log_choose(of: int, hits: int) -> float:
    return math.lgamma(of + 1) - math.lgamma(hits + 1) - math.lgamma(of - hits + 1)


def _tail(log_first: float, ratios: Iterator[float]) -> float:
    """The first term and those behind it, each given as its ratio to the one before; they fall."""
    term = total = 1.0
    for ratio in ratios:
        term *= ratio
        total += term
        if term < total * _NOTHING:
            break
    return math.exp(log_first + math.log(total)) if log_first > -700 else 0.0
