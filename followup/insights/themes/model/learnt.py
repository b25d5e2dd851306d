"""Learn one language: which terms speak for which cause, and how often that is right. The same rows, in whatever order,
give the same result.
"""

import zlib
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from followup.insights.themes.model.matrix import Floats, Ints, matrix_of
from followup.insights.themes.model.precision import Point, curve
from followup.insights.themes.model.regression import fit

FOLDS = 5
FEWEST_TICKETS = 10  # of a cause that is told apart
FEWEST_CUSTOMERS = 2  # who use a term that is looked at
MOST_TERMS = 5_000
PENALTY = 0.3
_DIGITS = 5


@dataclass(frozen=True, slots=True)
class Example:
    """A comment with the cause that people chose. `customer`: no customer is on both sides of a measurement."""

    id: int
    customer: int
    cause: int
    terms: Sequence[str]


@dataclass(frozen=True, slots=True)
class Guess:
    """The likeliest cause of a comment, and how likely it is."""

    cause: int | None
    share: float


@dataclass(frozen=True, slots=True)
class Learnt:
    """causes: those that are told apart, and None for the others where there are some. by_id: for each example the
    guess of a model that did not see it. curves: by cause."""

    causes: Sequence[int | None]
    bias: Sequence[float]
    weights: Mapping[str, Sequence[float]]
    by_id: Mapping[int, Guess]
    curves: Mapping[int, Sequence[Point]]
    counts: Mapping[int, int]
    right: int
    n: int


def learn(examples: Sequence[Example], progress: Callable[[], object] = lambda: None) -> Learnt | None:
    """What the examples teach; None where fewer than two causes have FEWEST_TICKETS. `progress`: after each of
    FOLDS + 1 fits."""
    rows = sorted(examples, key=lambda one: one.id)
    counts = Counter(row.cause for row in rows)
    causes: list[int | None] = [cause for cause in sorted(counts) if counts[cause] >= FEWEST_TICKETS]
    if len(causes) < 2:
        return None
    if len(causes) < len(counts):
        causes.append(None)
    place = {cause: number for number, cause in enumerate(causes)}
    chosen = np.array([place.get(row.cause, len(causes) - 1) for row in rows], dtype=np.int64)
    guesses = _without_own(rows, chosen, causes, progress)
    vocabulary = _vocabulary(rows)
    made = fit(matrix_of([row.terms for row in rows], vocabulary), chosen, len(causes), penalty=PENALTY)
    progress()
    told = [cause for cause in causes if cause is not None]
    weights = {term: _rounded(made.weights[number]) for term, number in vocabulary.items()}
    by_cause: dict[int | None, list[tuple[float, bool]]] = defaultdict(list)
    for row in rows:
        guess = guesses[row.id]
        by_cause[guess.cause].append((guess.share, guess.cause == row.cause))
    return Learnt(
        causes=causes, bias=_rounded(made.bias), weights=weights, by_id=guesses,
        curves={cause: curve(by_cause[cause]) for cause in told}, counts={cause: counts[cause] for cause in told},
        right=sum(guesses[row.id].cause == row.cause for row in rows), n=len(rows),
    )  # fmt: skip


def fold_of(customer: int) -> int:
    """The part of the measurement in which a customer is: 0 to FOLDS - 1, always the same."""
    return zlib.crc32(str(customer).encode()) % FOLDS


def _without_own(
    rows: Sequence[Example], chosen: Ints, causes: Sequence[int | None], progress: Callable[[], object]
) -> dict[int, Guess]:
    """For each example the guess of a model that learnt from the customers of the other folds alone."""
    folds = [fold_of(row.customer) for row in rows]
    guesses: dict[int, Guess] = {}
    for fold in range(FOLDS):
        known = [row for row, of_row in enumerate(folds) if of_row != fold]
        left = [row for row, of_row in enumerate(folds) if of_row == fold]
        if left and known:
            vocabulary = _vocabulary([rows[row] for row in known])
            seen = matrix_of([rows[row].terms for row in known], vocabulary)
            made = fit(seen, chosen[known], len(causes), penalty=PENALTY)
            shares = made.shares(matrix_of([rows[row].terms for row in left], vocabulary))
            beyond = made.weights - made.weights.mean(axis=1, keepdims=True)
            for row, parts in zip(left, shares, strict=True):
                best = int(parts.argmax())
                known_terms = [vocabulary[term] for term in rows[row].terms if term in vocabulary]
                if known_terms and beyond[known_terms, best].max() > 0:
                    guesses[rows[row].id] = Guess(causes[best], round(float(parts[best]), _DIGITS))
        progress()
    for one in rows:
        guesses.setdefault(one.id, Guess(None, 0.0))  # no word speaks for a cause
    return guesses


def _vocabulary(rows: Sequence[Example]) -> dict[str, int]:
    """The most frequent terms that FEWEST_CUSTOMERS or more use, in their order, each with its column."""
    seen = {(row.customer, term) for row in rows for term in row.terms}
    counts = Counter(term for _customer, term in seen)
    known = sorted((-n, term) for term, n in counts.items() if n >= FEWEST_CUSTOMERS)[:MOST_TERMS]
    return {term: column for column, term in enumerate(sorted(term for _n, term in known))}


def _rounded(values: Floats) -> list[float]:
    return [round(float(value), _DIGITS) for value in values]
