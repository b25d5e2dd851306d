"""No subtraction within a table says what a few customers did."""

from collections import Counter
from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from followup.insights.estimates.small_groups import LEAST, hidden, tellable

SIZES = st.one_of(st.integers(0, 15), st.integers(0, 300))


@given(st.lists(SIZES, max_size=8), st.sets(st.integers(0, 7)))
def test_nothing_that_can_be_computed_from_a_table_is_of_fewer_than_ten(counts: list[int], also: set[int]) -> None:
    covered = hidden(counts, [place for place in also if place < len(counts)])
    shown = {place: count for place, count in enumerate(counts) if place not in covered}
    total = sum(counts)
    assert all(count == 0 or count >= LEAST for count in shown.values())
    # What a reader can compute: the total, less any of the groups that are shown.
    for size in range(len(shown) + 1):
        for taken in combinations(shown.values(), size):
            rest = total - sum(taken)
            assert rest == 0 or rest >= LEAST or total < LEAST


@given(st.lists(SIZES, max_size=8))
def test_no_more_is_hidden_than_has_to_be(counts: list[int]) -> None:
    covered = hidden(counts)
    if all(count >= LEAST or count == 0 for count in counts):
        assert not covered
    small = {place for place, count in enumerate(counts) if 0 < count < LEAST}
    assert small <= covered
    assert len(covered - small) <= 1  # one neighbour of ten or more is enough


def test_a_neighbour_is_hidden_beside_a_single_small_group() -> None:
    assert hidden([40, 3, 25, 0]) == {1, 2}
    assert hidden([40, 6, 7, 25]) == {1, 2}
    assert hidden([4, 3]) == {0, 1}


CELLS = st.dictionaries(st.frozensets(st.integers(0, 4)), st.integers(0, 40), max_size=12)


@given(CELLS)
def test_of_groups_that_overlap_no_sum_or_difference_is_a_few_customers(cells: dict[frozenset[int], int]) -> None:
    shown = tellable(cells)
    parts: Counter[frozenset[int]] = Counter()
    for inside, count in cells.items():
        parts[inside & shown] += count
    for chosen in range(1, 2 ** len(parts)):  # every set that groups can be cut and put together to
        size = sum(count for place, count in enumerate(parts.values()) if chosen >> place & 1)
        assert size == 0 or size >= LEAST or sum(cells.values()) < LEAST


def test_a_segment_within_another_one_is_hidden_where_the_rest_is_few() -> None:
    both, larger, none = frozenset({1, 2}), frozenset({1}), frozenset[int]()
    assert tellable({both: 50, larger: 10, none: 40}) == {1, 2}
    assert tellable({both: 50, larger: 9, none: 40}) == {1}, "the larger one less the smaller one would be nine"
    assert tellable({both: 9, larger: 51, none: 40}) == {1}
    assert tellable({both: 95, none: 5}) == set(), "and so would be what is left of all"
