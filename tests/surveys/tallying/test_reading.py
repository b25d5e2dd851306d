"""Figures by a marked trait are those of the answers, to the unit, whatever the values are."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from followup.insights.overview.days import by_day, rows_of_days
from followup.insights.segments.dimensions import parts_of
from nps_project.background import sweep
from surveys.contacts.traits import as_text
from surveys.models import Survey
from surveys.services import tallies
from surveys.services.decisions import discard_response
from surveys.statistics import nps_figures
from surveys.tallying import filling
from surveys.tallying.marking import mark_these
from surveys.tallying.models import MarkedTrait
from tests.api_client import Program
from tests.factories import client_of, make_answer, make_survey, make_user
from tests.sizes import sized

MONDAY = datetime(2026, 6, 1, 12, tzinfo=UTC)
TEXTS = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=200)
LIKE_OTHERS = st.sampled_from(
    [
        "",
        "1",
        "1.0",
        "true",
        "True",
        "null",
        '"',
        "\\",
        "é",
        "e\u0301",
        1,
        1.0,
        10.0,
        0,
        -1,
        2.5,
        True,
        False,
        1e22,
        1e-7,
        "1e3",
        1000,
    ]
)
VALUES = st.one_of(LIKE_OTHERS, TEXTS, st.integers(-(10**30), 10**30), st.floats(allow_nan=False, allow_infinity=False))
ANSWERS = st.lists(
    st.tuples(st.one_of(st.none(), VALUES), st.integers(0, 10), st.integers(0, 3), st.booleans()),
    min_size=1, max_size=12,
)  # fmt: skip


def figures(typed: list[str]) -> Any:
    """Everything that is read by the trait, or by a value of it."""
    every = Survey.objects.all()
    period: dict[str, Any] = {"first_day": MONDAY.date(), "last_day": (MONDAY + timedelta(days=2)).date()}
    whole: dict[str, Any] = {"first_day": None, "last_day": None}
    found: list[Any] = [parts_of(every, "trait.plan", **of) for of in (period, whole)]
    for text in typed:
        traits = {"plan": text}
        found.append(nps_figures(every, traits=traits, **period))
        found.append(parts_of(every, "survey", traits=traits, **whole))
        found.append(parts_of(every, "trait.plan", traits=traits, **whole))
        days = by_day(rows_of_days(every, period["first_day"], period["last_day"], traits))
        found.append({day: counts for day, counts in days.items() if any(counts)})
    return found


class TestBothWays(TestCase):
    """A test case, since each example needs a transaction of its own."""

    @given(ANSWERS)
    @settings(max_examples=sized(20, 60), suppress_health_check=list(HealthCheck))
    def test_of_both_ways_of_reading_comes_the_same(self, answers: list[tuple[Any, int, int, bool]]) -> None:
        surveys = make_survey("one"), make_survey("two")
        for value, score, day, is_second in answers:
            traits = {} if value is None else {"plan": value}
            make_answer(surveys[is_second], score, traits=traits, answered_at=MONDAY + timedelta(days=day))
        typed = [as_text(value) for value, *_rest in answers if value is not None]
        of_answers = figures(typed)
        mark_these(["plan"])
        sweep.run(filling.FILL, timezone.now())
        assert MarkedTrait.objects.get().state == "ready"
        assert tallies.differences() == []
        assert figures(typed) == of_answers


@pytest.mark.django_db
def test_figures_by_a_marked_trait_read_no_answer_and_those_by_another_do() -> None:
    make_answer(make_survey(), 9, traits={"plan": "gold", "region": "north"})
    every = Survey.objects.all()
    looks: list[Callable[[], object]] = [
        lambda: parts_of(every, "trait.plan", first_day=None, last_day=None),
        lambda: parts_of(every, "team", first_day=None, last_day=None, traits={"plan": "gold"}),
        lambda: nps_figures(every, traits={"plan": "gold"}),
        lambda: list(rows_of_days(every, None, None, {"plan": "gold"})),
    ]
    others: list[Callable[[], object]] = [
        lambda: parts_of(every, "trait.region", first_day=None, last_day=None),
        lambda: parts_of(every, "trait.plan", first_day=None, last_day=None, traits={"region": "north"}),
        lambda: nps_figures(every, traits={"plan": "gold", "region": "north"}),
    ]
    assert all(reads_answers(look) for look in looks + others)
    mark_these(["plan"])
    assert all(reads_answers(look) for look in looks + others), "its past is not counted yet"
    sweep.run(filling.FILL, timezone.now())
    assert not any(reads_answers(look) for look in looks)
    assert all(reads_answers(look) for look in others)


def reads_answers(look: Callable[[], object]) -> bool:
    with CaptureQueriesContext(connection) as queries:
        look()
    return any("surveys_response" in query["sql"] for query in queries)


@pytest.mark.django_db
def test_answers_that_count_no_more_leave_no_part_behind() -> None:
    survey = make_survey()
    make_answer(survey, 9, traits={"plan": "gold"})
    gone = make_answer(survey, 9, traits={"plan": "silver"})
    mark_these(["plan"])
    sweep.run(filling.FILL, timezone.now())
    discard_response(response_id=gone.pk, by=None, reason="spam")
    parts = parts_of(Survey.objects.all(), "trait.plan", first_day=None, last_day=None)
    assert [(part.value, part.figures.responses) for part in parts] == [("gold", 1)]


@pytest.mark.django_db
def test_the_page_and_the_api_say_the_same_when_a_trait_is_counted() -> None:
    survey, now = make_survey(), timezone.now()
    for number in range(48):
        make_answer(survey, number % 11, traits={"plan": ("gold", "silver")[number % 3 > 1]}, answered_at=now)
    person, program = client_of(make_user("ada", "admin")), Program("read")
    looks: dict[str, Callable[[], object]] = {"the page": lambda: _figures(person.get(_PAGE))}
    looks |= {path: partial(program.get, path) for path in _PATHS}
    before = {name: look() for name, look in looks.items()}
    mark_these(["plan"])
    sweep.run(filling.FILL, timezone.now())
    for name, look in looks.items():
        with CaptureQueriesContext(connection) as queries:
            assert look() == before[name], name
        read = [one["sql"] for one in queries if '"surveys_response"."score"' in one["sql"]]
        assert read == [], name


_PAGE = "/insights/compare/?by=trait.plan&one=gold&other=silver"
_PATHS = [
    "stats/by/trait.plan/",
    "stats/by/survey/?trait.plan=gold",
    "stats/nps/?trait.plan=gold",
    "stats/nps/trend/?trait.plan=gold&interval=day",
    "stats/compare/?trait.plan=silver",
]


def _figures(answer: Any) -> str:
    return re.sub(r'(nonce|name="csrfmiddlewaretoken" value)="[^"]*"', "", answer.content.decode())
