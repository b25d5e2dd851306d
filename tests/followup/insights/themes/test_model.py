"""The linear model: its optimum, that order does not matter, and how its precision is read."""

from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from followup.insights.themes.model.guessing import Weights, guess
from followup.insights.themes.model.learnt import FOLDS, Example, Learnt, fold_of, learn
from followup.insights.themes.model.matrix import matrix_of
from followup.insights.themes.model.precision import FEWEST, at_precision, confidence, curve
from followup.insights.themes.model.regression import FLAT, fit, loss_and_gradient

TERMS = ("late", "driver", "broke", "invoice", "twice", "sofa", "table", "phone")
ABOUT = {1: TERMS[:3], 2: TERMS[3:5], 3: TERMS[5:]}


def examples(count: int = 90, seed: int = 1) -> list[Example]:
    random = Random(seed)
    made = []
    for number in range(count):
        cause = random.choice(list(ABOUT))
        terms = {random.choice(ABOUT[cause]), random.choice(TERMS), random.choice(TERMS)}
        made.append(Example(id=number, customer=number // 2, cause=cause, terms=sorted(terms)))
    return made


comments = st.lists(st.tuples(st.sets(st.sampled_from(TERMS)), st.integers(0, 2)), min_size=2, max_size=40)


@settings(max_examples=40, deadline=None)
@given(comments, st.sampled_from([0.1, 1.0, 10.0]))
def test_the_gradient_is_zero_at_the_optimum_and_nowhere_near_is_better(
    rows: list[tuple[set[str], int]], penalty: float
) -> None:
    matrix = matrix_of([terms for terms, _cause in rows], {term: place for place, term in enumerate(TERMS)})
    causes = np.array([cause for _terms, cause in rows])

    found = fit(matrix, causes, 3, penalty=penalty)

    at = np.vstack([found.weights, found.bias])
    loss, slope = loss_and_gradient(at, matrix, causes, penalty)
    assert np.abs(slope).max() <= max(FLAT, 1e-6)
    for number in range(5):
        beside = at + np.random.default_rng(number).normal(scale=0.01, size=at.shape)
        assert loss_and_gradient(beside, matrix, causes, penalty)[0] >= loss - 1e-9


def test_the_gradient_is_that_of_the_loss() -> None:
    rows = examples(30)
    matrix = matrix_of([row.terms for row in rows], {term: place for place, term in enumerate(TERMS)})
    causes = np.array([row.cause - 1 for row in rows])
    at = np.random.default_rng(3).normal(size=(len(TERMS) + 1, 3))
    _loss, slope = loss_and_gradient(at, matrix, causes, 1.0)

    for place in np.ndindex(at.shape):
        step = np.zeros_like(at)
        step[place] = 1e-6
        above, below = (loss_and_gradient(at + sign * step, matrix, causes, 1.0)[0] for sign in (1, -1))
        assert (above - below) / 2e-6 == pytest.approx(slope[place], abs=1e-7)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_same_rows_in_any_order_teach_exactly_the_same(seed: int) -> None:
    rows = examples()
    shuffled = rows.copy()
    Random(seed).shuffle(shuffled)

    assert learn(shuffled) == learn(rows)


def learnt(rows: list[Example]) -> Learnt:
    found = learn(rows)
    assert found is not None
    return found


def test_it_learns_what_the_words_are_about_and_says_which_decided() -> None:
    found = learnt(examples(200))
    weights = Weights(found.causes, found.bias, found.weights)

    guessed = guess(["late", "driver", "sofa"], weights)

    assert guessed is not None
    assert guessed.cause == 1
    assert {term for term, _weight in guessed.terms} == {"late", "driver"}
    assert guess(["never seen"], weights) is None
    assert 0.5 < found.right / found.n < 1


def test_a_guess_of_an_example_comes_from_a_model_that_did_not_see_its_customer() -> None:
    rows = examples()
    before = learnt(rows).by_id
    mine = next(row for row in rows if row.customer == 7)
    others = {row.id for row in rows if fold_of(row.customer) == fold_of(7)}
    turned = [Example(row.id, row.customer, 1 + row.cause % 3, row.terms) if row.customer == 7 else row for row in rows]

    after = learnt(turned).by_id

    assert after[mine.id] == before[mine.id]
    assert all(after[pk] == before[pk] for pk in others)
    assert any(after[row.id] != before[row.id] for row in rows)


def test_rare_causes_are_one_class_that_is_never_suggested() -> None:
    rows = [*examples(), *(Example(1000 + n, 1000 + n, 50 + n, ["strange"]) for n in range(5))]

    found = learnt(rows)

    assert found.causes == [1, 2, 3, None]
    assert set(found.curves) == {1, 2, 3}


def test_with_fewer_than_two_causes_nothing_is_learnt() -> None:
    assert learn([Example(n, n, 1, ["late"]) for n in range(50)]) is None
    assert learn([]) is None


def test_progress_is_told_after_each_fit() -> None:
    steps: list[int] = []
    learn(examples(), lambda: steps.append(1))
    assert len(steps) == FOLDS + 1


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), max_size=80), st.floats(0.5, 0.99))
def test_what_is_suggested_is_right_as_often_as_was_asked(suggestions: list[tuple[float, bool]], asked: float) -> None:
    points = curve(suggestions)
    found = at_precision(points, asked)

    shown = [is_right for share, is_right in suggestions if confidence(points, share) >= asked]
    if found is None:
        assert not shown
    else:
        assert (len(shown), sum(shown)) == (found.n, found.right)
        assert found.n >= FEWEST
        assert found.right / found.n >= asked
    assert points == curve(suggestions[::-1])
