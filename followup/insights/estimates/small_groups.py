"""Which groups of a table stay hidden, so that no subtraction within it says what few customers did."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence

LEAST = 10  # customers in a group that is shown


def hidden(counts: Sequence[int], also: Collection[int] = ()) -> frozenset[int]:
    """The places of the groups to hide, given the number of customers in each; `also`: those hidden for another reason.

    A group below LEAST is hidden. When the hidden ones together are below it, the smallest that are shown join them,
    until they are not: the total less what is shown is then never a few customers. Empty groups hide nobody and are
    shown. A table with fewer than LEAST in all is hidden whole.
    Raises: ValueError for a negative count.
    """
    if any(count < 0 for count in counts):
        raise ValueError("counts cannot be negative")
    found = {place for place, count in enumerate(counts) if 0 < count < LEAST} | set(also)
    shown = sorted((count, place) for place, count in enumerate(counts) if place not in found and count)
    for _count, place in shown:
        if not 0 < sum(counts[hid] for hid in found) < LEAST:
            break
        found.add(place)
    return frozenset(found)


def tellable(cells: Mapping[frozenset[int], int]) -> frozenset[int]:
    """Which groups can be shown where groups overlap, given how many customers are in exactly these groups.

    Whatever is added and subtracted of the groups that are shown, and of all, is a sum of the parts into which these
    cut everybody; so each part has none or LEAST at least. The largest groups come first, then lower numbers.
    """
    sizes: Counter[int] = Counter()
    for inside, count in cells.items():
        sizes.update(dict.fromkeys(inside, count))
    shown: set[int] = set()
    for group in sorted(sizes, key=lambda one: (-sizes[one], one)):
        parts: Counter[frozenset[int]] = Counter()
        for inside, count in cells.items():
            parts[inside & (shown | {group})] += count
        if not any(0 < count < LEAST for count in parts.values()):
            shown.add(group)
    return frozenset(shown)
