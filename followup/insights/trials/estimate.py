"""What the counts of a trial say, and how many customers it needs: plain Python, no Django."""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from math import ceil, exp, lgamma, log, sqrt
from statistics import NormalDist

POWER = 0.8
LEVEL = 0.05  # how often a trial without any effect may find one
_Z = NormalDist().inv_cdf(1 - LEVEL / 2)
_ADDED_UP = 250  # customers for each version up to which that is quick
_NEVER = 1e-9
_ROUNDING = 1 + 1e-7  # tables that are as likely as each other differ by no more


@lru_cache(maxsize=4096)
def _log_factorial(n: int) -> float:
    return lgamma(n + 1)


def _log_choose(n: int, k: int) -> float:
    return _log_factorial(n) - _log_factorial(k) - _log_factorial(n - k)


def exact_p(recovered_a: int, n_a: int, recovered_b: int, n_b: int) -> float:
    """How often the coin alone makes as unlikely a difference as this one, 0 to 1: a randomisation test.

    If no customer's second score hung on the version, each would have come back, or not, under the other one too; then
    only who drew what differs. Of all draws with as many customers on each side it adds up those that are at most as
    likely as the one that was drawn (Fisher's exact test, two-sided). Raises: ValueError.
    Source: R. A. Fisher, "The Design of Experiments", 1935; the same as R's fisher.test.
    """
    if not (0 <= recovered_a <= n_a and 0 <= recovered_b <= n_b):
        raise ValueError("more came back than were drawn")
    recovered, everybody = recovered_a + recovered_b, n_a + n_b
    least, most = max(0, recovered - n_b), min(recovered, n_a)
    whole = _log_choose(everybody, recovered)
    likely = [exp(_log_choose(n_a, k) + _log_choose(n_b, recovered - k) - whole) for k in range(least, most + 1)]
    bound = likely[recovered_a - least] * _ROUNDING
    return min(1.0, sum(one for one in likely if one <= bound))


def share_interval(hits: int, n: int) -> tuple[float, float]:
    """The 95 % interval of a share, 0 to 1: Wilson's, with a correction for whole customers; (0, 1) for n = 0.

    Source: R. G. Newcombe, Statistics in Medicine 17 (1998), 857-872, method 4.
    """
    if n == 0:
        return 0.0, 1.0
    share, z, z2 = hits / n, _Z, _Z**2
    rest = 1 - share
    low = (2 * n * share + z2 - 1 - z * sqrt(max(0.0, z2 - 2 - 1 / n + 4 * share * (n * rest + 1)))) / (2 * (n + z2))
    high = (2 * n * share + z2 + 1 + z * sqrt(max(0.0, z2 + 2 - 1 / n + 4 * share * (n * rest - 1)))) / (2 * (n + z2))
    return (0.0 if hits == 0 else max(0.0, low)), (1.0 if hits == n else min(1.0, high))


def difference_interval(recovered_a: int, n_a: int, recovered_b: int, n_b: int) -> tuple[float, float]:
    """The 95 % interval of share B less share A, -1 to 1.

    Source: R. G. Newcombe, Statistics in Medicine 17 (1998), 873-890, method 11.
    """
    if not n_a or not n_b:
        return -1.0, 1.0
    a, b = recovered_a / n_a, recovered_b / n_b
    low_a, high_a = share_interval(recovered_a, n_a)
    low_b, high_b = share_interval(recovered_b, n_b)
    difference = b - a
    low = difference - sqrt((b - low_b) ** 2 + (high_a - a) ** 2)
    high = difference + sqrt((high_b - b) ** 2 + (a - low_a) ** 2)
    return max(-1.0, low), min(1.0, high)


@lru_cache(maxsize=512)
def needed(baseline: float, effect: float) -> int:
    """How many customers each version needs, so that POWER of the trials with this effect find it.

    `baseline`: the share that comes back better as it is, 0 to 1; `effect`: what the change adds. Raises: ValueError
    when the shares leave (0, 1).
    Source: Casagrande, Pike and Smith, Biometrics 34 (1978), 483-486, made for the exact test. It asks for some too
    many in small trials; there the power itself is added up.
    """
    other = baseline + effect
    if not (0 < baseline < 1 and 0 < other < 1 and effect):
        raise ValueError("both shares lie between 0 and 1, and differ")
    z_power, mean, size = NormalDist().inv_cdf(POWER), (baseline + other) / 2, abs(effect)
    spread = _Z * sqrt(2 * mean * (1 - mean)) + z_power * sqrt(baseline * (1 - baseline) + other * (1 - other))
    plain = (spread / size) ** 2
    most = max(2, ceil(plain / 4 * (1 + sqrt(1 + 4 / (plain * size))) ** 2))
    return bisect_left(range(most), True, lo=max(2, most // 2), key=lambda n: _finds(baseline, other, n))


def _finds(baseline: float, other: float, per_arm: int) -> bool:
    return per_arm <= _ADDED_UP and power(baseline, other, per_arm) >= POWER


def power(share_a: float, share_b: float, per_arm: int) -> float:
    """How many of the trials with these true shares find a difference, 0 to 1; every outcome is added up."""
    chance_a, chance_b = _binomial(per_arm, share_a), _binomial(per_arm, share_b)
    found = 0.0
    for recovered in range(2 * per_arm + 1):
        least, most = max(0, recovered - per_arm), min(recovered, per_arm)
        chances = [chance_a[k] * chance_b[recovered - k] for k in range(least, most + 1)]
        if sum(chances) < _NEVER:
            continue
        whole = _log_choose(2 * per_arm, recovered)
        likely = [
            exp(_log_choose(per_arm, k) + _log_choose(per_arm, recovered - k) - whole) for k in range(least, most + 1)
        ]
        bound = _bound(sorted(likely))
        found += sum(chance for chance, one in zip(chances, likely, strict=True) if one <= bound)
    return found


def _bound(likely: list[float]) -> float:
    """The likeliest of the tables that are found: they and all that are less likely add up to LEVEL at most."""
    bound, begins, spent = 0.0, 0, 0.0
    while begins < len(likely):
        ends = bisect_right(likely, likely[begins] * _ROUNDING, lo=begins)  # tables as likely as each other
        spent += sum(likely[begins:ends])
        if spent > LEVEL:
            break
        bound, begins = likely[ends - 1], ends
    return bound


def _binomial(n: int, share: float) -> list[float]:
    return [exp(_log_choose(n, k) + k * log(share) + (n - k) * log(1 - share)) for k in range(n + 1)]


def findable(baseline: float, per_arm: int) -> float | None:
    """The least effect, in whole points as a share, that so many customers find with POWER; None for none."""
    points = [point / 100 for point in range(1, round((1 - baseline) * 100))]
    at = bisect_left(points, True, key=lambda effect: needed(baseline, effect) <= per_arm)
    return points[at] if at < len(points) else None


@dataclass(frozen=True, slots=True)
class Side:
    """The customers of one version. `recovered`: those in a better group; who gave no second score is not."""

    n: int
    answered: int
    recovered: int

    @property
    def share(self) -> float | None:
        """The share that came back better, 0 to 1, of all who were drawn; None for nobody."""
        return self.recovered / self.n if self.n else None

    @property
    def interval(self) -> tuple[float, float]:
        return share_interval(self.recovered, self.n)


BETTER, WORSE, UNCLEAR = "better", "worse", "unclear"


@dataclass(frozen=True, slots=True)
class Comparison:
    """Both sides of a trial, counted as drawn. `low`, `high`: 95 % interval of the difference, B less A, -1 to 1."""

    a: Side
    b: Side
    difference: float | None
    low: float
    high: float
    p: float

    @classmethod
    def of(cls, counts: Mapping[str, Mapping[str, int]]) -> "Comparison":
        """From counts by arm: n, answered, recovered."""
        a, b = Side(**counts["a"]), Side(**counts["b"])
        both = (a.recovered, a.n, b.recovered, b.n)
        difference = b.share - a.share if a.share is not None and b.share is not None else None
        return cls(a, b, difference, *difference_interval(*both), exact_p(*both))

    @property
    def verdict(self) -> str:
        """BETTER or WORSE where the coin alone makes such a difference in at most LEVEL of all draws; else UNCLEAR."""
        if self.difference is None or self.p > LEVEL:
            return UNCLEAR
        return BETTER if self.difference > 0 else WORSE
