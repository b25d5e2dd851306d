"""Tallies: equal to a recount at any moment, by days of the company's zone."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from surveys.models import Survey, Tally, TallyZone
from surveys.models.survey import SurveyQuerySet
from surveys.scoring import nps_interval
from surveys.services import tallies
from surveys.services.decisions import accept_response, discard_response
from surveys.services.responses import NewAnswer, change_response
from surveys.services.surveys import update_survey
from surveys.services.tallies import Difference
from surveys.statistics import nps_figures
from tests.factories import make_answer, make_survey

pytestmark = pytest.mark.django_db

BEFORE_MIDNIGHT = datetime(2026, 6, 30, 21, 59, 59, tzinfo=UTC)  # 23:59:59 in Copenhagen
AT_MIDNIGHT = datetime(2026, 6, 30, 22, tzinfo=UTC)


def test_days_are_those_of_the_company(settings: Any) -> None:
    settings.TIME_ZONE = "Europe/Copenhagen"
    survey = make_survey()
    make_answer(survey, 3, answered_at=BEFORE_MIDNIGHT)
    make_answer(survey, 3, answered_at=AT_MIDNIGHT)

    assert dict(Tally.objects.values_list("day", "count")) == {date(2026, 6, 30): 1, date(2026, 7, 1): 1}
    assert tallies.differences() == []


def test_a_change_stays_on_the_day_of_the_answer() -> None:
    survey = make_survey()
    response = make_answer(survey, 3, answered_at=BEFORE_MIDNIGHT)
    update_survey(survey, {"edit_days": 30_000})
    assert change_response(response_id=response.pk, answer=NewAnswer(10))
    assert list(Tally.objects.filter(count__gt=0).values_list("day", "score")) == [(date(2026, 6, 30), 10)]


def test_a_wrong_tally_is_named_and_mended() -> None:
    survey = make_survey()
    make_answer(survey, 3, answered_at=AT_MIDNIGHT)
    make_answer(survey, 9, answered_at=AT_MIDNIGHT)
    Tally.objects.filter(score=3).update(count=5)
    Tally.objects.filter(score=9).delete()
    Tally.objects.create(survey=survey, day=date(2020, 1, 1), score=0, count=1)

    day = date(2026, 6, 30)
    assert tallies.differences() == [
        Difference(survey.pk, date(2020, 1, 1), 0, 1, 0),
        Difference(survey.pk, day, 3, 5, 1),
        Difference(survey.pk, day, 9, 0, 1),
    ]
    assert tallies.rebuild() == 2
    assert tallies.differences() == []


def test_another_zone_is_a_fault_until_the_tallies_are_rebuilt(settings: Any) -> None:
    TallyZone.objects.all().delete()
    settings.TIME_ZONE = "Europe/Copenhagen"
    make_answer(make_survey(), 3, answered_at=AT_MIDNIGHT)
    assert tallies.zone_fault() is None
    settings.TIME_ZONE = "America/New_York"
    fault = tallies.zone_fault()
    assert fault is not None
    assert "'America/New_York'" in fault
    assert "'Europe/Copenhagen'" in fault
    assert "rebuild_tallies" in fault
    tallies.rebuild()
    assert tallies.zone_fault() is None
    assert Tally.objects.get().day == date(2026, 6, 30)


def test_a_tally_is_never_negative() -> None:
    make_answer(make_survey(), 3)
    with pytest.raises(IntegrityError, match="tally_count_not_negative"), transaction.atomic():
        Tally.objects.update(count=-1)


# What the figures make of them


@pytest.fixture
def survey() -> Survey:
    return make_survey()


def of(survey: Survey) -> SurveyQuerySet:
    return Survey.objects.filter(pk=survey.pk)


def test_an_answer_counts_in_the_next_figure_and_only_while_confirmed(survey: Survey) -> None:
    for score in (9, 10, 7, 8, 0, 1, 2, 3, 4, 5, 6):
        make_answer(survey, score)
    make_answer(survey, 0, state="discarded")
    doubtful = make_answer(survey, 0, state="provisional")
    make_answer(make_survey("other"), 0)

    figures = nps_figures(of(survey))
    assert (figures.promoters, figures.passives, figures.detractors, figures.responses) == (2, 2, 7, 11)
    assert figures.nps == pytest.approx(-45.4545, abs=0.0001)
    assert (figures.nps_low, figures.nps_high) == nps_interval(2, 2, 7)

    accept_response(response_id=doubtful.pk, by=None)
    assert nps_figures(of(survey)).detractors == 8
    discard_response(response_id=doubtful.pk, by=None, reason="spam")
    assert nps_figures(of(survey)) == figures


def test_nobody_answered_is_no_score(survey: Survey) -> None:
    figures = nps_figures(of(survey))
    assert (figures.responses, figures.nps, figures.nps_low, figures.nps_high) == (0, None, None, None)


def test_a_period_holds_its_first_and_its_last_day_with_and_without_traits(settings: Any, survey: Survey) -> None:
    settings.TIME_ZONE = "Europe/Copenhagen"
    for at, plan in ((BEFORE_MIDNIGHT, "pro"), (AT_MIDNIGHT, "pro"), (AT_MIDNIGHT, "free")):
        make_answer(survey, 9, answered_at=at, traits={"plan": plan, "seats": "3"})
    june, july = date(2026, 6, 30), date(2026, 7, 1)

    def count(**period: Any) -> int:
        return nps_figures(of(survey), **period).responses

    assert [count(last_day=june), count(first_day=july), count(first_day=june, last_day=july)] == [1, 2, 3]
    pro = {"plan": "pro"}
    assert [count(last_day=june, traits=pro), count(first_day=july, traits=pro), count(traits=pro)] == [1, 1, 2]
    assert count(traits={"plan": "pro", "seats": "3"}) == 2
    assert count(traits={"plan": "none"}) == 0


def test_a_figure_is_one_query_however_many_answers_there_are(survey: Survey) -> None:
    for score in range(11):
        make_answer(survey, score)
    with CaptureQueriesContext(connection) as queries:
        nps_figures(of(survey))
    assert len(queries) == 1
    assert "surveys_response" not in queries[0]["sql"]
