"""Guess the cause of one comment with what was learnt, and say which words decided. Plain Python: no worker that reads
a few comments needs more."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

MOST_WORDS = 4
_LEAST_PART = 0.1  # of the heaviest word's weight, from which a word is named


@dataclass(frozen=True, slots=True)
class Weights:
    """What was learnt: how much each term speaks for each cause."""

    causes: Sequence[int | None]
    bias: Sequence[float]
    by_term: Mapping[str, Sequence[float]]


@dataclass(frozen=True, slots=True)
class Found:
    """The likeliest cause with its share, and the terms that speak for it more than for the others, heaviest first."""

    cause: int | None
    share: float
    terms: Sequence[tuple[str, float]]


def guess(terms: Sequence[str], weights: Weights) -> Found | None:
    """The likeliest cause of a comment with these terms; None where none of them is known."""
    known = sorted(term for term in terms if term in weights.by_term)
    if not known:
        return None
    part = len(known) ** -0.5
    scores = [
        bias + part * sum(weights.by_term[term][place] for term in known) for place, bias in enumerate(weights.bias)
    ]
    highest = max(scores)
    powers = [math.exp(score - highest) for score in scores]
    best = scores.index(highest)
    return Found(weights.causes[best], powers[best] / sum(powers), deciding(known, weights, best))


def deciding(known: Sequence[str], weights: Weights, place: int) -> list[tuple[str, float]]:
    """The terms that speak for the cause in this place more than for the mean of all, at most MOST_WORDS."""
    part = len(known) ** -0.5
    found = []
    for term in known:
        of_term = weights.by_term[term]
        weight = part * (of_term[place] - sum(of_term) / len(of_term))
        if weight > 0:
            found.append((term, round(weight, 3)))
    found.sort(key=lambda one: (-one[1], one[0]))
    least = _LEAST_PART * found[0][1] if found else 0.0
    return [one for one in found if one[1] >= least][:MOST_WORDS]
