"""Measure the themes on sentences that somebody else labelled: learn from one part, suggest for the other."""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass

from followup.insights.themes.model.guessing import Weights, guess
from followup.insights.themes.model.learnt import Example, learn
from followup.insights.themes.model.precision import confidence
from followup.insights.words.text.terms import terms_of

PARTS, KEPT_BACK = 10, 3  # of ten parts by the sentence itself, those that the model never sees


@dataclass(frozen=True, slots=True)
class Measured:
    """Of one label in the part that was kept back: its sentences, the suggestions of it, and those that are right."""

    label: str
    n: int
    suggested: int
    right: int


@dataclass(frozen=True, slots=True)
class Result:
    """learnt: sentences that were learnt from. guessed_right: of all sentences kept back, whatever the precision."""

    learnt: int
    n: int
    guessed_right: int
    labels: Sequence[Measured]

    @property
    def suggested(self) -> int:
        return sum(one.suggested for one in self.labels)

    @property
    def right(self) -> int:
        return sum(one.right for one in self.labels)


def is_kept_back(sentence: str) -> bool:
    """Whether a sentence belongs to the part that is only measured on, always the same."""
    return zlib.crc32(sentence.encode()) % PARTS < KEPT_BACK


def measure(sentences: Sequence[tuple[str, str]], language: str, precision: float) -> Result | None:
    """Learn from (sentence, label) pairs, and suggest for those kept back; None where there is too little to learn."""
    labels = sorted({label for _sentence, label in sentences})
    rows = [
        (sentence, labels.index(label), list(terms_of(sentence, language)))
        for sentence, label in sorted(set(sentences))
    ]
    known = [row for row in rows if not is_kept_back(row[0])]
    found = learn([Example(number, number, label, terms) for number, (_text, label, terms) in enumerate(known)])
    if found is None:
        return None
    weights = Weights(found.causes, found.bias, found.weights)
    guessed_right = 0
    n, suggested, right = ([0] * len(labels) for _figure in range(3))
    left = [row for row in rows if is_kept_back(row[0])]
    for _sentence, label, terms in left:
        n[label] += 1
        made = guess(terms, weights)
        if made is None or made.cause is None:
            continue
        guessed_right += made.cause == label
        if made.terms and confidence(found.curves[made.cause], made.share) >= precision:
            suggested[made.cause] += 1
            right[made.cause] += made.cause == label
    measured = [Measured(*figures) for figures in zip(labels, n, suggested, right, strict=True)]
    return Result(len(known), len(left), guessed_right, measured)
