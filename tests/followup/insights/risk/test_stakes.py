"""What unhappy customers are worth, held to a recount; and what small groups do not tell."""

import random
from collections import defaultdict
from datetime import timedelta
from decimal import Decimal

import pytest

from followup.insights.recovery.query import Selection
from followup.insights.risk.money.stakes import Alike, Facts, read, stakes_of
from followup.models import Ticket
from followup.playbooks import services as playbooks
from surveys.models import Survey
from tests.factories import make_survey, make_user
from tests.followup.insights.recovery.cases import ANSWERED, NOW, Past, make_past


def alike(key: int, days: int | None, n: int, value: int, *, left: bool = False) -> Alike:
    return Alike(key, days, left, n, Decimal(value))


def test_lines_sum_to_the_whole_and_the_share_is_that_of_kaplan_and_meier() -> None:
    rows = [
        alike(0, 90, 20, 2000), alike(0, 30, 10, 500, left=True), alike(0, 45, 10, 100),
        alike(3, 90, 30, 900), alike(3, 60, 12, 60, left=True), alike(3, None, 15, 15),
    ]  # fmt: skip
    found = stakes_of(Facts(rows, rows, 0))
    zero, three = found.by_score[0], found.by_score[3]
    assert (zero.n, zero.value, zero.stayed.n, zero.lost.value, zero.open.value) == (
        40, Decimal(2600), 20, Decimal(500), Decimal(100)
    )  # fmt: skip
    # 10 of 40 left on day 30; 10 were last seen on day 45; 20 of 20 were there to the end.
    assert zero.share is not None
    assert zero.share.share == pytest.approx(0.75)
    assert three.share is not None
    assert three.share.share == pytest.approx(30 / 42)  # who nobody watched says nothing of it
    assert found.whole.n == sum(line.n for line in found.by_score) == 97
    assert found.whole.value == sum(line.value for line in found.by_score)
    assert found.whole.lost.value == 560


def test_no_sum_of_money_is_that_of_fewer_than_ten_customers() -> None:
    dice = random.Random(5)
    for _again in range(200):
        rows = []
        for key in range(5):
            for days, left in ((90, False), (40, True), (20, False)):
                if n := dice.choice([0, 0, 1, 4, 9, 12, 30]):
                    rows.append(alike(key, days, n, n * 10, left=left))
        found = stakes_of(Facts(rows, rows, 0))
        for table in (found.by_score, found.by_cause):
            shown = [line for line in table if not line.is_hidden]
            assert all(line.n == 0 or line.n >= 10 for line in shown)
            rest = found.whole.n - sum(line.n for line in shown)
            assert rest == 0 or rest >= 10 or found.whole.is_hidden
            for name in ("stayed", "lost", "open"):
                parts = [getattr(line, name) for line in shown if getattr(line, name).value is not None]
                assert all(part.n == 0 or part.n >= 10 for part in parts)
                whole = getattr(found.whole, name)
                if whole.value is not None:
                    rest = whole.n - sum(part.n for part in parts)
                    assert rest == 0 or rest >= 10


@pytest.mark.django_db
def test_each_customer_counts_once_with_their_last_ticket() -> None:
    survey, by, dice = make_survey(), make_user("bea"), random.Random(3)
    playbooks.record_churn_since(survey=survey, day=(ANSWERED - timedelta(days=10)).date())
    tickets = make_past(
        survey, by,
        [
            Past(score=dice.randrange(7), value=dice.choice([0, 100, 2000]), left_days=dice.choice([None, 20, 95]),
                 has_contact=dice.random() < 0.9)
            for _ in range(60)
        ],
    )  # fmt: skip
    first = next(one for one in tickets if one.response.contact_id)
    again = make_past(survey, by, [Past(score=6, value=7)], answered=ANSWERED + timedelta(days=3))[0]
    again.response.contact = first.response.contact
    again.response.save(update_fields=["contact"])
    found = read(Selection(Ticket.objects.all(), Survey.objects.all(), None, None, NOW, None))
    expected: dict[int, list[Decimal]] = defaultdict(lambda: [Decimal(0), Decimal(0)])
    last = {
        one.response.contact_id: one for one in Ticket.objects.order_by("clock_from", "pk") if one.response.contact_id
    }
    for one in last.values():
        expected[one.score][0] += 1
        expected[one.score][1] -= one.value_rank
    shown: dict[int, list[Decimal]] = defaultdict(lambda: [Decimal(0), Decimal(0)])
    for row in found.by_score:
        shown[row.key or 0][0] += row.n
        shown[row.key or 0][1] += row.value
    assert dict(shown) == dict(expected)
    assert found.strangers == sum(1 for one in tickets if not one.response.contact_id)
    left = sum(row.n for row in found.by_score if row.left)
    churned = [one for one in last.values() if one.response.contact.churned_at]  # type: ignore[union-attr]
    within = [one for one in churned
              if one.response.contact.churned_at <= one.response.answered_at + timedelta(days=90)]  # type: ignore[union-attr,operator]  # fmt: skip
    assert left == len(within)
    assert 0 < left < len(churned)
