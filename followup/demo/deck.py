"""Drawing without putting back: every card comes before any comes twice, and none comes again soon."""

from collections.abc import Sequence
from random import Random
from typing import Generic, TypeVar

T = TypeVar("T")


class Deck(Generic[T]):
    """A shuffled deck, shuffled anew when it is empty: by halves, so that what came last does not come first."""

    def __init__(self, cards: Sequence[T], random: Random) -> None:
        self._cards = list(cards)
        self._random = random
        random.shuffle(self._cards)
        self._left = self._cards[::-1]

    def draw(self) -> T:
        """The next card."""
        if not self._left:
            half = len(self._cards) // 2
            first, last = self._cards[:half], self._cards[half:]
            self._random.shuffle(first)
            self._random.shuffle(last)
            self._cards = first + last
            self._left = self._cards[::-1]
        return self._left.pop()
