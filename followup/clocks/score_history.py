"""The scores of an answer, in the order in which the customer gave them: plain Python, no Django."""

from collections.abc import Container, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from surveys.scoring import HIGHEST_DETRACTOR


class Direction(Enum):
    """Which way a score went, as far as it matters to the ticket."""

    SAME = "same"
    WORSE = "worse"  # within 0-6, or back into it: the promise changes
    LESS_HAPPY = "less happy"  # worse, but not unhappy: it is marked
    BETTER = "better"  # it is marked


@dataclass(frozen=True, slots=True)
class Scored:
    """The answer as it was from `at` on.

    `change`: the id of the change that made it so, 0 for the first answer. `reach`: whether the customer could be
    reached. `keeps_comment`: that change left the comment as it was, such as one that gave a phone number.
    """

    at: datetime
    score: int
    reach: bool
    change: int = 0
    keeps_comment: bool = False


def direction_of(before: int, after: int) -> Direction:
    """The direction from one score to another, both from 0 to 10."""
    if after == before:
        return Direction.SAME
    if after > before:
        return Direction.BETTER
    return Direction.WORSE if after <= HIGHEST_DETRACTOR else Direction.LESS_HAPPY


def opening_at(scores: Sequence[Scored], opens_ticket: Container[int], *, is_history: bool) -> int | None:
    """The index of the score that opens the ticket; None when none does, or when the last one asks for no ticket.

    It is the first score whose play opens a ticket, whatever came after it: a late worker gives the company no more
    time. An answer that arrived after its own deadline (`is_history`) promised nothing: the first score that is worse
    than the one before opens its ticket.
    """
    if not scores or scores[-1].score not in opens_ticket:
        return None
    for number, now in enumerate(scores):
        became_worse = number > 0 and now.score < scores[number - 1].score
        if now.score in opens_ticket and (became_worse or not is_history):
            return number
    return None
