"""How sure a suggestion has to be so that it is right often enough: plain arithmetic."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

FEWEST = 10  # suggestions that a precision rests on
_Z_80 = 0.8416212335729143  # below it lie four fifths of a normal distribution


@dataclass(frozen=True, slots=True)
class Point:
    """Of the suggestions with at least this share, `n`, how many are right."""

    share: float
    n: int
    right: int

    @property
    def precision(self) -> float:
        """What the share of right ones is at least, four times in five: few are not taken for all.

        Source: Wilson's score interval, its lower end at 80 %, one-sided (JASA 22, 1927).
        """
        share, squared = self.right / self.n, _Z_80**2
        middle = share + squared / (2 * self.n)
        margin = _Z_80 * math.sqrt(share * (1 - share) / self.n + squared / (4 * self.n**2))
        return (middle - margin) / (1 + squared / self.n)


def curve(suggestions: Iterable[tuple[float, bool]]) -> list[Point]:
    """The points at which a lower share would be less precise, from the surest to the least sure.

    Args: for each suggestion of one cause, made without its own ticket, its share and whether people chose that cause.
    A point rests on FEWEST suggestions or more.
    """
    ranked = sorted(suggestions, key=lambda one: -one[0])
    points = []
    right = 0
    for place, (share, is_right) in enumerate(ranked, start=1):
        right += is_right
        is_last_of_its_share = place == len(ranked) or ranked[place][0] < share
        if place >= FEWEST and is_last_of_its_share:
            points.append(Point(share, place, right))
    best: list[Point] = []
    for point in reversed(points):
        if not best or point.precision > best[-1].precision:
            best.append(point)
    return best[::-1]


def confidence(points: Sequence[Point], share: float) -> float:
    """How often a suggestion with this share is right, 0 where too few were so sure."""
    return max((point.precision for point in points if point.share <= share), default=0.0)


def at_precision(points: Sequence[Point], precision: float) -> Point | None:
    """The least sure point of at least this precision, from which suggestions begin; None without one."""
    return next((point for point in reversed(points) if point.precision >= precision), None)
