"""A sparse matrix of comments by terms, with the two products that the fit needs."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Matrix:
    """Rows of comments. Entry i is values[i] in row rows[i], column columns[i], in the order of the rows.

    `by_column`: the entries in the order of their columns. The order of every sum is fixed, and so is its result.
    """

    shape: tuple[int, int]
    rows: Ints
    columns: Ints
    values: Floats
    by_column: Ints

    def times(self, weights: Floats) -> Floats:
        """The product with weights of shape (columns, causes)."""
        return _sums(weights[self.columns] * self.values[:, None], self.rows, self.shape[0])

    def transposed_times(self, parts: Floats) -> Floats:
        """The product of the transposed matrix with parts of shape (rows, causes)."""
        order = self.by_column
        return _sums(parts[self.rows[order]] * self.values[order, None], self.columns[order], self.shape[1])

    def only(self, kept: Ints) -> "Matrix":
        """The matrix of these rows, in their order, which has to be ascending."""
        place = np.full(self.shape[0], -1, dtype=np.int64)
        place[kept] = np.arange(len(kept))
        is_kept = place[self.rows] >= 0
        columns = self.columns[is_kept]
        order = np.argsort(columns, kind="stable")
        return Matrix((len(kept), self.shape[1]), place[self.rows[is_kept]], columns, self.values[is_kept], order)


def _sums(terms: Floats, groups: Ints, count: int) -> Floats:
    """The sum of the terms of each group; the groups stand in ascending order."""
    found = np.zeros((count, terms.shape[1]))
    if len(groups):
        begins = np.flatnonzero(np.diff(groups, prepend=-1))
        found[groups[begins]] = np.add.reduceat(terms, begins, axis=0)
    return found


def matrix_of(comments: Sequence[Collection[str]], vocabulary: dict[str, int]) -> Matrix:
    """Each comment as a row of length 1 in which its known terms weigh the same; one without any is all zero."""
    rows: list[int] = []
    columns: list[int] = []
    values: list[float] = []
    for row, terms in enumerate(comments):
        known = sorted(vocabulary[term] for term in terms if term in vocabulary)
        rows += [row] * len(known)
        columns += known
        values += [float(len(known) or 1) ** -0.5] * len(known)
    as_columns = np.array(columns, dtype=np.int64)
    order = np.argsort(as_columns, kind="stable")
    return Matrix((len(comments), len(vocabulary)), np.array(rows, dtype=np.int64), as_columns, np.array(values), order)
