"""Which terms stand out in each group against the other two."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from followup.insights.comparing.differing import holm
from followup.insights.estimates.log_odds import LogOdds, log_odds, prior_weight_of
from followup.insights.estimates.small_groups import LEAST
from followup.insights.kept.reading import kept
from followup.insights.words.counting import GROUPS, Counts, Scope, count, surfaces
from followup.insights.words.text.terms import is_phrase
from surveys.scoring import Z_95

MOST_SHOWN = 20  # of a group
LEVEL = 0.05  # of Holm's method, over all terms that are compared in a group
_STANDS_FOR = 0.7  # share of a word's customers from which a phrase stands for it


@dataclass(frozen=True, slots=True)
class Compared:
    """The log-odds of a term, and whether they hold with care for how many terms were compared."""

    found: LogOdds
    is_clear: bool


@dataclass(frozen=True, slots=True)
class Word:
    """A term that stands out in a group: n of `of` customers of the group use it, `other_n` of `other_of` others.

    is_clear: also with care for how many terms were compared.
    """

    key: str
    surface: str
    group: str
    n: int
    of: int
    other_n: int
    other_of: int
    found: LogOdds
    is_clear: bool

    @property
    def share(self) -> float:
        return self.n / self.of

    @property
    def other_share(self) -> float:
        return self.other_n / self.other_of if self.other_of else 0.0

    @property
    def is_phrase(self) -> bool:
        return is_phrase(self.key)


@dataclass(frozen=True, slots=True)
class StandingOut:
    """The words of each group, those that stand out most first; and what was counted."""

    by_group: Mapping[str, Sequence[Word]]
    counts: Counts


@kept
def standing_out(scope: Scope, language: str) -> StandingOut:
    """The terms of one language that stand out; two queries."""
    counts = count(scope, language)
    chosen = {group: _chosen(counts, place) for place, group in enumerate(GROUPS)}
    written = surfaces(scope, language, sorted({key for found in chosen.values() for key in found}))
    by_group = {
        group: [_word(counts, place, key, written.get(key, key), found) for key, found in chosen[group].items()]
        for place, group in enumerate(GROUPS)
    }
    return StandingOut(by_group, counts)


def _chosen(counts: Counts, place: int) -> dict[str, Compared]:
    """The terms of the group in this place of GROUPS, by how much they stand out."""
    if not 0 < counts.customers[place] < sum(counts.customers):
        return {}
    found: dict[str, LogOdds] = {}
    for phrases, totals in ((False, counts.words), (True, counts.phrases)):
        terms = {key: numbers for key, numbers in counts.by_term.items() if is_phrase(key) == phrases}
        found |= log_odds(
            {key: numbers[place] for key, numbers in terms.items()},
            {key: sum(numbers) - numbers[place] for key, numbers in terms.items()},
            words_of_one=totals[place],
            words_of_other=sum(totals) - totals[place],
            prior_weight=prior_weight_of(sum(totals)),
        )
    # Only terms that enough customers of the group use are compared, and so many is what Holm's method cares for.
    found = {key: one for key, one in sorted(found.items()) if counts.by_term[key][place] >= LEAST}
    p_values = holm([math.erfc(abs(one.z) / math.sqrt(2)) for one in found.values()])
    more = {
        key: Compared(one, p_value < LEVEL)
        for (key, one), p_value in zip(found.items(), p_values, strict=True)
        if one.z >= Z_95
    }
    ranked = sorted(more, key=lambda key: (-more[key].found.z, key))
    shown = [key for key in ranked if not _has_a_phrase(key, ranked, counts, place)]
    return {key: more[key] for key in shown[:MOST_SHOWN]}


def _has_a_phrase(key: str, ranked: Sequence[str], counts: Counts, place: int) -> bool:
    """Whether a phrase that stands out says the word, and nearly all who use the word."""
    least = _STANDS_FOR * counts.by_term[key][place]
    return not is_phrase(key) and any(
        is_phrase(other) and key in other.split(" ") and counts.by_term[other][place] >= least for other in ranked
    )


def _word(counts: Counts, place: int, key: str, surface: str, found: Compared) -> Word:
    numbers, customers = counts.by_term[key], counts.customers
    return Word(
        key, surface, GROUPS[place], numbers[place], customers[place], sum(numbers) - numbers[place],
        sum(customers) - customers[place], found.found, found.is_clear,
    )  # fmt: skip
