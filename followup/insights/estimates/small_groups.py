"""Which groups of a table stay hidden, so that no subtraction within it says what few customers did."""

from collections.abc import Collection, Sequence

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
