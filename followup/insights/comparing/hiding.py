"""Which small groups a table hides, so that nobody is told apart in it. Pure."""

from collections.abc import Mapping

SMALL = 10


def hidden(sizes: Mapping[str, int], small: int = SMALL) -> set[str]:
    """The names of the groups to hide, of the groups that one table has with its total.

    Args: how many each group has; groups with none need no hiding.
    Those under `small` are hidden, and, as the total less the groups that are shown gives those that are hidden
    together, as many more of the smallest as make them at least `small`. Is all of it less, all is hidden.
    """
    in_order = sorted((size, name) for name, size in sizes.items() if size)
    names: set[str] = set()
    together = 0
    for size, name in in_order:
        if size >= small and (not names or together >= small):
            break
        names.add(name)
        together += size
    return names
