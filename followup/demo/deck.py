"""Drawing without putting back: every card comes before any comes twice."""

from collections.abc import Sequence
from random import Random
from typing import Generic, TypeVar

T = TypeVar("T")


class Deck(Generic[T]):
    """A shuffled deck that is shuffled anew when it is empty."""

    def __init__(self, cards: Sequence[T], random: Random) -> None:
        self._cards = list(cards)
        self._random = random
        self._left: list[T] = []

    def draw(self) -> T:
        """The next card."""
        if not self._left:
            self._left = list(self._cards)
            self._random.shuffle(self._left)
        return self._left.pop()
