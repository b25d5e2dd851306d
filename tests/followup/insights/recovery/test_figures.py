"""The figures of recovery, from tickets with a known past."""

from datetime import date, timedelta

import pytest

from followup.insights.recovery.facts import IN_TIME, LATER, NEVER_REACHED, UNTOUCHED
from followup.insights.recovery.figures import Recovery, figures_of
from followup.insights.recovery.query import Cell, Facts, Selection, read
from followup.models import Ticket
from followup.playbooks import services as playbooks
from followup.statistics import Promises, follow_up_figures
from surveys.models import Response, Survey
from tests.factories import make_answer, make_survey, make_user
from tests.followup.insights.recovery.cases import ANSWERED, NOW, Past, make_past


def chosen(first: date | None = None, last: date | None = None) -> Selection:
    return Selection(Ticket.objects.all(), Survey.objects.all(), first, last, NOW, None)


def figures(first: date | None = None, last: date | None = None) -> Recovery:
    return figures_of(read(chosen(first, last)))


@pytest.fixture
def survey(db: None) -> Survey:
    return make_survey()


def test_a_contact_after_the_second_answer_did_not_lead_to_it(survey: Survey) -> None:
    by = make_user("bea")
    hours = 24 * 40
    make_past(survey, by, [*[Past(hours=hours, later=3)] * 12, *[Past(hours=24 * 20, later=8)] * 11])
    follows = Past(hours=hours, second=4)
    for ticket in make_past(survey, by, [follows] * 10):
        again = make_answer(survey, 4, follows_id=ticket.response_id)
        Response.objects.filter(pk=again.pk).update(answered_at=ANSWERED + timedelta(days=35))
    found = figures()
    late, untouched = found.speeds[LATER].share, found.untouched.share
    assert late is not None
    assert untouched is not None
    assert (late.n, late.of) == (11, 11)  # called after 20 days, answered after 30
    assert (untouched.n, untouched.of) == (0, 22)  # called after 40 days, for answering 3 or 4 again
    assert found.contacted == 33


@pytest.mark.django_db
def test_nothing_at_all_gives_figures_of_nothing() -> None:
    found = figures()
    assert (found.n, found.recovered.share, found.retained, found.beyond) == (0, None, None, None)
    assert found.drift.n == 0
    assert found.drift.points > 0


def test_a_second_score_follows_the_ticket_or_comes_14_to_180_days_later(survey: Survey) -> None:
    by = make_user("bea")
    tickets = make_past(survey, by, [Past(hours=2, second=9, later=2), Past(hours=30, later=8), Past(later=4),
                                     Past(tried=True), Past(has_contact=False)])  # fmt: skip
    found = figures()
    assert found.n == 5
    assert (found.recovered.n, found.recovered.of) == (2, 3)
    assert found.of_all.of == 5
    assert (found.passives, found.promoters) == (1, 1)
    assert (found.pairs.n, found.pairs.before, found.pairs.after) == (3, 3, 7)

    later = Response.objects.get(score=8)
    for days, counts in ((13, 2), (14, 3), (180, 3), (181, 2)):
        Response.objects.filter(pk=later.pk).update(answered_at=ANSWERED + timedelta(days=days))
        assert figures().recovered.of == counts, days
    Response.objects.filter(pk=later.pk).update(answered_at=ANSWERED + timedelta(days=20), state="discarded")
    assert figures().recovered.of == 2
    assert tickets[0].recovered


def test_contact_in_time_is_counted_as_on_the_desk(survey: Survey) -> None:
    by = make_user("bea")
    make_past(survey, by, [Past(hours=2), Past(hours=20), Past(hours=23), Past(hours=26), Past(tried=True), Past()])
    found, desk = figures(), follow_up_figures(Ticket.objects.all(), at=NOW)
    assert (found.promises.met, found.promises.n) == (desk.met, desk.n) == (3, 6)
    assert found.median_first_contact is not None
    assert found.median_first_contact.total_seconds() == desk.median_first_contact_s == 21.5 * 3600
    assert found.p90_first_contact == timedelta(hours=25.1)
    assert found.contacted == 4


def test_a_period_holds_its_first_and_its_last_day(survey: Survey) -> None:
    make_past(survey, make_user("bea"), [Past(), Past(hours=1)])
    day = ANSWERED.date()
    assert figures(day, day).n == 2
    assert figures(day + timedelta(days=1), None).n == 0
    assert figures(None, day - timedelta(days=1)).n == 0


def test_who_stayed_90_days_is_counted_with_those_whose_days_are_not_over(survey: Survey) -> None:
    by = make_user("bea")
    old = [*[Past(hours=1)] * 6, *[Past(hours=1, left_days=30)] * 4, Past(hours=1, left_days=200), Past(left_days=-5)]
    make_past(survey, by, [*old, Past(has_contact=False)])
    assert figures().retained is None  # nobody records it
    playbooks.record_churn_since(survey=survey, day=ANSWERED.date() + timedelta(days=1))
    assert figures().retained is None
    playbooks.record_churn_since(survey=survey, day=ANSWERED.date())
    make_past(survey, by, [Past(hours=1)] * 10, answered=NOW - timedelta(days=10))
    found = figures()
    assert found.retained is not None
    assert (found.retained.of, found.retained.n) == (21, 7)  # who left after 200 days had stayed for 90
    assert found.retained.share == pytest.approx(1 - 4 / 11)
    in_time = found.by_kept[IN_TIME].retained
    assert in_time is not None
    assert in_time.share == found.retained.share
    make_past(survey, by, [Past()])
    assert [one.retained for one in figures().by_kept] == [None, None, None]  # one customer hides a neighbour, too
    assert [(step.day, step.at_risk, step.left) for step in found.curve] == [(30, 11, 4)]


def test_three_statements_read_everything(survey: Survey, django_assert_num_queries: object) -> None:
    make_past(survey, make_user("bea"), [Past(hours=1, second=8)])
    with django_assert_num_queries(3):  # type: ignore[operator]
        read(chosen())


def facts_of(cells: list[Cell]) -> Facts:
    n = sum(cell.n for cell in cells)
    counts = {"n": n, "contacted": n, "asked_again": n, "answered_again": n, "recovered": 0, "kept": 0, "lost": 0,
              "unreachable": 0, "no_action": 0}  # fmt: skip
    return Facts(
        cells, [], counts, None, None, Promises(0, 0, 0), {9: 60, 7: 20, 3: 20}, records_churn=False, groups=[]
    )


def cells(speed: int, hits: int, of: int, *, score: int = 3, worth: int = 0, quarter: str = "2026-01-01") -> list[Cell]:
    return [Cell(speed, 0, score, 8, worth, quarter, hits), Cell(speed, 0, score, 2, worth, quarter, of - hits)]


def test_small_groups_and_the_one_beside_them_are_hidden() -> None:
    found = figures_of(facts_of([*cells(0, 30, 60), *cells(1, 10, 25), *cells(2, 2, 4), *cells(UNTOUCHED, 6, 40)]))
    assert [one.is_hidden for one in found.speeds] == [False, True, True, False, False, False, False]
    assert found.speeds[1].share is None
    assert found.speeds[1].compared is None
    assert found.speeds[0].share is not None
    assert found.speeds[0].share.of == 60
    assert (found.recovered.n, found.recovered.of) == (48, 129)


def test_alike_customers_are_compared_with_the_untouched_else_with_the_late() -> None:
    mixed = [*cells(0, 80, 100, score=6), *cells(UNTOUCHED, 16, 20, score=6), *cells(0, 2, 20, score=0),
             *cells(UNTOUCHED, 10, 100, score=0)]  # fmt: skip
    found = figures_of(facts_of(mixed))
    compared = found.speeds[0].compared
    assert compared is not None
    assert compared.value == pytest.approx(0)
    assert found.against == UNTOUCHED

    late = figures_of(facts_of([*cells(0, 80, 100), *cells(LATER, 40, 100), *cells(UNTOUCHED, 1, 3)]))
    assert late.against == LATER
    assert late.speeds[UNTOUCHED].is_hidden


def test_drift_is_the_formulas_until_the_untouched_are_many() -> None:
    few = figures_of(facts_of([*cells(0, 30, 60), *cells(UNTOUCHED, 0, 4)]))
    assert few.drift.n == 0
    some = figures_of(facts_of([*cells(0, 30, 60), *cells(UNTOUCHED, 0, 30)]))
    many = figures_of(facts_of([*cells(0, 30, 60), *cells(UNTOUCHED, 0, 3000)]))
    assert few.drift.share > some.drift.share > many.drift.share
    assert many.drift.share == pytest.approx(0, abs=0.01)
    assert some.drift.share == pytest.approx(few.drift.share / 2)
    assert many.speeds[0].beyond == pytest.approx(0.5, abs=0.01)


def test_the_change_of_those_contacted_is_shown_beyond_what_comes_by_itself() -> None:
    found = figures_of(facts_of([*cells(0, 30, 60), *cells(NEVER_REACHED, 6, 12), *cells(UNTOUCHED, 10, 40)]))
    contacted = next(one.pairs for one in found.changed if one.name == "contacted")
    assert contacted is not None
    assert contacted.change is not None
    assert found.beyond is not None
    assert found.beyond.value == pytest.approx(contacted.change - found.drift.points)
    assert found.beyond.low < found.beyond.value < found.beyond.high
    assert found.beyond.high - found.beyond.low > (contacted.high or 0) - (contacted.low or 0)
