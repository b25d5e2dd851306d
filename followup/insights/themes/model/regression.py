"""Multinomial logistic regression with an L2 penalty, fitted by L-BFGS."""

from collections import deque
from dataclasses import dataclass

import numpy as np

from followup.insights.themes.model.matrix import Floats, Ints, Matrix

MEMORY = 10  # steps that the next direction rests on
MOST_STEPS = 500
FLAT = 1e-7  # the largest part of the gradient at which the fit ends
_ENOUGH, _SHORTEST_STEP = 1e-4, 1e-12


@dataclass(frozen=True, slots=True)
class Fit:
    """Weights of shape (terms, causes) and a bias for each cause. `steepest`: the largest part of the gradient."""

    weights: Floats
    bias: Floats
    steepest: float
    steps: int

    def shares(self, matrix: Matrix) -> Floats:
        """How likely each cause is for each row; the parts of a row sum to 1."""
        return _softmax(matrix.times(self.weights) + self.bias)


def fit(matrix: Matrix, causes: Ints, count: int, *, penalty: float) -> Fit:
    """The fit that makes the mean log-loss plus penalty / (2 n) times the squared weights least.

    Args: the cause of each row, 0 to count - 1. The bias is not penalised. The function is convex, and with its bias
    held to a sum of 0, as it begins, it has one optimum.
    Source: Bishop, "Pattern Recognition and Machine Learning", 2006, 4.3.4; Nocedal and Wright, "Numerical
    Optimization", 2006, algorithm 7.4.
    """
    terms = matrix.shape[1]
    at = np.zeros((terms + 1, count))  # the last row is the bias
    loss, slope = loss_and_gradient(at, matrix, causes, penalty)
    known: deque[tuple[Floats, Floats]] = deque(maxlen=MEMORY)
    steps = 0
    while np.abs(slope).max() > FLAT and steps < MOST_STEPS:
        direction = -_towards(slope, known)
        descent = float(np.sum(direction * slope))
        if descent >= 0:
            known.clear()
            direction, descent = -slope, -float(np.sum(slope * slope))
        length = 1.0 if known else min(1.0, 1.0 / float(np.abs(slope).sum()))
        while True:
            there = at + length * direction
            new_loss, new_slope = loss_and_gradient(there, matrix, causes, penalty)
            if new_loss <= loss + _ENOUGH * length * descent or length < _SHORTEST_STEP:
                break
            length /= 2
        if length < _SHORTEST_STEP:
            break  # as flat as these numbers can tell
        moved, bent = there - at, new_slope - slope
        if float(np.sum(moved * bent)) > 1e-14:
            known.append((moved, bent))
        at, loss, slope = there, new_loss, new_slope
        steps += 1
    return Fit(at[:-1], at[-1], float(np.abs(slope).max()), steps)


def loss_and_gradient(at: Floats, matrix: Matrix, causes: Ints, penalty: float) -> tuple[float, Floats]:
    """The penalised mean log-loss at weights with the bias as last row, and its gradient of the same shape."""
    n = matrix.shape[0]
    shares = _softmax(matrix.times(at[:-1]) + at[-1])
    everybody = np.arange(n)
    loss = -float(np.log(np.maximum(shares[everybody, causes], 1e-300)).sum()) / n
    loss += penalty / (2 * n) * float(np.sum(at[:-1] ** 2))
    shares[everybody, causes] -= 1
    slope = np.vstack([matrix.transposed_times(shares) + penalty * at[:-1], shares.sum(axis=0)]) / n
    return loss, slope


def _softmax(scores: Floats) -> Floats:
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    shares: Floats = powers / powers.sum(axis=1, keepdims=True)
    return shares


def _towards(slope: Floats, known: "deque[tuple[Floats, Floats]]") -> Floats:
    """The slope times the inverse curvature that the last steps showed."""
    found = slope.copy()
    parts = []
    for moved, bent in reversed(known):
        scale = 1.0 / float(np.sum(moved * bent))
        part = scale * float(np.sum(moved * found))
        found -= part * bent
        parts.append((scale, part))
    if known:
        moved, bent = known[-1]
        found *= float(np.sum(moved * bent)) / float(np.sum(bent * bent))
    for (moved, bent), (scale, part) in zip(known, reversed(parts), strict=True):
        found += (part - scale * float(np.sum(bent * found))) * moved
    return found
