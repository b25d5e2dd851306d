"""What the scores of an answer ask for, in the order in which the customer gave them: plain Python, no Django."""

from collections.abc import Container, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from surveys.scoring import HIGHEST_DETRACTOR


class Direction(Enum):
    """Which way a score went, as far as its ticket is concerned."""

    SAME = "same"
    WORSE = "worse"  # within 0-6, or back into it: the promise changes
    LESS_HAPPY = "less happy"  # worse, but not unhappy: it is marked
    BETTER = "better"  # it is marked


@dataclass(frozen=True, slots=True)
class Scored:
    """The answer as it was from `at` on. `change`: the id of the change that made it so, 0 for the first answer.

    `reach`: whether the customer could be reached then.
    """

    at: datetime
    score: int
    reach: bool
    change: int = 0


def direction_of(before: int, after: int) -> Direction:
    """What it means that an answer went from one score (0 to 10) to another."""
    if after == before:
        return Direction.SAME
    if after > before:
        return Direction.BETTER
    return Direction.WORSE if after <= HIGHEST_DETRACTOR else Direction.LESS_HAPPY


def opening_at(scores: Sequence[Scored], opens_ticket: Container[int], *, is_history: bool) -> int | None:
    """Which of the scores opens the ticket; None when none does, or when the last one no longer wants one.

    The first whose play opens a ticket does, whatever came after it: a late worker gives the company no more time. An
    answer that was told too late (`is_history`) promised nothing: the first that became worse since then opens it.
    """
    if not scores or scores[-1].score not in opens_ticket:
        return None
    for number, now in enumerate(scores):
        became_worse = number > 0 and now.score < scores[number - 1].score
        if now.score in opens_ticket and (became_worse or not is_history):
            return number
    return None
