"""Which words stand out in one group of texts against another: log-odds with an informative Dirichlet prior."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

PRIOR_WEIGHT, PRIOR_SHARE = 500.0, 0.05  # words that the prior counts for, and the most of all words that it may be


def prior_weight_of(words: int) -> float:
    """The weight of the prior for so many words in both groups."""
    return min(PRIOR_WEIGHT, PRIOR_SHARE * words)


@dataclass(frozen=True, slots=True)
class LogOdds:
    """How much likelier a word is in one group than in the other, as a difference of log-odds, and that in units of
    its standard error.
    """

    log_odds: float
    z: float


def log_odds(
    one: Mapping[str, int],
    other: Mapping[str, int],
    *,
    words_of_one: int | None = None,
    words_of_other: int | None = None,
    prior_weight: float,
) -> dict[str, LogOdds]:
    """The log-odds of each word of either group.

    Args: how often each word stands in each group, and how many words each group has in all, where words are left out
    of the counts. The prior of a word is its share of both groups together, times `prior_weight`: rare words are drawn
    towards no difference.
    Raises: ValueError for a negative count, or for more words than there are in all.
    Source: Monroe, Colaresi and Quinn, "Fightin' Words: Lexical Feature Selection and Evaluation for Identifying the
    Content of Political Conflict", Political Analysis 16, 2008, equations 16, 19 and 22.
    """
    in_one = sum(one.values()) if words_of_one is None else words_of_one
    in_other = sum(other.values()) if words_of_other is None else words_of_other
    if min([0, *one.values(), *other.values()]) < 0 or sum(one.values()) > in_one or sum(other.values()) > in_other:
        raise ValueError("counts are at least 0, and together at most all words")
    whole = in_one + in_other
    found = {}
    for word in one.keys() | other.keys():
        first, second = one.get(word, 0), other.get(word, 0)
        if not first + second:
            continue
        prior = prior_weight * (first + second) / whole
        with_prior, other_with_prior = first + prior, second + prior
        left, other_left = in_one + prior_weight - with_prior, in_other + prior_weight - other_with_prior
        if not (with_prior and other_with_prior and left and other_left):
            continue  # without a prior, where a group has nothing of it or nothing else
        value = math.log(with_prior / left) - math.log(other_with_prior / other_left)
        found[word] = LogOdds(value, value / math.sqrt(1 / with_prior + 1 / other_with_prior))
    return found
