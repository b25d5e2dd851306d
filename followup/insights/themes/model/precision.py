"""How sure a suggestion has to be so that it is right often enough: plain arithmetic."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

FEWEST = 10  # suggestions that a precision rests on


@dataclass(frozen=True, slots=True)
class Point:
    """Of the suggestions with at least this share, `n`, how many are right."""

    share: float
    n: int
    right: int

    @property
    def precision(self) -> float:
        """The share of right ones, as if one more had been right and one more wrong: few are not taken for all.

        Source: Laplace's rule of succession.
        """
        return (self.right + 1) / (self.n + 2)


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
