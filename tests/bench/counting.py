"""`python -m tests.bench.counting 1000000`: so many answers in the database of DATABASE_URL, then figures over them.

Prints one line of JSON: the milliseconds of each figure, each call of its own. Three years of answers to four surveys.
The traits `country` and `tier` are marked, `plan` is not. Beside the figures by trait stand the same sums in plain SQL
over a table that has them ready, and over the answers.
"""

import json
import os
import statistics
import sys
import time
from collections.abc import Callable
from datetime import date, timedelta

import django

CALLS, DAYS = 25, 1095
SLOW_MS, SLOW_CALLS = 500.0, 3  # what takes longer is called less often
ROLLUP = """
CREATE TABLE bench_rollup AS SELECT survey_id, (answered_at AT TIME ZONE 'UTC')::date AS day,
    traits ->> 'country' AS country, score, count(*) AS count
FROM surveys_response WHERE state = 'confirmed' GROUP BY 1, 2, 3, 4;
ALTER TABLE bench_rollup ADD PRIMARY KEY (survey_id, day, country, score)
"""
_GROUPS = """sum(count) FILTER (WHERE score > 8), sum(count) FILTER (WHERE score > 6 AND score <= 8),
    sum(count) FILTER (WHERE score <= 6)"""


def fill(answers: int) -> None:
    """Answers spread evenly over three years and four surveys, and their tallies."""
    from django.db import connection
    from django.utils import timezone

    from nps_project.background import sweep
    from surveys.models import Response, Survey
    from surveys.services import announcements, tallies
    from surveys.tallying import filling
    from surveys.tallying.days import counting as days
    from surveys.tallying.marking import mark_these
    from surveys.tallying.models import MarkedTrait
    from tests.bench.filling import copy
    from tests.factories import make_answer, make_survey

    ids = [make_survey(f"numbers{number}").pk for number in range(4)]
    first = make_answer(Survey.objects.get(pk=ids[0]), 9, "", traits={"country": "DK"})
    announcements.take([first.pk])
    at = f"s.answered_at - g * (interval '{DAYS} days' / {answers})"
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off")
    copy(Response, first.pk, answers - 1, public_id="gen_random_uuid()", submission="NULL", invitation_id="NULL",
         survey_id=f"(ARRAY{ids})[1 + g % 4]", words_id="NULL", score="(g * 7 + g / 11) % 11", answered_at=at,
         recorded_at=at, traits="jsonb_build_object('country', (ARRAY['DK', 'NL', 'SE', 'NO', 'FI'])[1 + g / 4 % 5],"
                                " 'plan', (ARRAY['basic', 'plus', 'pro'])[1 + g / 20 % 3],"
                                " 'tier', (ARRAY['one', 'two', 'three'])[1 + g / 60 % 3])")  # fmt: skip
    tallies.rebuild()
    began = time.monotonic()
    mark_these(["country", "tier"])
    while MarkedTrait.objects.ready().count() < 2:
        sweep.run(filling.FILL, timezone.now())
    print(f"the past by two marked traits: {time.monotonic() - began:.1f} s", file=sys.stderr)
    began = time.monotonic()
    days.go_on(timezone.now())
    while days.COUNT.due(timezone.now()).exists():
        days.go_on(timezone.now())
    print(f"the past by day, by five divisions: {time.monotonic() - began:.1f} s", file=sys.stderr)
    with connection.cursor() as cursor:
        cursor.execute(ROLLUP)
        cursor.execute("VACUUM ANALYZE")
        cursor.execute("CHECKPOINT")


def measure() -> dict[str, float]:
    """Milliseconds of each figure, the median."""
    from django.utils import timezone

    from followup.insights.overview.days import by_day, rows_of_days
    from followup.insights.segments.dimensions import parts_of
    from surveys.models import Survey
    from surveys.statistics import nps_figures

    today, every = timezone.now().date(), Survey.objects.all()
    one = every.filter(slug="numbers1")
    by, dutch = "trait.country", {"country": "NL"}
    answers = """(SELECT survey_id, answered_at, traits ->> 'country' AS country, score, 1 AS count
        FROM surveys_response WHERE state = 'confirmed') AS answers"""
    month, year = today - timedelta(days=30), today - timedelta(days=365)
    looks: dict[str, Callable[[], object]] = {
        "NPS of 30 days": lambda: nps_figures(every, first_day=month, last_day=today),
        "NPS of a year": lambda: nps_figures(every, first_day=year, last_day=today),
        "NPS of all time": lambda: nps_figures(every),
        "NPS of one survey": lambda: nps_figures(one, first_day=year),
        "NPS of a marked trait, a year": lambda: nps_figures(every, first_day=year, traits=dutch),
        "trend by a marked trait, a year": lambda: by_day(rows_of_days(every, year, today, dutch)),
        "NPS by a marked trait, 30 days": lambda: parts_of(every, by, first_day=month, last_day=today),
        "NPS by a marked trait, all time": lambda: parts_of(every, by, first_day=None, last_day=None),
        "the same from a rollup, 30 days": lambda: _plain("bench_rollup", "day", month),
        "the same from a rollup, all time": lambda: _plain("bench_rollup", "day", date.min),
        "the same by a scan, 30 days": lambda: _plain(answers, "answered_at", month),
        "the same by a scan, all time": lambda: _plain(answers, "answered_at", date.min),
        "NPS by language, 30 days": lambda: parts_of(every, "language", first_day=month, last_day=today),
        "NPS by language, a year": lambda: parts_of(every, "language", first_day=year, last_day=today),
        "NPS of two marked traits, 30 days": lambda: nps_figures(
            every, first_day=month, traits=dutch | {"tier": "two"}
        ),
        "NPS of two marked traits, a year": lambda: nps_figures(every, first_day=year, traits=dutch | {"tier": "two"}),
        "NPS of another trait, 30 days": lambda: nps_figures(every, first_day=month, traits={"plan": "pro"}),
        "NPS of two traits, 30 days": lambda: nps_figures(every, first_day=month, traits=dutch | {"plan": "pro"}),
        "NPS of two traits, a year": lambda: nps_figures(every, first_day=year, traits=dutch | {"plan": "pro"}),
    }
    times: dict[str, list[float]] = {name: [] for name in looks}
    for number in range(CALLS + 3):
        for name, look in looks.items():
            if number > SLOW_CALLS and times[name] and min(times[name]) > SLOW_MS:
                continue
            began = time.perf_counter()
            look()
            if number >= 3 or time.perf_counter() - began > SLOW_MS / 1000:
                times[name].append(1000 * (time.perf_counter() - began))
    return {name: statistics.median(all_of_them) for name, all_of_them in times.items()}


def _plain(source: str, when: str, first: date) -> object:
    """The groups by country in plain SQL, from a table with survey, `when`, country, score and count."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT country, {_GROUPS} FROM {source} WHERE {when} >= %s"  # noqa: S608
            " AND survey_id IN (SELECT id FROM surveys_survey) GROUP BY country",
            [first],
        )
        return cursor.fetchall()


def main() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "nps_project.settings"
    django.setup()
    fill(int(sys.argv[1]))
    print(json.dumps(measure()))


if __name__ == "__main__":
    main()
