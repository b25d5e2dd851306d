"""The figures over the API: a trend, two periods side by side, and the NPS by anything, each held to a recount."""

import random
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from nps_project.accounts.models import Team
from surveys.models import Response
from surveys.scoring import NpsFigures
from surveys.services import announcements
from surveys.tallying.days.divisions import OF_ANSWER
from tests.api_client import Program
from tests.factories import make_answer, make_contact, make_survey

pytestmark = pytest.mark.django_db
NOW = datetime.now(UTC).replace(hour=12, minute=0, second=0, microsecond=0)


def answers(count: int = 120) -> list[Response]:
    """To two surveys, over 60 days, with traits, languages and companies."""
    dice = random.Random(17)
    team = Team.objects.create(name="Care")
    surveys = [make_survey("autumn", team), make_survey("winter")]
    contacts = [
        make_contact(n, traits={"company": f"Company {n % 3}"}, account_manager=f"am{n % 2}@x.dk") for n in range(6)
    ]
    made = [
        make_answer(
            dice.choice(surveys),
            dice.randrange(11),
            contact=dice.choice(contacts),
            language=dice.choice(["en", "en", "en", "da"]),
            answered_at=NOW - timedelta(days=dice.randrange(60)),
            traits={"plan": dice.choice(["basic", "plus"]), "seats": 3},
        )
        for _ in range(count)
    ]
    announcements.take([answer.pk for answer in made])
    return made


def nps(rows: list[Response]) -> float | None:
    return NpsFigures.from_counts(Counter(row.score for row in rows)).nps


def day(back: int) -> str:
    return (NOW - timedelta(days=back)).date().isoformat()


def within(rows: list[Response], first: int, last: int) -> list[Response]:
    """Those from so many days ago to so many days ago."""
    return [row for row in rows if day(first) <= row.answered_at.date().isoformat() <= day(last)]


@pytest.mark.parametrize("interval", ["day", "week", "month", "quarter"])
@pytest.mark.parametrize("trait", ["", "&trait.plan=plus"])
def test_a_trend_has_each_period_once_and_sums_to_the_whole(interval: str, trait: str) -> None:
    made, program = answers(), Program("read")
    points = program.get(f"stats/nps/trend/?from={day(50)}&to={day(3)}&interval={interval}{trait}")["points"]
    mine = [row for row in within(made, 50, 3) if not trait or row.traits["plan"] == "plus"]
    assert sum(point["responses"] for point in points) == len(mine)
    assert (points[0]["first_day"], points[-1]["last_day"]) == (day(50), day(3))
    for point in points:
        of_period = [
            row for row in mine if point["first_day"] <= row.answered_at.date().isoformat() <= point["last_day"]
        ]
        assert (point["responses"], point["nps"]) == (len(of_period), pytest.approx(nps(of_period)))


def test_two_periods_side_by_side() -> None:
    made, program = answers(), Program("read")
    found = program.get(f"stats/compare/?from={day(19)}&to={day(0)}")
    now, before = nps(within(made, 19, 0)), nps(within(made, 39, 20))
    assert now is not None
    assert before is not None
    assert (found["now"]["nps"], found["before"]["nps"]) == (pytest.approx(now), pytest.approx(before))
    assert found["change"] == pytest.approx(now - before)
    assert found["low"] < found["change"] < found["high"]
    assert found["is_noise"] is (found["low"] <= 0 <= found["high"])
    assert (found["before_from"], found["before_to"]) == (day(39), day(20))
    nothing = program.get(f"stats/compare/?from={day(19)}&to={day(0)}&with=last_year")
    assert (nothing["before"]["responses"], nothing["change"], nothing["is_noise"]) == (0, None, None)


VALUE_OF: dict[str, Any] = {
    "survey": lambda row: row.survey.slug,
    "team": lambda row: row.survey.team.name if row.survey.team else "",
    "language": lambda row: row.language,
    "channel": lambda row: row.channel,
    "company": lambda row: row.contact.traits["company"],
    "account_manager": lambda row: row.contact.account_manager,
    "trait.plan": lambda row: row.traits["plan"],
    "trait.seats": lambda row: "3",
    "trait.none": lambda row: "",
}


@pytest.mark.parametrize("dimension", VALUE_OF)
def test_the_nps_by_anything_is_what_a_recount_gives(dimension: str) -> None:
    made, program = within(answers(), 40, 0), Program("read")
    with CaptureQueriesContext(connection) as asked:
        table = program.get(f"stats/by/{dimension}/?from={day(40)}&to={day(0)}")
    expected: dict[str, list[Response]] = {}
    for row in made:
        expected.setdefault(VALUE_OF[dimension](row), []).append(row)
    assert {row["value"] for row in table["results"]} == set(expected)
    for row in table["results"]:
        group = expected[row["value"]]
        assert not row["hidden"]
        assert (row["responses"], row["nps"]) == (len(group), pytest.approx(nps(group)))
        assert row["nps_low"] <= row["nps"] <= row["nps_high"]
    looked = sum("tallying_countedday" in query["sql"] for query in asked)  # which days are counted
    assert sum("surveys_response" in query["sql"] or "surveys_tally" in query["sql"] for query in asked) == 1 + looked
    assert looked == (dimension in OF_ANSWER)


def test_small_parts_are_hidden_and_none_is_found_by_subtraction() -> None:
    survey, program = make_survey(), Program("read")
    made = [make_answer(survey, n % 11, language="en") for n in range(30)]
    made += [make_answer(survey, 2, language="da") for _ in range(3)]
    made += [make_answer(survey, 2, language="nl") for _ in range(12)]
    table = program.get("stats/by/language/")
    assert [(row["name"], row["responses"], row["hidden"]) for row in table["results"]] == [
        ("English", 30, False), ("Nederlands", None, True), ("Dansk", None, True)
    ]  # fmt: skip
    assert all(row["nps"] is None and row["differs"] is None for row in table["results"] if row["hidden"])


def test_beyond_sixty_parts_the_others_are_one() -> None:
    survey, program = make_survey(), Program("read")
    for number in range(63):
        for _ in range(2 if number < 60 else 1):
            make_answer(survey, 9, traits={"town": f"town {number}"})
    table = program.get("stats/by/trait.town/")
    assert len(table["results"]) == 60
    assert table["others"]["hidden"]


def test_a_key_of_one_survey_counts_its_answers_alone_and_names_no_other() -> None:
    answers()
    winter = Response.objects.filter(survey__slug="winter").first()
    assert winter is not None
    limited = Program("read", winter.survey)
    assert [row["value"] for row in limited.get("stats/by/survey/")["results"]] == ["winter"]
    assert limited.get("stats/compare/?survey=autumn", 400)["errors"][0]["field"] == "survey"


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("stats/by/colour/", "dimension"),
        ("stats/by/trait./", "dimension"),
        ("stats/by/trait.%00/", "dimension"),
        ("stats/compare/?with=yesterday", "with"),
        ("stats/compare/?from=2999-01-01", "from"),
        ("stats/nps/trend/?interval=hour", "interval"),
        ("stats/nps/trend/?from=1990-01-01", "from"),
        ("stats/nps/trend/?colour=red", "colour"),
    ],
)
def test_what_cannot_be_asked_for_is_named(path: str, field: str) -> None:
    assert Program("read").get(path, 400)["errors"][0]["field"] == field
