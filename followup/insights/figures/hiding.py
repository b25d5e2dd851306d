"""Small groups of one table: which rows are hidden, so that no total gives one of them away. Pure."""

from collections.abc import Mapping

SMALL = 10


def hidden_of(counts: Mapping[int, int]) -> frozenset[int]:
    """The keys of the rows to hide: those under SMALL, and the next smallest ones until what is hidden is at least
    SMALL together. Rows of nobody hide nothing and are left out. All rows, where they are under SMALL together."""
    there = sorted((count, key) for key, count in counts.items() if count > 0)
    hidden: list[int] = []
    together = 0
    for count, key in there:
        if count >= SMALL and (not hidden or together >= SMALL):
            break
        hidden.append(key)
        together += count
    return frozenset(hidden)
