"""What the checks say of counts: with care for how many there are, and silent about few."""

import pytest

from followup.insights.estimates.exact import binomial_p, fisher_p
from followup.insights.fairplay.checks import Check, Counted, Verdict, assess


def test_a_share_far_above_that_of_the_others_is_more_than_chance_gives() -> None:
    found = assess([
        Counted(Check.BURSTS, 45, 50, 300, 600),
        Counted(Check.UNTRIED, 10, 100, 9, 100),
        Counted(Check.LAST_MINUTE, 12, 60, expected=1 / 60),
    ])  # fmt: skip
    assert [one.verdict for one in found] == [Verdict.MORE, Verdict.CHANCE, Verdict.MORE]
    assert found[0].p == pytest.approx(max(2 * fisher_p(45, 50, 300, 600), 3 * binomial_p(12, 60, 1 / 60)))
    assert found[2].p == pytest.approx(3 * binomial_p(12, 60, 1 / 60))
    assert found[1].p == pytest.approx(fisher_p(10, 100, 9, 100))
    assert found[0].difference is not None
    assert found[0].difference.value == pytest.approx(0.4)


def test_a_share_far_below_is_no_fault() -> None:
    (found,) = assess([Counted(Check.PICKED_HAPPY, 5, 100, 300, 600)])
    assert found.verdict == Verdict.CHANCE
    assert found.p is not None
    assert found.p < 0.001


def test_few_say_nothing_and_show_nothing() -> None:
    found = assess([Counted(Check.BURSTS, 9, 9, 300, 600), Counted(Check.UNTRIED, 50, 60, 0, 9),
                    Counted(Check.LAST_MINUTE, 9, 9, expected=1 / 60)])  # fmt: skip
    assert {one.verdict for one in found} == {Verdict.FEW}
    assert {one.share for one in found} == {None}
    assert {one.p for one in found} == {None}


def test_the_best_of_many_people_is_held_to_how_many_there_are() -> None:
    alone, many = (assess([Counted(Check.BY_HAND, 17, 20, 300, 600, among=n)])[0] for n in (1, 40))
    assert alone.verdict == Verdict.MORE
    assert many.verdict == Verdict.CHANCE
    assert alone.p is not None
    assert many.p == pytest.approx(min(1.0, 40 * alone.p))


def test_words_are_found_or_not() -> None:
    found, clean = (assess([Counted(Check.BEGGING, n, 40, is_compared=False)])[0] for n in (1, 0))
    assert (found.verdict, clean.verdict) == (Verdict.SEEN, Verdict.CLEAN)
    assert found.p is None
