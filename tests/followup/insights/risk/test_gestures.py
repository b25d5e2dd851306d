"""What a gesture buys, against statsmodels and a recount by hand."""

from datetime import timedelta
from decimal import Decimal

import pytest

from followup.insights.recovery.query import Selection
from followup.insights.risk.money.gestures import LARGE, NOTHING, SMALL, Alike, Facts, gestures_of, read
from followup.models import Step, Ticket
from surveys.models import Response, Survey
from tests.factories import make_answer, make_survey, make_user
from tests.followup.insights.recovery.cases import ANSWERED, NOW, Past, make_past


def alike(dose: int, n: int, recovered: int, amount: int = 0, *, score: int = 3, worth: int = 1) -> Alike:
    return Alike(score, worth, "2026-01-01", dose, n, recovered, Decimal(amount))


ROWS = [
    alike(NOTHING, 40, 8), alike(SMALL, 20, 8, 400), alike(LARGE, 20, 14, 1600),
    alike(NOTHING, 30, 15, score=5), alike(SMALL, 20, 14, 300, score=5), alike(LARGE, 12, 9, 900, score=5),
]  # fmt: skip


def test_the_difference_is_that_of_mantel_and_haenszel_by_hand() -> None:
    """Weights n1 n0 / n of the two strata: 40 x 40 / 80 and 32 x 30 / 62."""
    found = gestures_of(Facts("EUR", Decimal(20), 0, ROWS))
    first, second = 40 * 40 / 80, 32 * 30 / 62
    difference = (first * (22 / 40 - 8 / 40) + second * (23 / 32 - 15 / 30)) / (first + second)
    assert found.any.compared is not None
    assert found.any.compared.value == pytest.approx(difference)
    assert found.any.mean == Decimal(3200) / 72
    assert found.any.per_units is not None
    assert found.any.per_units.value == pytest.approx(difference * 100 / (3200 / 72))
    assert found.price is not None
    assert found.price.value == pytest.approx(3200 / 72 / difference)
    assert found.price.low < found.price.value < found.price.high
    small = found.groups[SMALL]
    assert small.recovered is not None
    assert (small.recovered.n, small.recovered.of) == (22, 40)


def test_where_only_the_mix_differs_a_gesture_buys_nothing() -> None:
    """Those who score 5 recover more often, and get more often something: within each score there is no difference."""
    rows = [alike(NOTHING, 80, 16), alike(SMALL, 20, 4, 400), alike(NOTHING, 20, 12, score=5),
            alike(SMALL, 80, 48, 1600, score=5)]  # fmt: skip
    found = gestures_of(Facts("EUR", Decimal(20), 0, rows))
    assert found.any.compared is not None
    assert found.any.compared.value == pytest.approx(0)
    assert found.price is None


def test_a_group_of_fewer_than_ten_stays_hidden() -> None:
    found = gestures_of(Facts("EUR", Decimal(20), 0, [alike(NOTHING, 40, 8), alike(SMALL, 12, 4, 200),
                                                      alike(LARGE, 9, 9, 900)]))  # fmt: skip
    assert [group.is_hidden for group in found.groups] == [False, True, True]  # 12 and 9: together 21
    assert not found.any.is_hidden
    nobody = gestures_of(Facts("", None, 0, []))
    assert nobody.any.compared is None
    assert nobody.price is None


@pytest.mark.django_db
def test_what_was_given_is_read_from_the_steps_before_the_second_score() -> None:
    survey, by = make_survey(), make_user("bea")
    given, twice, later, other, nothing, never = make_past(
        survey, by,
        [Past(hours=2, second=8), Past(hours=2, second=3), Past(hours=2, second=9), Past(hours=2, second=9),
         Past(hours=2, second=2), Past(second=8)],
    )  # fmt: skip
    follow = make_answer(survey, 9, contact=later.response.contact, follows_id=later.response_id)
    Response.objects.filter(pk=follow.pk).update(answered_at=ANSWERED + timedelta(days=10))
    early, late = ANSWERED + timedelta(days=1), ANSWERED + timedelta(days=20)
    for ticket, amount, currency, at in (
        (given, 20, "EUR", early), (twice, 10, "EUR", early), (twice, 15, "EUR", early), (later, 50, "EUR", late),
        (other, 100, "DKK", early), (never, 70, "EUR", early),
    ):  # fmt: skip
        Step.objects.create(ticket=ticket, play_score=3, position=90 + Step.objects.filter(ticket=ticket).count(),
                            kind="compensation", done_at=at, amount=amount, currency=currency)  # fmt: skip
    found = read(Selection(Ticket.objects.all(), Survey.objects.all(), None, None, NOW, None))
    by_dose = {one.dose: (one.n, one.recovered, int(one.amount)) for one in found.alike}
    assert (found.currency, found.middle, found.left_out) == ("EUR", Decimal(20), 1)
    assert by_dose == {SMALL: (1, 1, 20), LARGE: (1, 0, 25), NOTHING: (2, 1, 0)}
    assert nothing.pk
    danish = read(Selection(Ticket.objects.all(), Survey.objects.all(), None, None, NOW, None), "DKK")
    assert (danish.currency, danish.middle, danish.left_out) == ("DKK", Decimal(100), 2)
