"""Pooling over strata, against published examples."""

import pytest

from followup.insights.estimates.strata import Stratum, pooled_difference, pooled_odds_ratio

# R's UCBAdmissions, departments A to F: men admitted, men rejected, women admitted, women rejected.
UCB = ((512, 313, 89, 19), (353, 207, 17, 8), (120, 205, 202, 391), (138, 279, 131, 244), (53, 138, 94, 299),
       (22, 351, 24, 317))  # fmt: skip
# Thirteen trials of a vaccine (metafor's dat.bcg): cases and healthy, vaccinated and not.
BCG = ((4, 119, 11, 128), (6, 300, 29, 274), (3, 228, 11, 209), (62, 13536, 248, 12619), (33, 5036, 47, 5761),
       (180, 1361, 372, 1079), (8, 2537, 10, 619), (505, 87886, 499, 87892), (29, 7470, 45, 7232),
       (17, 1699, 65, 1600), (186, 50448, 141, 27197), (5, 2493, 3, 2338), (27, 16886, 29, 17825))  # fmt: skip


def strata(counts: tuple[tuple[int, int, int, int], ...]) -> list[Stratum]:
    return [Stratum(a, a + b, c, c + d) for a, b, c, d in counts]


def test_the_odds_ratio_of_admission_at_berkeley_is_as_r_prints_it() -> None:
    found = pooled_odds_ratio(strata(UCB))
    assert found is not None
    assert (found.value, found.low, found.high) == pytest.approx((0.9046968, 0.7719074, 1.0603298), abs=1e-6)
    assert found.n == 4526


def test_the_difference_of_risks_under_vaccination_is_as_metafor_prints_it() -> None:
    found = pooled_difference(strata(BCG))
    assert found is not None
    assert (found.value, found.low, found.high) == pytest.approx((-0.0033, -0.0039, -0.0027), abs=5e-5)
    assert found.value / ((found.high - found.low) / 2 / 1.959964) == pytest.approx(-11.4708, abs=1e-4)


def test_pooling_undoes_what_only_the_mix_of_strata_makes() -> None:
    alike = [Stratum(80, 100, 8, 10), Stratum(2, 10, 20, 100)]  # in each stratum the same share
    found = pooled_difference(alike)
    assert found is not None
    assert found.value == pytest.approx(0)
    assert 82 / 110 - 28 / 110 > 0.4  # as it looks without strata


def test_strata_of_one_group_say_nothing() -> None:
    assert pooled_difference([Stratum(3, 10, 0, 0), Stratum(0, 0, 2, 9)]) is None
    assert pooled_odds_ratio([Stratum(10, 10, 5, 10)]) is None
    one = pooled_difference([Stratum(3, 10, 0, 0), Stratum(6, 10, 3, 10)])
    assert one is not None
    assert one.n == 20
    assert one.value == pytest.approx(0.3)
    with pytest.raises(ValueError, match="more hits"):
        pooled_difference([Stratum(11, 10, 1, 10)])
