"""What unhappy customers gain by themselves: who answers low on one day answers higher on most others."""

import math
from statistics import NormalDist

_NORMAL = NormalDist()
_PIECES = 64  # of the integral; even
PRIOR_WEIGHT = 30  # the formula counts as so many customers beside the untouched ones


def expected_rise(mean: float, sd: float, rho: float, cut: float) -> float:
    """How much a second score is above the first on average, for customers whose first was at or below `cut`, when
    nothing was done.

    Args: mean and standard deviation of all scores, in points; rho, the correlation of two answers of one customer,
    -1..1; cut in points.
    Returns: points; (1 - rho) sd phi(z) / Phi(z), with z = (cut - mean) / sd.
    Raises: ValueError for a standard deviation that is not above 0, or a rho outside -1..1.
    Source: Davis, "The Effect of Regression to the Mean in Epidemiologic and Clinical Studies", American Journal of
    Epidemiology 104, 1976.
    """
    z = _place(mean, sd, rho, cut)
    return (1 - rho) * sd * _NORMAL.pdf(z) / _NORMAL.cdf(z)


def expected_share(mean: float, sd: float, rho: float, cut: float) -> float:
    """The share, 0 to 1, of customers at or below `cut` whose second score is above it, when nothing was done.

    Args and Raises: as `expected_rise`.
    Source: the bivariate normal distribution, integrated after Drezner and Wesolowsky, Journal of Statistical
    Computation and Simulation 35, 1990.
    """
    z = _place(mean, sd, rho, cut)
    below = _NORMAL.cdf(z)
    return 1 - both_below(z, rho) / below


def both_below(z: float, rho: float) -> float:
    """The probability that two standard normal variables with correlation rho are both below z."""
    end = math.asin(rho)

    def height(angle: float) -> float:
        return math.exp(-(z**2) / (1 + math.sin(angle)))

    step = end / _PIECES
    heights = [height(step * piece) for piece in range(_PIECES + 1)]
    area = step / 3 * (heights[0] + heights[-1] + 4 * sum(heights[1:-1:2]) + 2 * sum(heights[2:-1:2]))
    return _NORMAL.cdf(z) ** 2 + area / (2 * math.pi)


def shrunk(observed: float | None, n: int, expected: float, weight: float = PRIOR_WEIGHT) -> float:
    """An average of what `n` customers showed and of what the formula expects, which counts as `weight` customers.

    With few customers it lies near the formula, with many near what they showed. Any unit.
    Raises: ValueError for a negative n or a weight that is not above 0.
    Source: the mean of a normal distribution with a normal prior; Gelman et al., "Bayesian Data Analysis", 3rd edition,
    section 2.5.
    """
    if n < 0 or weight <= 0:
        raise ValueError(f"{n} customers beside a formula that counts as {weight}")
    if observed is None or n == 0:
        return expected
    return (n * observed + weight * expected) / (n + weight)


def _place(mean: float, sd: float, rho: float, cut: float) -> float:
    if sd <= 0 or not -1 < rho < 1:
        raise ValueError(f"sd is {sd} and rho {rho}; allowed: sd above 0, rho between -1 and 1")
    return (cut - mean) / sd
